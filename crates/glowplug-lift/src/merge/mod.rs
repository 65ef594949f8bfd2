//! Edits of the file that is there: what differs from the database is brought to what the database has, and
//! everything else stays byte for byte.
//!
//! An edit may make another one needed (a column that becomes optional changes the usual action of its
//! relation), so the difference is taken again after every turn, until none is left.

mod additions;
mod alterations;
mod edits;
mod enum_hints;
mod files;
mod known;
mod removals;
mod renames;
mod settings;
mod views;

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_psl::schema::Schema;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

use crate::check;
use crate::cx::{Cx, Style};
use crate::keys;
use crate::names::Names;
use edits::Edits;
use files::Files;
use known::Lowered;

/// How often the difference is taken. Two turns are usual; whatever is left after these is told by the check.
const TURNS: usize = 6;

/// The edited files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// All files, those without an edit as they were.
    pub sources: Vec<SourceFile>,
    /// What was taken for the same under another name. `prev` is the database.
    pub hints: RenameHints,
    /// What a person should look at, a sentence each.
    pub warnings: Vec<String>,
}

/// Brings the files, which are free of errors, to what the database has.
pub fn merge(sources: &[SourceFile], live: &SqlSchema, dialect: &dyn Dialect) -> Merged {
    let mut merged =
        Merged { sources: sources.to_vec(), hints: RenameHints::default(), warnings: Vec::new() };
    let (schema, _) = glowplug_psl::parse(sources);
    merged.sources = enum_hints::settle(sources, &schema, live, dialect);
    for turn in 0..TURNS {
        let (schema, diagnostics) = glowplug_psl::parse(&merged.sources);
        if diagnostics.iter().any(|d| d.severity == Severity::Error) {
            break;
        }
        let mut hints = RenameHints::default();
        if turn == 0 {
            let (found, warnings) = renames::settle(live, &schema, dialect);
            hints.clone_from(&found);
            merged.hints = found;
            merged.warnings = warnings;
            merged.warnings.extend(views::unknown(live, &schema));
        }
        let next = one_turn(&merged.sources, &schema, live, dialect, &hints);
        if next == merged.sources {
            break;
        }
        merged.sources = next;
    }
    merged
}

fn one_turn(
    sources: &[SourceFile],
    schema: &Schema,
    live: &SqlSchema,
    dialect: &dyn Dialect,
    hints: &RenameHints,
) -> Vec<SourceFile> {
    let style = Style::of(schema);
    let file = dialect.lower(schema);
    let schemas = Pair::new(live, &file);
    let changes = check::changes(schemas, &style, dialect, hints);
    let lowered = Lowered::new(schema, &file);
    let files = Files::new(sources);
    let mut edits = Edits::new(&files);
    let removed = removals::make(&changes, &lowered, &files, &mut edits);
    let mut known = lowered.known(&changes);
    known.removed.clone_from(&removed.fields);
    let names = Names::new(live, &known, &|table, index| {
        keys::index_is_written(style.has_partial_indexes, table, index)
    });
    let mut cx = Cx { live, dialect, style: &style, names };
    settings::make(&changes, &lowered, &files, &mut edits);
    alterations::make(&cx, &changes, &lowered, &known, &files, &mut edits);
    additions::make(&mut cx, &changes, &lowered, &known, &removed, &files, &mut edits);
    if style.has_views {
        views::make(&cx, &lowered, &known, &files, &mut edits);
    }
    edits.finish()
}
