//! Settles what is a rename before anything is planned: a rename is asked, never guessed into a drop.
//!
//! Sources, in order: `--rename` and `--drop`, `/// @renamed(from: "...")` in the schema file, then a person.
//! Where nobody is there to ask, the command ends with the flags to pass.

use std::time::Duration;

use glowplug_dialect::database::Database;
use glowplug_dialect::finding::Probe;
use glowplug_dialect::words::counted;
use glowplug_psl::schema::{Hint, Schema, Value};
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::diff::{Compare, Renamed, rename_candidates};
use glowplug_sql::hints::{PartRename, RenameHints};
use glowplug_sql::model::{QualifiedName, SqlSchema};
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::ui::{Answer, Question};

/// What the user has said on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// `--rename Old=New` or `--rename Model.old=Model.new`.
    pub renames: Vec<(String, String)>,
    /// `--drop Model.old`: it is really gone.
    pub drops: Vec<String>,
}

/// Something that is dropped and added, and may be meant as a rename. Names as a user writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Possible {
    /// What is gone.
    pub from: String,
    /// What is new.
    pub to: String,
}

/// The renames that the schema file and the command line name, without a question to anybody.
///
/// # Errors
/// A flag that names nothing.
pub fn known(schema: Option<&Schema>, schemas: Pair<&SqlSchema>, said: &Said) -> Result<RenameHints> {
    let mut hints = RenameHints::default();
    let without = Schema::default();
    let schema = schema.unwrap_or(&without);
    from_schema_file(schema, schemas, &mut hints);
    for (old, new) in &said.renames {
        from_flag(schema, schemas, old, new, &mut hints)?;
    }
    Ok(hints)
}

/// What nobody has spoken about: each object once, the likeliest first.
pub fn open(changes: &ChangeSet<'_>, compare: &dyn Compare, said: &Said) -> Vec<Possible> {
    let mut possible: Vec<Possible> = Vec::new();
    for candidate in rename_candidates(changes, compare) {
        let Pair { prev: from, next: to } = names(&candidate.what);
        if !said.drops.contains(&from) && !possible.iter().any(|it| it.from == from || it.to == to) {
            possible.push(Possible { from, to });
        }
    }
    possible
}

/// All changes that `compare` finds, once every possible rename is settled. `compare` is asked again after each
/// answer.
///
/// # Errors
/// A question with nobody to answer it (exit code 3).
pub fn settle<'s>(
    ctx: &mut Ctx<'_>,
    database: &mut dyn Database,
    mut hints: RenameHints,
    said: &Said,
    compare: &dyn Fn(&RenameHints) -> ChangeSet<'s>,
) -> Result<ChangeSet<'s>> {
    let mut dropped: Vec<String> = said.drops.clone();
    loop {
        let changes = compare(&hints);
        let candidates = rename_candidates(&changes, ctx.dialect.compare());
        let open = candidates.into_iter().find(|candidate| !dropped.contains(&names(&candidate.what).prev));
        let Some(candidate) = open else { return Ok(changes) };
        let values = values(database, &changes, candidate.changes.prev);
        let message = question(&candidate.what, values);
        match ctx.ui.ask(&Question::Rename { message: message.clone() }) {
            Some(Answer::Yes) => accept(&changes, candidate.changes, candidate.what, &mut hints),
            Some(Answer::No | Answer::Text(_) | Answer::Way(_)) => dropped.push(names(&candidate.what).prev),
            None => return Err(unanswered(&candidate.what, message)),
        }
    }
}

/// All changes that `compare` finds, with everything that may be a rename taken for one.
pub(crate) fn assumed<'s>(ctx: &Ctx<'_>, compare: &dyn Fn(&RenameHints) -> ChangeSet<'s>) -> ChangeSet<'s> {
    let mut hints = RenameHints::default();
    loop {
        let changes = compare(&hints);
        let Some(first) = rename_candidates(&changes, ctx.dialect.compare()).into_iter().next() else {
            return changes;
        };
        let before = hints.clone();
        accept(&changes, first.changes, first.what, &mut hints);
        if hints == before {
            return changes;
        }
    }
}

/// The names as a user writes them: `Course.title`.
fn names(what: &Renamed) -> Pair<String> {
    match what {
        Renamed::Table(names) | Renamed::Enum(names) => names.clone(),
        Renamed::Column { table: of, names } | Renamed::EnumValue { enum_name: of, labels: names } => {
            names.as_ref().map(|name| format!("{of}.{name}"))
        }
    }
}

fn question(what: &Renamed, values: Option<u64>) -> String {
    let names = names(what);
    let held = match values {
        Some(n) => format!(" (`{}` holds {})", names.prev, counted(n, "value")),
        None => String::new(),
    };
    format!("`{}` is gone and `{}` is new: renamed, or dropped and added?{held}", names.prev, names.next)
}

fn unanswered(what: &Renamed, message: String) -> Box<Failure> {
    let names = names(what);
    let old = names.prev.rsplit('.').next().unwrap_or_default();
    Failure::unanswered("GP2007", message)
        .fact("nothing was changed")
        .hint(format!("--rename {}={}    keeps the data", names.prev, names.next))
        .hint(format!("--drop {}    loses it", names.prev))
        .hint(format!("or write `/// @renamed(from: \"{old}\")` above `{}` in the schema", names.next))
}

/// How many values would be lost by a drop, where the live database can say.
fn values(database: &mut dyn Database, changes: &ChangeSet<'_>, index: usize) -> Option<u64> {
    let prev = changes.schemas.prev;
    let probe = match &changes.changes[index] {
        Change::DropColumn(id) => {
            Probe::Values(prev.table(id.table).qualified_name(), prev.column(*id).name.clone())
        }
        Change::DropTable(id) => Probe::Rows(prev.table(*id).qualified_name()),
        _ => return None,
    };
    let facts = database.probe(std::slice::from_ref(&probe), Duration::from_secs(5)).ok()?;
    facts.count(&probe)
}

fn accept(changes: &ChangeSet<'_>, indexes: Pair<usize>, what: Renamed, hints: &mut RenameHints) {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    match (&changes.changes[indexes.prev], &changes.changes[indexes.next]) {
        (Change::DropTable(old), Change::CreateTable(new)) => {
            hints
                .tables
                .push(Pair::new(prev.table(*old).qualified_name(), next.table(*new).qualified_name()));
        }
        (Change::DropColumn(old), Change::AddColumn(new)) => hints.columns.push(PartRename {
            of: next.table(new.table).qualified_name(),
            names: Pair::new(prev.column(*old).name.clone(), next.column(*new).name.clone()),
        }),
        (Change::DropEnum(old), Change::CreateEnum(new)) => {
            hints.enums.push(Pair::new(
                prev.enum_type(*old).qualified_name(),
                next.enum_type(*new).qualified_name(),
            ));
        }
        (Change::AlterEnum(ids, _), _) => {
            if let Renamed::EnumValue { labels, .. } = what {
                hints
                    .enum_values
                    .push(PartRename { of: next.enum_type(ids.next).qualified_name(), names: labels });
            }
        }
        _ => {}
    }
}

/// `/// @renamed(from: "old")`: counts only while the old name exists and the new one does not; afterwards
/// the hint is inert.
fn from_schema_file(schema: &Schema, schemas: Pair<&SqlSchema>, hints: &mut RenameHints) {
    for model in schema.models.iter().filter(|model| !model.is_view) {
        let new = QualifiedName { namespace: model.schema.clone(), name: model.db_name().to_owned() };
        let Some(next) = find_table(schemas.next, &new.name) else { continue };
        let mut old_name = new.name.clone();
        if let Some(from) = renamed_from(&model.hints)
            && find_table(schemas.prev, &from).is_some()
            && find_table(schemas.prev, &new.name).is_none()
        {
            old_name.clone_from(&from);
            let old = find_table(schemas.prev, &from).map(|table| table.qualified_name());
            hints.tables.extend(old.map(|old| Pair::new(old, next.qualified_name())));
        }
        let Some(prev) = find_table(schemas.prev, &old_name) else { continue };
        for field in model.fields.iter().filter(|field| field.is_column()) {
            if let Some(from) = renamed_from(&field.hints)
                && prev.find_column(&from).is_some()
                && prev.find_column(field.db_name()).is_none()
            {
                let names = Pair::new(from, field.db_name().to_owned());
                hints.columns.push(PartRename { of: next.qualified_name(), names });
            }
        }
    }
    for enum_ in &schema.enums {
        let Some(next) = schemas.next.enums.iter().find(|e| e.name == enum_.db_name()) else { continue };
        let find_prev = |name: &str| schemas.prev.enums.iter().find(|e| e.name == name);
        if let Some(from) = renamed_from(&enum_.hints)
            && let Some(prev) = find_prev(&from)
            && find_prev(enum_.db_name()).is_none()
        {
            hints.enums.push(Pair::new(prev.qualified_name(), next.qualified_name()));
        }
        for value in &enum_.values {
            if let Some(from) = renamed_from(&value.hints) {
                let names = Pair::new(from, value.db_name().to_owned());
                let has = |name: &str| {
                    find_prev(enum_.db_name()).is_some_and(|e| e.values.iter().any(|v| v.name == name))
                };
                if has(&names.prev) && !has(&names.next) {
                    hints.enum_values.push(PartRename { of: next.qualified_name(), names });
                }
            }
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

/// `--rename Old=New`, with the names of the schema file or of the database.
fn from_flag(
    schema: &Schema,
    schemas: Pair<&SqlSchema>,
    old: &str,
    new: &str,
    hints: &mut RenameHints,
) -> Result<()> {
    let nothing = |what: &str| {
        Failure::new("GP2009", format!("--rename {old}={new}: there is no {what}"))
            .hint("--rename Old=New for a model or enum, --rename Model.old=Model.new for a field or value")
    };
    match (old.split_once('.'), new.split_once('.')) {
        (None, None) => {
            let new_name = database_name(schema, new);
            if let (Some(prev), Some(next)) =
                (find_table(schemas.prev, old), find_table(schemas.next, &new_name))
            {
                hints.tables.push(Pair::new(prev.qualified_name(), next.qualified_name()));
            } else {
                let prev = schemas.prev.enums.iter().find(|e| e.name == old);
                let next = schemas.next.enums.iter().find(|e| e.name == new_name);
                let (Some(prev), Some(next)) = (prev, next) else {
                    return Err(nothing(&format!("table or enum `{old}` before, or none `{new}` after")));
                };
                hints.enums.push(Pair::new(prev.qualified_name(), next.qualified_name()));
            }
        }
        (Some((_, old_part)), Some((of, new_part))) => {
            let of_name = database_name(schema, of);
            if let Some(next) = find_table(schemas.next, &of_name) {
                let column = schema
                    .find_model(of)
                    .and_then(|(_, model)| model.find_field(new_part))
                    .map_or(new_part, |(_, field)| field.db_name());
                if next.find_column(column).is_none() {
                    return Err(nothing(&format!("column `{new_part}` of `{of}` after")));
                }
                let names = Pair::new(old_part.to_owned(), column.to_owned());
                hints.columns.push(PartRename { of: next.qualified_name(), names });
            } else if let Some(next) = schemas.next.enums.iter().find(|e| e.name == of_name) {
                let names = Pair::new(old_part.to_owned(), new_part.to_owned());
                hints.enum_values.push(PartRename { of: next.qualified_name(), names });
            } else {
                return Err(nothing(&format!("model or enum `{of}`")));
            }
        }
        _ => return Err(nothing("such pair: name a part on both sides, or none")),
    }
    Ok(())
}

/// The database's name of a model or enum, whichever way the user wrote it.
fn database_name(schema: &Schema, name: &str) -> String {
    let model = schema.find_model(name).map(|(_, model)| model.db_name());
    let enum_ = schema.find_enum(name).map(|(_, e)| e.db_name());
    model.or(enum_).unwrap_or(name).to_owned()
}

fn find_table<'a>(schema: &'a SqlSchema, name: &str) -> Option<&'a glowplug_sql::model::Table> {
    schema.tables.iter().find(|table| table.name == name)
}
