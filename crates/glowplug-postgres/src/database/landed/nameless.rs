//! Finds an index that was built without a name, by its definition.
//!
//! The server says itself what the definition means: the same index on an empty table with the same columns, made and
//! taken back in a transaction, is printed as the one that is looked for, but for the names. An index of exactly that
//! definition that is there and valid is what the statement is for, as with `IF NOT EXISTS`.

use glowplug_dialect::database::Result;
use glowplug_dialect::error::ErrorKind;
use glowplug_dialect::unit::Landed;
use tokio_postgres::Client;

use super::regclass;
use crate::cursor::Name;
use crate::database::sql::{identifier, qualified};
use crate::database::{Rows, rows};

/// Where the definition begins in what the server prints.
const USING: &str = " USING ";

/// What there is of the index. Changes nothing.
pub(super) fn landed(client: &Client, unique: bool, table: &Name, definition: &str) -> Result<Landed> {
    let oid =
        rows(client, &format!("SELECT {}::oid", regclass(table)))?.into_iter().flatten().flatten().next();
    // Without it, the migration may have changed where names are looked for.
    let Some(oid) = oid.filter(|_| !table.name.contains(USING)) else { return Ok(Landed::Unknown) };
    let found = match rows(client, &question(unique, table, &oid, definition)) {
        Ok(found) => found,
        Err(error) if error.kind == ErrorKind::ConnectionLost => return Err(error),
        // It cannot be tried: no right to temporary tables, or a definition that no other table can have.
        Err(_) => {
            rows(client, "ROLLBACK")?;
            return Ok(Landed::Unknown);
        }
    };
    Ok(judge(&found))
}

/// The empty table has the name of the other, because a definition may have it in front of a column.
///
/// One row an index: whether it is the one on the empty table, its namespace, its name, whether it is valid, whether
/// somebody builds it now, and how it is printed.
fn question(unique: bool, table: &Name, oid: &str, definition: &str) -> String {
    let name = match &table.namespace {
        Some(namespace) => qualified(namespace, &table.name),
        None => identifier(&table.name),
    };
    let own = format!("pg_temp.{}", identifier(&table.name));
    let unique = if unique { "UNIQUE " } else { "" };
    format!(
        "BEGIN; CREATE TEMPORARY TABLE {plain} (LIKE {name}); CREATE {unique}INDEX ON {own} {definition}; \
         SELECT i.indrelid <> {oid}, n.nspname, c.relname, i.indisvalid, \
         EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid), \
         i.indisunique || pg_catalog.pg_get_indexdef(i.indexrelid) \
         FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE i.indrelid IN ({oid}, {own_oid}) AND NOT c.relispartition \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 2, 3; ROLLBACK",
        plain = identifier(&table.name),
        own_oid = regclass(&Name { namespace: Some("pg_temp".to_owned()), name: table.name.clone() }),
    )
}

fn judge(found: &Rows) -> Landed {
    let is = |row: &[Option<String>], at: usize| row.get(at).and_then(Option::as_deref) == Some("t");
    let wanted = found.iter().find(|row| is(row, 0)).and_then(|row| definition(row));
    let Some(wanted) = wanted else { return Landed::Unknown };
    let mut half = Vec::new();
    let mut is_there = false;
    for row in found.iter().filter(|row| !is(row, 0)) {
        match definition(row) {
            Some(it) if it == wanted => {}
            Some(_) => continue,
            None => return Landed::Unknown,
        }
        match row.as_slice() {
            _ if is(row, 4) => return Landed::Unknown,
            _ if is(row, 3) => is_there = true,
            [_, Some(namespace), Some(name), ..] => {
                half.push(format!("DROP INDEX CONCURRENTLY {}", qualified(namespace, name)));
            }
            _ => return Landed::Unknown,
        }
    }
    match (half.is_empty(), is_there) {
        (false, _) => Landed::Partly(half),
        (true, true) => Landed::Yes,
        (true, false) => Landed::No,
    }
}

/// Whether it is unique, and what follows the names; nothing if a name looks like more than that.
fn definition(row: &[Option<String>]) -> Option<String> {
    let name = row.get(2)?.as_deref()?;
    let (names, definition) = row.get(5)?.as_deref()?.split_once(USING)?;
    let unique = names.starts_with("true");
    (!name.contains(USING)).then(|| format!("{unique} {definition}"))
}
