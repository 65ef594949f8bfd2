//! What every session is told first: in which namespace unqualified names are.

use glowplug_dialect::database::Result;
use tokio_postgres::Client;

use crate::database::{rows, sql};
use crate::error;
use crate::runtime::block_on;

/// The statement for the `schema` of a URL; without one, the role's and the server's own settings hold.
pub(crate) fn search_path(schema: Option<&str>) -> String {
    match schema {
        Some(schema) => format!("SET search_path = {}", sql::identifier(schema)),
        None => "RESET search_path".to_owned(),
    }
}

/// The same until the end of a transaction.
pub(crate) fn local_search_path(schema: Option<&str>) -> String {
    match schema {
        Some(schema) => format!("SET LOCAL search_path = {}", sql::identifier(schema)),
        None => "SET LOCAL search_path TO DEFAULT".to_owned(),
    }
}

/// Tells a session its namespace.
pub(crate) fn set_up(client: &Client, schema: Option<&str>) -> Result<()> {
    match schema {
        Some(_) => {
            block_on(client.batch_execute(&search_path(schema))).map_err(|error| error::statement(&error))
        }
        None => Ok(()),
    }
}

/// Tells the first session its namespace and makes sure that it exists. Gives its name.
pub(crate) fn first(client: &Client, schema: Option<&str>) -> Result<String> {
    set_up(client, schema)?;
    if let Some(current) = current(client)? {
        return Ok(current);
    }
    // Nothing of the search path exists: the schema of the URL is new, or somebody dropped `public`.
    let name = schema.unwrap_or("public");
    let create = format!("CREATE SCHEMA IF NOT EXISTS {}", sql::identifier(name));
    block_on(client.batch_execute(&create)).map_err(|error| {
        error::or_missing_right(
            error::statement(&error),
            &format!(
                "let an administrator create the schema `{name}`, or name one that exists with `?schema=`"
            ),
        )
    })?;
    Ok(current(client)?.unwrap_or_else(|| name.to_owned()))
}

fn current(client: &Client) -> Result<Option<String>> {
    Ok(rows(client, "SELECT pg_catalog.current_schema()")?.into_iter().flatten().next().flatten())
}
