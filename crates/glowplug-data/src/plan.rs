//! What leads a database to the declared rows: row by row in words, and as statements.

mod statements;

use std::collections::BTreeSet;

use glowplug_psl::diagnostics::Span;
use glowplug_psl::schema::{FieldType, Scalar};
use serde::Serialize;

use crate::ask::Answers;
use crate::fill::Filler;
use crate::set::{DataSet, bare};
use crate::target::Target;
use statements::Maker;

/// What leads a database to the declared rows.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The rows that change, in the order of the statements.
    pub changes: Vec<RowChange>,
    /// The statements, in an order that runs.
    pub statements: Vec<Statement>,
    /// What happens to each model, in the order of the files.
    pub counts: Vec<ModelCount>,
}

/// A row that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowChange {
    /// `+` new, `~` changed, `-` deleted.
    pub sign: char,
    /// The model.
    pub model: String,
    /// The row's key.
    pub key: String,
    /// The fields that change.
    pub fields: Vec<FieldChange>,
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The field.
    pub name: String,
    /// Its value in the database.
    pub was: String,
    /// Its value in the file.
    pub is: String,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The SQL, without `;`.
    pub sql: String,
    /// The model.
    pub model: String,
    /// Where the first of its rows is declared.
    pub span: Span,
    /// How many rows it is about.
    pub rows: usize,
}

/// What happens to the rows of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelCount {
    /// The model.
    pub model: String,
    /// Rows that are inserted or changed.
    pub written: usize,
    /// Rows that are deleted.
    pub removed: usize,
    /// Rows that are as wanted.
    pub unchanged: usize,
}

impl Plan {
    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Whether rows are deleted.
    pub fn removes(&self) -> bool {
        self.changes.iter().any(|change| change.sign == '-')
    }
}

impl std::fmt::Display for RowChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.model, self.key)?;
        for (at, field) in self.fields.iter().enumerate() {
            let sign = if at == 0 { ":" } else { "," };
            write!(f, "{sign} {} {} → {}", field.name, field.was, field.is)?;
        }
        Ok(())
    }
}

/// The plan for a database that gave these answers.
pub fn plan(target: &Target<'_>, set: &DataSet, answers: &Answers, filler: &mut dyn Filler) -> Plan {
    let answers = &without_equal_json(target, set, answers);
    let mut maker = Maker { target, set, filler, plan: Plan::default() };
    let is_new = |row: &usize| !answers.found.contains_key(row);
    let mut waiting = Vec::new();
    for level in levels(set) {
        let rows: Vec<usize> = (0..set.rows.len()).filter(|row| set.rows[*row].level == level).collect();
        let new: Vec<usize> = rows.iter().copied().filter(is_new).collect();
        maker.upsert(&new);
        for row in rows {
            match answers.found.get(&row) {
                Some(differs) if differs.iter().any(|(field, _)| set.rows[row].later.contains(field)) => {
                    waiting.push(row);
                }
                Some(differs) if !differs.is_empty() => maker.update(row, differs),
                Some(_) => {}
                None => waiting.push(row),
            }
        }
    }
    for row in waiting {
        match answers.found.get(&row) {
            Some(differs) => maker.update(row, differs),
            None => maker.complete(row),
        }
    }
    maker.count_on(|row| is_new(&row));
    for block in removal_order(target, set) {
        if let Some(keys) = answers.strangers.get(&block) {
            maker.remove(block, keys);
        }
    }
    maker.count(answers);
    maker.plan
}

/// Statements for every declared row, whatever the database has: they write none that is as wanted. Rows that
/// nobody declares are deleted, where that is said.
pub fn whole(target: &Target<'_>, set: &DataSet, filler: &mut dyn Filler) -> Vec<Statement> {
    let mut maker = Maker { target, set, filler, plan: Plan::default() };
    for level in levels(set) {
        let rows: Vec<usize> = (0..set.rows.len()).filter(|row| set.rows[*row].level == level).collect();
        maker.upsert(&rows);
    }
    (0..set.rows.len()).for_each(|row| maker.complete(row));
    for block in removal_order(target, set).into_iter().filter(|block| set.blocks[*block].removes) {
        maker.remove_strangers(block);
    }
    maker.plan.statements
}

/// Not every database knows that the order of a JSON object's members says nothing.
fn without_equal_json(target: &Target<'_>, set: &DataSet, answers: &Answers) -> Answers {
    let mut answers = answers.clone();
    for (row, differs) in &mut answers.found {
        let row = &set.rows[*row];
        differs.retain(|(field, was)| {
            let is_json = target.field(set.model(row), *field).ty == FieldType::Scalar(Scalar::Json);
            let is = row.cells.get(field).map(|cell| set.shown(&cell.value, false)).unwrap_or_default();
            let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
            let (was, is) = (read(&bare(was)), read(&is));
            !(is_json && was.is_some() && was == is)
        });
    }
    answers
}

fn levels(set: &DataSet) -> BTreeSet<usize> {
    set.rows.iter().map(|row| row.level).collect()
}

/// Blocks whose tables refer to others come first.
fn removal_order(target: &Target<'_>, set: &DataSet) -> Vec<usize> {
    let mut left: Vec<usize> = (0..set.blocks.len()).collect();
    let mut res = Vec::new();
    while !left.is_empty() {
        let refers = |from: usize, to: usize| {
            let (Some(from), Some(to)) =
                (target.table(set.blocks[from].model), target.table(set.blocks[to].model))
            else {
                return false;
            };
            let is_it = |key: &glowplug_sql::model::ForeignKey| {
                key.target_table == to.name && key.target_namespace == to.namespace
            };
            from != to && from.foreign_keys.iter().any(is_it)
        };
        let free = |at: &usize| !left.iter().any(|other| refers(*other, *at));
        let next = left.iter().position(free).unwrap_or(0);
        res.push(left.remove(next));
    }
    res
}
