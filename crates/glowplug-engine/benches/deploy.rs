//! A deploy with nothing to do, by the length of the history: what every start of a container pays.

use std::fs;

use glowplug_dialect::database::ConnectOptions;
use glowplug_engine::commands::deploy;
use glowplug_engine::ctx::{Clock, Connection, Ctx, Workspace};
use glowplug_engine::external::External;
use glowplug_engine::paths::Paths;
use glowplug_engine::schema_files::SchemaFiles;
use glowplug_engine::ui::{Answer, Event, Question, Ui};
use glowplug_postgres::connector::PostgresConnector;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_testkit::postgres::TestDatabase;
use tempfile::TempDir;

fn main() {
    divan::main();
}

#[divan::bench(args = [10, 100, 1000], sample_count = 10, sample_size = 1)]
fn nothing_to_apply(bencher: divan::Bencher, migrations: usize) {
    let (folder, database) = (TempDir::new().expect("a temporary folder"), TestDatabase::new());
    for number in 0..migrations {
        let dir = folder.path().join(format!("{:014}_step", 20_260_101_000_000_u64 + number as u64));
        fs::create_dir_all(&dir).expect("a folder");
        fs::write(dir.join("up.sql"), format!("CREATE TABLE \"T{number}\" (\"id\" INTEGER PRIMARY KEY);\n"))
            .expect("a file");
    }
    deploy_once(&folder, &database);
    bencher.bench_local(|| deploy_once(&folder, &database));
}

fn deploy_once(folder: &TempDir, database: &TestDatabase) {
    let paths = Paths {
        root: folder.path().to_owned(),
        schema: folder.path().join("schema.prisma"),
        migrations: folder.path().to_owned(),
        data: folder.path().join("data"),
        seed_sql: folder.path().join("seed"),
        state: folder.path().join(".glowplug"),
    };
    let workspace = Workspace {
        pace: glowplug_engine::ctx::Pace::default(),
        confirm: None,
        schema: &SchemaFiles::new(&paths),
        paths,
        dialect: &PostgresDialect,
        connector: &PostgresConnector,
        external: &External::default(),
        copies: 0,
        prove: true,
        ui: &mut Nobody,
        clock: &Stopped,
        tool: "bench".to_owned(),
        tool_version: "0".to_owned(),
    };
    let connection = Connection {
        url: database.url(),
        shadow_url: None,
        options: ConnectOptions::default(),
        namespaces: Vec::new(),
    };
    let mut ctx = Ctx { workspace, connection };
    if let Err(failure) = deploy::run(&mut ctx, &deploy::Options::default()) {
        panic!("{failure:?}");
    }
}

struct Nobody;

impl Ui for Nobody {
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
