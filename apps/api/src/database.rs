//! Connections to PostgreSQL: for the server a pool, for the helpers a single synchronous one.
//!
//! Without libpq: tokio-postgres speaks to the server, diesel-async speaks Diesel to it.

mod error;
mod tls;

use std::error::Error;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use diesel::ConnectionError;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::pooled_connection::deadpool::{Object, Pool as DeadPool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use glowplug::boot::{Boot, boot_check};
use tokio::runtime::Runtime;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls, Socket};

pub use error::ConnectError;

/// The history that this program was built with.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../prisma/migrations");

/// The server's connections.
pub type Pool = DeadPool<AsyncPgConnection>;

/// A connection out of the pool; it goes back when it is dropped.
pub type PooledConnection = Object<AsyncPgConnection>;

/// Nobody waits longer than this for a server that does not answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How many connections the server holds at most, unless `connection_limit=` in the URL says otherwise.
const POOL_SIZE: usize = 10;

/// `DATABASE_URL` from the environment or from `.env`; in a development build also the database that
/// the tool started for this workspace.
///
/// # Errors
/// [`ConnectError::MissingUrl`]
pub fn url_from_environment() -> Result<String, ConnectError> {
    // A missing `.env` is no error.
    let _ = dotenvy::dotenv();
    let given = std::env::var("DATABASE_URL").ok().filter(|it| !it.trim().is_empty());
    let local = || {
        let folder = std::env::current_dir().ok()?;
        glowplug::local::database_url(&folder).filter(|_| cfg!(debug_assertions))
    };
    given.or_else(local).ok_or(ConnectError::MissingUrl)
}

/// A pool that connects when it is first used.
///
/// # Errors
/// When the connection string cannot be understood.
pub fn pool(url: &str) -> Result<Pool, ConnectError> {
    config(url)?;
    let mut manager = ManagerConfig::<AsyncPgConnection>::default();
    manager.custom_setup = Box::new(|url| {
        let url = url.to_owned();
        Box::pin(async move {
            connect(&url).await.map_err(|error| ConnectionError::BadConnection(error.to_string()))
        })
    });
    let manager = AsyncDieselConnectionManager::new_with_config(url, manager);
    let size = glowplug::url::postgres(url).connection_limit.unwrap_or(POOL_SIZE);
    let pool = Pool::builder(manager).max_size(size).build();
    pool.map_err(|error| ConnectError::Other(error.to_string()))
}

/// Whether the database answers and has every migration that this program was built with, and others besides
/// these. Not to be called inside of a runtime.
///
/// # Errors
/// [`ConnectError`], or [`BootError`](glowplug::boot::BootError).
pub fn check(url: &str) -> Result<Boot, Box<dyn Error>> {
    let mut connection = connect_sync(url)?;
    Ok(boot_check(&mut *connection, &MIGRATIONS)?)
}

/// One connection.
///
/// # Errors
/// [`ConnectError`]; never with the password.
pub async fn connect(url: &str) -> Result<AsyncPgConnection, ConnectError> {
    let config = config(url)?;
    let connected = if config.get_ssl_mode() == SslMode::Require {
        let (client, driver) =
            config.connect(tls::connector()?).await.map_err(|error| ConnectError::new(&config, &error))?;
        diesel_connection(client, driver).await
    } else {
        let (client, driver) =
            config.connect(NoTls).await.map_err(|error| ConnectError::new(&config, &error))?;
        diesel_connection(client, driver).await
    };
    connected.map_err(|error| ConnectError::Other(error.to_string()))
}

async fn diesel_connection<S>(
    client: Client,
    driver: tokio_postgres::Connection<Socket, S>,
) -> diesel::ConnectionResult<AsyncPgConnection>
where
    S: tokio_postgres::tls::TlsStream + Unpin + Send + 'static,
{
    AsyncPgConnection::try_from_client_and_connection(client, driver).await
}

fn config(url: &str) -> Result<Config, ConnectError> {
    let url = glowplug::url::postgres(url);
    let mut config: Config =
        url.url.parse().map_err(|error: tokio_postgres::Error| ConnectError::BadUrl(error.to_string()))?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_application_name().is_none() {
        config.application_name("course-platform");
    }
    if let Some(schema) = url.schema {
        // Inside `options` a backslash keeps blanks, and quotes keep the rest of the name as it is.
        let quoted = format!("\"{}\"", schema.replace('"', "\"\""));
        let escaped = quoted.replace('\\', "\\\\").replace(' ', "\\ ");
        let before = config.get_options().map(|it| format!("{it} ")).unwrap_or_default();
        config.options(format!("{before}-csearch_path={escaped}"));
    }
    Ok(config)
}

/// A synchronous connection, for programs that do one thing after the other.
pub struct SyncConnection {
    connection: AsyncConnectionWrapper<AsyncPgConnection>,
    // Dropped after the connection, whose driver runs on it.
    _runtime: Runtime,
}

/// A synchronous connection. Not to be called inside of a runtime.
///
/// # Errors
/// [`ConnectError`]
pub fn connect_sync(url: &str) -> Result<SyncConnection, ConnectError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| ConnectError::Other(error.to_string()))?;
    let connection = runtime.block_on(connect(url))?;
    // The wrapper runs on the runtime that it is made in.
    let inside = runtime.enter();
    let connection = AsyncConnectionWrapper::from(connection);
    drop(inside);
    Ok(SyncConnection { connection, _runtime: runtime })
}

impl Deref for SyncConnection {
    type Target = AsyncConnectionWrapper<AsyncPgConnection>;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl DerefMut for SyncConnection {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}
