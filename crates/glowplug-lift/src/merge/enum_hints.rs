//! Hints that decide whether an enum of the file is one of the database: they come and go before everything
//! else is compared, so that an enum keeps its block and its fields.

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_psl::schema::{Enum, Schema};
use glowplug_psl::syntax::{CommentKind, Item};
use glowplug_sql::change::Change;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::{NativeType, SqlSchema};
use glowplug_sql::pair::Pair;

use super::edits::{line_end, line_start, newline, replaced};
use super::files::Files;
use crate::check;
use crate::cx::Style;

/// The files with the hints that the database asks for.
pub(crate) fn settle(
    sources: &[SourceFile],
    schema: &Schema,
    live: &SqlSchema,
    dialect: &dyn Dialect,
) -> Vec<SourceFile> {
    let mut res = sources.to_vec();
    let Some(hint) = dialect.lift().enum_hint() else { return res };
    let file = dialect.lower(schema);
    let changes =
        check::changes(Pair::new(live, &file), &Style::of(schema), dialect, &RenameHints::default());
    let files = Files::new(sources);
    let mut edits: Vec<Vec<(usize, usize, String)>> = vec![Vec::new(); sources.len()];
    for enum_ in &schema.enums {
        let has_hint = enum_.hints.iter().any(|it| it.name == hint);
        let Some(at) = files.block_at(enum_.span) else { continue };
        let Item::Block(block) = &files.items(at.file)[at.item] else { continue };
        let text = files.text(at.file);
        if !has_hint && live.enums.iter().any(|it| it.name == enum_.db_name()) {
            let start = line_start(text, block.span.start as usize);
            edits[at.file].push((start, start, format!("/// @{hint}{}", newline(text))));
        } else if has_hint && is_plain_now(enum_, &changes) {
            for item in files.items(at.file)[..at.item].iter().rev() {
                let Item::Comment(comment) = item else { break };
                let is_it = comment.text.trim_start_matches('/').trim() == format!("@{hint}");
                if comment.kind == CommentKind::Doc && is_it {
                    let (start, end) = (comment.span.start as usize, comment.span.end as usize);
                    edits[at.file].push((line_start(text, start), line_end(text, end), String::new()));
                }
            }
        }
    }
    for (source, edits) in res.iter_mut().zip(edits) {
        source.text = replaced(&source.text, 0, source.text.len(), edits);
    }
    res
}

/// Whether columns that are the enum's in the file are of no enum in the database.
fn is_plain_now(enum_: &Enum, changes: &glowplug_sql::change::ChangeSet<'_>) -> bool {
    let Pair { prev: live, next: file } = changes.schemas;
    let is_new = |change: &Change| matches!(change, Change::CreateEnum(id) if file.enum_type(*id).name == enum_.db_name());
    let becomes_it = |change: &Change| match change {
        Change::AlterColumn(ids, delta) if delta.ty.is_some() => {
            let types = (&live.column(ids.prev).ty.native, &file.column(ids.next).ty.native);
            match types {
                (NativeType::Enum { .. }, _) => false,
                (_, NativeType::Enum { name, .. }) => name == enum_.db_name(),
                (_, NativeType::Named { .. } | NativeType::Unsupported(_)) => false,
            }
        }
        _ => false,
    };
    changes.changes.iter().any(is_new) && changes.changes.iter().any(becomes_it)
}
