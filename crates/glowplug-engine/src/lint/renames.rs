//! Renames that the SQL makes: two models alone look as if something were dropped and something else added.

use glowplug_dialect::lint::Linted;
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::diff::{Compare, diff};
use glowplug_sql::hints::{PartRename, RenameHints};
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

use super::place::{find_name, find_word};

/// What statements with the word `RENAME` say about objects that are gone and new.
pub(super) fn told(
    compare: &dyn Compare,
    sql: &str,
    linted: &Linted,
    models: Pair<&SqlSchema>,
) -> RenameHints {
    let renaming: Vec<&str> = linted
        .statements
        .iter()
        .map(|place| &sql[place.clone()])
        .filter(|text| find_word(text, "RENAME"))
        .collect();
    let mut hints = RenameHints::default();
    if renaming.is_empty() {
        return hints;
    }
    let says = |old: &str, new: &str| {
        renaming.iter().any(|text| find_name(text, old).is_some() && find_name(text, new).is_some())
    };
    wholes(&diff(models, compare, &hints), &says, &mut hints);
    // Parts are compared only once their tables and enums are known to be the same.
    let parts = parts(&diff(models, compare, &hints), &says);
    hints.columns = parts.columns;
    hints.enum_values = parts.enum_values;
    hints
}

fn wholes(changes: &ChangeSet<'_>, says: &dyn Fn(&str, &str) -> bool, hints: &mut RenameHints) {
    let Pair { prev, next } = changes.schemas;
    for gone in &changes.changes {
        for new in &changes.changes {
            if let (Change::DropTable(gone), Change::CreateTable(new)) = (gone, new) {
                let (old, new) = (prev.table(*gone), next.table(*new));
                if says(&old.name, &new.name) {
                    hints.tables.push(Pair::new(old.qualified_name(), new.qualified_name()));
                }
            }
            if let (Change::DropEnum(gone), Change::CreateEnum(new)) = (gone, new) {
                let (old, new) = (prev.enum_type(*gone), next.enum_type(*new));
                if says(&old.name, &new.name) {
                    hints.enums.push(Pair::new(old.qualified_name(), new.qualified_name()));
                }
            }
        }
    }
}

fn parts(changes: &ChangeSet<'_>, says: &dyn Fn(&str, &str) -> bool) -> RenameHints {
    let Pair { prev, next } = changes.schemas;
    let mut hints = RenameHints::default();
    for change in &changes.changes {
        if let Change::AlterEnum(ids, delta) = change {
            for (old, new) in
                delta.removed.iter().flat_map(|old| delta.added.iter().map(move |new| (old, new)))
            {
                if says(old, new) {
                    let of = next.enum_type(ids.next).qualified_name();
                    hints.enum_values.push(PartRename { of, names: Pair::new(old.clone(), new.clone()) });
                }
            }
        }
        let Change::DropColumn(gone) = change else { continue };
        for other in &changes.changes {
            let Change::AddColumn(new) = other else { continue };
            let of = next.table(new.table).qualified_name();
            let (old, new) = (&prev.column(*gone).name, &next.column(*new).name);
            if says(old, new) {
                hints.columns.push(PartRename { of, names: Pair::new(old.clone(), new.clone()) });
            }
        }
    }
    hints
}
