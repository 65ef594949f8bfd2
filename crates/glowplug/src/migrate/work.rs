//! Applies what is pending, under the lock.

use std::fmt::Write as _;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use diesel::backend::Backend;
use diesel::connection::{BoxableConnection, LoadConnection};
use diesel::migration::{CREATE_MIGRATIONS_TABLE, Migration, MigrationMetadata, MigrationName};
use diesel_migrations::MigrationHarness;

use super::plan::{Todo, plan};
use super::{Done, Event, MigrateError, Migrates, Options};
use crate::history::{Known, LEDGER, Own, Program};
use crate::listener::text_of;

/// The ledger's own definition: `create_tables_sql` in `crates/glowplug-migrations/src/ledger.rs`.
const CREATE_LEDGER: &str = r#"CREATE TABLE IF NOT EXISTS "_glowplug_migrations" (
    "id" TEXT PRIMARY KEY NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "checksum" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "rolled_back_at" TIMESTAMPTZ,
    "steps_done" INTEGER NOT NULL DEFAULT 0,
    "log" TEXT,
    "up_sql" TEXT NOT NULL,
    "down_sql" TEXT,
    "tool_version" TEXT NOT NULL
)"#;

/// What the tool knows a row by that an application wrote.
const WRITER: &str = concat!("application with glowplug ", env!("CARGO_PKG_VERSION"));

/// Looks again, now that nobody else works, and applies what is left to do.
pub(super) fn go<C>(
    conn: &mut C,
    lock: &<C::Backend as Migrates>::Lock,
    program: &Program<C::Backend>,
    options: &mut Options<'_>,
) -> Result<Done, MigrateError>
where
    C: LoadConnection + MigrationHarness<C::Backend> + 'static,
    C::Backend: Migrates,
{
    let known = Known::read(conn)?;
    let todo = plan(program, &known, options.allow_out_of_order)?;
    let mut done = Done { applied: Vec::new(), unknown_here: program.unknown(&known) };
    if todo.is_empty() {
        return Ok(done);
    }
    conn.batch_execute(CREATE_MIGRATIONS_TABLE)?;
    let session = C::Backend::session(conn)?;
    for (todo, own) in todo {
        if !C::Backend::holds(conn, lock)? {
            return Err(MigrateError::LockLost { name: own.name.clone() });
        }
        if todo == Todo::Mark {
            mark(conn, own, "")?;
            continue;
        }
        let begin = Instant::now();
        let res = apply(conn, own, &session);
        // Whatever the migration did to the session, or left open when it failed.
        let restored = conn.batch_execute(&session);
        res?;
        restored?;
        if let Some(report) = &mut options.report {
            report(&Event::Applied { name: &own.name, took: begin.elapsed() });
        }
        done.applied.push(own.name.clone());
    }
    Ok(done)
}

fn apply<C>(conn: &mut C, own: &Own<C::Backend>, session: &str) -> Result<(), MigrateError>
where
    C: LoadConnection + MigrationHarness<C::Backend> + 'static,
    C::Backend: Migrates,
{
    let failed =
        |rolled_back: bool| move |cause| MigrateError::Failed { name: own.name.clone(), rolled_back, cause };
    if own.migration.metadata().run_in_transaction() {
        let step = Step { own, text: None, after: session, in_transaction: true };
        return conn.run_migration(&step).map(drop).map_err(failed(true));
    }
    let text = text_of(own.migration.as_ref());
    if let Some((inside, end)) = text.as_deref().and_then(|it| Some(it.split_at(C::Backend::commit_of(it)?)))
    {
        // Diesel's row is written before the text's own COMMIT.
        let step = Step { own, text: Some(inside), after: "", in_transaction: false };
        let res = conn.run_migration(&step).and_then(|_| Ok(conn.batch_execute(end)?));
        return res.map_err(|error| {
            // Refused where the text has rolled back by itself.
            let _ = conn.batch_execute("ROLLBACK");
            failed(true)(error)
        });
    }
    conn.batch_execute(CREATE_LEDGER)?;
    conn.batch_execute(&begin_sql(own))?;
    if let Err(error) = own.migration.run(conn) {
        // Refused where no transaction was left open. If the next fails as well, the row alone says enough.
        let _ = conn.batch_execute("ROLLBACK");
        let _ = conn.batch_execute(session);
        let log = format!("\"log\" = {}", literal(&error.to_string()));
        let _ = conn.batch_execute(&format!("UPDATE \"{LEDGER}\" SET {log} WHERE {}", open(own)));
        return Err(failed(false)(error));
    }
    mark(conn, own, &format!("{session}; DELETE FROM \"{LEDGER}\" WHERE {}", open(own)))
}

/// Lets Diesel write that a migration is applied, together with `sql`.
fn mark<C>(conn: &mut C, own: &Own<C::Backend>, sql: &str) -> Result<(), MigrateError>
where
    C: LoadConnection + MigrationHarness<C::Backend> + 'static,
    C::Backend: Migrates,
{
    let step = Step { own, text: Some(""), after: sql, in_transaction: true };
    conn.run_migration(&step).map(drop).map_err(MigrateError::Bookkeeping)
}

/// The row that says that a migration began which may land in parts. It has no checksum, by which the tool
/// sees that no journal of its parts was kept.
fn begin_sql<DB: Backend>(own: &Own<DB>) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_nanos());
    let id = format!("{now:x}-{:x}", std::process::id());
    let mut sql = format!(
        "INSERT INTO \"{LEDGER}\" (\"id\", \"name\", \"version\", \"checksum\", \"started_at\", \"up_sql\", \
         \"tool_version\") VALUES ("
    );
    let values = [literal(&id), literal(&own.name), literal(&own.version), literal("")];
    let _ = write!(sql, "{}, CURRENT_TIMESTAMP, '', {})", values.join(", "), literal(WRITER));
    sql
}

fn open<DB: Backend>(own: &Own<DB>) -> String {
    format!(
        "\"name\" = {} AND \"checksum\" = '' AND \"finished_at\" IS NULL AND \"rolled_back_at\" IS NULL",
        literal(&own.name)
    )
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A migration, or a part of its text, as Diesel's harness runs it.
struct Step<'a, DB: Backend> {
    own: &'a Own<DB>,
    /// What is sent instead of the migration.
    text: Option<&'a str>,
    /// What is sent afterwards, before Diesel writes its row.
    after: &'a str,
    in_transaction: bool,
}

impl<DB: Backend> Migration<DB> for Step<'_, DB> {
    fn run(&self, conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        match self.text {
            Some("") => {}
            Some(text) => conn.batch_execute(text)?,
            None => self.own.migration.run(conn)?,
        }
        if !self.after.is_empty() {
            conn.batch_execute(self.after)?;
        }
        Ok(())
    }

    fn revert(&self, conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        self.own.migration.revert(conn)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self.own.migration.name()
    }
}

impl<DB: Backend> MigrationMetadata for Step<'_, DB> {
    fn run_in_transaction(&self) -> bool {
        self.in_transaction
    }
}

#[cfg(test)]
mod tests {
    use super::CREATE_LEDGER;

    #[test]
    fn the_ledger_is_the_tools() {
        let theirs = glowplug_migrations::ledger::create_tables_sql();
        assert!(theirs.starts_with(&format!("{CREATE_LEDGER};")), "{theirs}");
    }
}
