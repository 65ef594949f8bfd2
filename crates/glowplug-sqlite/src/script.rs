//! How a migration's text stands to transactions.

use glowplug_dialect::script::MigrationScript;

use crate::split::{Statement, split};

/// How a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// In a transaction that is opened for it.
    Inside {
        /// Whether the text switches foreign keys off. Inside of a transaction SQLite ignores that, and dropping
        /// a table would delete rows of others: so they are switched off before it begins.
        keys_off: bool,
    },
    /// In a transaction of its own that holds all that it does.
    Framed {
        /// The statement that commits.
        commit: usize,
    },
    /// Statement by statement.
    Loose,
}

impl Shape {
    /// The shape of a script.
    pub(crate) fn of(script: &MigrationScript) -> Self {
        let statements = split(&script.sql);
        if script.run_in_transaction {
            return Self::Inside { keys_off: statements.iter().any(switches_keys_off) };
        }
        framed(&statements).map_or(Self::Loose, |commit| Self::Framed { commit })
    }
}

/// The place of the `COMMIT` of the only transaction, if nothing outside of it changes the database.
fn framed(statements: &[Statement<'_>]) -> Option<usize> {
    let mut open = None;
    let mut commit = None;
    let mut at = 0;
    while let Some(statement) = statements.get(at) {
        let ends = |statement: &Statement<'_>| statement.begins(&["COMMIT"]) || statement.begins(&["END"]);
        if statement.begins(&["ROLLBACK"])
            || statement.begins(&["SAVEPOINT"])
            || statement.begins(&["RELEASE"])
        {
            return None;
        }
        if statement.begins(&["BEGIN"]) {
            // A trial of the lock is no transaction.
            if statements.get(at + 1).is_some_and(ends) {
                at += 1;
            } else if open.replace(at).is_some() {
                return None;
            }
        } else if ends(statement) {
            if open.is_none() || commit.replace(at).is_some() {
                return None;
            }
        } else if (open.is_none() || commit.is_some()) && !is_harmless(statement) {
            return None;
        }
        at += 1;
    }
    commit
}

/// Whether a statement leaves the database's content and schema alone.
fn is_harmless(statement: &Statement<'_>) -> bool {
    let in_temp = |skipped: usize| {
        let mut tokens = statement.tokens.iter().skip(skipped);
        tokens.next().is_some_and(|token| token.name().eq_ignore_ascii_case("temp"))
            && tokens.next().is_some_and(|token| token.is_symbol("."))
    };
    statement.begins(&["SELECT"])
        || statement.begins(&["PRAGMA"])
        || statement.begins(&["CREATE", "TEMP"])
        || (statement.begins(&["DROP", "TABLE", "IF", "EXISTS"]) && in_temp(4))
        || (statement.begins(&["DROP", "TABLE"]) && in_temp(2))
        || (statement.begins(&["INSERT", "INTO"]) && in_temp(2))
}

/// Whether a text with such a statement must not be put into a transaction.
pub(crate) fn wants_no_transaction(statement: &Statement<'_>) -> bool {
    // This one means nothing outside of a transaction.
    if statement.begins(&["PRAGMA", "defer_foreign_keys"]) {
        return false;
    }
    ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "VACUUM", "ATTACH", "DETACH", "PRAGMA"]
        .iter()
        .any(|word| statement.begins(&[word]))
}

fn switches_keys_off(statement: &Statement<'_>) -> bool {
    let mut words = statement.tokens.iter().map(|token| token.text.to_ascii_lowercase());
    let words: Vec<String> = words.by_ref().take(5).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        ["pragma", "foreign_keys", "=", "off" | "0" | "no" | "false", ..]
            | ["pragma", "foreign_keys", "(", "off" | "0" | "no" | "false", ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(sql: &str, run_in_transaction: bool) -> Shape {
        Shape::of(&MigrationScript {
            version: "1".to_owned(),
            name: "1_x".to_owned(),
            sql: sql.to_owned(),
            bookkeeping: String::new(),
            run_in_transaction,
        })
    }

    #[test]
    fn all_in_one_transaction_or_not() {
        let own = "BEGIN EXCLUSIVE; COMMIT; DROP TABLE IF EXISTS \"temp\".\"c\"; CREATE TEMP TABLE c (a);\n\
                   INSERT INTO temp.c SELECT 1; PRAGMA foreign_keys=OFF; BEGIN EXCLUSIVE; DROP TABLE a;\n\
                   COMMIT; PRAGMA foreign_keys=ON; DROP TABLE temp.c;";
        assert_eq!(shape(own, false), Shape::Framed { commit: 8 });
        assert_eq!(shape("BEGIN; DROP TABLE a; END; SELECT 1", false), Shape::Framed { commit: 2 });
        for loose in [
            "DROP TABLE a",
            "DROP TABLE a; BEGIN; DROP TABLE b; COMMIT",
            "BEGIN; DROP TABLE b; COMMIT; DROP TABLE a",
            "BEGIN; DROP TABLE b; COMMIT; BEGIN; DROP TABLE a; COMMIT",
            "BEGIN; DROP TABLE b; ROLLBACK",
            "BEGIN; DROP TABLE b",
            "INSERT INTO a SELECT 1; BEGIN; DROP TABLE b; COMMIT",
        ] {
            assert_eq!(shape(loose, false), Shape::Loose, "{loose}");
        }
    }

    #[test]
    fn a_wish_for_no_foreign_keys_is_seen() {
        assert_eq!(shape("PRAGMA foreign_keys = off; DROP TABLE a", true), Shape::Inside { keys_off: true });
        assert_eq!(
            shape("PRAGMA defer_foreign_keys=ON; DROP TABLE a", true),
            Shape::Inside { keys_off: false }
        );
    }
}
