//! Empties namespaces.

use glowplug_dialect::database::Result;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::database::{rows, sql};
use crate::error;

/// Statements that give a new schema the owner, rights and comment of the old one.
const RIGHTS: &str = include_str!("schema_rights.sql");
/// Statements that drop the objects of schemas, for a role that may not drop the schemas.
const OBJECTS: &str = include_str!("drop_objects.sql");

/// Drops everything in the namespaces: all of it, or nothing.
pub(crate) fn wipe(client: &Client, namespaces: &[String]) -> Result<()> {
    match batch(client, &drop_schemas(client, namespaces)?) {
        Err(error) if error::sqlstate(&error) == Some(SqlState::INSUFFICIENT_PRIVILEGE.code()) => {
            batch(client, &drop_objects(client, namespaces)?)
                .map_err(|error| error::or_missing_right(error, "run this as the owner of the tables"))
        }
        res => res,
    }
}

/// Whole schemas: whatever kinds of objects they hold goes with them.
fn drop_schemas(client: &Client, namespaces: &[String]) -> Result<Vec<String>> {
    let mut statements = Vec::new();
    for name in namespaces {
        let schema = sql::identifier(name);
        statements.push(format!("DROP SCHEMA IF EXISTS {schema} CASCADE"));
        statements.push(format!("CREATE SCHEMA {schema}"));
        let rights = rows(client, &RIGHTS.replace(":schema", &sql::literal(name)))?;
        statements.extend(rights.into_iter().flatten().flatten());
    }
    Ok(statements)
}

fn drop_objects(client: &Client, namespaces: &[String]) -> Result<Vec<String>> {
    let names: Vec<_> = namespaces.iter().map(|it| sql::literal(it)).collect();
    let rows = rows(client, &OBJECTS.replace(":schemas", &names.join(", ")))?;
    Ok(rows.into_iter().flatten().flatten().collect())
}

fn batch(client: &Client, statements: &[String]) -> Result<()> {
    let res = rows(client, &format!("BEGIN; {}; COMMIT", statements.join("; ")));
    if res.is_err() {
        // If the connection is gone, that is what the first error says.
        let _ = rows(client, "ROLLBACK");
    }
    res.map(|_| ())
}
