//! Work in a transaction, statement by statement.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use glowplug_dialect::database::{End, Result, Rows, Transaction};

use crate::error;
use crate::rows;

/// Begins with the write lock, works, and ends as `work` says. After a failure a transaction may be open: the caller
/// takes it back.
pub(super) fn run(
    connection: &mut SqliteConnection,
    file: Option<&Path>,
    work: &mut dyn FnMut(&mut dyn Transaction) -> Result<End>,
) -> Result<()> {
    let mut open = Open { connection, file };
    open.execute("BEGIN IMMEDIATE")?;
    let end = match work(&mut open)? {
        End::Commit => "COMMIT",
        End::Rollback => "ROLLBACK",
    };
    open.execute(end)?;
    Ok(())
}

struct Open<'a> {
    connection: &'a mut SqliteConnection,
    file: Option<&'a Path>,
}

impl Open<'_> {
    fn total(&mut self) -> Result<u64> {
        let total = rows::value(self.connection, "SELECT total_changes()")
            .map_err(|error| error::statement(&error, self.file))?;
        Ok(total.and_then(|it| it.parse().ok()).unwrap_or_default())
    }
}

impl Transaction for Open<'_> {
    fn execute(&mut self, sql: &str) -> Result<u64> {
        let before = self.total()?;
        self.connection
            .batch_execute(sql)
            .map_err(|error| error::at(error::statement(&error, self.file), sql, sql, 0))?;
        Ok(self.total()?.saturating_sub(before))
    }

    fn query(&mut self, sql: &str) -> Result<Rows> {
        rows::rows(self.connection, sql)
            .map_err(|error| error::at(error::statement(&error, self.file), sql, sql, 0))
    }
}
