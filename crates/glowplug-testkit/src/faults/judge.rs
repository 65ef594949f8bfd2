//! Looks at a database after a fault: the ledger, the journal, Diesel's table and what is really there must agree.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use glowplug_dialect::database::{ConnectOptions, Connector, Database, Rows};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_sql::model::SqlSchema;

use super::Verdict;
use super::work::{Bench, Expected, HISTORY};

/// The server notices within a second that a client is gone; a busy machine may take longer.
const GONE: Duration = Duration::from_secs(30);

/// After a fault: what is there must agree; then the next deploy must finish the work.
pub(super) fn judge(bench: &Bench, url: &str, met: bool) -> Verdict {
    sessions_ended(url)?;
    agrees(url).map_err(|why| format!("after the fault: {why}"))?;
    let next = bench.deploy(url).end();
    if next.code != Some(0) {
        return Err(format!("the next deploy does not finish: {}", next.text));
    }
    finished(bench, url).map_err(|why| format!("after the next deploy: {why}"))?;
    Ok(met)
}

/// Everything is applied, once.
pub(super) fn finished(bench: &Bench, url: &str) -> Result<(), String> {
    agrees(url)?;
    let mut db = connect(url)?;
    let state = State::read(db.as_mut())?;
    for migration in HISTORY {
        if !state.ledger.contains(migration.name) {
            return Err(format!("`{}` is not applied", migration.name));
        }
    }
    expect(db.as_mut(), "SELECT count(*) FROM \"Work\"", "3000")?;
    expect(db.as_mut(), "SELECT count(*) FROM pg_index WHERE NOT indisvalid", "0")?;
    expect(db.as_mut(), "SELECT count(*) FROM _glowplug_steps WHERE finished_at IS NULL", "0")?;
    expect(db.as_mut(), "SELECT count(*) FROM _glowplug_migrations WHERE finished_at IS NULL", "0")?;
    if bench.model != SqlSchema::default() && model(url)? != bench.model {
        return Err("the database is not as it is without a fault".to_owned());
    }
    Ok(())
}

/// What is in the books is in the database, and the other way round.
pub(super) fn agrees(url: &str) -> Result<(), String> {
    let mut db = connect(url)?;
    let state = State::read(db.as_mut())?;
    let mut may_follow = true;
    for migration in HISTORY {
        state.agrees(migration)?;
        let has_begun = migration.labels.iter().any(|label| state.seen.contains_key(*label));
        if has_begun && !may_follow {
            return Err(format!("`{}` began before the one before it was done", migration.name));
        }
        may_follow = state.ledger.contains(migration.name);
    }
    Ok(())
}

/// What a database says of itself.
struct State {
    /// Labels, and how often each is there.
    seen: BTreeMap<String, usize>,
    /// Names that the ledger has as applied.
    ledger: BTreeSet<String>,
    /// Versions that Diesel has as applied.
    diesel: BTreeSet<String>,
    /// Statements that the journal has as landed, by migration.
    landed: Vec<(String, String)>,
}

impl State {
    fn read(db: &mut dyn Database) -> Result<Self, String> {
        let mut rows = |table: &str, sql: &str| -> Result<Rows, String> {
            match db.has_table(table) {
                Ok(true) => db.query(sql).map_err(|error| error.message),
                Ok(false) => Ok(Vec::new()),
                Err(error) => Err(error.message),
            }
        };
        let seen = rows("Seen", "SELECT \"label\", count(*) FROM \"Seen\" GROUP BY 1")?;
        let ledger = "SELECT name FROM _glowplug_migrations WHERE finished_at IS NOT NULL";
        let ledger = rows("_glowplug_migrations", ledger)?;
        let diesel = rows("__diesel_schema_migrations", "SELECT version FROM __diesel_schema_migrations")?;
        let landed = "SELECT migration, sql FROM _glowplug_steps WHERE finished_at IS NOT NULL";
        let landed = rows("_glowplug_steps", landed)?;
        let pair = |row: Vec<Option<String>>| {
            let mut row = row.into_iter().map(Option::unwrap_or_default);
            (row.next().unwrap_or_default(), row.next().unwrap_or_default())
        };
        if ledger.len() != ledger.iter().collect::<BTreeSet<_>>().len() {
            return Err("a migration is applied twice in the ledger".to_owned());
        }
        Ok(Self {
            seen: seen
                .into_iter()
                .map(pair)
                .map(|(label, count)| (label, count.parse().unwrap_or(0)))
                .collect(),
            ledger: ledger.into_iter().flatten().flatten().collect(),
            diesel: diesel.into_iter().flatten().flatten().collect(),
            landed: landed.into_iter().map(pair).collect(),
        })
    }

    fn agrees(&self, migration: &Expected) -> Result<(), String> {
        let name = migration.name;
        let is_applied = self.ledger.contains(name);
        if is_applied != self.diesel.contains(migration.version) {
            return Err(format!("`{name}`: applied in the ledger: {is_applied}, in Diesel's table not so"));
        }
        for label in migration.labels {
            let count = self.seen.get(*label).copied().unwrap_or(0);
            if count > 1 {
                return Err(format!("`{name}`: statement `{label}` ran {count} times"));
            }
            let wanted = if migration.is_whole { is_applied } else { self.has_landed(name, label) };
            if wanted != (count == 1) {
                return Err(format!(
                    "`{name}`: in the books statement `{label}` has landed: {wanted}; it is not so"
                ));
            }
        }
        Ok(())
    }

    fn has_landed(&self, name: &str, label: &str) -> bool {
        let label = format!("('{label}')");
        self.landed.iter().any(|(migration, sql)| migration == name && sql.contains(&label))
    }
}

/// Until no session of the tool is left on the database.
pub(super) fn sessions_ended(url: &str) -> Result<(), String> {
    let begin = Instant::now();
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
               AND application_name = 'glowplug'";
    let mut db = connect(url)?;
    while value(db.as_mut(), sql)? != "0" {
        if begin.elapsed() > GONE {
            return Err("a session of the tool is still there".to_owned());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Opens a database to look at it.
pub(super) fn connect(url: &str) -> Result<Box<dyn Database>, String> {
    let options = ConnectOptions { application_name: "judge".to_owned(), ..ConnectOptions::default() };
    PostgresConnector.connect(url, &options).map_err(|error| error.message)
}

/// The whole model.
pub(super) fn model(url: &str) -> Result<SqlSchema, String> {
    connect(url)?.introspect(&[]).map_err(|error| error.message)
}

/// The first value.
pub(super) fn value(db: &mut dyn Database, sql: &str) -> Result<String, String> {
    let rows = db.query(sql).map_err(|error| error.message)?;
    Ok(rows.into_iter().flatten().flatten().next().unwrap_or_default())
}

fn expect(db: &mut dyn Database, sql: &str, expected: &str) -> Result<(), String> {
    let found = value(db, sql)?;
    if found == expected { Ok(()) } else { Err(format!("{sql}: {found}, not {expected}")) }
}
