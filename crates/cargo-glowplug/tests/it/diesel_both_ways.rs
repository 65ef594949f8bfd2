//! Diesel both ways: its own runners and this tool agree on what is applied, whoever ran it.

use diesel::Connection as _;
use diesel::pg::Pg;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, FileBasedMigrations, MigrationHarness, embed_migrations};
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
        assert_eq!(status.code, 0, "{}", status.text);
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
    }
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
