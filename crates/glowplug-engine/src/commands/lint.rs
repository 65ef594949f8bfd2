//! `lint`: what the SQL of migrations does that somebody should know before it runs. It changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use glowplug_dialect::finding::Level;
use glowplug_migrations::folder::Migration;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::failure::{Failure, Place, Result, io_failure};
use crate::lint::rules::Rules;
use crate::lint::{Found, examine};
use crate::{replay, report};

/// What to look at, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which migrations.
    pub which: Which,
    /// Rules that shall be silent.
    pub allow: Vec<String>,
    /// Rules that shall speak.
    pub deny: Vec<String>,
    /// How to know what the SQL changes.
    pub replay: Replay,
}

/// How to know what the SQL changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// By a replay of the history on a scratch database, unless that was done before.
    Scratch,
    /// Only if it was done before; there is no database, and this is why.
    Recall(String),
    /// Not at all: this is about the text.
    Never,
}

/// Which migrations.
#[derive(Debug, Clone)]
pub enum Which {
    /// The whole history.
    All,
    /// Those that were named: folders, versions, or files.
    Named(Vec<PathBuf>),
    /// Those of these folders.
    Folders(BTreeSet<String>),
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The files that were looked at, in the order of the history.
    pub files: Vec<String>,
    /// How many of them are migrations of the history.
    #[serde(skip)]
    pub files_of_history: usize,
    /// How many migrations the history has.
    pub migrations: usize,
    /// Why only the text was looked at, where that is so.
    pub text_only: Option<String>,
    /// What was found, in the order of the files.
    pub findings: Vec<Finding>,
    /// How many findings a comment allows.
    pub allowed: usize,
}

/// Something that was found, with its place.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Permanent code: `GP2101`, `squawk/renaming-table`.
    pub code: String,
    /// `notice`, `warning`, or `error` for what cannot run.
    pub level: &'static str,
    /// The file, relative to the workspace.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The column in it, in characters from 1.
    pub column: usize,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The same place for an excerpt.
    #[serde(skip)]
    pub place: Place,
}

impl Outcome {
    /// Whether there is anything that somebody should do something about.
    pub fn has_warnings(&self) -> bool {
        self.findings.iter().any(|it| it.level != report::level(Level::Notice))
    }
}

/// A file to look at.
struct File {
    path: PathBuf,
    sql: String,
    in_transaction: bool,
    /// How many migrations run before it; none for a file outside of the history.
    after: Option<usize>,
}

/// Looks at migrations.
///
/// # Errors
/// A broken history, a name that no migration has, or settings that name no rule.
pub fn run(ctx: &mut Ctx<'_>, options: &Options) -> Result<Outcome> {
    let rules = Rules::new(ctx.dialect, &options.allow, &options.deny)?;
    let history = ctx.disk()?;
    let files = match &options.which {
        Which::All => (0..history.len()).map(|at| of_history(&history, at)).collect(),
        Which::Folders(names) => {
            let wanted = history.iter().enumerate().filter(|(_, it)| names.contains(&it.name));
            wanted.map(|(at, _)| of_history(&history, at)).collect()
        }
        Which::Named(paths) => named(ctx, &history, paths)?,
    };
    let places = files.iter().filter_map(|it| it.after).flat_map(|it| [it, it + 1]).collect();
    let (models, text_only) = models(ctx, &history, &places, &options.replay);
    let mut outcome = Outcome {
        files: files.iter().map(|file| ctx.paths.show(&file.path)).collect(),
        files_of_history: files.iter().filter(|it| it.after.is_some()).count(),
        migrations: history.len(),
        text_only,
        findings: Vec::new(),
        allowed: 0,
    };
    for file in &files {
        let models = file.after.and_then(|at| Some(Pair::new(models.get(&at)?, models.get(&(at + 1))?)));
        let examined = examine(ctx.dialect, &rules, &file.sql, file.in_transaction, models);
        let path = ctx.paths.show(&file.path);
        outcome.findings.extend(examined.findings.into_iter().map(|it| finding(it, &path, &file.sql)));
        outcome.allowed += examined.allowed;
    }
    Ok(outcome)
}

fn of_history(history: &[Migration], at: usize) -> File {
    let migration = &history[at];
    File {
        path: migration.path.join(&migration.up_file),
        sql: migration.up.clone(),
        in_transaction: migration.run_in_transaction,
        after: Some(at),
    }
}

/// Each once, those of the history in its order, then other files.
fn named(ctx: &Ctx<'_>, history: &[Migration], paths: &[PathBuf]) -> Result<Vec<File>> {
    let mut places = BTreeSet::new();
    let mut others = Vec::new();
    for path in paths {
        let name = path.to_string_lossy();
        let at = history
            .iter()
            .position(|it| it.name == name || it.version == name)
            .or_else(|| history.iter().position(|it| is_in(path, &it.path)));
        match at {
            Some(at) => _ = places.insert(at),
            None if path.is_file() => others.push(file(path)?),
            None => {
                return Err(Failure::new("GP3301", format!("there is no migration `{name}`"))
                    .prisma("P3017")
                    .hint("give the folder's name, its timestamp, or the path of a file")
                    .hint(format!("{} migrate status    lists those that are pending", ctx.tool)));
            }
        }
    }
    let of_history = places.into_iter().map(|at| of_history(history, at));
    Ok(of_history.chain(others).collect())
}

fn is_in(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        (Ok(_), Err(_)) | (Err(_), _) => false,
    }
}

fn file(path: &Path) -> Result<File> {
    let sql = std::fs::read_to_string(path).map_err(|error| io_failure("read", path, &error))?;
    let path = std::path::absolute(path).map_err(|error| io_failure("find", path, &error))?;
    Ok(File { path, sql, in_transaction: true, after: None })
}

/// The models that are known, and why others are not. A history that does not run is no reason to say nothing about
/// its text.
fn models(
    ctx: &mut Ctx<'_>,
    history: &[Migration],
    places: &BTreeSet<usize>,
    replay: &Replay,
) -> (BTreeMap<usize, SqlSchema>, Option<String>) {
    if *replay == Replay::Never {
        return (BTreeMap::new(), Some("it was asked for".to_owned()));
    }
    let known = replay::recall_ends(ctx, history, places);
    if known.len() == places.len() {
        return (known, None);
    }
    if let Replay::Recall(why) = replay {
        return (known, Some(why.clone()));
    }
    match replay::ends_of_folder(ctx, history, places) {
        Ok(models) => (models, None),
        Err(failure) => (known, Some(failure.message)),
    }
}

fn finding(found: Found, path: &str, sql: &str) -> Finding {
    let start = found.place.start.min(sql.len());
    let before = &sql[..start];
    // An excerpt of one line is enough to find a statement.
    let end = found.place.end.min(sql.len()).max(start);
    let end = sql[start..end].find('\n').map_or(end, |at| start + at);
    Finding {
        code: found.code,
        level: report::level(found.level),
        file: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
        message: found.message,
        hint: found.hint,
        place: Place { path: path.to_owned(), text: sql.to_owned(), start, end, label: String::new() },
    }
}
