//! The suite `corpus`: real projects, whose histories are replayed and compared with their schema files.

use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};

use glowplug_dialect::dialect::Dialect;
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::model::{SqlSchema, Table};

use super::CaseResult;
use super::live::Live;
use super::physical::{Step, Stop, changes, dialect_of, load_schema, load_sources, read, run_folders};
use super::pull;

/// Runs every project: the schema parses, the history replays, the difference between both is the expected
/// one, and what is pulled from the replayed database is the database.
pub(super) fn run_corpus(dir: &Path, only: Option<&str>) -> Vec<CaseResult> {
    run_folders("corpus", dir, only, judge)
}

fn judge(case: &Path) -> Step<()> {
    let folder = case.join("schema");
    let path = if folder.is_dir() { folder } else { case.join("schema.prisma") };
    let schema = load_schema(&path)?;
    let dialect = dialect_of(&schema);
    let next = dialect.lower(&schema);
    let mut live = replay(dialect, case)?;
    let prev = live.introspect(&next)?;
    let expected = read(&case.join("expected_drift.sql"))?;
    let left = compare(&changes(dialect, &prev, &next), &expected)?;
    let unfound = left
        .iter()
        .find(|statement| !is_left_alone(&prev, statement) && !sets_same_defaults(&mut live, statement));
    if let Some(statement) = unfound {
        return Err(Stop::Failed(format!("an expected difference is not found: {statement}")));
    }
    pull::round_trip(dialect, &prev, &load_sources(&path)?)
}

/// A database on which the whole history of a project has run.
pub(crate) fn replay(dialect: &dyn Dialect, case: &Path) -> Step<Live> {
    let mut live = Live::new(dialect, case)?;
    for (name, path) in history(&case.join("migrations")) {
        live.run(&format!("migration {name}"), &read(&path)?)?;
    }
    Ok(live)
}

/// The migrations in the order of Prisma's CLI.
fn history(dir: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut res: Vec<(String, PathBuf)> = entries
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path().join("migration.sql")))
        .filter(|(_, path)| path.is_file())
        .collect();
    res.sort_by(|(a, _), (b, _)| locale_compare(a, b));
    res
}

/// JavaScript's `localeCompare` for the names of folders: marks before digits before letters, case last.
fn locale_compare(a: &str, b: &str) -> Ordering {
    let key = |text: &str| -> Vec<(u8, char)> {
        text.chars()
            .map(|c| match c {
                '_' => (0, c),
                c if c.is_ascii_digit() => (2, c),
                c if c.is_alphabetic() => (3, c.to_ascii_lowercase()),
                c => (1, c),
            })
            .collect()
    };
    key(a).cmp(&key(b)).then_with(|| b.cmp(a))
}

/// Every difference of ours must be an expected one. Gives the expected ones that are not ours.
fn compare(ours: &ChangeSet<'_>, expected: &str) -> Step<Vec<String>> {
    let code: String = expected.lines().filter(|l| !l.starts_with("--")).collect::<Vec<_>>().join("\n");
    let mut left: Vec<String> = code
        .split(";")
        .map(|s| s.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|s| !s.is_empty())
        .collect();
    for change in &ours.changes {
        let marks = marks(ours, change);
        let found = left.iter().any(|statement| marks.iter().all(|mark| statement.contains(mark.as_str())));
        if !found {
            return Err(Stop::Failed(format!("not an expected difference: {}", marks.join(" "))));
        }
    }
    left.retain(|statement| {
        !ours
            .changes
            .iter()
            .any(|change| marks(ours, change).iter().all(|mark| statement.contains(mark.as_str())))
    });
    Ok(left)
}

/// Words that the statement of a change has.
fn marks(changes: &ChangeSet<'_>, change: &Change) -> Vec<String> {
    let (prev, next) = (changes.schemas.prev, changes.schemas.next);
    let quoted = |name: &str| format!("\"{name}\"");
    let altered = |table: &Table| format!("ALTER TABLE {}", quoted(&table.name));
    let name = |name: &Option<String>| quoted(name.as_deref().unwrap_or_default());
    match change {
        Change::CreateNamespace(id) => {
            vec![format!("CREATE SCHEMA IF NOT EXISTS {}", quoted(next.namespace(*id)))]
        }
        Change::DropNamespace(id) => vec![format!("DROP SCHEMA {}", quoted(prev.namespace(*id)))],
        Change::CreateExtension(id) => {
            vec![format!("CREATE EXTENSION IF NOT EXISTS {}", quoted(&next.extension(*id).name))]
        }
        Change::DropExtension(id) => vec![format!("DROP EXTENSION {}", quoted(&prev.extension(*id).name))],
        Change::AlterExtension(ids) => {
            vec![format!("ALTER EXTENSION {}", quoted(&next.extension(ids.next).name))]
        }
        Change::CreateEnum(id) => vec![format!("CREATE TYPE {}", quoted(&next.enum_type(*id).name))],
        Change::DropEnum(id) => vec![format!("DROP TYPE {}", quoted(&prev.enum_type(*id).name))],
        Change::RenameEnum(ids) | Change::AlterEnum(ids, _) => {
            vec![format!("ALTER TYPE {}", quoted(&prev.enum_type(ids.prev).name))]
        }
        Change::CreateTable(id) => vec![format!("CREATE TABLE {}", quoted(&next.table(*id).name))],
        Change::DropTable(id) => vec![format!("DROP TABLE {}", quoted(&prev.table(*id).name))],
        Change::RenameTable(ids) => vec![altered(prev.table(ids.prev)), "RENAME TO".to_owned()],
        Change::AddColumn(id) => {
            vec![altered(next.table(id.table)), "ADD COLUMN".to_owned(), quoted(&next.column(*id).name)]
        }
        Change::DropColumn(id) => {
            vec![altered(prev.table(id.table)), format!("DROP COLUMN {}", quoted(&prev.column(*id).name))]
        }
        Change::RenameColumn(ids) => vec![altered(next.table(ids.next.table)), "RENAME COLUMN".to_owned()],
        Change::AlterColumn(ids, _) => {
            vec![
                altered(next.table(ids.next.table)),
                format!("COLUMN {}", quoted(&next.column(ids.next).name)),
            ]
        }
        Change::AddPrimaryKey(id) => vec![altered(next.table(*id)), "PRIMARY KEY".to_owned()],
        Change::DropPrimaryKey(id) => vec![altered(prev.table(*id)), "DROP CONSTRAINT".to_owned()],
        Change::RenamePrimaryKey(ids) => vec![altered(next.table(ids.next)), "RENAME CONSTRAINT".to_owned()],
        Change::CreateForeign(id) => next.foreign_object(*id).definition.clone().into_iter().collect(),
        Change::DropForeign(id) => prev.foreign_object(*id).removal.clone().into_iter().collect(),
        Change::AlterForeign(ids) => next.foreign_object(ids.next).definition.clone().into_iter().collect(),
        Change::CreateIndex(id) => vec![format!("INDEX {} ON", quoted(&next.index_at(*id).name))],
        Change::DropIndex(id) => vec![format!("DROP INDEX {}", quoted(&prev.index_at(*id).name))],
        Change::RenameIndex(ids) => {
            vec![format!("ALTER INDEX {} RENAME", quoted(&prev.index_at(ids.prev).name))]
        }
        Change::AddForeignKey(id) => vec![altered(next.table(id.table)), name(&next.foreign_key(*id).name)],
        Change::DropForeignKey(id) => vec![altered(prev.table(id.table)), name(&prev.foreign_key(*id).name)],
        Change::RenameForeignKey(ids) => {
            vec![altered(prev.table(ids.prev.table)), name(&prev.foreign_key(ids.prev).name)]
        }
    }
}

/// Whether Prisma's statement is about something that we leave alone on purpose.
fn is_left_alone(prev: &SqlSchema, statement: &str) -> bool {
    let older_key = statement.contains("_AB_pkey\" PRIMARY KEY") || statement.ends_with("_AB_unique\"");
    let foreign = prev
        .tables
        .iter()
        .flat_map(|table| &table.indexes)
        .filter(|index| !index.expressible)
        .any(|index| statement.contains(&format!("\"{}\"", index.name)));
    older_key || foreign
}

/// Whether a statement only sets defaults to the values that they have, in the server's own opinion:
/// the other tool compares them as texts, which depend on the session's time zone.
fn sets_same_defaults(live: &mut Live, statement: &str) -> bool {
    let Some((table, clauses)) =
        statement.strip_prefix("ALTER TABLE \"").and_then(|s| s.split_once("\" ALTER COLUMN \""))
    else {
        return false;
    };
    clauses.split(", ALTER COLUMN \"").all(|clause| {
        let Some((column, value)) = clause.split_once("\" SET DEFAULT ") else { return false };
        let (table, column) = (table.replace('\'', "''"), column.replace('\'', "''"));
        let sql = format!(
            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid \
             AND attnum = adnum WHERE adrelid = '\"{table}\"'::regclass AND attname = '{column}'"
        );
        let Some(current) = live.value(&sql) else { return false };
        live.value(&format!("SELECT ({current}) = ({value})")).as_deref() == Some("t")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_sorted_as_the_other_tool_sorts_them() {
        assert_eq!(locale_compare("06_a", "06_B"), Ordering::Less);
        assert_eq!(locale_compare("06_b", "06a"), Ordering::Less);
        assert_eq!(locale_compare("2020", "a"), Ordering::Less);
    }
}
