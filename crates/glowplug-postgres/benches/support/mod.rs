//! What several benchmarks measure with.

#![allow(dead_code, reason = "each benchmark uses its part")]

use std::fmt::Write as _;

use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::PlanOptions;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use glowplug_testkit::postgres::TestDatabase;

/// How many tables there are.
pub(crate) const TABLES: usize = 1000;

/// A database with tables of ten columns, two indexes and a foreign key.
pub(crate) fn filled() -> TestDatabase {
    let database = TestDatabase::new();
    let mut sql = String::from("CREATE TYPE color AS ENUM ('red', 'green', 'blue');\n");
    for number in 0..TABLES {
        let before = number.saturating_sub(1);
        sql.push_str(&format!(
            "CREATE TABLE t{number} (id serial PRIMARY KEY, title text NOT NULL DEFAULT 'none', slug varchar(80) UNIQUE,
                price numeric(10, 2), color color NOT NULL DEFAULT 'red', tags text[] DEFAULT '{{}}', data jsonb,
                \"createdAt\" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
                parent int REFERENCES t{before} ON DELETE CASCADE, owner uuid);
             CREATE INDEX t{number}_title_idx ON t{number} (title, price DESC);\n"
        ));
    }
    database.execute(&sql);
    database.execute("ANALYZE");
    database
}

/// Models with ten columns, three indexes and two foreign keys each; `extra` stands in every model.
pub(crate) fn schema(models: usize, extra: &str) -> SqlSchema {
    let mut text = "datasource db {\n  provider = \"postgresql\"\n}\nenum Role {\n  A\n  B\n}\n".to_owned();
    for i in 0..models {
        let (a, b) = ((i + 1) % models, (i + 7) % models);
        let back_a = (i + models - 1) % models;
        let back_b = (i + models - 7) % models;
        let _ = write!(
            text,
            "model Model{i} {{\n  id String @id @default(uuid()) @db.Uuid\n  email String @unique\n  name String?\n  \
             role Role @default(A)\n  data Json @default(\"{{}}\")\n  n Int @default(1)\n  \
             createdAt DateTime @default(now())\n  updatedAt DateTime @updatedAt\n  aId String @db.Uuid\n  bId String? @db.Uuid\n  \
             a Model{a} @relation(\"a{i}\", fields: [aId], references: [id])\n  \
             b Model{b}? @relation(\"b{i}\", fields: [bId], references: [id])\n  \
             backA Model{back_a}[] @relation(\"a{back_a}\")\n  backB Model{back_b}[] @relation(\"b{back_b}\")\n  \
             {extra}\n  @@index([name, n])\n  @@index([createdAt])\n}}\n"
        );
    }
    let (schema, diagnostics) = glowplug_psl::parse(&[SourceFile { path: "schema.prisma".to_owned(), text }]);
    assert!(diagnostics.is_empty(), "{}", diagnostics[0].message);
    PostgresDialect.lower(&schema)
}

/// How many steps lead from one to the other.
pub(crate) fn diff_and_plan(prev: &SqlSchema, next: &SqlSchema) -> usize {
    let changes = diff(Pair::new(prev, next), PostgresDialect.compare(), &RenameHints::default());
    PostgresDialect.plan(&changes, &PlanOptions::default()).steps.len()
}

/// The statements that make a schema.
pub(crate) fn sql(schema: &SqlSchema) -> String {
    let nothing = SqlSchema::default();
    let changes = diff(Pair::new(&nothing, schema), PostgresDialect.compare(), &RenameHints::default());
    let plan = PostgresDialect.plan(&changes, &PlanOptions::default());
    plan.steps.iter().map(|step| format!("{}\n", step.sql)).collect()
}
