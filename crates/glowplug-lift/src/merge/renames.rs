//! What is the same under another name: `/// @renamed(from: "...")` says it, or it is too much alike for chance.
//!
//! Nothing in the database changes here, so a rename that is taken for one costs no row: the field keeps its
//! name, its comments and its place, and gets an `@map`. What is only a little alike is a removal and an
//! addition, and a warning says so.

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::{Hint, Schema, Value};
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::diff::{RenameCandidate, Renamed, diff, rename_candidates};
use glowplug_sql::hints::{PartRename, RenameHints};
use glowplug_sql::model::{QualifiedName, SqlSchema};
use glowplug_sql::pair::Pair;

/// From so much likeness (of 100) on, two names are taken for one thing.
const SURE: u8 = 80;
/// And nothing else may come nearer than this.
const MARGIN: u8 = 20;

/// All renames between the database and the file, and what to tell about them.
pub(crate) fn settle(live: &SqlSchema, schema: &Schema, dialect: &dyn Dialect) -> (RenameHints, Vec<String>) {
    let file = dialect.lower(schema);
    let schemas = Pair::new(live, &file);
    let mut hints = RenameHints::default();
    let mut warnings = Vec::new();
    let mut taken: Vec<Pair<String>> = Vec::new();
    let mut refused: Vec<Renamed> = Vec::new();
    // A table that is found again brings its columns, so the difference is taken anew after each.
    loop {
        let changes = diff(schemas, dialect.compare(), &hints);
        let candidates = rename_candidates(&changes, dialect.compare());
        let is_open = |candidate: &&RenameCandidate| !refused.contains(&candidate.what);
        let Some(candidate) = candidates.iter().find(is_open) else { break };
        let names = names(&candidate.what);
        let is_said = is_said(schema, &names);
        if is_said || (candidate.score >= SURE && is_clear(candidate, &candidates)) {
            accept(&changes, candidate, &mut hints);
            if !is_said {
                warnings.push(format!(
                    "`{}` looks like `{}` under another name: it keeps its name in the file and says the database's \
                     with `{}`; if it is another thing, write it anew by hand",
                    names.prev,
                    names.next,
                    map_of(&candidate.what)
                ));
            }
            taken.push(names);
        } else {
            refused.push(candidate.what.clone());
        }
    }
    for what in refused {
        let names = names(&what);
        // Each is told once, with what it is most alike.
        if taken.iter().any(|pair| pair.prev == names.prev || pair.next == names.next) {
            continue;
        }
        warnings.push(format!(
            "`{}` is new in the database and `{}` is gone from it: written as an addition and a removal; if it \
             was renamed, take the old lines back and give them `{}`",
            names.prev,
            names.next,
            map_of(&what)
        ));
        taken.push(names);
    }
    (hints, warnings)
}

/// The names as a user writes them: `Course.title`. `prev` is the database's.
fn names(what: &Renamed) -> Pair<String> {
    match what {
        Renamed::Table(names) | Renamed::Enum(names) => names.clone(),
        Renamed::Column { table: of, names } | Renamed::EnumValue { enum_name: of, labels: names } => {
            names.as_ref().map(|name| format!("{of}.{name}"))
        }
    }
}

/// The attribute that names it in the database.
fn map_of(what: &Renamed) -> &'static str {
    match what {
        Renamed::Table(_) | Renamed::Enum(_) => "@@map",
        Renamed::Column { .. } | Renamed::EnumValue { .. } => "@map",
    }
}

/// Whether nothing else is nearly as much alike to one of both.
fn is_clear(candidate: &RenameCandidate, all: &[RenameCandidate]) -> bool {
    let own = names(&candidate.what);
    let mut rivals = all.iter().filter(|other| {
        let other = names(&other.what);
        (other.prev == own.prev) != (other.next == own.next)
    });
    rivals.all(|other| other.score + MARGIN <= candidate.score)
}

/// Whether the file itself says that its thing was renamed from the database's.
fn is_said(schema: &Schema, names: &Pair<String>) -> bool {
    let (of, old) = match names.prev.split_once('.') {
        Some((of, part)) => (Some(of), part),
        None => (None, names.prev.as_str()),
    };
    let new = names.next.rsplit('.').next().unwrap_or_default();
    let says = |hints: &[Hint]| renamed_from(hints).as_deref() == Some(old);
    match of {
        None => {
            schema.models.iter().any(|model| model.db_name() == new && says(&model.hints))
                || schema.enums.iter().any(|e| e.db_name() == new && says(&e.hints))
        }
        Some(of) => {
            let mut fields = schema.models.iter().filter(|m| m.db_name() == of).flat_map(|m| &m.fields);
            let mut values = schema.enums.iter().filter(|e| e.db_name() == of).flat_map(|e| &e.values);
            fields.any(|field| field.db_name() == new && says(&field.hints))
                || values.any(|value| value.db_name() == new && says(&value.hints))
        }
    }
}

fn renamed_from(hints: &[Hint]) -> Option<String> {
    let hint = hints.iter().find(|hint| hint.name == "renamed")?;
    hint.args.iter().find_map(|(name, value)| match (name.as_deref(), value) {
        (Some("from") | None, Value::String(from)) => Some(from.clone()),
        _ => None,
    })
}

fn accept(changes: &ChangeSet<'_>, candidate: &RenameCandidate, hints: &mut RenameHints) {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    let name = |table: &glowplug_sql::model::Table| -> QualifiedName { table.qualified_name() };
    let at = candidate.changes;
    match (&changes.changes[at.prev], &changes.changes[at.next]) {
        (Change::DropTable(old), Change::CreateTable(new)) => {
            hints.tables.push(Pair::new(name(prev.table(*old)), name(next.table(*new))));
        }
        (Change::DropColumn(old), Change::AddColumn(new)) => hints.columns.push(PartRename {
            of: name(next.table(new.table)),
            names: Pair::new(prev.column(*old).name.clone(), next.column(*new).name.clone()),
        }),
        (Change::DropEnum(old), Change::CreateEnum(new)) => {
            let names = (prev.enum_type(*old).qualified_name(), next.enum_type(*new).qualified_name());
            hints.enums.push(Pair::new(names.0, names.1));
        }
        (Change::AlterEnum(ids, _), _) => {
            if let Renamed::EnumValue { labels, .. } = &candidate.what {
                let of = next.enum_type(ids.next).qualified_name();
                hints.enum_values.push(PartRename { of, names: labels.clone() });
            }
        }
        // A candidate is always a drop and a creation of one kind.
        _ => {}
    }
}
