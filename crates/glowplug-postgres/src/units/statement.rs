//! What a statement is to a transaction, by its first words.

use crate::split::Word;

/// What a statement is to a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It may be in one.
    Ordinary,
    /// It may be in one, and lasts as long as the session.
    Session,
    /// It cannot be in one, or nobody can tell.
    Alone,
    /// It begins one.
    Begin,
    /// It ends one.
    Commit,
    /// It takes one back.
    Rollback,
}

/// What a statement is.
pub(crate) fn kind(words: &[Word<'_>]) -> Kind {
    let begins = |expected: &str| starts(words, expected);
    if is_alone(words) {
        Kind::Alone
    } else if begins("begin") || begins("start transaction") {
        Kind::Begin
    } else if begins("commit") || begins("end") {
        Kind::Commit
    } else if begins("rollback to") {
        Kind::Ordinary
    } else if begins("rollback") || begins("abort") {
        Kind::Rollback
    } else if is_session(words) {
        Kind::Session
    } else {
        Kind::Ordinary
    }
}

fn is_alone(words: &[Word<'_>]) -> bool {
    const ALWAYS: &[&str] = &[
        "create index concurrently",
        "create unique index concurrently",
        "drop index concurrently",
        "reindex database",
        "reindex system",
        "reindex schema",
        "create database",
        "drop database",
        "create tablespace",
        "drop tablespace",
        "alter system",
        "vacuum",
        "create subscription",
        "alter subscription",
        "drop subscription",
        "commit prepared",
        "rollback prepared",
        "discard all",
        // A procedure may commit by itself, and cannot in somebody else's transaction.
        "call",
    ];
    if ALWAYS.iter().any(|expected| starts(words, expected)) {
        return true;
    }
    let has = |keyword: &str| words.iter().any(|word| word.is(keyword));
    let first = |keyword: &str| words.first().is_some_and(|word| word.is(keyword));
    (first("reindex") && has("concurrently"))
        || (first("reindex") && words.get(1).is_some_and(|it| it.text == "(") && {
            let after = words.iter().skip_while(|it| it.text != ")").nth(1);
            after.is_some_and(|it| it.is("database") || it.is("system") || it.is("schema"))
        })
        || (first("cluster") && words.iter().skip(1).all(|it| it.is("verbose")))
        || (starts(words, "alter database") && has("tablespace"))
        || (starts(words, "alter table") && has("detach") && has("concurrently"))
        || (first("do") && commits_inside(words))
}

/// Whether the text of a `DO` has a word that ends transactions: then it may run in none but its own.
fn commits_inside(words: &[Word<'_>]) -> bool {
    let bodies = words.iter().filter(|word| word.is_quoted);
    let mut inner = bodies.flat_map(|body| {
        body.text.split(|it: char| !(it.is_alphanumeric() || it == '_')).map(str::to_ascii_lowercase)
    });
    inner.any(|word| word == "commit" || word == "rollback")
}

fn is_session(words: &[Word<'_>]) -> bool {
    let temporary = ["create temp", "create temporary", "create local temp", "create local temporary"];
    let ends_with_it = ["set", "reset", "discard", "prepare", "deallocate", "listen", "unlisten", "load"];
    // These mean something inside a transaction alone.
    let local =
        starts(words, "set local") || starts(words, "set transaction") || starts(words, "set constraints");
    // A two-phase transaction outlives the session.
    let prepared = starts(words, "prepare transaction");
    let configures = starts(words, "select") && words.iter().any(|it| it.is("set_config"));
    let lasting = temporary.iter().chain(&ends_with_it).any(|expected| starts(words, expected));
    (lasting || configures) && !local && !prepared
}

fn starts(words: &[Word<'_>], expected: &str) -> bool {
    let mut words = words.iter();
    expected.split(' ').all(|keyword| words.next().is_some_and(|word| word.is(keyword)))
}
