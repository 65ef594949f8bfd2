//! Counts rows, for the findings about a plan.

use std::time::Duration;

use glowplug_dialect::database::Result;
use glowplug_dialect::error::ErrorKind;
use glowplug_dialect::finding::{Facts, Probe};
use glowplug_sql::model::QualifiedName;
use tokio_postgres::Client;

use crate::database::{rows, sql};

/// Asks each question with its own time limit. What fails or takes longer has no answer; only a lost
/// connection is an error.
pub(crate) fn probe(client: &Client, namespace: &str, probes: &[Probe], limit: Duration) -> Result<Facts> {
    let mut facts = Facts::default();
    for probe in probes {
        let batch = format!(
            "BEGIN READ ONLY; SET LOCAL statement_timeout = {}; {}; COMMIT",
            // Zero would mean no limit.
            limit.as_millis().clamp(1, i32::MAX as u128),
            question(namespace, probe)
        );
        match rows(client, &batch) {
            Ok(rows) => {
                let count = rows.into_iter().flatten().next().flatten().and_then(|it| it.parse().ok());
                facts.counts.extend(count.map(|count| (probe.clone(), count)));
            }
            Err(error) if error.kind == ErrorKind::ConnectionLost => return Err(error),
            Err(_) => {
                rows(client, "ROLLBACK")?;
            }
        }
    }
    Ok(facts)
}

fn question(namespace: &str, probe: &Probe) -> String {
    let table =
        |name: &QualifiedName| sql::qualified(name.namespace.as_deref().unwrap_or(namespace), &name.name);
    match probe {
        Probe::Rows(name) => format!("SELECT count(*) FROM {}", table(name)),
        Probe::Values(name, column) => {
            format!("SELECT count({}) FROM {}", sql::identifier(column), table(name))
        }
        Probe::Nulls(name, column) => {
            format!("SELECT count(*) FROM {} WHERE {} IS NULL", table(name), sql::identifier(column))
        }
        Probe::Duplicates(name, columns) => {
            let columns: Vec<_> = columns.iter().map(|it| sql::identifier(it)).collect();
            let present: Vec<_> = columns.iter().map(|it| format!("{it} IS NOT NULL")).collect();
            format!(
                "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1) groups",
                table(name),
                present.join(" AND "),
                columns.join(", ")
            )
        }
        Probe::Orphans { table: name, columns, target, target_columns } => {
            let present: Vec<_> =
                columns.iter().map(|it| format!("r.{} IS NOT NULL", sql::identifier(it))).collect();
            let equal: Vec<_> = columns
                .iter()
                .zip(target_columns)
                .map(|(own, other)| format!("r.{} = t.{}", sql::identifier(own), sql::identifier(other)))
                .collect();
            format!(
                "SELECT count(*) FROM {} r WHERE {} AND NOT EXISTS (SELECT FROM {} t WHERE {})",
                table(name),
                present.join(" AND "),
                table(target),
                equal.join(" AND ")
            )
        }
        Probe::LabelUses(name, column, labels) => {
            let labels: Vec<_> = labels.iter().map(|it| sql::literal(it)).collect();
            // As JSON a label and a list of labels answer the same operator.
            format!(
                "SELECT count(*) FROM {} WHERE to_jsonb({}) ?| ARRAY[{}]::text[]",
                table(name),
                sql::identifier(column),
                labels.join(", ")
            )
        }
    }
}
