//! What is left to do after an apply is said aloud, and the pair of models is kept.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

use glowplug_dialect::database::ConnectOptions;
use glowplug_dialect::dialect::Dialect as _;
use glowplug_engine::ctx::{Clock, Connection, Ctx, Workspace};
use glowplug_engine::external::External;
use glowplug_engine::ignored::Ignored;
use glowplug_engine::paths::Paths;
use glowplug_engine::schema_files::SchemaFiles;
use glowplug_engine::selfcheck;
use glowplug_engine::ui::{Answer, Event, Question, Ui};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_sql::model::SqlSchema;
use tempfile::TempDir;

#[derive(Default)]
struct Listener {
    warnings: Vec<String>,
}

impl Ui for Listener {
    fn report(&mut self, event: &Event<'_>) {
        if let Event::Warning { message } = event {
            self.warnings.push((*message).to_owned());
        }
    }

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

fn model(fields: &str) -> SqlSchema {
    let text = format!(
        "datasource db {{\n  provider = \"postgresql\"\n}}\n\nmodel Course {{\n  id Int @id\n{fields}\n}}\n"
    );
    let (schema, diagnostics) = glowplug_psl::parse(&[SourceFile { path: "schema.prisma".to_owned(), text }]);
    assert_eq!(diagnostics, []);
    PostgresDialect.lower(&schema)
}

/// The warnings of a comparison in this folder.
fn warnings(folder: &TempDir, live: &SqlSchema, wanted: &SqlSchema) -> Vec<String> {
    let root = folder.path();
    let paths = Paths {
        root: root.to_owned(),
        schema: root.join("schema.prisma"),
        migrations: root.join("migrations"),
        data: root.join("data"),
        seed_sql: root.join("seed"),
        state: root.join(".glowplug"),
    };
    let mut listener = Listener::default();
    let workspace = Workspace {
        pace: glowplug_engine::ctx::Pace::default(),
        schema: &SchemaFiles::new(&paths),
        paths,
        dialect: &PostgresDialect,
        connector: &PostgresConnector,
        external: &External::default(),
        copies: 0,
        prove: true,
        ui: &mut listener,
        clock: &Stopped,
        tool: "test".to_owned(),
        tool_version: "0".to_owned(),
        confirm: None,
    };
    let connection = Connection {
        url: "postgresql://ann:sesame@localhost/app".to_owned(),
        shadow_url: None,
        options: ConnectOptions::default(),
        namespaces: Vec::new(),
    };
    let mut ctx = Ctx { workspace, connection };
    let ignored = Ignored::read(&ctx).unwrap();
    selfcheck::compare(&mut ctx, &ignored, "`20260101_x`", live, wanted);
    listener.warnings
}

#[test]
fn nothing_is_said_when_nothing_is_left() {
    let folder = TempDir::new().unwrap();
    let model = model("title String");
    assert_eq!(warnings(&folder, &model, &model), Vec::<String>::new());
    assert!(!folder.path().join(".glowplug").exists());
}

#[test]
fn what_is_left_is_told_with_the_file_that_holds_both_models() {
    let folder = TempDir::new().unwrap();
    let (live, wanted) = (model("title String"), model("title String\n  note  String?"));
    assert_eq!(
        warnings(&folder, &live, &wanted),
        [
            "after `20260101_x` the database still differs from what was asked for (~ Course; + note  text?): this is a \
          defect of glowplug; please report it with `.glowplug/reports/20260101000000_20260101_x.json` (both models; \
          no rows, no passwords)"
        ]
    );
    let file = folder.path().join(".glowplug/reports/20260101000000_20260101_x.json");
    let text = std::fs::read_to_string(file).unwrap();
    assert!(!text.contains("sesame"), "{text}");
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["left"][1]["text"], "note  text?");
    let wanted_sql = report["wanted_sql"].as_str().unwrap();
    assert!(wanted_sql.starts_with("CREATE TABLE \"Course\" (") && wanted_sql.contains("\"note\" TEXT"));
    assert!(!report["live_sql"].as_str().unwrap().contains("note"));
    assert_eq!(report["live"]["tables"][0]["columns"].as_array().unwrap().len(), 2);
}

#[test]
fn a_report_that_cannot_be_kept_does_not_hide_the_warning() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join(".glowplug"), "a file is in the way").unwrap();
    let warnings = warnings(&folder, &model(""), &model("note String?"));
    assert!(
        warnings[0].ends_with("please report it with the schema file and the migrations"),
        "{warnings:?}"
    );
}
