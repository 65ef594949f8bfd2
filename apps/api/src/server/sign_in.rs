//! `POST /sign-in`: whether an email address and a password belong to somebody, and to whom.
//!
//! It gives no token yet; it is there to check an account, that of a fresh dev admin for instance.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::App;
use crate::db::models::User;
use crate::db::schema::user;
use crate::{dev_admin, password};

/// The hash of a password that nobody has. Checked for unknown addresses, so that the time of an
/// answer does not tell which addresses are known.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$bm9ib2R5bm9ib2R5bm9ib2R5bm9ib2R5bm9ib2R5bm8";

#[derive(Deserialize)]
pub(super) struct Credentials {
    email: String,
    password: String,
}

#[derive(Serialize)]
struct SignedIn {
    id: String,
    email: String,
    name: Option<String>,
    role: String,
}

pub(super) async fn sign_in(
    State(app): State<App>,
    Json(credentials): Json<Credentials>,
) -> (StatusCode, Json<Value>) {
    let Ok(found) = find(&app, &credentials.email).await else {
        let body = json!({ "error": "the database does not answer" });
        return (StatusCode::SERVICE_UNAVAILABLE, Json(body));
    };
    let hash = found.as_ref().and_then(|it| it.password_hash.clone()).unwrap_or_else(|| NOBODY.to_owned());
    // Hashing takes long on purpose: not on the threads that serve others.
    let verified = tokio::task::spawn_blocking(move || password::verify(&credentials.password, &hash)).await;
    match found {
        Some(it) if verified.unwrap_or(false) => {
            let it = SignedIn { id: it.id, email: it.email, name: it.name, role: it.role.to_string() };
            (StatusCode::OK, Json(json!(it)))
        }
        Some(_) | None => {
            let body = json!({ "error": "unknown email address or wrong password" });
            (StatusCode::UNAUTHORIZED, Json(body))
        }
    }
}

async fn find(app: &App, email: &str) -> Result<Option<User>, Box<dyn std::error::Error>> {
    let Ok(email) = dev_admin::normalised_email(email) else { return Ok(None) };
    let mut connection = app.pool.get().await?;
    let query = user::table.filter(user::email.eq(email)).select(User::as_select());
    Ok(query.first(&mut connection).await.optional()?)
}
