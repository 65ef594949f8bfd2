//! What a statement of a migration does to a running database, told from its text.
//!
//! Which statement takes which lock: PostgreSQL manual, 13.3 "Explicit Locking" and "Notes" of `ALTER TABLE`. The
//! cases of this crate are compared with what a server really locks (`tests/effects`).

mod alter_table;

use glowplug_dialect::effects::{Effect, Work};
use glowplug_dialect::plan::Lock;

use crate::cursor::Cursor;
use crate::split::{Statement, split, words};

/// The effects of every statement of a text, in order.
pub(crate) fn effects(sql: &str) -> Vec<Effect> {
    split(sql).into_iter().map(effect).collect()
}

fn effect(statement: Statement<'_>) -> Effect {
    let mut effect = Effect {
        start: statement.start,
        end: statement.start + statement.text.len(),
        is_known: true,
        ..Effect::default()
    };
    let words = words(statement.text);
    let mut cursor = Cursor::new(&words);
    match cursor.next_keyword().as_str() {
        "create" => create(&mut cursor, &mut effect),
        "alter" => alter(&mut cursor, &mut effect),
        "drop" => drop_object(&mut cursor, &mut effect),
        "truncate" => truncate(&mut cursor, &mut effect),
        "delete" => delete(&mut cursor, &mut effect),
        "refresh" => refresh(&mut cursor, &mut effect),
        "reindex" => reindex(&mut cursor, &mut effect),
        "vacuum" => vacuum(&mut cursor, &mut effect),
        "cluster" => cluster(&mut cursor, &mut effect),
        "lock" => lock_table(&mut cursor, &mut effect),
        "comment" => comment(&mut cursor, &mut effect),
        // They lock rows, or nothing of a table that others wait for.
        "insert" | "update" | "merge" | "copy" | "select" | "with" | "values" | "analyze" | "set"
        | "reset" | "show" | "begin" | "start" | "commit" | "end" | "rollback" | "abort" | "savepoint"
        | "release" | "grant" | "revoke" | "notify" | "listen" | "discard" | "explain" | "security" => {}
        _ => effect.is_known = false,
    }
    effect
}

fn create(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    if cursor.skip("or") {
        cursor.skip("replace");
    }
    while [
        "global",
        "local",
        "temp",
        "temporary",
        "unlogged",
        "unique",
        "materialized",
        "recursive",
        "constraint",
    ]
    .iter()
    .any(|word| cursor.skip(word))
    {}
    match cursor.next_keyword().as_str() {
        "table" => create_table(cursor, effect),
        "index" => create_index(cursor, effect),
        "trigger" => lock_behind("on", Lock::Writes, cursor, effect),
        "policy" => lock_behind("on", Lock::Everything, cursor, effect),
        "rule" => lock_behind("to", Lock::Everything, cursor, effect),
        "statistics" => lock_behind("from", Lock::SchemaChanges, cursor, effect),
        "schema" | "type" | "domain" | "extension" | "sequence" | "view" | "function" | "procedure"
        | "aggregate" | "collation" | "role" | "user" | "group" | "database" | "publication"
        | "subscription" | "server" | "foreign" | "operator" | "cast" | "text" | "event" | "language"
        | "tablespace" => {}
        _ => effect.is_known = false,
    }
}

/// Locks the table whose name follows a keyword.
fn lock_behind(keyword: &str, lock: Lock, cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    if cursor.seek(keyword) {
        effect.lock(&cursor.name(), lock);
    }
}

/// A table that refers to another keeps that one's writes waiting.
fn create_table(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    cursor.if_not_exists();
    let name = cursor.name();
    while cursor.seek("references") {
        let target = cursor.name();
        if target != name {
            effect.lock(&target, Lock::Writes);
        }
    }
    effect.creates = Some(name);
}

fn create_index(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    let concurrently = cursor.skip("concurrently");
    if cursor.seek("on") {
        cursor.skip("only");
        effect.lock(&cursor.name(), if concurrently { Lock::SchemaChanges } else { Lock::Writes });
        effect.takes(Work::Reads);
    }
}

fn alter(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    let foreign = cursor.skip("foreign");
    match cursor.next_keyword().as_str() {
        "table" => alter_table::read(cursor, effect),
        "materialized" => {
            cursor.skip("view");
            cursor.if_exists();
            effect.lock(&cursor.name(), Lock::Everything);
        }
        // A view has no rows, and an index is seldom in anybody's way: what locks one is over at once.
        "index" | "view" | "sequence" | "type" | "domain" | "extension" | "schema" | "function"
        | "procedure" | "routine" | "aggregate" | "collation" | "role" | "user" | "group" | "database"
        | "default" | "publication" | "subscription" | "server" | "operator" | "text" | "event"
        | "language" | "statistics" | "system" => {}
        "policy" | "trigger" | "rule" => lock_behind("on", Lock::Everything, cursor, effect),
        _ => effect.is_known = foreign,
    }
}

fn drop_object(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    let kind = cursor.next_keyword();
    match kind.as_str() {
        "table" => {
            cursor.if_exists();
            for name in cursor.names() {
                effect.destroys.push(format!("table `{name}`"));
                effect.lock(&name, Lock::Everything);
            }
            // What goes along, and what that locks, only the catalog knows.
            effect.is_known = !cursor.skip("cascade");
        }
        "materialized" => {
            cursor.skip("view");
            cursor.if_exists();
            for name in cursor.names() {
                effect.lock(&name, Lock::Everything);
            }
        }
        "index" => {
            let concurrently = cursor.skip("concurrently");
            cursor.if_exists();
            for name in cursor.names() {
                effect.lock(&name, if concurrently { Lock::SchemaChanges } else { Lock::Everything });
            }
        }
        "schema" | "database" => {
            cursor.if_exists();
            let names = cursor.names();
            // Without CASCADE an empty one goes.
            if kind == "database" || cursor.skip("cascade") {
                effect.destroys.extend(names.iter().map(|name| format!("{kind} `{name}`")));
            }
        }
        "trigger" | "policy" | "rule" => lock_behind("on", Lock::Everything, cursor, effect),
        "owned" => effect.is_known = false,
        "type" | "domain" | "extension" | "sequence" => {
            cursor.if_exists();
            let names = cursor.names();
            if cursor.skip("cascade") {
                effect.destroys.extend(names.iter().map(|name| format!("whatever uses {kind} `{name}`")));
            }
        }
        _ => {}
    }
}

fn truncate(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    cursor.skip("table");
    cursor.skip("only");
    for name in cursor.names() {
        effect.destroys.push(format!("the rows of `{name}`"));
        effect.lock(&name, Lock::Everything);
    }
}

fn delete(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    cursor.skip("from");
    cursor.skip("only");
    let name = cursor.name();
    let which = if cursor.seek("where") { "rows" } else { "the rows" };
    effect.destroys.push(format!("{which} of `{name}`"));
}

fn refresh(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    cursor.skip("materialized");
    cursor.skip("view");
    let concurrently = cursor.skip("concurrently");
    effect.lock(&cursor.name(), if concurrently { Lock::Writes } else { Lock::Everything });
    effect.takes(Work::Rewrites);
}

fn reindex(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    cursor.options();
    let kind = cursor.next_keyword();
    let concurrently = cursor.skip("concurrently");
    if matches!(kind.as_str(), "index" | "table") {
        effect.lock(&cursor.name(), if concurrently { Lock::SchemaChanges } else { Lock::Writes });
    } else {
        effect.is_known = false;
    }
    effect.takes(Work::Reads);
}

fn vacuum(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    let full = cursor.options().iter().any(|it| it == "full") || cursor.skip("full");
    while ["freeze", "verbose", "analyze"].iter().any(|word| cursor.skip(word)) {}
    for name in cursor.names() {
        effect.lock(&name, if full { Lock::Everything } else { Lock::SchemaChanges });
    }
    effect.takes(if full { Work::Rewrites } else { Work::Reads });
}

fn cluster(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    cursor.options();
    cursor.skip("verbose");
    effect.lock(&cursor.name(), Lock::Everything);
    effect.takes(Work::Rewrites);
}

fn lock_table(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    cursor.skip("table");
    cursor.skip("only");
    let names = cursor.names();
    cursor.skip("in");
    let mode = (cursor.next_keyword(), cursor.next_keyword());
    let lock = match (mode.0.as_str(), mode.1.as_str()) {
        ("access" | "row", "share") | ("row", "exclusive") => Lock::None,
        ("share", "update") => Lock::SchemaChanges,
        ("share", _) | ("exclusive", _) => Lock::Writes,
        _ => Lock::Everything,
    };
    for name in names {
        effect.lock(&name, lock);
    }
}

fn comment(cursor: &mut Cursor<'_, '_>, effect: &mut Effect) {
    cursor.skip("on");
    match cursor.next_keyword().as_str() {
        "table" => effect.lock(&cursor.name(), Lock::SchemaChanges),
        "column" => {
            let column = cursor.name();
            if let Some((table, _)) = column.rsplit_once('.') {
                effect.lock(table, Lock::SchemaChanges);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_text_does_not_tell_is_said() {
        for sql in ["DROP TABLE a CASCADE", "DO $$ BEGIN DROP TABLE a; END $$", "CALL clean()", "frobnicate"]
        {
            assert!(!effects(sql)[0].is_known, "{sql}");
        }
    }

    #[test]
    fn what_cannot_be_in_a_transaction_keeps_only_schema_changes_waiting() {
        for (sql, table) in [
            ("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON \"A\" (b)", "A"),
            ("DROP INDEX CONCURRENTLY i", "i"),
            ("REINDEX TABLE CONCURRENTLY a.b", "a.b"),
            ("VACUUM (ANALYZE) a", "a"),
        ] {
            assert_eq!(effects(sql)[0].locks.get(table), Some(&Lock::SchemaChanges), "{sql}");
        }
        assert_eq!(effects("VACUUM (FULL) a")[0].strongest(), Lock::Everything);
    }

    #[test]
    fn what_is_destroyed_is_named() {
        for (sql, words) in [
            ("DROP TABLE IF EXISTS a, \"B\".c", vec!["table `a`", "table `B.c`"]),
            ("ALTER TABLE a DROP COLUMN b, DROP CONSTRAINT c", vec!["column `b` of `a`"]),
            ("TRUNCATE a", vec!["the rows of `a`"]),
            ("DELETE FROM a WHERE b", vec!["rows of `a`"]),
            ("DROP SCHEMA a CASCADE", vec!["schema `a`"]),
            ("DROP SCHEMA a", vec![]),
            ("DROP TYPE a CASCADE", vec!["whatever uses type `a`"]),
        ] {
            assert_eq!(effects(sql)[0].destroys, words, "{sql}");
        }
    }
}
