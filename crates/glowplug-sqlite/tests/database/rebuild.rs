//! A rebuild of a table that others refer to: with the tool, with Diesel's `run_pending_migrations`, and with
//! `embed_migrations!`, on an application's connection that has foreign keys on.
//!
//! The folder `tests/migrations` holds what the planner writes for the pair below; a test keeps it so
//! (`UPDATE_EXPECT=1` writes it).

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, FileBasedMigrations, MigrationHarness, embed_migrations};
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::PlanOptions;
use glowplug_dialect::script::MigrationScript;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_sql::change::ChangeSet;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::invert::invert;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use glowplug_sqlite::dialect::SqliteDialect;

use crate::{File, ask};

const EMBEDDED: EmbeddedMigrations = embed_migrations!("tests/migrations");

const PREV: &str = r#"
datasource db { provider = "sqlite" }
model User {
  id    Int    @id @default(autoincrement())
  email String
  name  String?
  posts Post[]
  notes Note[]
  tags  Tag[]
}
model Post {
  id       Int  @id
  authorId Int
  author   User @relation(fields: [authorId], references: [id], onDelete: Cascade)
}
model Note {
  id      Int   @id
  ownerId Int?
  owner   User? @relation(fields: [ownerId], references: [id], onDelete: SetNull)
}
model Tag {
  id     Int  @id
  userId Int
  user   User @relation(fields: [userId], references: [id], onDelete: Restrict)
}
"#;

/// The name becomes required, the address unique.
fn next() -> String {
    PREV.replace("email String\n", "email String @unique\n").replace("name  String?", "name  String")
}

/// What the planner writes: version, up, down, whether in a transaction.
pub(crate) fn planned() -> Vec<(&'static str, String, String, bool)> {
    let (prev, next) = (lower(PREV), lower(&next()));
    let empty = SqlSchema::default();
    let hints = RenameHints::default();
    let way = |prev, next| diff(Pair::new(prev, next), SqliteDialect.compare(), &hints);
    let text = |changes: &ChangeSet<'_>, way_back| -> (String, bool) {
        let plan = SqliteDialect
            .plan(changes, &PlanOptions { allow_recreate: true, way_back, ..PlanOptions::default() });
        let text = plan.steps.iter().map(|step| format!("-- {}\n{}\n\n", step.title, step.sql)).collect();
        (text, plan.steps.iter().all(|step| step.in_transaction))
    };
    let both = |version, changes: &ChangeSet<'_>| {
        let (up, in_transaction) = text(changes, false);
        let (down, same) = text(&invert(changes, SqliteDialect.compare()), true);
        assert_eq!(in_transaction, same, "one metadata.toml speaks for both ways");
        (version, up, down, in_transaction)
    };
    vec![
        both("20260101000000_create", &way(&empty, &prev)),
        both("20260102000000_rebuild", &way(&prev, &next)),
    ]
}

fn lower(text: &str) -> SqlSchema {
    let file = SourceFile { path: "schema.prisma".to_owned(), text: text.to_owned() };
    SqliteDialect.lower(&glowplug_psl::parse(&[file]).0)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/migrations")
}

#[test]
fn the_folder_is_what_the_planner_writes() {
    for (name, up, down, in_transaction) in planned() {
        let folder = folder().join(name);
        let metadata = format!("run_in_transaction = {in_transaction}\n");
        for (file, text) in [("up.sql", up), ("down.sql", down), ("metadata.toml", metadata)] {
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join(file), &text).unwrap();
            }
            assert_eq!(std::fs::read_to_string(folder.join(file)).unwrap(), text, "{name}/{file}");
        }
    }
}

/// A way to run the folder.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner {
    Tool,
    Pending,
    Embedded,
}

const RUNNERS: [Runner; 3] = [Runner::Tool, Runner::Pending, Runner::Embedded];

impl Runner {
    /// Runs the next migration, or takes the last one back. An application's connection is the one given.
    fn step(self, file: &File, connection: &mut SqliteConnection, up: bool) -> Result<(), String> {
        match self {
            Runner::Tool => tool(file, up),
            Runner::Pending => {
                let source = FileBasedMigrations::from_path(folder()).unwrap();
                if up {
                    connection.run_next_migration(source)
                } else {
                    connection.revert_last_migration(source)
                }
                .map(|_| ())
                .map_err(|error| error.to_string())
            }
            Runner::Embedded => if up {
                connection.run_next_migration(EMBEDDED)
            } else {
                connection.revert_last_migration(EMBEDDED)
            }
            .map(|_| ())
            .map_err(|error| error.to_string()),
        }
    }
}

pub(crate) fn tool_script(place: usize, up: bool) -> MigrationScript {
    let (name, up_sql, down_sql, run_in_transaction) = planned().remove(place);
    MigrationScript {
        version: name[..14].to_owned(),
        name: name.to_owned(),
        sql: if up { up_sql } else { down_sql },
        bookkeeping: "SELECT 1".to_owned(),
        run_in_transaction,
    }
}

fn tool(file: &File, up: bool) -> Result<(), String> {
    let mut db = file.open();
    let has_table = db.has_table("__diesel_schema_migrations").unwrap();
    let count = "SELECT count(*) FROM __diesel_schema_migrations";
    let done: usize = if has_table { crate::value(db.as_mut(), count).unwrap().parse().unwrap() } else { 0 };
    let res = if up { db.apply(&tool_script(done, true)) } else { db.revert(&tool_script(done - 1, false)) };
    res.map_err(|error| error.message)
}

const ROWS: &str = "INSERT INTO \"User\" (id, email, name) VALUES (1, 'a', 'A'), (2, 'b', 'B'), (7, 'c', 'C');
     DELETE FROM \"User\" WHERE id = 7;
     INSERT INTO \"Post\" VALUES (1, 1), (2, 2); INSERT INTO \"Note\" VALUES (1, 1), (2, NULL); INSERT INTO \"Tag\" VALUES (1, 2);";

const STATE: &str = "(SELECT count(*) || ' users ' FROM \"User\") || (SELECT group_concat(\"authorId\") || ' posts ' FROM \"Post\") \
     || (SELECT group_concat(ifnull(\"ownerId\", '-')) || ' notes ' FROM \"Note\") || (SELECT count(*) || ' tags ' FROM \"Tag\") \
     || (SELECT seq FROM sqlite_sequence WHERE name = 'User') || (SELECT ' required ' || \"notnull\" FROM pragma_table_info('User') WHERE name = 'name')";

const BEFORE: &str = "2 users 1,2 posts 1,- notes 1 tags 7 required 0";
const AFTER: &str = "2 users 1,2 posts 1,- notes 1 tags 7 required 1";

/// A connection in good order: foreign keys on, no transaction open, and what it writes stays.
fn assert_usable(file: &File, connection: &mut SqliteConnection, runner: Runner) {
    assert_eq!(
        ask(connection, "SELECT foreign_keys FROM pragma_foreign_keys"),
        "1",
        "{runner:?}: foreign keys"
    );
    assert_eq!(
        ask(connection, "SELECT legacy_alter_table FROM pragma_legacy_alter_table"),
        "0",
        "{runner:?}"
    );
    connection.batch_execute("BEGIN; COMMIT").unwrap();
    connection.batch_execute("CREATE TABLE mark (id int); INSERT INTO mark VALUES (1)").unwrap();
    assert_eq!(ask(&mut file.application(), "SELECT count(*) FROM mark"), "1", "{runner:?}: a write is lost");
    connection.batch_execute("DROP TABLE mark").unwrap();
}

fn created(runner: Runner, rows: &str) -> (File, SqliteConnection) {
    let file = File::new();
    let mut connection = file.application();
    runner.step(&file, &mut connection, true).unwrap();
    connection.batch_execute(rows).unwrap();
    (file, connection)
}

#[test]
fn no_row_of_a_child_goes_there_and_back() {
    for journal in ["DELETE", "WAL"] {
        for runner in RUNNERS {
            let (file, mut connection) = created(runner, &format!("{ROWS} PRAGMA journal_mode={journal};"));
            assert_eq!(ask(&mut connection, STATE), BEFORE);
            runner.step(&file, &mut connection, true).unwrap();
            assert_eq!(ask(&mut connection, STATE), AFTER, "{runner:?} {journal}");
            assert_usable(&file, &mut connection, runner);
            assert!(
                connection.batch_execute("DELETE FROM \"User\" WHERE id = 2").is_err(),
                "the tag restricts"
            );
            runner.step(&file, &mut connection, false).unwrap();
            assert_eq!(ask(&mut connection, STATE), BEFORE, "{runner:?} {journal}");
            assert_usable(&file, &mut connection, runner);
            runner.step(&file, &mut connection, true).unwrap();
            assert_eq!(ask(&mut connection, STATE), AFTER, "{runner:?} {journal}");
            assert_eq!(ask(&mut connection, "SELECT count(*) FROM __diesel_schema_migrations"), "2");
        }
    }
}

#[test]
fn what_cannot_run_changes_nothing_and_leaves_the_connection_usable() {
    let obstacles = [
        (
            "INSERT INTO \"User\" (id, email) VALUES (9, 'z')",
            "becomes required, and some rows have no value in it",
            "DELETE FROM \"User\" WHERE id = 9",
        ),
        (
            "INSERT INTO \"User\" (id, email, name) VALUES (9, 'a', 'N')",
            "is unique, and some rows of `User` have the same values",
            "DELETE FROM \"User\" WHERE id = 9",
        ),
        (
            "CREATE TRIGGER extra AFTER INSERT ON \"User\" BEGIN SELECT 1; END",
            "is not as this migration expects it",
            "DROP TRIGGER extra",
        ),
        ("CREATE INDEX extra ON \"User\" (name)", "is not as this migration expects it", "DROP INDEX extra"),
        (
            "ALTER TABLE \"User\" ADD COLUMN extra TEXT",
            "is not as this migration expects it",
            "ALTER TABLE \"User\" DROP COLUMN extra",
        ),
        (
            "ALTER TABLE \"User\" RENAME COLUMN name TO other",
            "no such column: User.name",
            "ALTER TABLE \"User\" RENAME COLUMN other TO name",
        ),
        ("ALTER TABLE \"User\" RENAME TO gone", "no such table: User", "ALTER TABLE gone RENAME TO \"User\""),
        (
            "CREATE TABLE \"new_User\" (id int)",
            "exists already: User_email_key, new_User",
            "DROP TABLE \"new_User\"",
        ),
        (
            "CREATE INDEX \"User_email_key\" ON \"Post\" (id)",
            "exists already: User_email_key, new_User",
            "DROP INDEX \"User_email_key\"",
        ),
    ];
    for runner in RUNNERS {
        for (obstacle, expected, mend) in obstacles {
            let (file, mut connection) = created(runner, ROWS);
            connection.batch_execute(obstacle).unwrap();
            let before = dump(&mut connection);
            let error = runner.step(&file, &mut connection, true).unwrap_err();
            assert!(error.contains(expected), "{runner:?}: {error}");
            assert_usable(&file, &mut connection, runner);
            assert_eq!(dump(&mut connection), before, "{runner:?}: {obstacle}");
            assert_eq!(ask(&mut connection, "SELECT count(*) FROM __diesel_schema_migrations"), "1");
            connection.batch_execute(mend).unwrap();
            runner.step(&file, &mut connection, true).unwrap();
            assert!(ask(&mut connection, STATE).ends_with("required 1"), "{runner:?}: {obstacle}");
        }
    }
}

fn dump(connection: &mut SqliteConnection) -> String {
    let schema = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master ORDER BY name)";
    let rows = "SELECT group_concat(id || \"authorId\") FROM \"Post\"";
    format!("{}\n{}", ask(connection, schema), ask(connection, rows))
}

#[test]
fn a_busy_database_is_not_touched() {
    for runner in RUNNERS {
        let (file, mut connection) = created(runner, ROWS);
        let mut other = file.application();
        other.batch_execute("BEGIN IMMEDIATE").unwrap();
        let error = match runner {
            // The tool waits for five seconds; the lock goes before that.
            Runner::Tool => {
                std::thread::scope(|scope| {
                    scope.spawn(|| {
                        std::thread::sleep(std::time::Duration::from_millis(300));
                        other.batch_execute("COMMIT").unwrap();
                    });
                    runner.step(&file, &mut connection, true).unwrap();
                });
                continue;
            }
            Runner::Pending | Runner::Embedded => runner.step(&file, &mut connection, true).unwrap_err(),
        };
        assert!(error.contains("database is locked"), "{error}");
        other.batch_execute("COMMIT").unwrap();
        assert_usable(&file, &mut connection, runner);
        assert_eq!(ask(&mut connection, STATE), BEFORE);
        runner.step(&file, &mut connection, true).unwrap();
        assert_eq!(ask(&mut connection, STATE), AFTER);
    }
}

#[test]
fn inside_a_transaction_of_somebody_else_it_does_not_begin() {
    let (file, mut connection) = created(Runner::Embedded, ROWS);
    connection.batch_execute("BEGIN").unwrap();
    let error = Runner::Embedded.step(&file, &mut connection, true).unwrap_err();
    assert!(error.contains("cannot start a transaction within a transaction"), "{error}");
    connection.batch_execute("COMMIT").unwrap();
    assert_eq!(ask(&mut connection, STATE), BEFORE);
}

#[test]
fn dangling_keys_that_were_there_before_are_no_obstacle() {
    for runner in RUNNERS {
        let (file, mut connection) = created(runner, ROWS);
        connection
            .batch_execute(
                "PRAGMA foreign_keys=OFF; INSERT INTO \"Post\" VALUES (3, 99); PRAGMA foreign_keys=ON",
            )
            .unwrap();
        runner.step(&file, &mut connection, true).unwrap();
        assert_eq!(ask(&mut connection, "SELECT count(*) FROM pragma_foreign_key_check"), "1");
    }
}
