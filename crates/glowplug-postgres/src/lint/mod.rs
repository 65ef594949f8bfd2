//! Rules about the text of migrations: squawk's, with a verdict of ours on each, and a few of our own.
//!
//! Without the feature `lint` there is no parser: statements and comments are still found, so that findings from
//! elsewhere have a place and can be allowed.

#[cfg(feature = "lint")]
mod parents;
#[cfg(feature = "lint")]
mod squawk;
#[cfg(feature = "lint")]
mod tables;
#[cfg(feature = "lint")]
mod verdicts;

use glowplug_dialect::lint::{Allowance, Linted, Rule, Subject};

use crate::split::{comments, split};

/// The rules of this build.
pub(crate) fn rules() -> Vec<Rule> {
    #[cfg(feature = "lint")]
    return verdicts::rules();
    #[cfg(not(feature = "lint"))]
    return Vec::new();
}

/// Reads a text and runs every rule.
pub(crate) fn lint(subject: &Subject<'_>) -> Linted {
    let sql = subject.sql;
    let comments = comments(sql);
    let allowances =
        comments.iter().filter_map(|place| squawk_ignore(&sql[place.clone()], place.clone())).collect();
    let statements = split(sql).iter().map(|it| it.start..it.start + it.text.len()).collect();
    #[cfg(feature = "lint")]
    let (findings, proven_required) = squawk::findings(subject, &comments);
    #[cfg(not(feature = "lint"))]
    let (findings, proven_required) = (Vec::new(), Vec::new());
    Linted { statements, comments, allowances, proven_required, findings }
}

/// `-- squawk-ignore rule, rule` and `-- squawk-ignore-file`, squawk's own way; what follows a second `--` is a
/// remark. Without a rule it means all of them.
fn squawk_ignore(comment: &str, place: std::ops::Range<usize>) -> Option<Allowance> {
    let body = comment.trim_start_matches("--").trim_start_matches("/*").trim_end_matches("*/").trim();
    let rest = body.strip_prefix("squawk-ignore")?;
    let (whole_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let names = rest.split("--").next().unwrap_or_default();
    let mut rules: Vec<String> = names
        .split(',')
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(|it| format!("squawk/{it}"))
        .collect();
    if rules.is_empty() {
        rules.push("*".to_owned());
    }
    Some(Allowance { place, rules, whole_file })
}
