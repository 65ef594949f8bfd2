//! The transaction that a plan with a rebuild brings along, and the checks around it.
//!
//! Dropping the old table deletes its rows. With foreign keys on, that deletes or changes rows of other tables;
//! they can only be switched off outside of a transaction. So the file has its own `BEGIN` and `COMMIT`, and
//! must be safe with whoever runs it, Diesel's `embed_migrations!` on an application's connection included:
//!
//! - Whatever can be known beforehand to fail is checked while nothing has been touched: a failure there leaves
//!   no transaction open and foreign keys on.
//! - The write lock is asked for once as a trial, for the same reason. It is the exclusive one, so that the
//!   `COMMIT` cannot find a reader in its way.
//! - What fails inside (rows that break a constraint, a check) rolls back by itself: `INSERT OR ROLLBACK`.
//!
//! A check is a row of a temporary table whose constraint has the sentence for the user as its name: SQLite
//! puts that into its message.

use glowplug_dialect::plan::Step;
use glowplug_sql::change::Change;
use glowplug_sql::ids::{ColumnId, ForeignKeyId, IndexId, TableId};
use glowplug_sql::model::{Index, IndexKey, Table};
use glowplug_sql::pair::Pair;

use super::context::Cx;
use super::rebuild::{self, Whole};
use super::{enums, filler, step};
use crate::ddl::Statement;
use crate::names::{column_of, is_automatic, literal, quoted};

const CHECKS: &str = "\"temp\".\"_glowplug_check\"";

/// One question before the transaction, whose answer must be true.
struct Check {
    sentence: String,
    question: String,
}

/// The steps between `BEGIN` and `COMMIT`, with what must come before and after.
pub(super) fn frame(cx: &Cx<'_>, steps: Vec<Step>) -> Vec<Step> {
    let checks = checks(cx);
    let keys_off = cx.keys_off;
    let mut res = Vec::new();
    if keys_off || !checks.is_empty() {
        let trial = if keys_off { "BEGIN EXCLUSIVE;\nCOMMIT;\n" } else { "" };
        let sql = format!("{trial}{}", check_table(&checks, keys_off));
        res.push(bare("check what this migration relies on, while nothing has been touched", sql));
    }
    let begin = if keys_off { "PRAGMA foreign_keys=OFF;\nBEGIN EXCLUSIVE;" } else { "BEGIN EXCLUSIVE;" };
    res.push(bare("begin: all of it, or nothing", begin.to_owned()));
    res.extend(steps.into_iter().map(|step| Step { in_transaction: false, ..step }));
    if keys_off {
        res.push(bare("look for foreign keys that point nowhere", keys_intact()));
    }
    let mut end = "COMMIT;".to_owned();
    if keys_off {
        end.push_str("\nPRAGMA foreign_keys=ON;");
    }
    if keys_off || !checks.is_empty() {
        end.push_str(&format!("\nDROP TABLE {CHECKS};"));
    }
    res.push(bare("end", end));
    res
}

fn bare(title: &str, sql: String) -> Step {
    let mut step = step(title.to_owned(), &[Statement::Verbatim(sql)], Vec::new());
    step.in_transaction = false;
    step
}

fn check_table(checks: &[Check], keys_off: bool) -> String {
    let mut columns = Vec::new();
    let mut rows = Vec::new();
    for (number, check) in checks.iter().enumerate() {
        let column = format!("\"check_{}\"", number + 1);
        columns.push(format!("{column} INTEGER CONSTRAINT {} CHECK ({column})", quoted(&check.sentence)));
        rows.push(format!("INSERT INTO {CHECKS} ({column})\n    SELECT {};", check.question));
    }
    if keys_off {
        columns.push("\"broken_keys\" INTEGER".to_owned());
        let lost = quoted("the copy of a table has not as many rows as the table");
        columns.push(format!("\"same_rows\" INTEGER CONSTRAINT {lost} CHECK (\"same_rows\")"));
        let broken = quoted("a foreign key points nowhere: PRAGMA foreign_key_check shows which");
        columns.push(format!("\"keys_intact\" INTEGER CONSTRAINT {broken} CHECK (\"keys_intact\")"));
        rows.push(format!(
            "INSERT INTO {CHECKS} (\"broken_keys\")\n    SELECT count(*) FROM pragma_foreign_key_check;"
        ));
    }
    format!(
        "DROP TABLE IF EXISTS {CHECKS};\nCREATE TEMP TABLE \"_glowplug_check\" (\n    {}\n);\n{}",
        columns.join(",\n    "),
        rows.join("\n")
    )
}

/// The copy has as many rows as the table that is dropped next.
pub(super) fn same_rows(new: &str, old: &str) -> Statement {
    Statement::Verbatim(format!(
        "INSERT OR ROLLBACK INTO {CHECKS} (\"same_rows\")\n    \
         SELECT (SELECT count(*) FROM {}) = (SELECT count(*) FROM {});",
        quoted(new),
        quoted(old)
    ))
}

/// No more foreign keys point nowhere than before.
fn keys_intact() -> String {
    format!(
        "INSERT OR ROLLBACK INTO {CHECKS} (\"keys_intact\")\n    \
         SELECT count(*) <= (SELECT max(\"broken_keys\") FROM {CHECKS}) FROM pragma_foreign_key_check;"
    )
}

/// What can be asked before anything is touched. Tables and columns have their previous names.
fn checks(cx: &Cx<'_>) -> Vec<Check> {
    let mut res: Vec<Check> = cx.before.values().map(known).collect();
    res.extend(names_are_free(cx));
    res.extend(objects_are_there(cx));
    res.extend(enums::narrowed(cx).map(|(sentence, question)| Check { sentence, question }));
    for change in cx.changes {
        let check = match change {
            Change::AlterColumn(ids, delta) if delta.nullable => filled(cx, *ids),
            Change::AddColumn(id) => no_rows(cx, *id),
            Change::CreateIndex(id) => no_duplicates(cx, *id),
            Change::AddForeignKey(id) => no_strays(cx, *id),
            _ => None,
        };
        res.extend(check);
    }
    res
}

/// The table is as it was when this was written: what is not known here would be lost.
fn known(whole: &Whole) -> Check {
    let table = &whole.text.table;
    let sorted = |names: Vec<&str>| {
        let mut names = names;
        names.sort_unstable();
        names.join(", ")
    };
    let columns = sorted(table.columns.iter().map(|column| column.name.as_str()).collect());
    let indexes = table.indexes.iter().filter(|index| !index.is_constraint).map(|index| index.name.as_str());
    let objects = sorted(indexes.chain(whole.triggers.iter().map(|trigger| trigger.name.as_str())).collect());
    let name = literal(&table.name);
    // Naming every column lets SQLite itself say which one is missing.
    let named: Vec<String> =
        table.columns.iter().map(|column| rebuild::old_column(table, &column.name)).collect();
    let question = format!(
        "(SELECT count(*) FROM (SELECT {} FROM {} LIMIT 0)) = 0\n        \
         AND (SELECT group_concat(\"name\", ', ') FROM (SELECT \"name\" FROM pragma_table_xinfo({name}) \
         ORDER BY \"name\")) = {}\n        \
         AND (SELECT ifnull(group_concat(\"name\", ', '), '') FROM (SELECT \"name\" FROM \"sqlite_master\" \
         WHERE \"tbl_name\" = {name} AND \"type\" IN ('index', 'trigger') AND \"sql\" IS NOT NULL \
         ORDER BY \"name\")) = {}",
        named.join(", "),
        quoted(&table.name),
        literal(&columns),
        literal(&objects),
    );
    let sentence = format!(
        "`{}` is not as this migration expects it: other columns, indexes or triggers would be lost",
        table.name
    );
    Check { sentence, question }
}

/// What is created does not exist yet.
fn names_are_free(cx: &Cx<'_>) -> Option<Check> {
    let (prev, next) = (cx.schemas.prev, cx.schemas.next);
    let mut names: Vec<String> = Vec::new();
    for change in cx.changes {
        match change {
            Change::CreateTable(id) => {
                let table = next.table(*id);
                names.push(table.name.clone());
                names.extend(table.indexes.iter().map(|index| index.name.clone()));
            }
            Change::CreateIndex(id) => names.push(next.index_at(*id).name.clone()),
            Change::RenameIndex(ids) => names.push(next.index_at(ids.next).name.clone()),
            Change::RenameTable(ids) => names.push(next.table(ids.next).name.clone()),
            _ => {}
        }
    }
    names.extend(cx.rebuilt.iter().map(|id| rebuild::new_name(cx, &next.table(*id).name)));
    // What goes away first, or gets another name, makes room.
    let goes = |name: &String| {
        prev.tables
            .iter()
            .any(|table| table.name == *name || table.indexes.iter().any(|index| index.name == *name))
    };
    names.retain(|name| !goes(name) && !is_automatic(name));
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| Check {
        sentence: format!(
            "something of a name that this migration takes exists already: {}",
            names.join(", ")
        ),
        question: format!(
            "NOT EXISTS (SELECT 1 FROM \"sqlite_master\" WHERE \"name\" IN ({}))",
            literals(&names)
        ),
    })
}

/// What is changed or dropped in place exists.
fn objects_are_there(cx: &Cx<'_>) -> Option<Check> {
    let prev = cx.schemas.prev;
    let (mut columns, mut names): (Vec<(String, String)>, Vec<String>) = (Vec::new(), Vec::new());
    let column = |id: &ColumnId| (prev.table(id.table).name.clone(), prev.column(*id).name.clone());
    // Of a table that is built anew, everything is asked already.
    let others = cx.changes.iter().filter(|change| {
        change.tables().0.is_none_or(|id| !cx.before.contains_key(&id))
            && change.tables().1.is_none_or(|id| !cx.rebuilt.contains(&id))
    });
    for change in others {
        match change {
            Change::DropTable(id) => names.push(prev.table(*id).name.clone()),
            Change::RenameTable(ids) => names.push(prev.table(ids.prev).name.clone()),
            Change::DropIndex(id) => names.push(prev.index_at(*id).name.clone()),
            Change::RenameIndex(ids) => names.push(prev.index_at(ids.prev).name.clone()),
            Change::DropColumn(id) => columns.push(column(id)),
            Change::RenameColumn(ids) => columns.push(column(&ids.prev)),
            Change::AddColumn(id) => {
                names.extend(cx.pairing.table_prev(id.table).map(|prev_id| prev.table(prev_id).name.clone()));
            }
            _ => {}
        }
    }
    names.retain(|name| !is_automatic(name));
    names.sort();
    names.dedup();
    let mut questions: Vec<String> = columns
        .iter()
        .map(|(table, column)| {
            format!(
                "(SELECT count(*) FROM (SELECT {} FROM {} LIMIT 0)) = 0",
                column_of(table, column),
                quoted(table)
            )
        })
        .collect();
    if !names.is_empty() {
        questions.push(format!(
            "(SELECT count(*) FROM \"sqlite_master\" WHERE \"name\" IN ({})) = {}",
            literals(&names),
            names.len()
        ));
    }
    let listed = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    (!questions.is_empty()).then(|| Check {
        sentence: format!("something that this migration changes is not there{listed}"),
        question: questions.join("\n        AND "),
    })
}

fn literals(names: &[String]) -> String {
    names.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", ")
}

/// A column that becomes required has a value in every row.
fn filled(cx: &Cx<'_>, ids: Pair<ColumnId>) -> Option<Check> {
    if cx.schemas.next.column(ids.next).nullable || rebuild::fill_value(cx, ids.next).is_some() {
        return None;
    }
    let table = cx.schemas.prev.table(ids.prev.table);
    let column = &cx.schemas.prev.column(ids.prev).name;
    Some(Check {
        sentence: format!("`{}`.`{column}` becomes required, and some rows have no value in it", table.name),
        question: format!(
            "NOT EXISTS (SELECT 1 FROM {} WHERE {} IS NULL)",
            quoted(&table.name),
            rebuild::old_column(table, column)
        ),
    })
}

/// A required column without a default comes to a table without rows.
fn no_rows(cx: &Cx<'_>, id: ColumnId) -> Option<Check> {
    let column = cx.schemas.next.column(id);
    let prev = cx.pairing.table_prev(id.table)?;
    let is_filled = column.default.as_ref().is_some_and(|d| crate::defaults::default_sql(d).is_some());
    if filler::filler(cx, id).is_some()
        || column.nullable
        || is_filled
        || column.auto_increment.is_some()
        || column.generated.is_some()
    {
        return None;
    }
    let table = &cx.schemas.prev.table(prev).name;
    Some(Check {
        sentence: format!("column `{}` is required and has no default, and `{table}` has rows", column.name),
        question: format!("NOT EXISTS (SELECT 1 FROM {})", quoted(table)),
    })
}

/// A new unique index finds no duplicates. One over columns that are new is left to the index itself.
fn no_duplicates(cx: &Cx<'_>, id: IndexId) -> Option<Check> {
    let index = cx.schemas.next.index_at(id);
    let prev = cx.pairing.table_prev(id.table)?;
    if !index.unique {
        return None;
    }
    let table = cx.schemas.prev.table(prev);
    let columns = previous_columns(cx, id.table, &column_names(index)?)?;
    let listed: Vec<String> = columns.iter().map(|column| rebuild::old_column(table, column)).collect();
    let mut conditions: Vec<String> = listed.iter().map(|column| format!("{column} IS NOT NULL")).collect();
    if let Some(predicate) = &index.predicate {
        if !cx.pairing.renamed_columns(cx.schemas, prev).is_empty() {
            return None;
        }
        conditions.push(format!("({predicate})"));
    }
    Some(Check {
        sentence: format!(
            "`{}` is unique, and some rows of `{}` have the same values",
            index.name, table.name
        ),
        question: format!(
            "NOT EXISTS (SELECT 1 FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1)",
            quoted(&table.name),
            conditions.join(" AND "),
            listed.join(", ")
        ),
    })
}

/// A new foreign key over columns that exist finds a row for each of their values.
fn no_strays(cx: &Cx<'_>, id: ForeignKeyId) -> Option<Check> {
    let key = cx.schemas.next.foreign_key(id);
    let prev = cx.pairing.table_prev(id.table)?;
    let target_next = cx.schemas.next.find_table(None, &key.target_table)?;
    let target_prev = cx.pairing.table_prev(target_next)?;
    let (table, target) = (cx.schemas.prev.table(prev), cx.schemas.prev.table(target_prev));
    let columns = previous_columns(cx, id.table, &key.columns)?;
    let target_columns = previous_columns(cx, target_next, &key.target_columns)?;
    let own = |column: &String| format!("\"child\".{}", quoted(column));
    let present = columns.iter().map(|column| format!("{} IS NOT NULL", own(column)));
    let equal = columns.iter().zip(&target_columns);
    let equal = equal.map(|(column, theirs)| format!("\"parent\".{} = {}", quoted(theirs), own(column)));
    Some(Check {
        sentence: format!(
            "some rows of `{}` refer to rows of `{}` that do not exist",
            table.name, target.name
        ),
        question: format!(
            "NOT EXISTS (SELECT 1 FROM {} AS \"child\" WHERE {}\n        \
             AND NOT EXISTS (SELECT 1 FROM {} AS \"parent\" WHERE {}))",
            quoted(&table.name),
            present.collect::<Vec<_>>().join(" AND "),
            quoted(&target.name),
            equal.collect::<Vec<_>>().join(" AND ")
        ),
    })
}

/// The names that columns of a table (next) had before; `None` if one is new.
fn previous_columns(cx: &Cx<'_>, table: TableId, names: &[String]) -> Option<Vec<String>> {
    let next: &Table = cx.schemas.next.table(table);
    let name = |name: &String| {
        let (index, _) = next.find_column(name)?;
        Some(cx.prev_column(ColumnId { table, index })?.name.clone())
    };
    names.iter().map(name).collect()
}

fn column_names(index: &Index) -> Option<Vec<String>> {
    let name = |key: &IndexKey| match key {
        IndexKey::Column(name) => Some(name.clone()),
        IndexKey::Expression(_) => None,
    };
    index.parts.iter().map(|part| name(&part.key)).collect()
}
