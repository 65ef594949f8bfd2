//! Runs squawk's linter, and says what it found in this tool's words and codes.

use std::ops::Range;

use glowplug_dialect::lint::{Subject, TextFinding};
use squawk_linter::{Linter, LinterSettings, Rule, Violation};
use squawk_syntax::SourceFile;
use squawk_syntax::syntax_error::SyntaxError;

use super::{parents, tables, verdicts};

/// What every rule finds, in the order of the text; and where a column becomes required that is proven to be so.
pub(super) fn findings(
    subject: &Subject<'_>,
    comments: &[Range<usize>],
) -> (Vec<TextFinding>, Vec<Range<usize>>) {
    let sql = without_ignores(subject.sql, comments);
    let parse = SourceFile::parse(&sql);
    let mut linter = Linter::from(enum_iterator::all::<Rule>().collect::<Vec<_>>());
    linter.settings =
        LinterSettings { assume_in_transaction: subject.in_transaction, ..LinterSettings::default() };
    let violations = linter.lint(&parse, &sql);
    let new = tables::statements_about_new(&parse.tree());
    let proven = tables::proven_required(&parse.tree(), subject.before);
    let is_in = |places: &[Range<usize>], it: &Violation| {
        places.iter().any(|place| place.contains(&place_of(it).start))
    };
    let is_nothing = |it: &Violation| {
        (verdicts::is_about_rows(it.code) && is_in(&new, it))
            || (it.code == Rule::AddingNotNullableField && is_in(&proven, it))
    };
    let mut findings: Vec<TextFinding> = violations
        .iter()
        .filter(|it| !is_nothing(it) && !is_said_better(it, &violations) && !comes_back(it, &sql))
        .map(finding)
        .collect();
    // The parser may be wrong; the server is not.
    if !subject.has_run {
        findings.extend(syntax_errors(&parse.errors(), subject.sql));
    }
    findings.extend(parents::findings(&parse.tree(), subject.before));
    findings.sort_by_key(|it| (it.place.start, it.place.end));
    (findings, proven)
}

/// The first error of each statement: what follows in it is mostly wrong because of that.
fn syntax_errors(errors: &[SyntaxError], sql: &str) -> Vec<TextFinding> {
    let mut findings: Vec<TextFinding> = Vec::new();
    for error in errors {
        let place = bytes(error.range().start(), error.range().end());
        let follows = findings.last().is_some_and(|it| {
            let between = sql.get(it.place.start..place.start).unwrap_or_default();
            crate::split::split(between).len() < 2
        });
        if !follows {
            let message = "here the text stops being SQL as the grammar of PostgreSQL has it".to_owned();
            findings.push(TextFinding {
                code: verdicts::SYNTAX_ERROR.to_owned(),
                place,
                message,
                hint: None,
            });
        }
    }
    findings
}

/// The text with squawk's comments disarmed, every byte in its place: which findings are allowed is decided once, for
/// all kinds of findings and comments.
fn without_ignores(sql: &str, comments: &[Range<usize>]) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut done = 0;
    for place in comments {
        text.push_str(&sql[done..place.start]);
        text.push_str(&sql[place.clone()].replace("squawk-", "squawk_"));
        done = place.end;
    }
    text.push_str(&sql[done..]);
    text
}

fn finding(violation: &Violation) -> TextFinding {
    let (message, hint) = match verdicts::words(violation.code) {
        Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
        None => (sentence(&violation.message), violation.help.as_deref().map(sentence)),
    };
    TextFinding { code: verdicts::code(violation.code), place: place_of(violation), message, hint }
}

/// The general rule about constraints also speaks of those that have a rule of their own.
fn is_said_better(violation: &Violation, all: &[Violation]) -> bool {
    violation.code == Rule::ConstraintMissingNotValid
        && all.iter().any(|other| {
            let is_own = matches!(
                other.code,
                Rule::AddingForeignKeyConstraint
                    | Rule::DisallowedUniqueConstraint
                    | Rule::AddingSerialPrimaryKeyField
            );
            is_own && other.text_range.intersect(violation.text_range).is_some_and(|it| !it.is_empty())
        })
}

/// Whether an object that is dropped is made again further down: around a change of a column that it uses, in one
/// transaction, nobody misses it.
fn comes_back(violation: &Violation, sql: &str) -> bool {
    let kind = match violation.code {
        Rule::BanDropView => "view",
        Rule::BanDropFunction => "function",
        Rule::BanDropTrigger => "trigger",
        Rule::BanDropPolicy => "policy",
        _ => return false,
    };
    let place = place_of(violation);
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ';' | ',' | ')'))
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let name = |words: Vec<String>| {
        let after = words.iter().position(|word| word == kind)?;
        words.into_iter().skip(after + 1).find(|word| word != "if" && word != "exists" && word != "not")
    };
    let Some(dropped) = name(words(&sql[place.clone()])) else { return false };
    crate::split::split(&sql[place.end..]).iter().any(|statement| {
        let words = words(statement.text);
        words.first().is_some_and(|word| word == "create") && name(words).as_deref() == Some(&dropped)
    })
}

fn place_of(violation: &Violation) -> Range<usize> {
    bytes(violation.text_range.start(), violation.text_range.end())
}

/// Bytes of the parser's own kind.
fn bytes<T>(start: T, end: T) -> Range<usize>
where
    usize: From<T>,
{
    usize::from(start)..usize::from(end)
}

/// squawk writes sentences; here they start small and end without a full stop, unless they are several.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}
