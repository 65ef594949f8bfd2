//! The HTTP server: GraphQL, a page to try it, and a health check.

mod caller;
mod sign_in;
mod stop;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::database::Pool;
use crate::graphql::{self, Schema};

use caller::Caller;
pub use caller::Viewer;

/// The port where nobody says otherwise.
const DEFAULT_PORT: u16 = 4000;

/// How long open requests may take after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// `PORT` is no port.
    #[error("PORT is `{0}`, which is no port")]
    BadPort(String),
    /// The port is taken, or may not be used.
    #[error("port {port} cannot be used: {cause}")]
    Listen {
        /// The port.
        port: u16,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// The server broke off.
    #[error("the server broke off: {0}")]
    Broken(#[from] std::io::Error),
}

impl ServeError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ServeError::BadPort(_) => "set PORT to a number from 0 to 65535",
            ServeError::Listen { .. } => "choose another one: PORT=4001 cargo run -p api",
            ServeError::Broken(_) => "start it again",
        }
    }
}

/// `PORT`, or 4000.
///
/// # Errors
/// [`ServeError::BadPort`]
pub fn port_from_environment() -> Result<u16, ServeError> {
    match std::env::var("PORT") {
        Ok(text) => text.trim().parse().map_err(|_| ServeError::BadPort(text)),
        Err(_) => Ok(DEFAULT_PORT),
    }
}

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct App {
    schema: Schema,
    pool: Pool,
}

/// The routes of the API.
pub fn router(pool: Pool) -> Router {
    let app = App { schema: graphql::schema(pool.clone()), pool };
    Router::new()
        .route("/", get(page))
        .route("/graphql", post(answer))
        .route("/healthz", get(healthz))
        .route("/sign-in", post(sign_in::sign_in))
        .route("/sign-out", post(caller::sign_out))
        .route("/me", get(caller::me))
        .with_state(app)
}

/// Serves on this machine alone until it is told to stop (Ctrl-C, or SIGTERM).
///
/// # Errors
/// [`ServeError`]
pub async fn serve(pool: Pool, port: u16) -> Result<(), ServeError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address).await.map_err(|cause| ServeError::Listen { port, cause })?;
    let address = listener.local_addr()?;
    // Before anybody reads that the server runs and tells it to stop.
    let stop = stop::Signals::listen()?;
    crate::say(&format!(
        "the course platform answers at http://{address} (GraphQL: POST /graphql)\nCtrl-C stops it\n"
    ));
    let (told, stopping) = tokio::sync::oneshot::channel::<()>();
    let signal = async move {
        stop.received().await;
        crate::say(&format!("stopping; open requests get {} seconds\n", GRACE.as_secs()));
        let _ = told.send(());
    };
    let server = axum::serve(listener, router(pool)).with_graceful_shutdown(signal);
    let out_of_patience = async {
        match stopping.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = server => Ok(ended?),
        () = out_of_patience => Ok(()),
    }
}

async fn page() -> Html<&'static str> {
    Html(include_str!("server/page.html"))
}

async fn answer(State(app): State<App>, caller: Caller, request: GraphQLRequest) -> GraphQLResponse {
    let request = graphql::with_budget(request.into_inner());
    let request = match caller.viewer {
        Some(viewer) => request.data(viewer),
        None => request,
    };
    app.schema.execute(request).await.into()
}

fn unavailable() -> (StatusCode, Json<Value>) {
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": "the database does not answer" })))
}

async fn healthz(State(app): State<App>) -> (StatusCode, &'static str) {
    use diesel_async::RunQueryDsl;

    let Ok(mut connection) = app.pool.get().await else {
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n");
    };
    match diesel::sql_query("SELECT 1").execute(&mut connection).await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
