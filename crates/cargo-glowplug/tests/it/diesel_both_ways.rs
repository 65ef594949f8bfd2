//! Diesel both ways: its own runners and this tool agree on what is applied, whoever ran it.

use diesel::Connection as _;
use diesel::pg::Pg;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, FileBasedMigrations, MigrationHarness, embed_migrations};
use glowplug::migrate::Options;
use glowplug_testkit::postgres::TestDatabase;

use crate::tool::{glowplug, repository};

type Connection = AsyncConnectionWrapper<AsyncPgConnection>;

const EMBEDDED: EmbeddedMigrations = embed_migrations!("../../prisma/migrations");

fn connect(database: &TestDatabase) -> Connection {
    Connection::establish(&database.url()).unwrap()
}

fn from_files() -> FileBasedMigrations {
    FileBasedMigrations::from_path(repository().join("prisma/migrations")).unwrap()
}

fn pending(connection: &mut Connection, source: impl diesel::migration::MigrationSource<Pg>) -> usize {
    connection.pending_migrations(source).unwrap().len()
}

#[test]
fn after_deploy_diesel_sees_nothing_pending() {
    let database = TestDatabase::new();
    let before = pending(&mut connect(&database), from_files());
    assert!(before >= 2, "the history has at least its first two migrations");

    let deployed = glowplug(&repository(), &database, &["migrate", "deploy"]);
    assert_eq!(deployed.code, 0, "{}", deployed.text);

    let mut connection = connect(&database);
    assert_eq!(pending(&mut connection, from_files()), 0);
    assert_eq!(pending(&mut connection, EMBEDDED), 0);
}

#[test]
fn after_diesel_alone_our_status_sees_them_as_applied() {
    for embedded in [false, true] {
        let database = TestDatabase::new();
        let mut connection = connect(&database);
        let ran = if embedded {
            connection.run_pending_migrations(EMBEDDED).unwrap().len()
        } else {
            connection.run_pending_migrations(from_files()).unwrap().len()
        };
        assert!(ran >= 2);

        let status = glowplug(&repository(), &database, &["migrate", "status", "--json"]);
        // No migration brings the reference data: that is the one thing that is left.
        assert_eq!(status.code, 5, "{}", status.text);
        let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
        assert_eq!(status["applied"].as_array().map(Vec::len), Some(ran));
        assert_eq!(status["pending"].as_array().map(Vec::len), Some(0));

        // Nothing is run twice, and the ledger learns of them.
        let deployed = glowplug(&repository(), &database, &["migrate", "deploy", "--json"]);
        let deployed: serde_json::Value = serde_json::from_str(&deployed.stdout).unwrap();
        assert_eq!(deployed["applied"].as_array().map(Vec::len), Some(0));
        let recorded =
            database.query_text("SELECT count(*) FROM _glowplug_migrations WHERE finished_at IS NOT NULL");
        assert_eq!(recorded, [[Some(ran.to_string())]]);
        let status = glowplug(&repository(), &database, &["migrate", "status"]);
        assert_eq!(status.code, 0, "{}", status.text);
    }
}

#[test]
fn after_an_application_that_migrates_at_its_start_nothing_is_left_to_do() {
    let database = TestDatabase::new();
    let done = glowplug::migrate::run(&mut connect(&database), &EMBEDDED, Options::default()).unwrap();
    assert!(done.applied.len() >= 2);
    let deployed = glowplug(&repository(), &database, &["migrate", "deploy", "--json"]);
    let deployed: serde_json::Value = serde_json::from_str(&deployed.stdout).unwrap();
    assert_eq!(deployed["applied"].as_array().map(Vec::len), Some(0));
    let status = glowplug(&repository(), &database, &["migrate", "status"]);
    assert_eq!(status.code, 0, "{}", status.text);
}

/// What an application began and did not finish, the tool takes up where the database tells what became of it.
#[test]
fn what_an_application_left_half_done_is_taken_up() {
    let database = TestDatabase::new();
    let folder = tempfile::TempDir::new().unwrap();
    let migrations = folder.path().join("prisma/migrations");
    let add = |name: &str, sql: &str| {
        std::fs::create_dir_all(migrations.join(name)).unwrap();
        std::fs::write(migrations.join(name).join("up.sql"), sql).unwrap();
        std::fs::write(migrations.join(name).join("metadata.toml"), "run_in_transaction = false\n").unwrap();
    };
    std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").unwrap();
    let schema = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n";
    add("20240101000000_a", "CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL);\n");
    std::fs::write(folder.path().join("prisma/schema.prisma"), schema).unwrap();
    let start = || {
        let source = FileBasedMigrations::from_path(&migrations).unwrap();
        glowplug::migrate::run(&mut connect(&database), &source, Options::default()).map(|done| done.applied)
    };
    assert_eq!(start().unwrap(), ["20240101000000_a"]);
    database.execute("INSERT INTO a VALUES (1, 1), (2, 1)");

    // An index that the server gave up half-way: the catalog tells, so the tool clears it away and goes on.
    add("20240102000000_u", "CREATE UNIQUE INDEX CONCURRENTLY u ON a (b);\n");
    assert!(start().is_err());
    let refused = start().unwrap_err();
    assert!(refused.to_string().contains("began and never finished"), "{refused}");
    let status = glowplug(folder.path(), &database, &["migrate", "status"]);
    assert_ne!(status.code, 0);
    assert!(status.text.contains("partly landed"), "{}", status.text);
    database.execute("UPDATE a SET b = id");
    let deployed = glowplug(folder.path(), &database, &["migrate", "deploy"]);
    assert_eq!(deployed.code, 0, "{}", deployed.text);
    let valid = "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'u'::regclass";
    assert_eq!(database.query_text(valid), [[Some("true".to_owned())]]);
    assert_eq!(start().unwrap(), Vec::<String>::new());

    // Of a text that was sent at once nobody knows how far it came.
    add("20240103000000_v", "UPDATE a SET b = 5; VACUUM;\n");
    assert!(start().is_err());
    let deployed = glowplug(folder.path(), &database, &["migrate", "deploy"]);
    assert_ne!(deployed.code, 0);
    assert!(
        deployed.text.contains("it was begun by an application, which keeps no journal"),
        "{}",
        deployed.text
    );
    let name = "20240103000000_v";
    let resolved = glowplug(folder.path(), &database, &["migrate", "resolve", "--applied", name]);
    assert_eq!(resolved.code, 0, "{}", resolved.text);
    assert_eq!(start().unwrap(), Vec::<String>::new());
}

#[test]
fn diesel_can_take_the_whole_history_back() {
    let database = TestDatabase::new();
    let deployed = glowplug(&repository(), &database, &["migrate", "deploy"]);
    assert_eq!(deployed.code, 0, "{}", deployed.text);
    let mut connection = connect(&database);
    connection.revert_all_migrations(from_files()).unwrap();
    let left = database.query_text(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' \
         AND tablename NOT IN ('_glowplug_migrations', '__diesel_schema_migrations')",
    );
    assert!(left.is_empty(), "{left:?}");
}

const BEFORE: &str = "model Author {\n  id Int @id\n}\n\nmodel Course {\n  id   Int     @id\n  kind String? @default(\"x\")\n}\n";
const AFTER: &str = "model Author {\n  id      Int      @id\n  courses Course[]\n}\n\nmodel Course {\n  \
    id       Int     @id\n  kind     String  @default(\"x\")\n  authorId Int?\n  \
    author   Author? @relation(fields: [authorId], references: [id])\n\n  @@index([authorId, kind])\n}\n";

/// An edit that becomes several migrations, one of them a concurrent build.
#[test]
fn diesel_runs_and_takes_back_what_keeps_tables_usable() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\n").unwrap();
    std::fs::create_dir_all(folder.path().join("prisma")).unwrap();
    let ours = TestDatabase::new();
    for (name, models) in [("init", BEFORE), ("authors", AFTER)] {
        let schema = format!("datasource db {{\n  provider = \"postgresql\"\n}}\n\n{models}");
        std::fs::write(folder.path().join("prisma/schema.prisma"), schema).unwrap();
        let run = glowplug(folder.path(), &ours, &["migrate", "--name", name]);
        assert_eq!(run.code, 0, "{}", run.text);
    }
    let migrations = folder.path().join("prisma/migrations");
    assert_eq!(std::fs::read_dir(&migrations).unwrap().count(), 6);
    let source = || FileBasedMigrations::from_path(&migrations).unwrap();

    let theirs = TestDatabase::new();
    let mut connection = connect(&theirs);
    for _ in 0..2 {
        assert_eq!(connection.run_pending_migrations(source()).unwrap().len(), 6);
        let status = glowplug(folder.path(), &theirs, &["migrate", "status"]);
        assert_eq!(status.code, 0, "{}", status.text);
        assert_eq!(connection.revert_all_migrations(source()).unwrap().len(), 6);
    }
    let left = theirs.query_text(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '__diesel_schema_migrations'",
    );
    assert!(left.is_empty(), "{left:?}");
}
