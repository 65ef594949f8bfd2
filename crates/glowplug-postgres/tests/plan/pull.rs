//! What every state of every case must survive: to be written as a schema file, and to be pulled onto others.

use glowplug_dialect::dialect::Dialect;
use glowplug_lift::Style;
use glowplug_lift::check::leftover;
use glowplug_lift::fresh::{fresh, settings};
use glowplug_lift::merge::merge;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_sql::model::SqlSchema;

/// A new file asks for what the database has, and a file that does stays byte for byte.
pub(crate) fn agrees(what: &str, live: &SqlSchema, file: &SourceFile) -> Result<(), String> {
    let (head, style) = settings(live, &PostgresDialect);
    let text = fresh(live, &PostgresDialect, &head, &style);
    let new = SourceFile { path: "new.prisma".to_owned(), text };
    asks_for(&format!("{what}, a new file"), live, &new)?;
    stays(&format!("{what}, the new file"), live, &new)?;
    stays(what, live, file)
}

/// A file of another state is brought to this one.
pub(crate) fn brings(what: &str, live: &SqlSchema, file: &SourceFile) -> Result<(), String> {
    let merged = merge(std::slice::from_ref(file), live, &PostgresDialect).sources.remove(0);
    asks_for(&format!("{what}, brought"), live, &merged)?;
    stays(&format!("{what}, brought"), live, &merged)
}

fn asks_for(what: &str, live: &SqlSchema, file: &SourceFile) -> Result<(), String> {
    let (schema, diagnostics) = glowplug_psl::parse(std::slice::from_ref(file));
    if let Some(error) = diagnostics.iter().find(|d| d.severity == Severity::Error) {
        return Err(format!("{what}: {}\n{}", error.message, file.text));
    }
    let wanted = PostgresDialect.lower(&schema);
    let left = leftover(live, &wanted, &Style::of(&schema), &PostgresDialect);
    if left.is_empty() { Ok(()) } else { Err(format!("{what}: {:?} is left\n{}", left.changes, file.text)) }
}

fn stays(what: &str, live: &SqlSchema, file: &SourceFile) -> Result<(), String> {
    let merged = merge(std::slice::from_ref(file), live, &PostgresDialect).sources.remove(0);
    if merged == *file { Ok(()) } else { Err(format!("{what}: pulled again, it is\n{}", merged.text)) }
}
