//! The tool is killed on a database file: every migration is whole, with rows and books, or not there.

use glowplug_dialect::database::{ConnectOptions, Connector};
use glowplug_sqlite::connector::SqliteConnector;

use super::Verdict;
use super::work::{Bench, workspace, write};

const FILL: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)\n";

/// Kills it at any time.
pub(super) fn killed(bench: &Bench, random: &mut fastrand::Rng) -> Verdict {
    let folder = workspace("sqlite").map_err(|error| error.to_string())?;
    let said = |error: std::io::Error| error.to_string();
    let up = format!(
        "CREATE TABLE \"Work\" (\"id\" INTEGER PRIMARY KEY NOT NULL);\n{FILL}INSERT INTO \"Work\" SELECT i FROM n;\n"
    );
    write(folder.path(), "20260101000000_init", &up, None).map_err(said)?;
    // A table that is built anew brings its own transaction.
    let rebuild = "PRAGMA foreign_keys=OFF;\nBEGIN EXCLUSIVE;\n\
         CREATE TABLE \"_new\" (\"id\" INTEGER PRIMARY KEY NOT NULL, \"size\" INTEGER NOT NULL);\n\
         INSERT INTO \"_new\" SELECT \"id\", \"id\" * 2 FROM \"Work\";\nDROP TABLE \"Work\";\n\
         ALTER TABLE \"_new\" RENAME TO \"Work\";\nCOMMIT;\nPRAGMA foreign_keys=ON;\n";
    write(folder.path(), "20260102000000_rebuild", rebuild, Some("run_in_transaction = false\n"))
        .map_err(said)?;
    let more =
        format!("CREATE TABLE \"More\" (\"id\" INTEGER);\n{FILL}INSERT INTO \"More\" SELECT i FROM n;\n");
    write(folder.path(), "20260103000000_more", &more, None).map_err(said)?;
    let url = format!("file:{}/work.db", folder.path().display());
    let options = ConnectOptions::default();
    SqliteConnector.create_database(&url, &options).map_err(|error| error.message)?;

    let deploy = || super::tool::deploy(&bench.tool, folder.path(), &url, &[]);
    let deploying = deploy();
    std::thread::sleep(bench.usual.mul_f64(random.f64() * 0.5));
    let met = deploying.kill();
    agrees(&url).map_err(|why| format!("after the fault: {why}"))?;
    let next = deploy().end();
    if next.code != Some(0) {
        return Err(format!("the next deploy does not finish: {}", next.text));
    }
    let applied = agrees(&url).map_err(|why| format!("after the next deploy: {why}"))?;
    if applied == 3 { Ok(met) } else { Err(format!("{applied} of 3 migrations are applied")) }
}

/// How many are applied, if what is there is what they make.
fn agrees(url: &str) -> Result<usize, String> {
    let mut db = SqliteConnector.connect(url, &ConnectOptions::default()).map_err(|error| error.message)?;
    let mut count = |table: &str, sql: &str| -> Result<String, String> {
        if !db.has_table(table).map_err(|error| error.message)? {
            return Ok("none".to_owned());
        }
        let rows = db.query(sql).map_err(|error| error.message)?;
        Ok(rows.into_iter().flatten().flatten().next().unwrap_or_default())
    };
    let ledger = count(
        "_glowplug_migrations",
        "SELECT count(*) FROM _glowplug_migrations WHERE finished_at IS NOT NULL",
    )?;
    let diesel = count("__diesel_schema_migrations", "SELECT count(*) FROM __diesel_schema_migrations")?;
    let work = count("Work", "SELECT count(*) FROM \"Work\"")?;
    let columns = count("Work", "SELECT count(*) FROM pragma_table_info('Work')")?;
    let more = count("More", "SELECT count(*) FROM \"More\"")?;
    let new = count("_new", "SELECT count(*) FROM \"_new\"")?;
    let applied = ledger.parse().unwrap_or(0);
    let expected = match applied {
        0 => ("none", "none", "none"),
        1 => ("20000", "1", "none"),
        2 => ("20000", "2", "none"),
        _ => ("20000", "2", "20000"),
    };
    let found = (work.as_str(), columns.as_str(), more.as_str());
    if found != expected || new != "none" || diesel.parse().unwrap_or(0) != applied {
        return Err(format!(
            "{applied} in the ledger, {diesel} in Diesel's table, and found {found:?}, {new}"
        ));
    }
    Ok(applied)
}
