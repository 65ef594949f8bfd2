//! Rules about the text of migrations: what SQLite ignores or does without a word.
//!
//! Measured with SQLite 3.40: dropping a table deletes its rows first, and foreign keys act on that. Inside of a
//! transaction neither `PRAGMA foreign_keys` nor `defer_foreign_keys` keeps them from it.

use std::ops::Range;

use glowplug_dialect::finding::Level;
use glowplug_dialect::lint::{Linted, Rule, Subject, TextFinding};
use glowplug_sql::model::{Action, SqlSchema};

use crate::lexer::Token;
use crate::split::{Statement, split};

const PRAGMA_IN_TRANSACTION: &str = "GP2204";
const DROP_REFERENCED_TABLE: &str = "GP2205";

/// The rules.
pub(crate) fn rules() -> Vec<Rule> {
    [PRAGMA_IN_TRANSACTION, DROP_REFERENCED_TABLE]
        .map(|code| Rule { code: code.to_owned(), alias: None, level: Level::Warning, is_on: true })
        .into()
}

/// Reads a text and runs every rule.
pub(crate) fn lint(subject: &Subject<'_>) -> Linted {
    let statements = split(subject.sql);
    let place = |it: &Statement<'_>| it.start..it.start + it.text.len();
    Linted {
        statements: statements.iter().map(place).collect(),
        comments: comments(subject.sql),
        allowances: Vec::new(),
        proven_required: Vec::new(),
        findings: findings(subject, &statements),
    }
}

fn findings(subject: &Subject<'_>, statements: &[Statement<'_>]) -> Vec<TextFinding> {
    let mut findings = Vec::new();
    let mut in_transaction = subject.in_transaction;
    // This tool takes the pragma out of its transaction; `diesel migration run` and `embed_migrations!` do not.
    let mut keys_off = false;
    for statement in statements {
        if statement.begins(&["BEGIN"]) {
            in_transaction = true;
        } else if statement.begins(&["COMMIT"]) || statement.begins(&["END"]) {
            in_transaction = subject.in_transaction;
        } else if statement.begins(&["PRAGMA", "foreign_keys"]) {
            match in_transaction {
                true if statement.tokens.len() > 2 => findings.push(TextFinding {
                    code: PRAGMA_IN_TRANSACTION.to_owned(),
                    place: statement.start..statement.start + statement.text.len(),
                    message: "inside of a transaction this does nothing: this tool moves it out, `diesel migration run` does not"
                        .to_owned(),
                    hint: Some(
                        "write run_in_transaction = false into metadata.toml, and BEGIN and COMMIT around what follows"
                            .to_owned(),
                    ),
                }),
                true => {}
                false => keys_off = is_off(statement),
            }
        } else if statement.begins(&["DROP", "TABLE"]) && !keys_off {
            findings.extend(drop_table(subject.before, statement));
        }
    }
    findings
}

fn is_off(statement: &Statement<'_>) -> bool {
    let value = statement.tokens.iter().skip(2).map(Token::name).find(|it| it != "=" && it != "(");
    value.is_some_and(|it| ["off", "0", "no", "false"].contains(&it.to_lowercase().as_str()))
}

/// Rows of which tables go or change when this one is dropped.
fn drop_table(before: Option<&SqlSchema>, statement: &Statement<'_>) -> Option<TextFinding> {
    let name = statement
        .tokens
        .iter()
        .skip(2)
        .find(|token| !token.is("IF") && !token.is("EXISTS"))
        .map(|token| (token.name(), token.start..token.end()))?;
    let (table, place): (String, Range<usize>) = name;
    let mut children: Vec<String> = Vec::new();
    for child in before?.tables.iter().filter(|it| !it.name.eq_ignore_ascii_case(&table)) {
        let acts = child.foreign_keys.iter().any(|key| {
            key.target_table.eq_ignore_ascii_case(&table)
                && matches!(key.on_delete, Action::Cascade | Action::SetNull | Action::SetDefault)
        });
        if acts {
            children.push(format!("`{}`", child.name));
        }
    }
    if children.is_empty() {
        return None;
    }
    Some(TextFinding {
        code: DROP_REFERENCED_TABLE.to_owned(),
        place,
        message: format!(
            "dropping `{table}` deletes or empties what refers to it in {}, where foreign keys are on",
            children.join(", ")
        ),
        hint: Some(
            "PRAGMA foreign_keys=OFF before BEGIN, with run_in_transaction = false in metadata.toml"
                .to_owned(),
        ),
    })
}

/// Comments are what lies between two tokens and is not blank.
fn comments(sql: &str) -> Vec<Range<usize>> {
    let mut comments = Vec::new();
    let mut done = 0;
    let ends = crate::lexer::tokens(sql);
    for (start, end) in ends.iter().map(|it| (it.start, it.end())).chain([(sql.len(), sql.len())]) {
        let mut at = done;
        while let Some(begin) = sql[at..start].find(|c: char| !c.is_whitespace()) {
            let begin = at + begin;
            let rest = &sql[begin..start];
            let length = match rest.starts_with("--") {
                true => rest.find('\n').unwrap_or(rest.len()),
                false => rest[2.min(rest.len())..].find("*/").map_or(rest.len(), |it| it + 4),
            };
            comments.push(begin..begin + length);
            at = begin + length;
        }
        done = end;
    }
    comments
}
