//! Empties namespaces.

use glowplug_dialect::database::Result;
use glowplug_dialect::error::{DatabaseError, ErrorKind};
use glowplug_sql::model::QualifiedName;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::database::{rows, sql};
use crate::error;

/// Statements that give a new schema the owner, rights and comment of the old one.
const RIGHTS: &str = include_str!("schema_rights.sql");
/// What is to be spared, and what of it needs something that goes.
const NEEDS: &str = include_str!("spared_needs.sql");
/// Statements that drop the objects of schemas, for a role that may not drop the schemas.
const OBJECTS: &str = include_str!("drop_objects.sql");

/// Drops everything in the namespaces: all of it, or nothing.
pub(crate) fn wipe(client: &Client, namespaces: &[String]) -> Result<()> {
    match batch(client, &drop_schemas(client, namespaces)?) {
        Err(error) if error::sqlstate(&error) == Some(SqlState::INSUFFICIENT_PRIVILEGE.code()) => {
            batch(client, &drop_objects(client, namespaces, &[])?)
                .map_err(|error| error::or_missing_right(error, "run this as the owner of the tables"))
        }
        res => res,
    }
}

/// Drops everything in the namespaces but what is to be spared: all of it, or nothing.
pub(crate) fn wipe_but(
    client: &Client,
    default: &str,
    namespaces: &[String],
    spare: &[QualifiedName],
) -> Result<()> {
    let spared: Vec<_> =
        spare.iter().map(|it| (it.namespace.as_deref().unwrap_or(default), it.name.as_str())).collect();
    let needs =
        rows(client, &NEEDS.replace(":schemas", &list(namespaces)).replace(":spared", &pairs(&spared)))?;
    if let Some([Some(part), Some(needed)]) = needs.first().map(Vec::as_slice) {
        let message = format!("{part} is to stay, but needs {needed}, which would be dropped");
        return Err(DatabaseError::new(ErrorKind::Statement, message)
            .with_hint("drop the one by hand, or let both stay"));
    }
    batch(client, &drop_objects(client, namespaces, &spared)?)
        .map_err(|error| error::or_missing_right(error, "run this as the owner of the tables"))
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

fn drop_objects(client: &Client, namespaces: &[String], spared: &[(&str, &str)]) -> Result<Vec<String>> {
    let query = OBJECTS.replace(":schemas", &list(namespaces)).replace(":spared", &pairs(spared));
    Ok(rows(client, &query)?.into_iter().flatten().flatten().collect())
}

fn list(names: &[String]) -> String {
    names.iter().map(|it| sql::literal(it)).collect::<Vec<_>>().join(", ")
}

/// A list is never empty in SQL; nothing has an empty name.
fn pairs(names: &[(&str, &str)]) -> String {
    let pair = |(schema, name): &(&str, &str)| format!("({}, {})", sql::literal(schema), sql::literal(name));
    let pairs: Vec<_> = [("", "")].iter().chain(names).map(pair).collect();
    pairs.join(", ")
}

fn batch(client: &Client, statements: &[String]) -> Result<()> {
    let res = rows(client, &format!("BEGIN; {}; COMMIT", statements.join("; ")));
    if res.is_err() {
        // If the connection is gone, that is what the first error says.
        let _ = rows(client, "ROLLBACK");
    }
    res.map(|_| ())
}
