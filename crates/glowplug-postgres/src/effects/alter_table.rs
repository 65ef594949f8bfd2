//! `ALTER TABLE`: an action at a time.

use glowplug_dialect::effects::{Effect, Work};
use glowplug_dialect::plan::Lock;

use crate::cursor::Cursor;
use crate::split::Word;

/// Reads it from behind its first two words.
pub(super) fn read(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    cursor.if_exists();
    cursor.skip("only");
    let table = cursor.name();
    cursor.skip("*");
    for words in cursor.items() {
        action(&table, words, effect);
    }
}

fn action(table: &str, words: &[Word<'_>], effect: &mut Effect) {
    let mut cursor = Cursor::new(words);
    match cursor.next_keyword().as_str() {
        "add" => add(table, &mut cursor, words, effect),
        "drop" => {
            effect.lock(table, Lock::Everything);
            if !cursor.skip("constraint") {
                cursor.skip("column");
                cursor.if_exists();
                effect.destroys.push(format!("column `{}` of `{table}`", cursor.name()));
            }
        }
        "alter" => alter_column(table, &mut cursor, effect),
        "validate" => {
            effect.lock(table, Lock::SchemaChanges);
            effect.takes(Work::Reads);
        }
        "enable" | "disable" => {
            let trigger = ["always", "replica"].iter().any(|word| cursor.skip(word)) | cursor.skip("trigger");
            effect.lock(table, if trigger { Lock::Writes } else { Lock::Everything });
        }
        "attach" => {
            cursor.skip("partition");
            effect.lock(table, Lock::SchemaChanges);
            effect.lock(&cursor.name(), Lock::Everything);
            effect.takes(Work::Reads);
        }
        "detach" => {
            cursor.skip("partition");
            let part = cursor.name();
            let lock = if cursor.skip("concurrently") { Lock::SchemaChanges } else { Lock::Everything };
            effect.lock(table, lock);
            effect.lock(&part, lock);
        }
        "set" => set(table, &mut cursor, effect),
        "reset" | "cluster" => effect.lock(table, Lock::SchemaChanges),
        // RENAME, OWNER TO, INHERIT, REPLICA IDENTITY, FORCE and the like: an exclusive moment.
        _ => effect.lock(table, Lock::Everything),
    }
}

fn set(table: &str, cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    match cursor.next_keyword().as_str() {
        "(" => effect.lock(table, Lock::SchemaChanges),
        "logged" | "unlogged" | "tablespace" | "access" => {
            effect.lock(table, Lock::Everything);
            effect.takes(Work::Rewrites);
        }
        _ => effect.lock(table, Lock::Everything),
    }
}

fn add(table: &str, cursor: &mut Cursor<'_, '_>, words: &[Word<'_>], effect: &mut Effect) {
    if cursor.skip("constraint") {
        cursor.name();
        return constraint(table, cursor, words, effect);
    }
    if ["check", "unique", "primary", "foreign", "exclude"].iter().any(|word| cursor.is_at(word)) {
        return constraint(table, cursor, words, effect);
    }
    effect.lock(table, Lock::Everything);
    cursor.skip("column");
    cursor.if_not_exists();
    cursor.name();
    column(table, words, effect);
}

fn constraint(table: &str, cursor: &mut Cursor<'_, '_>, words: &[Word<'_>], effect: &mut Effect) {
    let has = |keywords: &[&str]| contains(words, keywords);
    match cursor.next_keyword().as_str() {
        "foreign" => {
            effect.lock(table, Lock::Writes);
            if cursor.seek("references") {
                effect.lock(&cursor.name(), Lock::Writes);
            }
            if !has(&["not", "valid"]) {
                effect.takes(Work::Reads);
            }
        }
        "check" | "not" => {
            effect.lock(table, Lock::Everything);
            if !has(&["not", "valid"]) {
                effect.takes(Work::Reads);
            }
        }
        _ => {
            effect.lock(table, Lock::Everything);
            if !has(&["using", "index"]) {
                effect.takes(Work::Reads);
            }
        }
    }
}

/// A new column: what its definition asks of the rows that are there.
fn column(table: &str, words: &[Word<'_>], effect: &mut Effect) {
    let has = |keywords: &[&str]| contains(words, keywords);
    if has(&["stored"]) || has(&["identity"]) || is_serial(words) || default_is_volatile(words) {
        effect.takes(Work::Rewrites);
    }
    if has(&["unique"]) || has(&["primary", "key"]) || has(&["check"]) {
        effect.takes(Work::Reads);
    }
    if has(&["not", "null"]) && !has(&["default"]) && !has(&["generated"]) && !is_serial(words) {
        effect.takes(Work::Reads);
    }
    let mut cursor = Cursor::new(words);
    if cursor.seek("references") {
        let target = cursor.name();
        if target != table {
            effect.lock(&target, Lock::Writes);
        }
    }
}

fn alter_column(table: &str, cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    if cursor.skip("constraint") {
        return effect.lock(table, Lock::Everything);
    }
    cursor.skip("column");
    cursor.name();
    let words = (cursor.next_keyword(), cursor.next_keyword());
    match (words.0.as_str(), words.1.as_str()) {
        ("set", "statistics" | "(") | ("reset", _) => effect.lock(table, Lock::SchemaChanges),
        ("set", "not") => {
            effect.lock(table, Lock::Everything);
            effect.takes(Work::Reads);
        }
        // Some types change without a rewrite, which only the old type tells.
        ("set", "data") | ("type", _) => {
            effect.lock(table, Lock::Everything);
            effect.takes(Work::Rewrites);
        }
        _ => effect.lock(table, Lock::Everything),
    }
}

fn is_serial(words: &[Word<'_>]) -> bool {
    ["serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"]
        .iter()
        .any(|name| words.iter().any(|word| word.is(name)))
}

/// Whether the default must be computed for each row. Functions that give the same all through a statement are
/// computed once; of any other that is called here nothing is known (PostgreSQL manual, 38.7 "Function Volatility
/// Categories").
fn default_is_volatile(words: &[Word<'_>]) -> bool {
    const STABLE: &[&str] = &[
        "now",
        "transaction_timestamp",
        "statement_timestamp",
        "current_timestamp",
        "localtimestamp",
        "current_date",
        "current_time",
        "localtime",
        "current_setting",
        "timezone",
        "numeric",
        "varchar",
        "char",
        "bit",
        "array",
        "decimal",
        "timestamp",
        "timestamptz",
        "time",
        "bpchar",
    ];
    let Some(at) = words.iter().position(|word| word.is("default")) else { return false };
    words[at..].windows(2).any(|pair| {
        let is_call = pair[1].text == "("
            && pair[0].text.starts_with(|c: char| c.is_alphabetic() || c == '"' || c == '_');
        is_call && !STABLE.iter().any(|name| pair[0].is(name)) && !is_keyword(pair[0])
    })
}

/// What may stand before a parenthesis behind a default without being a function of it.
fn is_keyword(word: Word<'_>) -> bool {
    ["default", "check", "references", "key", "and", "or", "not", "in", "null", "with", "as"]
        .iter()
        .any(|it| word.is(it))
}

fn contains(words: &[Word<'_>], keywords: &[&str]) -> bool {
    words
        .windows(keywords.len())
        .any(|some| some.iter().zip(keywords).all(|(word, keyword)| word.is(keyword)))
}
