//! The datasource: extensions that the database has in another version, or not at all.

use glowplug_psl::syntax::{BlockKind, Entry, Expression, Item};
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::ids::ExtensionId;

use super::edits::Edits;
use super::files::{BlockAt, EntryAt, Files};
use super::known::Lowered;
use crate::text;

/// Brings `extensions = [...]` to what the database has. `changes` lead from the database to the file.
pub(crate) fn make<'f, 'a>(
    changes: &ChangeSet<'_>,
    lowered: &Lowered<'_>,
    files: &'f Files<'a>,
    edits: &mut Edits<'f, 'a>,
) {
    let is_about =
        |change: &&Change| matches!(change, Change::CreateExtension(_) | Change::AlterExtension(_));
    if !changes.changes.iter().any(|change| is_about(&change)) {
        return;
    }
    let Some((at, items)) = extensions(files) else { return };
    let source = files.text(at.block.file);
    let mut kept = Vec::new();
    for item in items {
        let written = &source[item.span().start as usize..item.span().end as usize];
        let name = match item {
            Expression::Constant(name) => name.text,
            Expression::Call(call) => call.name.text,
            Expression::String(_)
            | Expression::Number(_)
            | Expression::Array(..)
            | Expression::Object(..) => "",
        };
        let change = changes.changes.iter().find(|change| match change {
            Change::CreateExtension(id) => said_name(lowered, *id).as_deref() == Some(name),
            Change::AlterExtension(ids) => said_name(lowered, ids.next).as_deref() == Some(name),
            _ => false,
        });
        match change {
            Some(Change::AlterExtension(ids)) => {
                kept.push(altered(changes, name, ids.prev, lowered, ids.next));
            }
            Some(_) => {}
            None => kept.push(written.to_owned()),
        }
    }
    if kept.is_empty() {
        edits.remove(at);
    } else {
        edits.set_property(at, format!("[{}]", kept.join(", ")));
    }
}

/// The extension with the version and namespace that the database has, where the file says them.
fn altered(
    changes: &ChangeSet<'_>,
    name: &str,
    live: ExtensionId,
    lowered: &Lowered<'_>,
    file: ExtensionId,
) -> String {
    let (live, file) = (changes.schemas.prev.extension(live), lowered.file.extension(file));
    let default = changes.schemas.prev.default_namespace.as_deref();
    let namespace = live.namespace.as_deref().or(default);
    let options = [
        ("map", (live.name != name).then_some(live.name.as_str())),
        ("schema", namespace.filter(|_| file.namespace.is_some())),
        ("version", live.version.as_deref().filter(|_| file.version.is_some())),
    ];
    let options: Vec<String> = options
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}: {}", text::string(value))))
        .collect();
    if options.is_empty() { name.to_owned() } else { format!("{name}({})", options.join(", ")) }
}

/// The name in the file of an extension that the file lowers to.
fn said_name(lowered: &Lowered<'_>, id: ExtensionId) -> Option<String> {
    let db_name = &lowered.file.extension(id).name;
    let said = &lowered.schema.datasource.as_ref()?.extensions;
    let found = said.iter().find(|e| e.db_name.as_ref().unwrap_or(&e.name) == db_name)?;
    Some(found.name.clone())
}

fn extensions<'f, 'a>(files: &'f Files<'a>) -> Option<(EntryAt, &'f [Expression<'a>])> {
    for file in 0..files.sources.len() {
        for (item, content) in files.items(file).iter().enumerate() {
            let Item::Block(block) = content else { continue };
            if block.kind != BlockKind::Datasource {
                continue;
            }
            for (entry, content) in block.entries.iter().enumerate() {
                if let Entry::Property(property) = content
                    && property.name.text == "extensions"
                    && let Some(value) = &property.value
                {
                    let items = match value {
                        Expression::Array(items, _) => items.as_slice(),
                        single => std::slice::from_ref(single),
                    };
                    return Some((EntryAt { block: BlockAt { file, item }, entry }, items));
                }
            }
        }
    }
    None
}
