//! What a database has of the declared rows.

use glowplug_data::ask::{Answers, questions};
use glowplug_data::plan::{Plan, plan as make};
use glowplug_data::set::{Block, DataSet};
use glowplug_data::target::Target;
use glowplug_dialect::database::Database;
use glowplug_sql::model::{Index, IndexKey, SqlSchema, Table};

use super::filler::Random;
use crate::ctx::Ctx;
use crate::failure::{Failure, Place, Result};

/// What came of a look.
pub(super) enum Looked {
    /// The rows were compared.
    Plan(Plan),
    /// Something is not there yet, and pending migrations may make it.
    Waits(String),
}

pub(super) fn plan(
    ctx: &Ctx<'_>,
    database: &mut dyn Database,
    target: &Target<'_>,
    set: &DataSet,
    pending: bool,
) -> Result<Looked> {
    let live = database.introspect(&ctx.connection.namespaces)?;
    if let Some(lack) = set.blocks.iter().find_map(|block| lack(target, set, &live, block)) {
        if pending {
            return Ok(Looked::Waits(lack));
        }
        return Err(Failure::new("GP4408", format!("the reference data cannot be applied: {lack}"))
            .fact("nothing of the reference data was written")
            .hint(format!("{} migrate    brings the tables up to date first", ctx.tool)));
    }
    let mut answers = Answers::default();
    for question in questions(target, set) {
        let rows = database.query(&question.sql)?;
        answers.take(&question, rows);
    }
    if let Some(missing) = answers.missing.first() {
        let failure = dangling(target, set, *missing);
        // A migration may bring rows along.
        return if pending { Ok(Looked::Waits(failure.message)) } else { Err(failure) };
    }
    Ok(Looked::Plan(make(target, set, &answers, &mut Random::new(ctx.clock))))
}

/// What the database lacks for the rows of a block.
fn lack(target: &Target<'_>, set: &DataSet, live: &SqlSchema, block: &Block) -> Option<String> {
    let wanted = target.table(block.model)?;
    let name = wanted.qualified_name();
    let Some(id) = live.find_table(wanted.namespace.as_deref(), &wanted.name) else {
        return Some(format!("there is no table `{name}`"));
    };
    let table = live.table(id);
    let place = set.blocks.iter().position(|it| it.model == block.model)?;
    let named = set.rows_of(place).flat_map(|(_, row)| row.cells.keys().copied());
    let mut columns = block.key.iter().copied().chain(named);
    let field = |at: usize| target.model(block.model).fields[at].db_name().to_owned();
    if let Some(column) = columns.find(|at| table.find_column(&field(*at)).is_none()) {
        return Some(format!("table `{name}` has no column `{}`", field(column)));
    }
    let key: Vec<String> = block.key.iter().map(|at| field(*at)).collect();
    (!is_unique(table, &key)).then(|| format!("no unique index of table `{name}` is over {}", key.join(", ")))
}

/// Whether two rows can never have the same values in these columns.
fn is_unique(table: &Table, key: &[String]) -> bool {
    let same =
        |columns: &[&str]| columns.len() == key.len() && key.iter().all(|it| columns.contains(&it.as_str()));
    let columns = |index: &Index| {
        let names = index.parts.iter().map(|part| match &part.key {
            IndexKey::Column(name) => name.clone(),
            IndexKey::Expression(_) => String::new(),
        });
        names.collect::<Vec<_>>()
    };
    let mut unique = table.indexes.iter().filter(|it| it.unique && it.valid && it.predicate.is_none());
    table
        .primary_key
        .as_ref()
        .is_some_and(|it| same(&it.columns.iter().map(String::as_str).collect::<Vec<_>>()))
        || unique.any(|index| same(&columns(index).iter().map(String::as_str).collect::<Vec<_>>()))
}

/// A row that is referred to, and that neither a file nor the database has.
fn dangling(target: &Target<'_>, set: &DataSet, at: usize) -> Box<Failure> {
    let reference = &set.references[at];
    let key: Vec<String> = reference.key.values().map(|value| set.shown(value, false)).collect();
    let name = &target.model(reference.target).name;
    let message =
        format!("there is no {name} {}: no file declares it, and the database has none", key.join(", "));
    let failure = Failure::new("GP4407", message).fact("nothing of the reference data was written");
    match set.sources.get(reference.span.file as usize) {
        None => failure,
        Some(source) => failure.at(Place {
            path: source.path.clone(),
            text: source.text.clone(),
            start: reference.span.start as usize,
            end: reference.span.end as usize,
            label: "nowhere".to_owned(),
        }),
    }
}
