//! `-- glowplug: allow GP2101 because the table was never used`: a comment above a statement by which somebody says
//! that a finding is known and meant.

use std::ops::Range;

use glowplug_dialect::finding::Level;
use glowplug_dialect::lint::{Allowance, Linted};

use super::Found;
use super::rules::{Rules, UNREADABLE_ALLOW, UNUSED_ALLOW};

/// Allows every rule, where a dialect's own comment says so.
const ANY: &str = "*";

/// One rule that one comment allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowed {
    /// Where it counts.
    pub(super) place: Range<usize>,
    comment: Range<usize>,
    rule: Rule,
    is_used: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    /// One, by its code.
    Of(String),
    /// All of them.
    Any,
    /// None has that name.
    Unknown(String),
    /// The comment is not of the right form.
    Unreadable,
}

/// Everything that the comments of a file allow.
pub(super) fn read(sql: &str, linted: &Linted, rules: &Rules) -> Vec<Allowed> {
    let mut all = Vec::new();
    for comment in &linted.comments {
        match own(&sql[comment.clone()]) {
            None => {}
            Some(None) => all.push(allowed(sql, linted, comment, Rule::Unreadable, false)),
            Some(Some(names)) => {
                all.extend(names.iter().map(|it| allowed(sql, linted, comment, rule(rules, it), false)));
            }
        }
    }
    for Allowance { place, rules: names, whole_file } in &linted.allowances {
        all.extend(names.iter().map(|it| allowed(sql, linted, place, rule(rules, it), *whole_file)));
    }
    all
}

/// Whether one of the comments allows a finding; those that do are used.
pub(super) fn allows(allowances: &mut [Allowed], found: &Found) -> bool {
    let mut is_allowed = false;
    for allowed in allowances.iter_mut().filter(|it| it.covers(found)) {
        let matches = match &allowed.rule {
            Rule::Of(code) => *code == found.code,
            Rule::Any => true,
            Rule::Unknown(_) | Rule::Unreadable => false,
        };
        allowed.is_used |= matches;
        is_allowed |= matches;
    }
    is_allowed
}

/// What is wrong with the comments themselves. Where the models are not known, a comment about a check may well be
/// right.
pub(super) fn complaints(allowances: &[Allowed], rules: &Rules, knows_models: bool) -> Vec<Found> {
    let mut complaints = Vec::new();
    for allowed in allowances.iter().filter(|it| !it.is_used) {
        let (code, message, hint) = match &allowed.rule {
            Rule::Of(code) if !knows_models && is_check(code) => continue,
            Rule::Of(code) => {
                (UNUSED_ALLOW, format!("nothing is found here that is `{code}`"), "delete the comment")
            }
            Rule::Unknown(_) if !rules.is_whole() => continue,
            Rule::Any => (UNUSED_ALLOW, "nothing is found here".to_owned(), "delete the comment"),
            Rule::Unknown(name) => {
                (UNUSED_ALLOW, format!("there is no rule `{name}`"), "a finding shows its code")
            }
            Rule::Unreadable => (
                UNREADABLE_ALLOW,
                "this comment allows nothing: it needs a code and a reason".to_owned(),
                "-- glowplug: allow GP2101 because <reason>",
            ),
        };
        if let Some(level) = rules.level(code, Level::Notice) {
            complaints.push(Found {
                code: code.to_owned(),
                level,
                place: allowed.comment.clone(),
                message,
                hint: Some(hint.to_owned()),
            });
        }
    }
    complaints
}

fn is_check(code: &str) -> bool {
    glowplug_checks::ALL.iter().any(|check| check.code == code)
}

/// The names in a comment of ours; `Some(None)` if it is one and cannot be read.
fn own(comment: &str) -> Option<Option<Vec<String>>> {
    let body = comment.trim_start_matches("--").trim_start_matches("/*").trim_end_matches("*/").trim();
    let rest = body.strip_prefix("glowplug:")?.trim_start().strip_prefix("allow")?;
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return Some(None);
    }
    let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((names, reason)) = rest.split_once(" because ") else { return Some(None) };
    let names: Vec<String> = names.split([',', ' ']).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    Some((!names.is_empty() && !reason.is_empty()).then_some(names))
}

fn rule(rules: &Rules, name: &str) -> Rule {
    match rules.code(name) {
        _ if name == ANY => Rule::Any,
        Some(code) => Rule::Of(code.to_owned()),
        None => Rule::Unknown(name.to_owned()),
    }
}

fn allowed(sql: &str, linted: &Linted, comment: &Range<usize>, rule: Rule, whole_file: bool) -> Allowed {
    let place = if whole_file { 0..sql.len() + 1 } else { scope(sql, linted, comment) };
    Allowed { place, comment: comment.clone(), rule, is_used: false }
}

/// The statement that a comment is about: that in which it stands, that which ends on its line, else the next.
fn scope(sql: &str, linted: &Linted, comment: &Range<usize>) -> Range<usize> {
    let around = linted.statements.iter().find(|it| it.contains(&comment.start));
    let on_its_line = linted
        .statements
        .iter()
        .rfind(|it| it.end <= comment.start)
        .filter(|it| !sql[it.end..comment.start].contains('\n'));
    let next = linted.statements.iter().find(|it| it.start >= comment.end);
    around.or(on_its_line).or(next).cloned().unwrap_or_default()
}
