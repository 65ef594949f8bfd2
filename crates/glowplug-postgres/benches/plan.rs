//! Diff and plan of 1,000 models against 1,000 tables, without and with changes in every table.

use std::fmt::Write as _;

use divan::Bencher;
use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::PlanOptions;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_psl::diagnostics::SourceFile;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

fn main() {
    divan::main();
}

/// Models with ten columns, three indexes and two foreign keys each; `extra` stands in every model.
fn schema(models: usize, extra: &str) -> SqlSchema {
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

fn diff_and_plan(prev: &SqlSchema, next: &SqlSchema) -> usize {
    let changes = diff(Pair::new(prev, next), PostgresDialect.compare(), &RenameHints::default());
    PostgresDialect.plan(&changes, &PlanOptions::default()).steps.len()
}

#[divan::bench(args = [100, 1000])]
fn nothing_changed(bencher: Bencher<'_, '_>, models: usize) {
    let (prev, next) = (schema(models, ""), schema(models, ""));
    bencher.bench(|| diff_and_plan(&prev, &next));
}

#[divan::bench(args = [100, 1000])]
fn every_table_changed(bencher: Bencher<'_, '_>, models: usize) {
    let (prev, next) = (schema(models, ""), schema(models, "added String?"));
    bencher.bench(|| diff_and_plan(&prev, &next));
}

#[divan::bench(args = [100, 1000])]
fn from_nothing(bencher: Bencher<'_, '_>, models: usize) {
    let (prev, next) = (SqlSchema::default(), schema(models, ""));
    bencher.bench(|| diff_and_plan(&prev, &next));
}
