//! How heavy tables are, as far as that can be told without reading them.

use diesel::sqlite::SqliteConnection;
use glowplug_dialect::effects::{Weight, Weights};

use crate::names::quoted;
use crate::rows::value;

/// The highest row id is a good guess at how many rows there are, and the end of the tree tells it at once. A table
/// without row ids keeps silent. Transactions of others are not to be seen.
pub(super) fn weigh(connection: &mut SqliteConnection, names: &[String]) -> Weights {
    let mut weights = Weights::default();
    for name in names {
        let question = format!("SELECT coalesce(max(rowid), 0) FROM {}", quoted(name));
        if let Ok(Some(rows)) = value(connection, &question) {
            weights.tables.insert(name.clone(), Weight { rows: rows.parse().ok(), bytes: None });
        }
    }
    weights
}
