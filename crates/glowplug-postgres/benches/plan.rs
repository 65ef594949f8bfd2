//! Diff and plan of 1,000 models against 1,000 tables, without and with changes in every table.

mod support;

use divan::Bencher;
use glowplug_sql::model::SqlSchema;
use support::{diff_and_plan, schema};

fn main() {
    divan::main();
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
