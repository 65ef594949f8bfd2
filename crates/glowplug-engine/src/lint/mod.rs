//! What a migration's SQL does that somebody should know: the dialect's rules about the text, and the checks that
//! generated migrations get as well, for which the history says what the SQL changes.

mod allow;
mod place;
mod renames;
pub mod rules;

use std::ops::Range;

use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::finding::{Facts, Level};
use glowplug_dialect::lint::{Linted, Subject};
use glowplug_sql::diff::diff;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;

use allow::Allowed;
use rules::Rules;

/// The check that speaks of a column that becomes required.
const REQUIRED: &str = "GP2104";

/// Something found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Permanent code: `GP2101`, `squawk/renaming-table`.
    pub code: String,
    /// How bad.
    pub level: Level,
    /// Where, in bytes of the file.
    pub place: Range<usize>,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What was found in one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examined {
    /// In the order of the text.
    pub findings: Vec<Found>,
    /// How many more a comment allows.
    pub allowed: usize,
}

/// Looks at one file. `models` are those before and after it, where a server has run it.
pub fn examine(
    dialect: &dyn Dialect,
    rules: &Rules,
    sql: &str,
    in_transaction: bool,
    models: Option<Pair<&SqlSchema>>,
) -> Examined {
    let before = models.map(|it| it.prev);
    let linted = dialect.lint(&Subject { sql, in_transaction, before, has_run: models.is_some() });
    let mut findings = of_text(rules, &linted);
    if let Some(models) = models {
        let changed = of_changes(dialect, sql, &linted, models);
        // A check has seen the models, so it knows better than the rule that says the same of the words.
        findings.retain(|found| {
            !changed.iter().any(|it| it.code == found.code && same_statement(&linted, it, found))
        });
        findings.extend(changed);
    }
    let mut allowances = allow::read(sql, &linted, rules);
    let all = findings.len();
    findings.retain(|found| !allow::allows(&mut allowances, found));
    let allowed = all - findings.len();
    findings.retain_mut(|found| match rules.level(&found.code, found.level) {
        Some(level) => {
            found.level = level;
            true
        }
        None => false,
    });
    findings.extend(allow::complaints(&allowances, rules, models.is_some()));
    findings
        .sort_by(|a, b| (a.place.start, a.place.end, &a.code).cmp(&(b.place.start, b.place.end, &b.code)));
    Examined { findings, allowed }
}

fn of_text(rules: &Rules, linted: &Linted) -> Vec<Found> {
    let found = |it: &glowplug_dialect::lint::TextFinding| Found {
        code: it.code.clone(),
        level: rules.usual_level(&it.code),
        place: it.place.clone(),
        message: it.message.clone(),
        hint: it.hint.clone(),
    };
    linted.findings.iter().map(found).collect()
}

/// What the checks of the planner say about the way from one model to the other.
fn of_changes(dialect: &dyn Dialect, sql: &str, linted: &Linted, models: Pair<&SqlSchema>) -> Vec<Found> {
    let hints = renames::told(dialect.compare(), sql, linted, models);
    let changes = diff(models, dialect.compare(), &hints);
    let found = glowplug_checks::run(&changes, &Facts::default());
    let mut found: Vec<Found> = found
        .into_iter()
        .map(|found| Found {
            code: found.code.to_owned(),
            level: found.level,
            place: place::of(&changes, &changes.changes[found.change], sql, linted),
            message: found.message,
            hint: found.hint,
        })
        .collect();
    found.retain(|it| {
        let is_proven = linted.proven_required.iter().any(|place| place.contains(&it.place.start));
        !(is_proven && it.code == REQUIRED)
    });
    found
}

fn same_statement(linted: &Linted, one: &Found, other: &Found) -> bool {
    place::statement(linted, one.place.start) == place::statement(linted, other.place.start)
}

impl Allowed {
    fn covers(&self, found: &Found) -> bool {
        self.place.start <= found.place.start && found.place.start < self.place.end
    }
}
