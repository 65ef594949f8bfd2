//! A fresh PostgreSQL database for each test, on one throw-away server that all test programs share.
//!
//! The server lies in the build folder (`target/glowplug-test`), is started by the first test that needs it
//! and stays up for later runs. A database is dropped with its [`TestDatabase`]; what a killed test left
//! behind is dropped by the next test program.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use glowplug_devdb::{DevServer, Server, process_is_alive};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// Names of test databases: this, the process id, a number.
const PREFIX: &str = "glowplug_test_";

/// An empty database that lives as long as this value.
///
/// Databases whose names begin with its name and an underscore (shadows, for instance) go with it.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
}

impl TestDatabase {
    /// Creates an empty database.
    ///
    /// # Panics
    /// When PostgreSQL cannot be had: a test that needs it fails, it is never skipped.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a database is nothing to create by default")]
    pub fn new() -> Self {
        let database = Self::not_created();
        administer(&format!("CREATE DATABASE \"{}\"", database.name));
        database
    }

    /// A name on the server under which no database exists: for what creates it itself, or must fail.
    /// Dropped like the others if somebody creates it.
    ///
    /// # Panics
    /// When PostgreSQL cannot be had.
    #[must_use]
    pub fn not_created() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        server();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { name: format!("{PREFIX}{}_{number}", std::process::id()) }
    }

    /// The name of the database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address of the database, with the password.
    #[must_use]
    pub fn url(&self) -> String {
        server().url(&self.name)
    }

    /// The server that the database is on.
    #[must_use]
    pub fn server(&self) -> &'static Server {
        server()
    }

    /// Runs one or more statements.
    ///
    /// # Panics
    /// When the database refuses them; the message says why.
    pub fn execute(&self, sql: &str) {
        let _ = self.query_text(sql);
    }

    /// Runs one or more statements.
    ///
    /// # Errors
    /// The database's message, with its code.
    pub fn try_execute(&self, sql: &str) -> Result<(), String> {
        query(&self.name, sql).map(|_| ())
    }

    /// Runs one or more statements and returns their rows, every value as PostgreSQL writes it, NULL as `None`.
    ///
    /// # Panics
    /// When the database refuses them.
    #[must_use]
    pub fn query_text(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        query(&self.name, sql).unwrap_or_else(|error| panic!("database `{}`: {error}\n{sql}", self.name))
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // A panic here, in a test that panics already, would hide its message: leftovers go with the next run.
        let own = self.name.clone();
        let _ = drop_databases(move |name| is_of(name, &own));
    }
}

/// Whether a database is `owner` or was made for it.
fn is_of(name: &str, owner: &str) -> bool {
    name.strip_prefix(owner).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// The throw-away server, started on first use.
///
/// # Panics
/// When PostgreSQL cannot be had.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = DevServer::for_tests(&home()).ensure(&mut |_| {}).unwrap_or_else(|error| {
            panic!("this test needs PostgreSQL: {}: {error}\nhint: {}", error.code(), error.hint())
        });
        // `SERVER` is not set yet, so the address is handed on.
        let _ = drop_leftovers(&server);
        server
    })
}

/// The server's major version.
///
/// # Panics
/// When PostgreSQL cannot be had.
#[must_use]
pub fn major() -> u32 {
    static MAJOR: OnceLock<u32> = OnceLock::new();
    *MAJOR.get_or_init(|| {
        let rows = query("postgres", "SHOW server_version_num").unwrap_or_default();
        let number = rows.into_iter().flatten().flatten().next().and_then(|it| it.parse::<u32>().ok());
        number.unwrap_or_else(|| panic!("the server does not say its version")) / 10_000
    })
}

/// The folder of the server: in the build folder that the running test program was built into, unless
/// `GLOWPLUG_TEST_HOME` names another, e.g. because the server is of another version.
fn home() -> PathBuf {
    if let Some(home) = std::env::var_os("GLOWPLUG_TEST_HOME") {
        return PathBuf::from(home);
    }
    let program = std::env::current_exe().unwrap_or_default();
    let build = program.ancestors().find(|it| it.join("CACHEDIR.TAG").is_file()).map(Path::to_owned);
    let build = build.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"));
    build.join("glowplug-test")
}

/// Drops databases of test programs that no longer run.
fn drop_leftovers(server: &Server) -> Result<(), String> {
    drop_databases_on(server, |name| {
        let pid = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()?.parse().ok());
        pid.is_some_and(|pid| !process_is_alive(pid))
    })
}

fn drop_databases(wanted: impl Fn(&str) -> bool + Send + 'static) -> Result<(), String> {
    drop_databases_on(server(), wanted)
}

fn drop_databases_on(server: &Server, wanted: impl Fn(&str) -> bool + Send + 'static) -> Result<(), String> {
    let list = format!("SELECT datname FROM pg_database WHERE starts_with(datname, '{PREFIX}')");
    with_connection(&server.url("postgres"), async move |client| {
        let names = rows(client.simple_query(&list).await?);
        for name in names.into_iter().flatten().flatten().filter(|name| wanted(name)) {
            // Connections that a test left open are cut.
            client.simple_query(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await?;
        }
        Ok(())
    })
}

fn administer(sql: &str) {
    if let Err(error) = query("postgres", sql) {
        panic!("{sql}: {error}");
    }
}

fn query(database: &str, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
    query_at(&server().url(database), sql)
}

fn query_at(url: &str, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
    let sql = sql.to_owned();
    with_connection(url, async move |client| client.simple_query(&sql).await.map(rows))
}

/// Works with a connection of its own, so that nothing of ours stands in the way of a `DROP DATABASE`.
///
/// The work is done on a thread of its own: tests may themselves run inside a runtime, where blocking on another
/// one is not allowed.
fn with_connection<T: Send + 'static>(
    url: &str,
    work: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error> + Send + 'static,
) -> Result<T, String> {
    let (sender, receiver) = mpsc::channel();
    let url = url.to_owned();
    let task = move || async move {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
        let driver = tokio::spawn(connection);
        let res = work(&client).await;
        drop(client);
        // Wait until the server has seen the end of the connection.
        let _ = driver.await;
        res
    };
    std::thread::spawn(move || sender.send(runtime().block_on(task())));
    let res = receiver.recv().map_err(|_| "the work with the database was given up".to_owned())?;
    res.map_err(|error| describe(&error))
}

fn rows(messages: Vec<SimpleQueryMessage>) -> Vec<Vec<Option<String>>> {
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|index| row.get(index).map(str::to_owned)).collect())
        }
        _ => None,
    });
    rows.collect()
}

fn describe(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{}: {} ({})", db.severity(), db.message(), db.code().code()),
        None => error.to_string(),
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime can be built")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_database_is_empty_and_its_own() {
        let (one, two) = (TestDatabase::new(), TestDatabase::new());
        one.execute("CREATE TABLE here (id int); INSERT INTO here VALUES (1), (NULL)");
        let rows = one.query_text("SELECT id FROM here");
        assert_eq!(rows, [[Some("1".to_owned())], [None]]);
        let tables = two.query_text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        assert_eq!(tables, [[Some("0".to_owned())]]);
    }

    #[test]
    fn a_database_goes_with_its_value_and_takes_its_shadow_along() {
        let database = TestDatabase::new();
        let name = database.name().to_owned();
        administer(&format!("CREATE DATABASE \"{name}_shadow\""));
        drop(database);
        let sql = format!("SELECT datname FROM pg_database WHERE datname LIKE '{name}%'");
        let left: Vec<String> = query("postgres", &sql).unwrap().into_iter().flatten().flatten().collect();
        assert!(!left.iter().any(|it| is_of(it, &name)), "{left:?}");
    }

    #[test]
    fn what_the_database_refuses_is_told_with_its_code() {
        let database = TestDatabase::new();
        let error = database.try_execute("SELECT * FROM nowhere").unwrap_err();
        assert_eq!(error, "ERROR: relation \"nowhere\" does not exist (42P01)");
    }

    #[test]
    fn a_name_can_be_had_without_a_database() {
        let database = TestDatabase::not_created();
        let error = database.try_execute("SELECT 1").unwrap_err();
        assert!(error.contains("(3D000)"), "{error}");
        administer(&format!("CREATE DATABASE \"{}\"", database.name()));
        database.execute("SELECT 1");
    }

    #[test]
    fn databases_of_dead_programs_are_dropped() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let pid = child.id();
        child.wait().unwrap();
        let name = format!("{PREFIX}{pid}_1");
        administer(&format!("CREATE DATABASE \"{name}\""));
        drop_leftovers(server()).unwrap();
        let sql = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
        assert_eq!(query("postgres", &sql).unwrap(), Vec::<Vec<Option<String>>>::new());
    }

    #[tokio::test]
    async fn a_test_may_run_inside_a_runtime() {
        TestDatabase::new().execute("SELECT 1");
    }
}
