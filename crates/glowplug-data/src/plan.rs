//! What leads a database to the declared rows: row by row in words, and as statements.

use std::collections::BTreeSet;

use glowplug_psl::diagnostics::Span;
use glowplug_psl::schema::{FieldType, ModelId, Scalar};

use crate::ask::{Answers, BATCH};
use crate::fill::{Filler, fill, now};
use crate::set::{DataSet, Row, Target, bare};

/// What leads a database to the declared rows.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The rows that change, in the order of the statements.
    pub changes: Vec<Change>,
    /// The statements, in an order that runs.
    pub statements: Vec<Statement>,
    /// What happens to each model, in the order of the files.
    pub counts: Vec<Count>,
}

/// A row that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
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

impl std::fmt::Display for Change {
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
    let mut maker = Maker { target, set, filler, plan: Plan::default() };
    let is_new = |row: &usize| !answers.found.contains_key(row);
    for level in levels(set) {
        let rows: Vec<usize> = (0..set.rows.len()).filter(|row| set.rows[*row].level == level).collect();
        let new: Vec<usize> = rows.iter().copied().filter(is_new).collect();
        maker.upsert(&new);
        for row in rows {
            let differs = answers.found.get(&row).filter(|differs| !differs.is_empty());
            if let Some(differs) = differs {
                maker.update(row, differs);
            }
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
    for block in removal_order(target, set).into_iter().filter(|block| set.blocks[*block].removes) {
        maker.remove_strangers(block);
    }
    maker.plan.statements
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

struct Maker<'a, 'b> {
    target: &'b Target<'a>,
    set: &'b DataSet,
    filler: &'b mut dyn Filler,
    plan: Plan,
}

/// A value as it stands in a statement.
type Assigned = (usize, String);

impl Maker<'_, '_> {
    fn push(&mut self, sql: String, model: ModelId, span: Span, rows: usize) {
        let model = self.target.model(model).name.clone();
        self.plan.statements.push(Statement { sql, model, span, rows });
    }

    fn change(&mut self, sign: char, row: &Row, fields: Vec<FieldChange>) {
        let model = self.target.model(self.set.model(row)).name.clone();
        self.plan.changes.push(Change { sign, model, key: self.set.label(row), fields });
    }

    /// Rows that are not there, as few statements as their columns allow.
    fn upsert(&mut self, rows: &[usize]) {
        let set = self.set;
        for block in 0..set.blocks.len() {
            let own = rows.iter().map(|at| (*at, &set.rows[*at])).filter(|(_, row)| row.block == block);
            for (columns, rows) in crate::ask::by_columns(set, own) {
                for rows in rows.chunks(BATCH) {
                    self.insert(block, &columns, rows);
                }
            }
        }
    }

    fn insert(&mut self, block: usize, columns: &[usize], rows: &[usize]) {
        let (target, set) = (self.target, self.set);
        let (model, key) = (set.blocks[block].model, &set.blocks[block].key);
        let mut names: Vec<usize> = key.iter().chain(columns).copied().collect();
        let mut lines = Vec::new();
        let mut filled = Vec::new();
        for row in rows {
            let row = &set.rows[*row];
            let value = |field: &usize| {
                row.cells.get(field).map(|cell| set.sql(target, &cell.value)).unwrap_or_default()
            };
            let mut values: Vec<String> = names.iter().map(value).collect();
            filled = self.filled(model, row);
            values.extend(filled.iter().map(|(_, sql)| sql.clone()));
            lines.push(format!("({})", values.join(", ")));
            self.change('+', row, Vec::new());
        }
        names.extend(filled.iter().map(|(field, _)| *field));
        let touched =
            filled.iter().map(|(field, _)| *field).filter(|it| target.field(model, *it).is_updated_at);
        let sql = format!(
            "INSERT INTO {} AS t ({}) VALUES\n    {}\n{}",
            target.table_sql(model),
            self.columns(model, &names),
            lines.join(",\n    "),
            self.on_conflict(model, key, columns, &touched.collect::<Vec<_>>())
        );
        self.push(sql, model, set.rows[rows[0]].span, rows.len());
    }

    fn columns(&self, model: ModelId, fields: &[usize]) -> String {
        fields.iter().map(|field| self.target.column_sql(model, *field)).collect::<Vec<_>>().join(", ")
    }

    /// What an application would fill in where a row does not.
    fn filled(&mut self, model: ModelId, row: &Row) -> Vec<Assigned> {
        let target = self.target;
        let missing = target.model(model).columns().filter(|(at, _)| !row.cells.contains_key(at));
        missing
            .filter_map(|(at, field)| {
                let value = fill(self.filler, field)?;
                Some((at, target.sql().constant(target.schema, field, &value)))
            })
            .collect()
    }

    fn on_conflict(&self, model: ModelId, key: &[usize], columns: &[usize], touched: &[usize]) -> String {
        let target = self.target;
        let key = self.columns(model, key);
        if columns.is_empty() {
            return format!("ON CONFLICT ({key}) DO NOTHING");
        }
        let name = |field: &usize| target.column_sql(model, *field);
        let set = columns.iter().chain(touched).map(|field| format!("{0} = EXCLUDED.{0}", name(field)));
        let differs = columns.iter().filter_map(|field| {
            let column = target.column(model, *field)?;
            let (there, wanted) = (format!("t.{}", name(field)), format!("EXCLUDED.{}", name(field)));
            Some(target.sql().differ(&column.ty, &there, &wanted))
        });
        format!(
            "ON CONFLICT ({key}) DO UPDATE SET {}\nWHERE {}",
            set.collect::<Vec<_>>().join(", "),
            differs.collect::<Vec<_>>().join(" OR ")
        )
    }

    fn update(&mut self, at: usize, differs: &[(usize, String)]) {
        let (target, set) = (self.target, self.set);
        let row = &set.rows[at];
        let model = set.model(row);
        let mut assigned: Vec<Assigned> = differs
            .iter()
            .filter_map(|(field, _)| Some((*field, set.sql(target, &row.cells.get(field)?.value))))
            .collect();
        for (field, found) in target.model(model).columns() {
            if found.is_updated_at && !row.cells.contains_key(&field) {
                let value = now(self.filler, found);
                assigned.push((field, target.sql().constant(target.schema, found, &value)));
            }
        }
        let assigned =
            assigned.iter().map(|(field, sql)| format!("{} = {sql}", target.column_sql(model, *field)));
        let key = set.blocks[row.block].key.iter().filter_map(|field| {
            let value = set.sql(target, &row.cells.get(field)?.value);
            Some(format!("{} = {value}", target.column_sql(model, *field)))
        });
        let sql = format!(
            "UPDATE {} SET {}\nWHERE {}",
            target.table_sql(model),
            assigned.collect::<Vec<_>>().join(", "),
            key.collect::<Vec<_>>().join(" AND ")
        );
        let fields = differs.iter().filter_map(|(field, was)| self.field_change(row, *field, was)).collect();
        self.change('~', row, fields);
        self.push(sql, model, row.span, 1);
    }

    fn field_change(&self, row: &Row, field: usize, was: &str) -> Option<FieldChange> {
        let found = self.target.field(self.set.model(row), field);
        let is = self.set.shown(&row.cells.get(&field)?.value, true);
        let was = self.people(&found.ty, was);
        Some(FieldChange { name: found.name.clone(), was: shortened(&was), is: shortened(&is) })
    }

    /// A literal of the database, as a file would write it.
    fn people(&self, ty: &FieldType, literal: &str) -> String {
        let text = literal.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).unwrap_or(literal);
        match ty {
            _ if literal == "NULL" => "null".to_owned(),
            FieldType::Scalar(Scalar::Boolean) => text.replace('1', "true").replace('0', "false"),
            FieldType::Scalar(Scalar::Int | Scalar::BigInt | Scalar::Float | Scalar::Decimal) => {
                text.to_owned()
            }
            FieldType::Enum(id) => {
                let values = &self.target.schema.enum_(*id).values;
                values
                    .iter()
                    .find(|value| value.db_name() == text)
                    .map_or(text, |value| &value.name)
                    .to_owned()
            }
            FieldType::Scalar(_) | FieldType::Unsupported(_) | FieldType::Relation(_) => literal.to_owned(),
        }
    }

    /// Rows with numbers that the database else counts up: it counts on behind them.
    fn count_on(&mut self, is_new: impl Fn(usize) -> bool) {
        let (target, set) = (self.target, self.set);
        for (at, block) in set.blocks.iter().enumerate() {
            let Some(table) = target.table(block.model) else { continue };
            for (field, found) in target.model(block.model).columns() {
                let given = set.rows_of(at).any(|(row, it)| is_new(row) && it.cells.contains_key(&field));
                let column = table.find_column(found.db_name()).map(|(_, column)| column);
                if let Some(sql) = column.filter(|_| given).and_then(|it| target.sql().count_on(table, it)) {
                    self.push(sql, block.model, block.span, 0);
                }
            }
        }
    }

    fn remove(&mut self, block: usize, keys: &[Vec<String>]) {
        let (target, block) = (self.target, &self.set.blocks[block]);
        for some in keys.chunks(BATCH) {
            let row = |key: &Vec<String>| {
                let part = |(field, literal): (&usize, &String)| {
                    let column = target.column_sql(block.model, *field);
                    if literal == "NULL" {
                        format!("{column} IS NULL")
                    } else {
                        format!("{column} = {literal}")
                    }
                };
                block.key.iter().zip(key).map(part).collect::<Vec<_>>().join(" AND ")
            };
            let rows: Vec<String> = some.iter().map(row).collect();
            let sql =
                format!("DELETE FROM {}\nWHERE {}", target.table_sql(block.model), rows.join("\n   OR "));
            self.push(sql, block.model, block.span, some.len());
        }
        for key in keys {
            let model = target.model(block.model);
            let part =
                |(field, literal): (&usize, &String)| bare(&self.people(&model.fields[*field].ty, literal));
            let label = block.key.iter().zip(key).map(part).collect::<Vec<_>>().join(", ");
            let change = Change { sign: '-', model: model.name.clone(), key: label, fields: Vec::new() };
            self.plan.changes.push(change);
        }
    }

    /// Deletes what no file declares, whatever that is.
    fn remove_strangers(&mut self, at: usize) {
        let (target, set) = (self.target, self.set);
        let block = &set.blocks[at];
        let own = |row: &Row| {
            let part = |field: &usize| {
                let value = row.cells.get(field).map(|cell| set.sql(target, &cell.value)).unwrap_or_default();
                format!("{} = {value}", target.column_sql(block.model, *field))
            };
            block.key.iter().map(part).collect::<Vec<_>>().join(" AND ")
        };
        let rows: Vec<String> = set.rows_of(at).map(|(_, row)| format!("({})", own(row))).collect();
        let keep = if rows.is_empty() { "false".to_owned() } else { rows.join("\n   OR ") };
        // A key may be NULL, and is then none of ours.
        let sql = format!("DELETE FROM {}\nWHERE ({keep}) IS NOT TRUE", target.table_sql(block.model));
        self.push(sql, block.model, block.span, rows.len());
    }

    fn count(&mut self, answers: &Answers) {
        for (at, block) in self.set.blocks.iter().enumerate() {
            let mut count = Count {
                model: self.target.model(block.model).name.clone(),
                written: 0,
                removed: answers.strangers.get(&at).map_or(0, Vec::len),
                unchanged: 0,
            };
            for (row, _) in self.set.rows_of(at) {
                match answers.found.get(&row) {
                    Some(differs) if differs.is_empty() => count.unchanged += 1,
                    Some(_) | None => count.written += 1,
                }
            }
            self.plan.counts.push(count);
        }
    }
}

/// A long value is cut: it is only shown.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{cut}...")
}
