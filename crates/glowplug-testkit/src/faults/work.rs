//! The history that is deployed: migrations in one transaction, in phases, and cut where they must be. Each writes
//! labels, so that what ran twice, or half, is seen.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use glowplug_sql::model::SqlSchema;
use tempfile::TempDir;

use super::judge;
use super::tool::{self, Deploy};
use crate::postgres::TestDatabase;

/// A migration, as the judge knows it.
pub(super) struct Expected {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) labels: &'static [&'static str],
    /// Whether it is one transaction.
    pub(super) is_whole: bool,
    up: &'static str,
    metadata: Option<&'static str>,
}

/// How many boundaries stand in the history as `<n>`.
pub(super) const POINTS: usize = 16;

/// Boundaries right before a statement that cannot be in a transaction, and waits for whoever writes.
pub(super) const ALONE: &[usize] = &[4, 7, 9, 10, 14];

/// Class of the advisory locks that stand for boundaries.
pub(super) const CLASS: i32 = 7107;

/// The history.
pub(super) const HISTORY: &[Expected] = &[
    Expected {
        name: "20260101000000_init",
        version: "20260101000000",
        labels: &["1"],
        is_whole: true,
        metadata: None,
        up: r#"CREATE TABLE "Work" ("id" INTEGER NOT NULL, "kind" TEXT, CONSTRAINT "Work_pkey" PRIMARY KEY ("id"));
<0>
CREATE TABLE "Seen" ("label" TEXT NOT NULL);
INSERT INTO "Seen" VALUES ('1');
INSERT INTO "Work" SELECT n, 'k' || n % 7 FROM generate_series(1, 3000) AS n;
<1>
CREATE TYPE "Kind" AS ENUM ('a');
"#,
    },
    Expected {
        name: "20260102000000_size",
        version: "20260102000000",
        labels: &["2a", "2b"],
        is_whole: true,
        metadata: Some("run_in_transaction = true\n"),
        up: r#"ALTER TABLE "Work" ADD COLUMN "size" INTEGER;
INSERT INTO "Seen" VALUES ('2a');
UPDATE "Work" SET "size" = "id" * 2;
<2>
INSERT INTO "Seen" VALUES ('2b');
ALTER TABLE "Work" ALTER COLUMN "size" SET NOT NULL;
"#,
    },
    Expected {
        name: "20260103000000_phases",
        version: "20260103000000",
        labels: &["3a", "3b", "3c", "3d", "3e"],
        is_whole: false,
        metadata: Some("run_in_transaction = false\n"),
        up: r#"SET statement_timeout = '1min';
INSERT INTO "Seen" VALUES ('3a');
<3>
<4>
CREATE INDEX CONCURRENTLY "Work_kind" ON "Work"("kind");
<5>
BEGIN;
INSERT INTO "Seen" VALUES ('3b');
<6>
INSERT INTO "Seen" VALUES ('3c');
COMMIT;
<7>
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Work_pair" ON "Work"("id", "kind");
<8>
ALTER TABLE "Work" ADD CONSTRAINT "kind_is_set" CHECK ("kind" IS NOT NULL) NOT VALID;
ALTER TABLE "Work" VALIDATE CONSTRAINT "kind_is_set";
INSERT INTO "Seen" VALUES ('3d');
VACUUM "Work";
<9>
REINDEX INDEX CONCURRENTLY "Work_kind";
<10>
DROP INDEX CONCURRENTLY "Work_pair";
<11>
INSERT INTO "Seen" VALUES ('3e');
"#,
    },
    Expected {
        name: "20260104000000_cut",
        version: "20260104000000",
        labels: &["4a", "4b", "4c"],
        is_whole: false,
        metadata: None,
        up: r#"ALTER TYPE "Kind" ADD VALUE 'b';
<12>
INSERT INTO "Seen" VALUES ('4a');
ALTER TABLE "Work" ADD COLUMN "of" "Kind" NOT NULL DEFAULT 'b';
<13>
INSERT INTO "Seen" VALUES ('4b');
<14>
CREATE INDEX CONCURRENTLY "Work_of" ON "Work"("of");
INSERT INTO "Seen" VALUES ('4c');
<15>
"#,
    },
    Expected {
        name: "20260105000000_child",
        version: "20260105000000",
        labels: &["5"],
        is_whole: true,
        metadata: None,
        up: r#"CREATE TABLE "Child" ("id" INTEGER NOT NULL, CONSTRAINT "Child_pkey" PRIMARY KEY ("id"));
ALTER TABLE "Child" ADD CONSTRAINT "Child_of" FOREIGN KEY ("id") REFERENCES "Work"("id");
INSERT INTO "Seen" VALUES ('5');
"#,
    },
];

/// What all faults share.
pub(super) struct Bench {
    pub(super) tool: PathBuf,
    workspace: TempDir,
    /// The model of a deploy without any fault.
    pub(super) model: SqlSchema,
    /// How long that takes.
    pub(super) usual: Duration,
}

impl Bench {
    /// Writes the workspace, and deploys it once without a fault.
    pub(super) fn new(tool: &Path) -> Self {
        let workspace = workspace("postgresql").expect("a temporary folder can be written");
        for migration in HISTORY {
            write(workspace.path(), migration.name, &filled(migration.up), migration.metadata)
                .expect("a temporary folder can be written");
        }
        let mut bench = Self {
            tool: tool.to_owned(),
            workspace,
            model: SqlSchema::default(),
            usual: Duration::from_secs(1),
        };
        let database = TestDatabase::new();
        let begin = Instant::now();
        let done = bench.deploy(&database.url()).end();
        assert_eq!(done.code, Some(0), "without any fault: {}", done.text);
        bench.usual = begin.elapsed();
        bench.model = judge::model(&database.url()).expect("the model can be read");
        judge::finished(&bench, &database.url()).expect("without any fault nothing is lost");
        bench
    }

    /// Starts a deploy of the history.
    pub(super) fn deploy(&self, url: &str) -> Deploy {
        tool::deploy(&self.tool, self.workspace.path(), url, &[])
    }

    /// The same, with more arguments.
    pub(super) fn deploy_with(&self, url: &str, more: &[&str]) -> Deploy {
        tool::deploy(&self.tool, self.workspace.path(), url, more)
    }

    /// A moment in a deploy, or shortly after.
    pub(super) fn moment(&self, random: &mut fastrand::Rng) -> Duration {
        self.usual.mul_f64(random.f64() * 1.05)
    }
}

/// Boundaries as statements: they wait for whoever holds the lock of their number.
fn filled(up: &str) -> String {
    let mut text = up.to_owned();
    for number in 0..POINTS {
        let point = format!("SELECT pg_advisory_xact_lock_shared({CLASS}, {number});");
        text = text.replace(&format!("<{number}>"), &point);
    }
    text
}

/// An empty workspace.
pub(super) fn workspace(provider: &str) -> std::io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\n")?;
    fs::create_dir_all(folder.path().join("prisma"))?;
    let schema =
        format!("datasource db {{\n  provider = \"{provider}\"\n}}\n\nmodel Work {{\n  id Int @id\n}}\n");
    fs::write(folder.path().join("prisma/schema.prisma"), schema)?;
    Ok(folder)
}

/// A migration in a workspace.
pub(super) fn write(folder: &Path, name: &str, up: &str, metadata: Option<&str>) -> std::io::Result<()> {
    let migration = folder.join("prisma/migrations").join(name);
    fs::create_dir_all(&migration)?;
    fs::write(migration.join("up.sql"), up)?;
    match metadata {
        Some(text) => fs::write(migration.join("metadata.toml"), text),
        None => Ok(()),
    }
}
