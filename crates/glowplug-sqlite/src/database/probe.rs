//! Counts rows, for the findings about a plan.

use std::time::{Duration, Instant};

use diesel::sqlite::SqliteConnection;
use glowplug_dialect::database::Result;
use glowplug_dialect::finding::{Facts, Probe};

use crate::names::{column_of, literal, quoted};
use crate::rows::value;

/// Asks the questions until the time is over. What fails or comes too late has no answer. A question that has
/// begun is waited for: SQLite runs in this process, and nobody else waits for it.
pub(super) fn probe(connection: &mut SqliteConnection, probes: &[Probe], limit: Duration) -> Result<Facts> {
    let begin = Instant::now();
    let mut facts = Facts::default();
    for probe in probes {
        if begin.elapsed() > limit {
            break;
        }
        let count = value(connection, &question(probe)).ok().flatten().and_then(|it| it.parse().ok());
        facts.counts.extend(count.map(|count| (probe.clone(), count)));
    }
    Ok(facts)
}

fn question(probe: &Probe) -> String {
    match probe {
        Probe::Rows(table) => format!("SELECT count(*) FROM {}", quoted(&table.name)),
        Probe::Values(table, column) => {
            format!("SELECT count({}) FROM {}", column_of(&table.name, column), quoted(&table.name))
        }
        Probe::Nulls(table, column) => format!(
            "SELECT count(*) FROM {} WHERE {} IS NULL",
            quoted(&table.name),
            column_of(&table.name, column)
        ),
        Probe::Duplicates(table, columns) => {
            let columns: Vec<_> = columns.iter().map(|column| column_of(&table.name, column)).collect();
            let present: Vec<_> = columns.iter().map(|column| format!("{column} IS NOT NULL")).collect();
            format!(
                "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1)",
                quoted(&table.name),
                present.join(" AND "),
                columns.join(", ")
            )
        }
        Probe::Orphans { table, columns, target, target_columns } => {
            let own = |column: &String| format!("c.{}", quoted(column));
            let present: Vec<_> =
                columns.iter().map(|column| format!("{} IS NOT NULL", own(column))).collect();
            let pairs = columns.iter().zip(target_columns);
            let equal: Vec<_> =
                pairs.map(|(column, theirs)| format!("p.{} = {}", quoted(theirs), own(column))).collect();
            format!(
                "SELECT count(*) FROM {} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {})",
                quoted(&table.name),
                present.join(" AND "),
                quoted(&target.name),
                equal.join(" AND ")
            )
        }
        Probe::LabelUses(table, column, labels) => {
            let labels: Vec<_> = labels.iter().map(|label| literal(label)).collect();
            format!(
                "SELECT count(*) FROM {} WHERE {} IN ({})",
                quoted(&table.name),
                column_of(&table.name, column),
                labels.join(", ")
            )
        }
    }
}
