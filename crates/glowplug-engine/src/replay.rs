//! Where the history ends: the model after running every migration on an empty database.
//!
//! The answer depends on the text of the migrations alone, so it is kept under `.glowplug/cache/`, by a
//! hash of that text. A scratch database is needed only when the cache does not know it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use glowplug_dialect::database::{Database, Target};
use glowplug_dialect::error::DatabaseError;
use glowplug_dialect::plan::PlanOptions;
use glowplug_migrations::checksum;
use glowplug_migrations::folder::Migration;
use glowplug_migrations::ledger;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::{Deserialize, Serialize};

use crate::apply::statement_failure;
use crate::ctx::Ctx;
use crate::failure::{Failure, Result};
use crate::ui::Event;

/// How many answers are kept.
const KEPT: usize = 32;
/// Changes whenever the model's form does, so that old answers are not read.
const FORMAT: u32 = 3;

#[derive(Serialize, Deserialize)]
struct Cached {
    schema: SqlSchema,
}

/// The model after `migrations`, from the cache or by replaying them on a scratch database.
///
/// # Errors
/// A migration that does not run from empty (Prisma: P3006), or no right to make a scratch database (P3014).
pub fn end_of(ctx: &mut Ctx<'_>, database: &mut dyn Database, migrations: &[Migration]) -> Result<SqlSchema> {
    if let Some(schema) = recall(ctx, migrations) {
        return Ok(schema);
    }
    let scratch = open_scratch(ctx, database)?;
    replay(ctx, scratch, migrations)
}

/// The same without an open database: one is opened only if a scratch database must be made beside it.
///
/// # Errors
/// As [`end_of`], and whatever connecting fails with.
pub fn end_of_folder(ctx: &mut Ctx<'_>, migrations: &[Migration]) -> Result<SqlSchema> {
    if migrations.is_empty() {
        return Ok(SqlSchema::default());
    }
    if let Some(schema) = recall(ctx, migrations) {
        return Ok(schema);
    }
    let scratch = open_alone(ctx)?;
    replay(ctx, scratch, migrations)
}

/// The models at several places of a history, without an open database: after its first so many migrations.
///
/// # Errors
/// As [`end_of_folder`].
pub fn ends_of_folder(
    ctx: &mut Ctx<'_>,
    migrations: &[Migration],
    places: &BTreeSet<usize>,
) -> Result<BTreeMap<usize, SqlSchema>> {
    let mut known = recall_ends(ctx, migrations, places);
    let missing: BTreeSet<usize> = places.iter().copied().filter(|it| !known.contains_key(it)).collect();
    if let Some(last) = missing.last() {
        let scratch = open_alone(ctx)?;
        known.extend(replay_to(ctx, scratch, &migrations[..*last], &missing)?);
    }
    Ok(known)
}

/// Those of the models that are known without a database.
pub fn recall_ends(
    ctx: &Ctx<'_>,
    migrations: &[Migration],
    places: &BTreeSet<usize>,
) -> BTreeMap<usize, SqlSchema> {
    places.iter().filter_map(|&place| Some((place, recall(ctx, &migrations[..place])?))).collect()
}

/// A scratch database without an open one beside it.
fn open_alone(ctx: &mut Ctx<'_>) -> Result<Box<dyn Database>> {
    if let Some(url) = ctx.connection.shadow_url.clone() {
        return open_shadow(ctx, &ctx.connector.target(&ctx.connection.url)?, &url);
    }
    // On this machine the database may be made, as `migrate` would; elsewhere it must exist.
    let is_local = ctx.connector.target(&ctx.connection.url)?.is_local;
    let mut database = if is_local { ctx.connect_or_create()? } else { ctx.connect()? };
    open_scratch(ctx, database.as_mut())
}

/// A history that is run step by step on a scratch database, and looked at between the steps.
pub(crate) struct Steps {
    scratch: Box<dyn Database>,
}

impl Steps {
    /// Begins with an empty scratch database, and the tables of others that the schema file shows.
    ///
    /// # Errors
    /// As [`end_of_folder`].
    pub(crate) fn begin(ctx: &mut Ctx<'_>) -> Result<Self> {
        let mut scratch = open_alone(ctx)?;
        let others = others(ctx);
        if !others.is_empty() {
            scratch.execute(&others)?;
        }
        Ok(Self { scratch })
    }

    /// Runs one more migration.
    ///
    /// # Errors
    /// It does not run here.
    pub(crate) fn run(&mut self, ctx: &Ctx<'_>, migration: &Migration) -> Result<()> {
        let one = std::slice::from_ref(migration);
        run(ctx, self.scratch.as_mut(), one, &BTreeSet::new()).map(drop).map_err(|stopped| stopped.failure)
    }

    /// The model as it is now.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub(crate) fn look(&mut self, ctx: &Ctx<'_>) -> Result<SqlSchema> {
        ctx.introspect(self.scratch.as_mut())
    }
}

fn recall(ctx: &Ctx<'_>, migrations: &[Migration]) -> Option<SqlSchema> {
    let bytes = std::fs::read(cache_file(ctx, migrations)).ok()?;
    serde_json::from_slice::<Cached>(&bytes).ok().map(|cached| cached.schema)
}

/// Keeps an answer that is known without a replay: the database was empty and has just run exactly these.
/// A cache that cannot be written costs time, nothing else.
pub fn remember(ctx: &Ctx<'_>, migrations: &[Migration], schema: &SqlSchema) {
    let file = cache_file(ctx, migrations);
    let Some(folder) = file.parent() else { return };
    let Ok(text) = serde_json::to_vec(&Cached { schema: schema.clone() }) else { return };
    let staging = file.with_extension(format!("{}.new", std::process::id()));
    if std::fs::create_dir_all(folder).is_ok() && std::fs::write(&staging, text).is_ok() {
        let _ = std::fs::rename(&staging, &file);
        forget_oldest(folder);
    }
}

fn replay(ctx: &mut Ctx<'_>, scratch: Box<dyn Database>, migrations: &[Migration]) -> Result<SqlSchema> {
    let end = migrations.len();
    let mut ends = replay_to(ctx, scratch, migrations, &BTreeSet::from([end]))?;
    Ok(ends.remove(&end).unwrap_or_default())
}

/// Runs the history on the scratch database, and looks at the model after each of `places` migrations.
fn replay_to(
    ctx: &mut Ctx<'_>,
    mut scratch: Box<dyn Database>,
    migrations: &[Migration],
    places: &BTreeSet<usize>,
) -> Result<BTreeMap<usize, SqlSchema>> {
    if !migrations.is_empty() {
        ctx.ui.report(&Event::Replaying { migrations: migrations.len() });
    }
    let ends = rebuild_to(ctx, scratch.as_mut(), migrations, places)?;
    // A look at a whole history would push everything else out of the cache.
    let few = KEPT / 4;
    for (&place, schema) in ends.iter().rev().take(few) {
        remember(ctx, &migrations[..place], schema);
    }
    Ok(ends)
}

/// Runs the history on an empty scratch database.
///
/// # Errors
/// A migration that does not run from empty.
pub(crate) fn rebuild(ctx: &Ctx<'_>, scratch: &mut dyn Database, migrations: &[Migration]) -> Result<()> {
    rebuild_to(ctx, scratch, migrations, &BTreeSet::new()).map(drop)
}

/// The same, with looks at the model on the way. Tables of others that the schema file shows are made first, because
/// the history may refer to them; where that is in the way (it made them itself, once), it runs without.
fn rebuild_to(
    ctx: &Ctx<'_>,
    scratch: &mut dyn Database,
    migrations: &[Migration],
    places: &BTreeSet<usize>,
) -> Result<BTreeMap<usize, SqlSchema>> {
    let others = others(ctx);
    if !others.is_empty() {
        scratch.execute(&others)?;
    }
    match run(ctx, scratch, migrations, places) {
        Ok(ends) => Ok(ends),
        Err(first) if others.is_empty() => Err(first.failure),
        Err(first) => {
            scratch.wipe(&ctx.connection.namespaces)?;
            run(ctx, scratch, migrations, places)
                .map_err(|second| if second.place > first.place { second.failure } else { first.failure })
        }
    }
}

/// How far a history came.
struct Stopped {
    place: usize,
    failure: Box<Failure>,
}

fn run(
    ctx: &Ctx<'_>,
    scratch: &mut dyn Database,
    migrations: &[Migration],
    places: &BTreeSet<usize>,
) -> std::result::Result<BTreeMap<usize, SqlSchema>, Stopped> {
    let mut ends = BTreeMap::new();
    let mut look = |place: usize, scratch: &mut dyn Database| {
        if places.contains(&place) {
            ends.insert(place, ctx.introspect(scratch).map_err(|failure| Stopped { place, failure })?);
        }
        Ok(())
    };
    let at_start = |error: DatabaseError| Stopped { place: 0, failure: error.into() };
    scratch.execute(&ledger::create_tables_sql()).map_err(at_start)?;
    look(0, scratch)?;
    for (place, migration) in migrations.iter().enumerate() {
        let mut script = ledger::script(migration);
        // The scratch database keeps no ledger: Diesel's rows are enough to run through its harness.
        script.bookkeeping = "SELECT 1".to_owned();
        scratch
            .apply(&script)
            .map_err(|error| Stopped { place, failure: does_not_run(ctx, migration, &error) })?;
        look(place + 1, scratch)?;
    }
    Ok(ends)
}

fn does_not_run(ctx: &Ctx<'_>, migration: &Migration, error: &DatabaseError) -> Box<Failure> {
    let mut failure = statement_failure(ctx, migration, true, error);
    failure.code = "GP3205";
    failure.prisma_code = Some("P3006");
    failure.message =
        format!("migration `{}` does not run on an empty database: {}", migration.name, error.message);
    failure
}

/// SQL that makes the external tables of the schema file, without what they refer to of one's own.
fn others(ctx: &Ctx<'_>) -> String {
    if ctx.external.is_empty() {
        return String::new();
    }
    let Ok(loaded) = ctx.schema.load() else { return String::new() };
    let mut model = ctx.lower_parts(&loaded.schema).external;
    let names: Vec<_> = model.tables.iter().map(|table| table.qualified_name()).collect();
    for table in &mut model.tables {
        table.foreign_keys.retain(|key| {
            names.iter().any(|it| it.namespace == key.target_namespace && it.name == key.target_table)
        });
    }
    let nothing = SqlSchema::default();
    let changes = diff(Pair::new(&nothing, &model), ctx.dialect.compare(), &RenameHints::default());
    let steps = ctx.dialect.plan(&changes, &PlanOptions::default()).steps;
    steps.iter().map(|step| step.sql.as_str()).collect::<Vec<_>>().join("\n")
}

/// A database to try things on: the shadow database that was named, emptied, or a scratch one.
///
/// # Errors
/// No right to make one (Prisma: P3014), or a shadow database that is the database itself.
pub(crate) fn open_scratch(ctx: &Ctx<'_>, database: &mut dyn Database) -> Result<Box<dyn Database>> {
    let Some(url) = &ctx.connection.shadow_url else {
        return database.create_scratch().map_err(|error| {
            Failure::from_database(error).prisma("P3014").hint(
                "name an empty database of your own with --shadow-database-url; it is wiped before each use",
            )
        });
    };
    open_shadow(ctx, database.target(), url)
}

fn open_shadow(ctx: &Ctx<'_>, own: &Target, url: &str) -> Result<Box<dyn Database>> {
    let shadow = ctx.connector.target(url)?;
    if (&own.host, own.port, &own.database) == (&shadow.host, shadow.port, &shadow.database)
        && own.namespace == shadow.namespace
    {
        return Err(Failure::refused(
            "GP4103",
            "the shadow database is the database itself: it would be wiped",
        )
        .hint("name another database with --shadow-database-url"));
    }
    let options = &ctx.connection.options;
    ctx.connector.create_database(url, options)?;
    let mut scratch = ctx.connector.connect(url, options)?;
    scratch.wipe(&ctx.connection.namespaces)?;
    Ok(scratch)
}

fn cache_file(ctx: &Ctx<'_>, migrations: &[Migration]) -> PathBuf {
    let mut text = format!("{FORMAT}|{}|{}", ctx.tool_version, ctx.dialect.provider());
    text.push_str(&ctx.connection.namespaces.join(","));
    text.push_str(&ctx.external.patterns().join(","));
    text.push_str(&others(ctx));
    for migration in migrations {
        text.push_str(&format!("|{}|{}", migration.name, checksum::of(&migration.up)));
    }
    // Quoted, so that the checksum's own rules (comments, blanks) cannot make two histories look alike.
    let key = checksum::of(&ledger::literal(&text));
    ctx.paths.state.join("cache").join(format!("history-{}.json", &key[..24]))
}

fn forget_oldest(folder: &std::path::Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut files: Vec<_> = entries
        .flatten()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    for (_, file) in files.iter().rev().skip(KEPT) {
        let _ = std::fs::remove_file(file);
    }
}
