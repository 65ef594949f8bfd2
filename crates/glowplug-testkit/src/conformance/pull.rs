//! What every database must survive: to be written as a schema file, and to be pulled onto one that is there.

use glowplug_dialect::dialect::Dialect;
use glowplug_lift::Style;
use glowplug_lift::check::leftover;
use glowplug_lift::fresh::{fresh, settings};
use glowplug_lift::merge::merge;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_psl::schema::Schema;
use glowplug_sql::model::SqlSchema;

use super::physical::{Step, Stop, script};

/// Pulls into a new file and onto the given ones, each twice: the result asks for what the database has, the
/// second time changes nothing, and where nothing differs nothing changes at all.
pub(super) fn round_trip(dialect: &dyn Dialect, live: &SqlSchema, sources: &[SourceFile]) -> Step<()> {
    let (head, style) = settings(live, dialect);
    let text = fresh(live, dialect, &head, &style);
    let new = [SourceFile { path: "new.prisma".to_owned(), text }];
    agrees(dialect, "pull into a new file", live, &new)?;
    unchanged(dialect, "pull onto the new file", live, &new)?;
    if differs(dialect, live, sources)?.is_none() {
        return unchanged(dialect, "pull onto a file that agrees", live, sources);
    }
    let merged = merge(sources, live, dialect).sources;
    agrees(dialect, "pull onto the file", live, &merged)?;
    unchanged(dialect, "pull a second time", live, &merged)
}

fn agrees(dialect: &dyn Dialect, what: &str, live: &SqlSchema, sources: &[SourceFile]) -> Step<()> {
    match differs(dialect, live, sources) {
        Ok(None) => Ok(()),
        Ok(Some(left)) => Err(Stop::Failed(format!("{what}: {left}"))),
        Err(Stop::Failed(why)) => Err(Stop::Failed(format!("{what}: {why}"))),
        Err(stop) => Err(stop),
    }
}

/// What is left to do from the database to the files.
fn differs(dialect: &dyn Dialect, live: &SqlSchema, sources: &[SourceFile]) -> Step<Option<String>> {
    let schema = parsed(sources)?;
    let file = dialect.lower(&schema);
    let left = leftover(live, &file, &Style::of(&schema), dialect);
    if left.is_empty() {
        return Ok(None);
    }
    let sql = script(dialect, &left, false)?;
    let first = sql.lines().take(3).collect::<Vec<_>>().join(" ");
    Ok(Some(format!("{} changes are left: {first}", left.changes.len())))
}

fn unchanged(dialect: &dyn Dialect, what: &str, live: &SqlSchema, sources: &[SourceFile]) -> Step<()> {
    let merged = merge(sources, live, dialect).sources;
    for (prev, next) in sources.iter().zip(&merged) {
        if prev != next {
            let line = prev.text.lines().zip(next.text.lines()).find(|(a, b)| a != b);
            return Err(Stop::Failed(format!("{what}: the file changed: {line:?}")));
        }
    }
    Ok(())
}

fn parsed(sources: &[SourceFile]) -> Step<Schema> {
    let (schema, diagnostics) = glowplug_psl::parse(sources);
    match diagnostics.iter().find(|d| d.severity == Severity::Error) {
        Some(error) => {
            let source = &sources[error.span.file as usize];
            let line = source.line_column(error.span.start).0;
            let text = source.text.lines().nth(line - 1).unwrap_or_default();
            Err(Stop::Failed(format!("the file has an error: {} in `{}`", error.message, text.trim())))
        }
        None => Ok(schema),
    }
}
