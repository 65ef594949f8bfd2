//! Pairs with rows in the tables: what no change speaks of keeps its rows, what cannot run leaves everything
//! as it was, and the findings knew it before.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use glowplug_checks::{probes, run as findings};
use glowplug_dialect::database::Database;
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::finding::Level;
use glowplug_dialect::plan::PlanOptions;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::hints::RenameHints;
use glowplug_sql::invert::invert;
use glowplug_sql::model::{NativeType, QualifiedName, SqlSchema, Table};
use glowplug_testkit::random::{RandomPair, rows};

use super::{agree, difference, introspect, lower, run, steps};

/// Fingerprints of tables.
type Contents = BTreeMap<QualifiedName, String>;

pub(crate) fn stay_or_were_foretold(database: &mut dyn Database, pair: &RandomPair) -> Result<(), String> {
    let (prev, next) = (lower(&pair.prev), lower(&pair.next));
    database
        .wipe(&super::NAMESPACES.map(str::to_owned))
        .map_err(|error| format!("wipe: {}", error.message))?;
    create_with_rows(database, &prev)?;
    let live_prev = introspect(database)?;
    let there = difference(&live_prev, &next, &pair.hints);
    if !step_with_rows(database, "up", &there, false)? {
        return Ok(());
    }
    agree("the second after up", &introspect(database)?, &next)?;
    let back = invert(&there, PostgresDialect.compare());
    if step_with_rows(database, "down", &back, true)? {
        agree("the first after down", &introspect(database)?, &prev)?;
    }
    Ok(())
}

fn create_with_rows(database: &mut dyn Database, schema: &SqlSchema) -> Result<(), String> {
    let empty = SqlSchema::default();
    let none = RenameHints::default();
    let changes = difference(&empty, schema, &none);
    let steps = steps("creating the first", &changes, false)?;
    let is_key = |at: &usize| matches!(changes.changes[*at], Change::AddForeignKey(_));
    let keys = steps.iter().position(|step| step.realises.iter().any(is_key)).unwrap_or(steps.len());
    let text = |part: &[glowplug_dialect::plan::Step]| -> String {
        part.iter().map(|step| format!("{}\n", step.sql)).collect()
    };
    let sql = format!("{}{}\n{}", text(&steps[..keys]), rows(schema).join("\n"), text(&steps[keys..]));
    database.execute(&sql).map_err(|error| format!("creating the first with rows: {}\n{sql}", error.message))
}

/// Makes the changes; says whether they could be made. Fails when what happened was not foretold.
fn step_with_rows(
    database: &mut dyn Database,
    what: &str,
    changes: &ChangeSet<'_>,
    way_back: bool,
) -> Result<bool, String> {
    let facts = database
        .probe(&probes(changes), Duration::from_secs(30))
        .map_err(|error| format!("probe: {}", error.message))?;
    let mut found = findings(changes, &facts);
    // These columns bring a value along on the way back.
    let filled = PostgresDialect.plan(changes, &PlanOptions { way_back, ..PlanOptions::default() }).filled;
    found.retain(|finding| !filled.contains(&finding.change));
    let is_impossible = found.iter().any(|finding| finding.level == Level::Impossible);
    let before = contents(database, changes.schemas.prev)?;
    let told: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    match run(database, what, changes, way_back) {
        Ok(()) if is_impossible => Err(format!("{what} ran, but it was called impossible: {told:?}")),
        Ok(()) => {
            let after = contents(database, changes.schemas.next)?;
            let touched = touched(changes);
            match before.iter().find(|(name, content)| {
                !touched.contains(name) && after.get(name).is_some_and(|after| after != *content)
            }) {
                Some((name, content)) => {
                    Err(format!("{what} changed the rows of `{name}`: {content} to {}", after[name]))
                }
                None => Ok(true),
            }
        }
        Err(error) if found.is_empty() => Err(format!("nothing was foretold: {error}")),
        Err(error) => {
            if contents(database, changes.schemas.prev)? != before {
                return Err(format!("{what} failed and left something behind: {error}"));
            }
            Ok(false)
        }
    }
}

/// Tables that a change speaks of, by the name they had.
fn touched(changes: &ChangeSet<'_>) -> BTreeSet<QualifiedName> {
    let prev = changes.schemas.prev;
    let enums: Vec<QualifiedName> = changes
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::AlterEnum(ids, _) => Some(prev.enum_type(ids.prev).qualified_name()),
            _ => None,
        })
        .collect();
    let has_enum = |table: &Table| {
        table.columns.iter().any(|column| match &column.ty.native {
            NativeType::Enum { namespace, name } => {
                enums.contains(&QualifiedName { namespace: namespace.clone(), name: name.clone() })
            }
            NativeType::Named { .. } | NativeType::Unsupported(_) => false,
        })
    };
    let by_change = changes.changes.iter().filter_map(|change| change.tables().0).map(|id| prev.table(id));
    let new = changes
        .changes
        .iter()
        .filter_map(|change| change.tables().1)
        .map(|id| changes.schemas.next.table(id));
    let by_enum = prev.tables.iter().filter(|table| has_enum(table));
    by_change.chain(new).chain(by_enum).map(Table::qualified_name).collect()
}

fn contents(database: &mut dyn Database, schema: &SqlSchema) -> Result<Contents, String> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut res = Contents::new();
    for table in &schema.tables {
        let namespace = table.namespace.as_deref().unwrap_or("public");
        let sql = format!(
            "SELECT count(*) || ' ' || coalesce(string_agg(t::text, '|' ORDER BY t::text), '') FROM {}.{} t",
            quoted(namespace),
            quoted(&table.name)
        );
        let rows = database.query(&sql).map_err(|error| format!("{sql}: {}", error.message))?;
        let content = rows.into_iter().flatten().next().flatten().unwrap_or_default();
        res.insert(table.qualified_name(), content);
    }
    Ok(res)
}
