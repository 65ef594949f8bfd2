//! Recognises a pooler that gives every transaction whatever server session is free: what a session holds, such as
//! the migration lock, means nothing there.
//!
//! A pooler logs its clients in by itself, with a process number of its own making, by which it is told what to cancel
//! (PostgreSQL manual, "Message Formats", BackendKeyData). Where the server's process that answers is the one that was
//! told of, no pooler is in between, and that is all that is asked. Behind a pooler a second session tells whether each
//! has a server session to itself.

use std::time::Duration;

use glowplug_dialect::database::Result;
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::error;
use crate::runtime::block_on;

/// How often both sessions are asked. A pool hands out what was given back last, or takes turns: both are seen at
/// once; a busy one mixes.
const ROUNDS: usize = 5;
/// A pool whose server sessions are all taken lets a second one wait: then the first has one to itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// The server's process that answers.
pub(super) fn process(client: &Client) -> Result<Option<i32>> {
    let messages = block_on(client.simple_query("SELECT pg_catalog.pg_backend_pid()"));
    Ok(number(&messages.map_err(|error| error::statement(&error))?))
}

/// Whether the two sessions share server sessions.
pub(super) fn shares(first: &Client, second: &Client) -> Result<bool> {
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.extend(process(first)?);
        match process_in_time(second)? {
            Some(process) => others.push(process),
            None => return Ok(false),
        }
    }
    Ok(are_shared(&ours, &others))
}

/// A session that has a server session to itself is always answered by the same process, and no other session is.
fn are_shared(ours: &[i32], others: &[i32]) -> bool {
    let moves = |seen: &[i32]| seen.windows(2).any(|pair| pair[0] != pair[1]);
    moves(ours) || moves(others) || ours.iter().any(|process| others.contains(process))
}

fn process_in_time(client: &Client) -> Result<Option<i32>> {
    // Made inside: a timer belongs to the runtime that it is made in.
    let answer = block_on(async {
        tokio::time::timeout(PATIENCE, client.simple_query("SELECT pg_catalog.pg_backend_pid()")).await
    });
    match answer {
        Ok(messages) => Ok(number(&messages.map_err(|error| error::statement(&error))?)),
        Err(_) => Ok(None),
    }
}

fn number(messages: &[SimpleQueryMessage]) -> Option<i32> {
    messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
        _ => None,
    })
}

/// The refusal; `how` says how it is known.
pub(super) fn refused(how: &str) -> DatabaseError {
    DatabaseError::new(
        ErrorKind::Pooler,
        format!("the connection leads through a transaction pooler ({how}), which cannot hold the migration lock"),
    )
    .with_hint(
        "migrate over the server's own address: set DATABASE_URL to it for this command, or name it as `directUrl` in \
         the datasource block",
    )
}

#[cfg(test)]
mod tests {
    use super::are_shared;

    #[test]
    fn a_server_session_of_ones_own_never_changes() {
        assert!(!are_shared(&[1, 1, 1], &[2, 2, 2]));
        assert!(are_shared(&[1, 1, 1], &[1, 1, 1]), "the one that was given back last");
        assert!(are_shared(&[1, 3, 1], &[2, 4, 2]), "taking turns");
        assert!(are_shared(&[1, 1, 1], &[2, 2, 1]));
        assert!(are_shared(&[1, 2], &[3, 3]));
    }
}
