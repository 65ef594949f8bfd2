//! Work in a transaction on the main connection, statement by statement.

use glowplug_dialect::database::{ConnectOptions, End, Result, Rows, Transaction};
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::database::{apply, rows};
use crate::error;
use crate::runtime::block_on;

/// Begins, works, and ends as `work` says. Whatever fails takes all of it back.
pub(super) fn run(
    client: &Client,
    options: &ConnectOptions,
    work: &mut dyn FnMut(&mut dyn Transaction) -> Result<End>,
) -> Result<()> {
    let mut open = Open { client };
    open.execute("BEGIN")?;
    let limits = apply::limits("SET LOCAL", options);
    let res = open.execute(&limits).and_then(|_| work(&mut open));
    let end = if matches!(res, Ok(End::Commit)) { "COMMIT" } else { "ROLLBACK" };
    // The first failure says more than one that comes of it.
    let ended = open.execute(end);
    res.and(ended).map(|_| ())
}

struct Open<'a> {
    client: &'a Client,
}

impl Transaction for Open<'_> {
    fn execute(&mut self, sql: &str) -> Result<u64> {
        let messages = block_on(self.client.simple_query(sql)).map_err(|error| error::statement(&error))?;
        let written = messages.iter().map(|message| match message {
            SimpleQueryMessage::CommandComplete(rows) => *rows,
            _ => 0,
        });
        Ok(written.sum())
    }

    fn query(&mut self, sql: &str) -> Result<Rows> {
        rows(self.client, sql)
    }
}
