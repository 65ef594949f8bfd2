//! Looks in the catalog what there is of a statement that cannot be in a transaction.

mod nameless;

use glowplug_dialect::database::Result;
use glowplug_dialect::unit::Landed;
use tokio_postgres::Client;

use crate::cursor::Name;
use crate::database::sql::{identifier, literal, qualified};
use crate::database::{Rows, rows};
use crate::units::goal::{Goal, goal};

/// What there is of it. Changes nothing.
pub(super) fn landed(client: &Client, statement: &str) -> Result<Landed> {
    match goal(statement) {
        Goal::IndexBuilt { index, table } => index_built(client, &index, &table),
        Goal::NamelessIndex { unique, table, definition } => {
            nameless::landed(client, unique, &table, &definition)
        }
        Goal::IndexGone(names) => index_gone(client, &names),
        Goal::Reindexed => reindexed(client),
        Goal::Detached { partition } => detached(client, &partition),
        Goal::Object { catalog: (table, column), name, exists } => {
            let sql = format!("SELECT 1 FROM pg_catalog.{table} WHERE {column} = {}", literal(&name));
            let is_there = !rows(client, &sql)?.is_empty();
            Ok(if is_there == exists { Landed::Yes } else { Landed::No })
        }
        Goal::Again => Ok(Landed::RunAgain),
        Goal::Unknown => Ok(Landed::Unknown),
    }
}

/// A failed build leaves an index that is not valid, and that `IF NOT EXISTS` would be content with.
fn index_built(client: &Client, index: &str, table: &Name) -> Result<Landed> {
    let table_oid = regclass(table);
    let sql = format!(
        "SELECT n.nspname, c.relname, i.indisvalid FROM pg_catalog.pg_index i \
         JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE i.indrelid = {table_oid} AND c.relname = {}",
        literal(index)
    );
    let found = rows(client, &sql)?;
    let Some([Some(namespace), Some(name), Some(valid)]) = found.first().map(Vec::as_slice) else {
        return unless_elsewhere(client, index, table, Landed::No);
    };
    if valid == "t" {
        return Ok(Landed::Yes);
    }
    Ok(Landed::Partly(vec![format!("DROP INDEX CONCURRENTLY {}", qualified(namespace, name))]))
}

fn index_gone(client: &Client, names: &[Name]) -> Result<Landed> {
    let mut left = 0;
    for name in names {
        if !rows(client, &format!("SELECT 1 WHERE {} IS NOT NULL", regclass(name)))?.is_empty() {
            left += 1;
        } else if unless_elsewhere(client, &name.name, name, Landed::Yes)? == Landed::Unknown {
            return Ok(Landed::Unknown);
        }
    }
    Ok(match left {
        0 => Landed::Yes,
        _ if left == names.len() => Landed::No,
        // The server takes one name at a time with CONCURRENTLY; whoever wrote more has to look.
        _ => Landed::Unknown,
    })
}

fn reindexed(client: &Client) -> Result<Landed> {
    let sql = "SELECT n.nspname, c.relname FROM pg_catalog.pg_index i \
         JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND n.nspname <> 'pg_toast' \
         AND i.indexrelid NOT IN (SELECT index_relid FROM pg_catalog.pg_stat_progress_create_index) \
         ORDER BY 1, 2";
    let left: Vec<String> = rows(client, sql)?.iter().filter_map(|row| drop_of(row)).collect();
    Ok(if left.is_empty() { Landed::RunAgain } else { Landed::Partly(left) })
}

fn drop_of(row: &[Option<String>]) -> Option<String> {
    match row {
        [Some(namespace), Some(name)] => {
            Some(format!("DROP INDEX CONCURRENTLY {}", qualified(namespace, name)))
        }
        _ => None,
    }
}

/// The first of its two transactions marks the partition, the second takes it out.
fn detached(client: &Client, partition: &Name) -> Result<Landed> {
    let sql = format!(
        "SELECT pg_catalog.to_jsonb(i) ->> 'inhdetachpending', i.inhparent::regclass, i.inhrelid::regclass \
         FROM pg_catalog.pg_inherits i WHERE i.inhrelid = {}",
        regclass(partition)
    );
    let found: Rows = rows(client, &sql)?;
    Ok(match found.first().map(Vec::as_slice) {
        None => unless_elsewhere(client, &partition.name, partition, Landed::Yes)?,
        Some([Some(pending), Some(parent), Some(partition)]) if pending == "true" => {
            Landed::Partly(vec![format!("ALTER TABLE {parent} DETACH PARTITION {partition} FINALIZE")])
        }
        Some(_) => Landed::No,
    })
}

/// A name without its namespace is looked up as the session does; the migration may have changed where that is.
fn unless_elsewhere(client: &Client, object: &str, name: &Name, otherwise: Landed) -> Result<Landed> {
    if name.namespace.is_some() {
        return Ok(otherwise);
    }
    let sql = format!(
        "SELECT 1 FROM pg_catalog.pg_class WHERE relname = {} AND {} IS NULL",
        literal(object),
        regclass(name)
    );
    Ok(if rows(client, &sql)?.is_empty() { otherwise } else { Landed::Unknown })
}

pub(super) fn regclass(name: &Name) -> String {
    let written = match &name.namespace {
        Some(namespace) => qualified(namespace, &name.name),
        None => identifier(&name.name),
    };
    format!("pg_catalog.to_regclass({})", literal(&written))
}
