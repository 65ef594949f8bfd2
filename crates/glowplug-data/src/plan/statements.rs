//! Inserts, updates and deletions of declared rows.

use glowplug_psl::diagnostics::Span;
use glowplug_psl::schema::{FieldType, ModelId, Scalar};

use super::{FieldChange, ModelCount, Plan, RowChange, Statement};
use crate::ask::{Answers, BATCH, by_columns};
use crate::fill::{Filler, fill, now};
use crate::joins::Known;
use crate::set::{DataSet, Row, bare};
use crate::target::Target;

/// Makes statements, and the words for them.
pub(super) struct Maker<'a, 'b> {
    pub(super) target: &'b Target<'a>,
    pub(super) set: &'b DataSet,
    pub(super) filler: &'b mut dyn Filler,
    pub(super) plan: Plan,
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
        self.plan.changes.push(RowChange { sign, model, key: self.set.label(row), fields });
    }

    /// Rows that are not there, as few statements as their columns allow.
    pub(super) fn upsert(&mut self, rows: &[usize]) {
        let set = self.set;
        for block in 0..set.blocks.len() {
            let own = rows.iter().map(|at| (*at, &set.rows[*at])).filter(|(_, row)| row.block == block);
            for (columns, rows) in by_columns(set, own, |row, column| !row.later.contains(&column)) {
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
                Some((at, target.sql().constant(&target.schema, field, &value)))
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

    /// What a row was inserted without; nothing, if that is there already.
    pub(super) fn complete(&mut self, at: usize) {
        let (target, set) = (self.target, self.set);
        let row = &set.rows[at];
        let model = set.model(row);
        let mut assigned = Vec::new();
        let mut differs = Vec::new();
        for field in &row.later {
            let (Some(cell), Some(column)) = (row.cells.get(field), target.column(model, *field)) else {
                continue;
            };
            let (name, value) = (target.column_sql(model, *field), set.sql(target, &cell.value));
            differs.push(target.sql().differ(&column.ty, &name, &target.sql().typed(&column.ty, &value)));
            assigned.push(format!("{name} = {value}"));
        }
        if assigned.is_empty() {
            return;
        }
        let sql = format!(
            "UPDATE {} SET {}\nWHERE {} AND ({})",
            target.table_sql(model),
            assigned.join(", "),
            self.key_is(row),
            differs.join(" OR ")
        );
        self.push(sql, model, row.span, 1);
    }

    /// The condition that finds a row.
    fn key_is(&self, row: &Row) -> String {
        let (target, model) = (self.target, self.set.model(row));
        let part = |field: &usize| {
            let value = self.set.sql(target, &row.cells.get(field)?.value);
            Some(format!("{} = {value}", target.column_sql(model, *field)))
        };
        let key = self.set.blocks[row.block].key.iter().filter_map(part);
        key.collect::<Vec<_>>().join(" AND ")
    }

    pub(super) fn update(&mut self, at: usize, differs: &[(usize, String)]) {
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
                assigned.push((field, target.sql().constant(&target.schema, found, &value)));
            }
        }
        let assigned =
            assigned.iter().map(|(field, sql)| format!("{} = {sql}", target.column_sql(model, *field)));
        let sql = format!(
            "UPDATE {} SET {}\nWHERE {}",
            target.table_sql(model),
            assigned.collect::<Vec<_>>().join(", "),
            self.key_is(row)
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
    pub(super) fn count_on(&mut self, is_new: impl Fn(usize) -> bool) {
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

    pub(super) fn remove(&mut self, block: usize, keys: &[Vec<String>]) {
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
        let known = Known::of_block(target, self.set, block);
        let own = block.key.iter().map(|field| (block.model, *field));
        let shown: Vec<(ModelId, usize)> = match known.is_empty() {
            true => own.collect(),
            false => known.iter().map(|it| (it.model, it.field)).collect(),
        };
        let head = if known.is_empty() { 0 } else { block.key.len() };
        for key in keys {
            let part = |((model, field), literal): (&(ModelId, usize), &String)| {
                bare(&self.people(&target.field(*model, *field).ty, literal))
            };
            let label: Vec<String> = shown.iter().zip(key.iter().skip(head)).map(part).collect();
            let model = target.model(block.model).name.clone();
            self.plan.changes.push(RowChange { sign: '-', model, key: label.join(", "), fields: Vec::new() });
        }
    }

    /// Deletes what no file declares, whatever that is.
    pub(super) fn remove_strangers(&mut self, at: usize) {
        let (target, set) = (self.target, self.set);
        let block = &set.blocks[at];
        let rows: Vec<String> = set.rows_of(at).map(|(_, row)| format!("({})", self.key_is(row))).collect();
        let keep = if rows.is_empty() { "false".to_owned() } else { rows.join("\n   OR ") };
        let owned = set.owned_sql(target, block).map(|it| format!(" AND {it}")).unwrap_or_default();
        // A key may be NULL, and is then none of ours.
        let sql = format!("DELETE FROM {}\nWHERE ({keep}) IS NOT TRUE{owned}", target.table_sql(block.model));
        self.push(sql, block.model, block.span, rows.len());
    }

    pub(super) fn count(&mut self, answers: &Answers) {
        for (at, block) in self.set.blocks.iter().enumerate() {
            let mut count = ModelCount {
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
