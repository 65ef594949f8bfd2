//! How heavy tables are, by the statistics, and which transaction is in the way of locks.

use glowplug_dialect::database::Result;
use glowplug_dialect::effects::{OpenTransaction, Weight, Weights};
use tokio_postgres::Client;

use crate::database::{rows, sql};

/// The oldest transaction of this database that is not ours.
const OLDEST: &str = "SELECT pid, application_name, state, \
     greatest(extract(epoch FROM pg_catalog.clock_timestamp() - xact_start), 0)::bigint \
     FROM pg_catalog.pg_stat_activity \
     WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid() \
     AND xact_start IS NOT NULL AND backend_type = 'client backend' \
     ORDER BY xact_start LIMIT 1";

/// Asks the catalog, in one query for all tables.
pub(crate) fn weigh(client: &Client, namespace: &str, names: &[String]) -> Result<Weights> {
    let mut weights = Weights::default();
    if !names.is_empty() {
        for row in rows(client, &question(namespace, names))? {
            let mut row = row.into_iter();
            let mut next = || row.next().flatten();
            let Some(name) = next() else { continue };
            let mut number = || next().and_then(|text| text.parse().ok());
            weights.tables.insert(name, Weight { rows: number(), bytes: number() });
        }
    }
    if let Some(row) = rows(client, OLDEST)?.into_iter().next() {
        let mut row = row.into_iter();
        let mut next = || row.next().flatten().filter(|it| !it.is_empty());
        weights.oldest = Some(OpenTransaction {
            pid: next().and_then(|it| it.parse().ok()),
            application: next(),
            state: next(),
            seconds: next().and_then(|it| it.parse().ok()).unwrap_or_default(),
        });
    }
    Ok(weights)
}

/// An index stands for its table. A negative estimate means that nobody has counted yet (manual, 53.11 `pg_class`;
/// zero before version 14, which with no pages is the truth).
fn question(namespace: &str, names: &[String]) -> String {
    let wanted: Vec<String> = names
        .iter()
        .map(|name| {
            let (schema, relation) = name.split_once('.').unwrap_or((namespace, name));
            format!("({}, {}, {})", sql::literal(name), sql::literal(schema), sql::literal(relation))
        })
        .collect();
    format!(
        "SELECT w.name, CASE WHEN t.reltuples >= 0 THEN t.reltuples::bigint END, \
         pg_catalog.pg_total_relation_size(t.oid) \
         FROM (VALUES {}) w(name, namespace, relation) \
         JOIN pg_catalog.pg_namespace n ON n.nspname = w.namespace \
         JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation \
         LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid \
         JOIN pg_catalog.pg_class t ON t.oid = coalesce(i.indrelid, c.oid)",
        wanted.join(", ")
    )
}
