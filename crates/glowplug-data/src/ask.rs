//! What a database that has the tables must be asked: which rows are there, where they differ, which nobody
//! declares.

use std::collections::BTreeMap;

use glowplug_psl::schema::ModelId;

use crate::joins::Known;
use crate::set::{DataSet, Row};
use crate::target::Target;

/// Rows of a query, as text.
type Rows = Vec<Vec<Option<String>>>;

/// How many rows a query asks for at once.
pub(crate) const BATCH: usize = 500;

/// How many alternatives a query has at most.
const FEW: usize = 100;

/// A query, and what it is about.
#[derive(Debug, Clone)]
pub struct Question {
    /// The query.
    pub sql: String,
    about: About,
}

#[derive(Debug, Clone)]
enum About {
    /// Declared rows, in the order of their numbers, and the columns that are compared.
    Rows { rows: Vec<usize>, columns: Vec<usize> },
    /// Rows that are referred to, and that no file declares.
    References,
    /// Rows of a block's table that no file declares.
    Strangers { block: usize },
}

/// What a database says.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Declared rows that are there, with the columns that differ: the value there, as a literal.
    pub(crate) found: BTreeMap<usize, Vec<(usize, String)>>,
    /// References to rows that are not there.
    pub missing: Vec<usize>,
    /// Keys of rows that nobody declares, as literals, by block; of join tables with what people know them by
    /// behind it.
    pub(crate) strangers: BTreeMap<usize, Vec<Vec<String>>>,
}

impl Question {
    /// The model that it is about; `None` for rows that are referred to.
    pub fn model(&self, set: &DataSet) -> Option<ModelId> {
        match &self.about {
            About::Rows { rows, .. } => Some(set.model(&set.rows[*rows.first()?])),
            About::Strangers { block } => Some(set.blocks[*block].model),
            About::References => None,
        }
    }

    /// The declared rows that it is about, and the columns that are compared; `None` for rows that nobody declares.
    pub fn declared(&self) -> Option<(&[usize], &[usize])> {
        match &self.about {
            About::Rows { rows, columns } => Some((rows, columns)),
            About::Strangers { .. } | About::References => None,
        }
    }
}

/// What must be asked. Tables of rows, and of rows that are referred to, must be there.
pub fn questions(target: &Target<'_>, set: &DataSet) -> Vec<Question> {
    let mut res = Vec::new();
    let unknown: Vec<usize> =
        (0..set.references.len()).filter(|at| set.references[*at].row.is_none()).collect();
    res.extend(unknown.chunks(FEW).map(|some| missing(target, set, some)));
    for block in 0..set.blocks.len() {
        for (columns, rows) in by_columns(set, set.rows_of(block), |_, _| true) {
            res.extend(rows.chunks(BATCH).map(|rows| differences(target, set, block, rows, &columns)));
        }
        if set.blocks[block].removes {
            res.push(strangers(target, set, block));
        }
    }
    res
}

/// Rows of a block by the columns that they name beside the key, of those that are `wanted`.
pub(crate) fn by_columns<'a>(
    set: &DataSet,
    rows: impl Iterator<Item = (usize, &'a Row)>,
    wanted: impl Fn(&Row, usize) -> bool,
) -> BTreeMap<Vec<usize>, Vec<usize>> {
    let mut res: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows {
        let key = &set.blocks[row.block].key;
        let columns = row.cells.keys().filter(|column| !key.contains(column) && wanted(row, **column));
        let columns = columns.copied().collect();
        res.entry(columns).or_default().push(at);
    }
    res
}

impl Answers {
    /// Takes what came of a question.
    pub fn take(&mut self, question: &Question, rows: Rows) {
        for row in rows {
            match &question.about {
                About::Rows { rows, columns } => {
                    let number =
                        |at: usize| row.get(at).cloned().flatten().and_then(|it| it.parse::<usize>().ok());
                    let (Some(n), Some(1)) = (number(0), number(1)) else { continue };
                    let Some(declared) = rows.get(n) else { continue };
                    let differs = columns.iter().enumerate().filter(|(at, _)| number(2 + 2 * at) == Some(1));
                    let was = |at: usize| {
                        row.get(3 + 2 * at).cloned().flatten().unwrap_or_else(|| "NULL".to_owned())
                    };
                    let differs = differs.map(|(at, column)| (*column, was(at))).collect();
                    self.found.insert(*declared, differs);
                }
                About::References => {
                    let number = row.first().cloned().flatten().and_then(|it| it.parse::<usize>().ok());
                    self.missing.extend(number);
                }
                About::Strangers { block } => {
                    let key = row.into_iter().map(|it| it.unwrap_or_else(|| "NULL".to_owned())).collect();
                    self.strangers.entry(*block).or_default().push(key);
                }
            }
        }
    }
}

fn missing(target: &Target<'_>, set: &DataSet, references: &[usize]) -> Question {
    let one = |at: &usize| {
        let reference = &set.references[*at];
        format!(
            "SELECT {at} WHERE NOT EXISTS (SELECT 1 FROM {} WHERE {})",
            target.table_sql(reference.target),
            set.key_sql(target, reference)
        )
    };
    let parts: Vec<String> = references.iter().map(one).collect();
    Question { sql: parts.join("\nUNION ALL "), about: About::References }
}

/// The declared rows as a table `w`: a number, the key, other columns.
fn wanted(target: &Target<'_>, set: &DataSet, rows: &[usize], columns: &[usize]) -> String {
    let names: Vec<String> = columns.iter().map(|column| format!("c{column}")).collect();
    let line = |(n, row): (usize, &usize)| {
        let row = &set.rows[*row];
        let model = set.model(row);
        let value = |column: &usize| {
            let sql =
                row.cells.get(column).map_or_else(|| "NULL".to_owned(), |cell| set.sql(target, &cell.value));
            match target.column(model, *column) {
                Some(it) => target.sql().typed(&it.ty, &sql),
                None => sql,
            }
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        format!("({n}, {})", values.join(", "))
    };
    let lines: Vec<String> = rows.iter().enumerate().map(line).collect();
    format!("WITH w(n, {}) AS (VALUES\n    {})", names.join(", "), lines.join(",\n    "))
}

fn same_key(target: &Target<'_>, set: &DataSet, block: usize) -> String {
    let block = &set.blocks[block];
    let part = |field: &usize| format!("t.{} = w.c{field}", target.column_sql(block.model, *field));
    block.key.iter().map(part).collect::<Vec<_>>().join(" AND ")
}

fn differences(
    target: &Target<'_>,
    set: &DataSet,
    block: usize,
    rows: &[usize],
    columns: &[usize],
) -> Question {
    let Some(first) = set.blocks[block].key.first() else {
        return Question { sql: "SELECT 0, 0".to_owned(), about: About::References };
    };
    let model = set.blocks[block].model;
    let all: Vec<usize> = set.blocks[block].key.iter().chain(columns).copied().collect();
    let mut select = vec![
        "w.n".to_owned(),
        format!("CASE WHEN t.{} IS NULL THEN 0 ELSE 1 END", target.column_sql(model, *first)),
    ];
    for column in columns {
        let there = format!("t.{}", target.column_sql(model, *column));
        let differs = match target.column(model, *column) {
            Some(it) => target.sql().differ(&it.ty, &there, &format!("w.c{column}")),
            None => continue,
        };
        select.push(format!("CASE WHEN {differs} THEN 1 ELSE 0 END"));
        select.push(target.sql().literal(&there));
    }
    let sql = format!(
        "{}\nSELECT {}\nFROM w LEFT JOIN {} t ON {}\nORDER BY w.n",
        wanted(target, set, rows, &all),
        select.join(", "),
        target.table_sql(model),
        same_key(target, set, block)
    );
    Question { sql, about: About::Rows { rows: rows.to_vec(), columns: columns.to_vec() } }
}

fn strangers(target: &Target<'_>, set: &DataSet, at: usize) -> Question {
    let block = &set.blocks[at];
    let literal =
        |field: &usize| target.sql().literal(&format!("t.{}", target.column_sql(block.model, *field)));
    let mut select: Vec<String> = block.key.iter().map(literal).collect();
    let known = Known::of_block(target, set, block);
    select.extend(known.iter().map(|it| it.sql(target, block)));
    let first = if known.is_empty() { 1 } else { block.key.len() + 1 };
    let order: Vec<String> = (first..=select.len()).map(|it| it.to_string()).collect();
    let rows: Vec<usize> = set.rows_of(at).map(|(row, _)| row).collect();
    let mut conditions = Vec::new();
    if !rows.is_empty() {
        conditions.push(format!("NOT EXISTS (SELECT 1 FROM w WHERE {})", same_key(target, set, at)));
    }
    conditions.extend(set.owned_sql(target, block));
    let sql = format!(
        "{}SELECT {}\nFROM {} t\n{}ORDER BY {}",
        if rows.is_empty() { String::new() } else { wanted(target, set, &rows, &block.key) + "\n" },
        select.join(", "),
        target.table_sql(block.model),
        if conditions.is_empty() { String::new() } else { format!("WHERE {}\n", conditions.join(" AND ")) },
        order.join(", ")
    );
    Question { sql, about: About::Strangers { block: at } }
}
