//! The databases of a case, with a judge from outside: `pg_dump`, or what SQLite says of itself.

use std::path::Path;
use std::process::Command;

use glowplug_dialect::database::{ConnectOptions, Connector, Database};
use glowplug_dialect::dialect::Dialect;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_sql::model::SqlSchema;
use glowplug_sqlite::connector::SqliteConnector;
use tempfile::TempDir;

use super::file_dump;
use super::physical::{Step, Stop, read};
use crate::postgres::TestDatabase;

/// A database of a case.
pub(crate) struct Live {
    connection: Box<dyn Database>,
    place: Place,
}

enum Place {
    Server(TestDatabase),
    /// The file goes with its folder.
    File(TempDir),
}

impl Live {
    /// An empty database on which the case's `setup.sql` has run, if it has one.
    pub(super) fn new(dialect: &dyn Dialect, case: &Path) -> Step<Self> {
        let mut live = if dialect.provider() == "sqlite" { Self::file()? } else { Self::server()? };
        let setup = case.join("setup.sql");
        if setup.is_file() {
            live.run("setup.sql", &read(&setup)?)?;
        }
        Ok(live)
    }

    fn server() -> Step<Self> {
        let database = TestDatabase::new();
        let connection = PostgresConnector
            .connect(&database.url(), &options())
            .map_err(|error| failed("connect", &error))?;
        Ok(Self { connection, place: Place::Server(database) })
    }

    fn file() -> Step<Self> {
        let folder = tempfile::tempdir().map_err(|error| failed("a temporary folder", &error))?;
        let url = format!("file:{}", file_in(&folder));
        let made = SqliteConnector.create_database(&url, &options());
        let connection = made.and_then(|_| SqliteConnector.connect(&url, &options()));
        let connection = connection.map_err(|error| failed("connect", &error))?;
        Ok(Self { connection, place: Place::File(folder) })
    }

    /// Runs a script as one message, so in one transaction where the database has that; `what` says in a
    /// failure which it was.
    pub(super) fn run(&mut self, what: &str, sql: &str) -> Step<()> {
        let res = match &self.place {
            Place::Server(database) => database.try_execute(sql),
            Place::File(_) => self.connection.execute(sql).map_err(|error| error.to_string()),
        };
        match res {
            Ok(()) => Ok(()),
            Err(error) if error.contains("is not available") || error.contains("extension control file") => {
                Err(Stop::Blocked(format!("{what}: {error}")))
            }
            Err(error) => Err(Stop::Failed(format!("{what}: {error}"))),
        }
    }

    /// Where it is, as Diesel's own tool takes it.
    pub(crate) fn url(&self) -> String {
        match &self.place {
            Place::Server(database) => database.url(),
            Place::File(folder) => file_in(folder),
        }
    }

    /// The first value that a query gives.
    pub(super) fn value(&mut self, sql: &str) -> Option<String> {
        let rows = match &self.place {
            Place::Server(database) => database.query_text(sql),
            Place::File(_) => self.connection.query(sql).unwrap_or_default(),
        };
        rows.into_iter().flatten().next().flatten()
    }

    /// Our own view of the database.
    pub(super) fn introspect(&mut self, wanted: &SqlSchema) -> Step<SqlSchema> {
        let mut namespaces = wanted.namespaces.clone();
        if !namespaces.is_empty() {
            namespaces.extend(wanted.default_namespace.clone());
        }
        self.connection.introspect(&namespaces).map_err(|error| failed("introspect", &error))
    }

    /// The outside view, normalised.
    pub(super) fn dump(&mut self) -> Step<String> {
        match &self.place {
            Place::Server(database) => pg_dump(database),
            Place::File(_) => {
                file_dump::dump(self.connection.as_mut()).map_err(|error| failed("dump", &error))
            }
        }
    }
}

fn file_in(folder: &TempDir) -> String {
    folder.path().join("case.db").display().to_string()
}

fn options() -> ConnectOptions {
    ConnectOptions { application_name: "glowplug conformance".to_owned(), ..ConnectOptions::default() }
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> Stop {
    Stop::Failed(format!("{what}: {error}"))
}

/// `pg_dump --schema-only`. The program is the server's own, unless `GLOWPLUG_PG_DUMP` names another: some servers
/// come without, and a newer one serves them all.
fn pg_dump(database: &TestDatabase) -> Step<String> {
    let own = || {
        let bin = database.query_text("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
        let bin = bin.into_iter().flatten().flatten().next().unwrap_or_default();
        Path::new(&bin).join("pg_dump")
    };
    let program = std::env::var_os("GLOWPLUG_PG_DUMP").map_or_else(own, std::path::PathBuf::from);
    let output = Command::new(program)
        .args(["--schema-only", "--no-owner", "--no-privileges", "--no-comments"])
        .arg(database.url())
        .output()
        .map_err(|error| failed("pg_dump", &error))?;
    if !output.status.success() {
        return Err(Stop::Failed(format!("pg_dump: {}", String::from_utf8_lossy(&output.stderr).trim())));
    }
    Ok(normalise(&String::from_utf8_lossy(&output.stdout)))
}

/// A dump without comments and settings, and without the order of columns inside a table.
fn normalise(dump: &str) -> String {
    let lines = dump.lines().filter(|line| {
        let skipped = ["--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict"];
        !line.trim().is_empty() && !skipped.iter().any(|start| line.starts_with(start))
    });
    let mut res = String::new();
    let mut table: Option<Vec<String>> = None;
    for line in lines {
        if let Some(columns) = &mut table {
            if line == ");" {
                columns.sort();
                res.push_str(&columns.join("\n"));
                res.push_str("\n);\n");
                table = None;
            } else {
                columns.push(line.trim_end_matches(',').to_owned());
            }
            continue;
        }
        if line.starts_with("CREATE TABLE ") && line.ends_with('(') {
            table = Some(Vec::new());
        }
        res.push_str(line);
        res.push('\n');
    }
    res
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn dumps_are_compared_without_the_order_of_columns() {
        let one = "-- x\nSET a = b;\nCREATE TABLE public.t (\n    b integer,\n    a text\n);\n";
        let two = "CREATE TABLE public.t (\n    a text,\n    b integer\n);\n";
        assert_eq!(normalise(one), normalise(two));
    }
}
