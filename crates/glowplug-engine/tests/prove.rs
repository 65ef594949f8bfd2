//! Migrations between random schemas are proven: the tool's own plans lead there, back, and there again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]
#![allow(clippy::print_stderr, reason = "the verdicts are worth reading when somebody asks for many")]

use glowplug_dialect::database::{ConnectOptions, Connector as _};
use glowplug_dialect::dialect::Dialect as _;
use glowplug_dialect::finding::Facts;
use glowplug_dialect::plan::PlanOptions;
use glowplug_engine::ctx::{Clock, Connection, Ctx, Pace, Workspace};
use glowplug_engine::draft::draft;
use glowplug_engine::external::External;
use glowplug_engine::paths::Paths;
use glowplug_engine::prove::{Proof, Verdict};
use glowplug_engine::schema_files::SchemaFiles;
use glowplug_engine::ui::{Answer, Event, Question, Ui};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_sql::diff::diff;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use glowplug_testkit::postgres::TestDatabase;
use glowplug_testkit::random::{Flavour, pair};
use tempfile::TempDir;

struct Silent;

impl Ui for Silent {
    fn report(&mut self, _: &Event<'_>) {}

    fn ask(&mut self, _: &Question) -> Option<Answer> {
        None
    }
}

struct Stopped;

impl Clock for Stopped {
    fn folder_timestamp(&self) -> String {
        "20260101000000".to_owned()
    }

    fn ledger_timestamp(&self) -> String {
        "2026-01-01 00:00:00.000+00".to_owned()
    }
}

/// The verdict about the migration that the tool writes between the schemas of a seed.
fn verdict(database: &TestDatabase, seed: u64) -> Proof {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    let paths = Paths {
        root: root.to_owned(),
        schema: root.join("schema.prisma"),
        migrations: root.join("migrations"),
        data: root.join("data"),
        seed_sql: root.join("seed"),
        state: root.join(".glowplug"),
    };
    let workspace = Workspace {
        pace: Pace::default(),
        schema: &SchemaFiles::new(&paths),
        paths,
        dialect: &PostgresDialect,
        connector: &PostgresConnector,
        external: &External::default(),
        copies: 0,
        prove: true,
        ui: &mut Silent,
        clock: &Stopped,
        tool: "test".to_owned(),
        tool_version: "0".to_owned(),
        confirm: None,
    };
    let namespaces = ["public", "audit", "sales dep."].map(str::to_owned).to_vec();
    let connection =
        Connection { url: database.url(), shadow_url: None, options: ConnectOptions::default(), namespaces };
    let ctx = Ctx { workspace, connection };
    let pair = pair(Flavour::Postgres, seed);
    let (prev, next) = (model(pair.prev), model(pair.next));
    let changes = diff(Pair::new(&prev, &next), PostgresDialect.compare(), &pair.hints);
    let options = PlanOptions { allow_recreate: true, ..PlanOptions::default() };
    let mut draft = draft(&PostgresDialect, &changes, &Facts::default(), &options);
    let mut open = PostgresConnector.connect(&database.url(), &ConnectOptions::default()).unwrap();
    draft.prove(&ctx, open.as_mut(), &changes, &[], true);
    draft.proof.unwrap()
}

fn model(text: String) -> SqlSchema {
    let (schema, _) = glowplug_psl::parse(&[SourceFile { path: "schema.prisma".to_owned(), text }]);
    PostgresDialect.lower(&schema)
}

#[test]
fn random_migrations_lead_there_and_back_and_there_again() {
    let database = TestDatabase::new();
    let seeds = std::env::var("PROVE_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut tried_with_rows = 0;
    for seed in 0..seeds {
        let proof = verdict(&database, seed);
        let words = proof.words();
        if std::env::var_os("PROVE_SEEDS").is_some() {
            eprintln!("{seed}: {words} ({} rows) {:?}", proof.rows, proof.notes);
        }
        assert_ne!(proof.verdict, Verdict::NotProven, "seed {seed}: {words}");
        // Rows may be in the way of the way back; the schema alone never is.
        let only_rows = proof.why.as_ref().is_none_or(|why| why.starts_with("down.sql fails with rows"));
        assert!(only_rows, "seed {seed}: {words}");
        tried_with_rows += u64::from(proof.rows > 0);
    }
    assert!(tried_with_rows * 2 > seeds, "only {tried_with_rows} of {seeds} were tried with rows");
}
