//! What stands above the types of the resolvers: imports, limits and enums.

use crate::graphql::Options;
use crate::graphql::api::Api;
use crate::rust::{doc_lines, guarded, put};

/// Imports, limits, and the functions that all resolvers share.
pub(super) fn render(out: &mut String, api: &Api<'_>, options: &Options) {
    let database = &options.database;
    let keys = if api.objects.iter().any(super::has_composite_keys) { KEYS_AT_ONCE } else { "" };
    let max = options.max_limit;
    put!(
        out,
        "//! Resolvers for async-graphql over the generated Diesel rows.
//!
//! The module above gives two functions: `connection(ctx)`, a connection for one statement (and the
//! place to refuse somebody), and `database_error(error)`, what a client gets to see of a failure.
//! A request that carries a [`Budget`] fails when its lists hold more rows than that, so that
//! relations that lead in a circle cannot blow up an answer.

#![allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_imports)]

use std::collections::{{BTreeMap, BTreeSet}};
use std::sync::{{Arc, Mutex, PoisonError}};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tokio::sync::OnceCell;

use super::{{connection, database_error}};
use {database}::{{enums, models, schema}};

/// How many rows a query may ask a list for.
pub const MAX_LIMIT: i32 = {max};

/// How many rows one relation may load for one level of a query.
pub const LEVEL_LIMIT: i64 = 10_000;
{keys}{SHARED}"
    );
}

/// Where a relation has a key of several columns.
const KEYS_AT_ONCE: &str = "
/// How many keys of several columns one statement asks for.
const KEYS_AT_ONCE: usize = 200;
";

const SHARED: &str = "
/// How many rows the lists of one request may hold together.
pub struct Budget(Mutex<usize>);

impl Budget {
    /// A budget of that many rows.
    pub fn new(rows: usize) -> Self {
        Self(Mutex::new(rows))
    }
}

fn spend(ctx: &async_graphql::Context<'_>, rows: usize) -> async_graphql::Result<()> {
    let Some(budget) = ctx.data_opt::<Budget>() else {
        return Ok(());
    };
    let mut left = budget.0.lock().unwrap_or_else(PoisonError::into_inner);
    if rows > *left {
        return Err(refused(\"the answer has too many rows: ask for less\"));
    }
    *left -= rows;
    Ok(())
}

fn refused(message: impl Into<String>) -> async_graphql::Error {
    async_graphql::Error::new(message)
}

fn page(limit: i32, offset: i32) -> async_graphql::Result<(i64, i64)> {
    if !(0..=MAX_LIMIT).contains(&limit) {
        return Err(refused(format!(\"`limit` must be from 0 to {MAX_LIMIT}\")));
    }
    if offset < 0 {
        return Err(refused(\"`offset` must not be negative\"));
    }
    Ok((i64::from(limit), i64::from(offset)))
}

fn within_limit(rows: usize) -> async_graphql::Result<usize> {
    if rows as i64 > LEVEL_LIMIT {
        let message = format!(\"a relation leads to more than {LEVEL_LIMIT} rows\");
        return Err(refused(message));
    }
    Ok(rows)
}

/// Rows by the key that leads to them. They know what was loaded for them, which are rows again: behind
/// `dyn` the compiler need not follow them all to see that they may go from thread to thread.
trait Lookup<K, T>: Send + Sync {
    fn row(&self, key: &K) -> Option<&T>;
}

impl<K: Ord + Send + Sync, T: Send + Sync> Lookup<K, T> for BTreeMap<K, T> {
    fn row(&self, key: &K) -> Option<&T> {
        self.get(key)
    }
}

type Found<K, T> = Box<dyn Lookup<K, T>>;

fn indexed<K, T>(rows: impl Iterator<Item = (Option<K>, T)>) -> Found<K, T>
where
    K: Ord + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    let found: BTreeMap<K, T> = rows.filter_map(|(key, row)| Some((key?, row))).collect();
    Box::new(found)
}

fn grouped<K, T>(rows: impl Iterator<Item = (Option<K>, T)>) -> Found<K, Vec<T>>
where
    K: Ord + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    let mut found: BTreeMap<K, Vec<T>> = BTreeMap::new();
    for (key, row) in rows {
        if let Some(key) = key {
            found.entry(key).or_default().push(row);
        }
    }
    Box::new(found)
}

fn at_most_one<K, T: Clone>(found: &Found<K, T>, key: Option<K>) -> Option<T> {
    found.row(&key?).cloned()
}

fn one<K, T: Clone>(
    found: &Found<K, T>,
    key: Option<K>,
    // The name of the field, for the message that nobody should ever see.
    field: &str,
) -> async_graphql::Result<T> {
    let gone = || refused(format!(\"the row behind `{field}` is gone\"));
    at_most_one(found, key).ok_or_else(gone)
}

fn many<K, T: Clone>(
    ctx: &async_graphql::Context<'_>,
    // Rows of the whole level, by the row that they belong to.
    found: &Found<K, Vec<T>>,
    key: Option<K>,
) -> async_graphql::Result<Vec<T>> {
    let rows = at_most_one(found, key).unwrap_or_default();
    spend(ctx, rows.len())?;
    Ok(rows)
}
";

/// Enums of the API, each the twin of a Diesel one.
pub(super) fn enums(out: &mut String, api: &Api<'_>, options: &Options) {
    if api.enums.is_empty() {
        return;
    }
    out.push_str("\n/// Enums of the API.\npub mod values {\n");
    for (i, index) in api.enums.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let it = &api.layout.enums[*index];
        let remote = format!("{}::enums::{}", options.database, it.name);
        guarded(out, "    ", |out| {
            doc_lines(out, "    ", &it.docs);
            out.push_str("    #[derive(async_graphql::Enum, Clone, Copy, PartialEq, Eq)]\n");
            put!(out, "    #[graphql(name = {:?})]\n", api.enum_names[*index]);
            put!(out, "    #[graphql(remote = {remote:?})]\n");
            put!(out, "    pub enum {} {{\n", it.name);
            for (variant, name) in it.variants.iter().zip(&api.value_names[*index]) {
                doc_lines(out, "        ", &variant.docs);
                put!(out, "        #[graphql(name = {name:?})]\n        {},\n", variant.name);
            }
            out.push_str("    }\n");
        });
    }
    out.push_str("}\n");
}
