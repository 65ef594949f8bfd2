//! What a statement of a migration does to a running database, told from its text.
//!
//! SQLite has one lock for the whole file: whoever changes a table keeps all other writers waiting until the
//! transaction ends. What is named here is the table that the work is about.

use glowplug_dialect::effects::{Effect, Work};
use glowplug_dialect::plan::Lock;

use crate::lexer::Token;
use crate::split::{Statement, split};

/// The effects of every statement of a text, in order.
pub(crate) fn effects(sql: &str) -> Vec<Effect> {
    let statements = split(sql);
    let made_anew: Vec<String> = statements.iter().filter_map(renamed_to).collect();
    statements.iter().map(|statement| effect(statement, &made_anew)).collect()
}

/// The name that a table gets: the last step of a rebuild.
fn renamed_to(statement: &Statement<'_>) -> Option<String> {
    let tokens = &statement.tokens;
    let at = tokens.windows(2).position(|pair| pair[0].is("RENAME") && pair[1].is("TO"))?;
    tokens.get(at + 2).map(Token::name)
}

fn effect(statement: &Statement<'_>, made_anew: &[String]) -> Effect {
    let tokens = statement.tokens.as_slice();
    let mut effect = Effect {
        start: statement.start,
        end: statement.start + statement.text.len(),
        is_known: true,
        ..Effect::default()
    };
    let named = |after: usize| name_from(tokens, after);
    if statement.begins(&["CREATE", "TABLE"]) {
        effect.creates = Some(named(2));
    } else if statement.begins(&["DROP", "TABLE"]) {
        let name = named(2);
        if made_anew.contains(&name) {
            effect.takes(Work::Rewrites);
        } else {
            effect.destroys.push(format!("table `{name}`"));
        }
        effect.lock(&name, Lock::Writes);
    } else if statement.begins(&["ALTER", "TABLE"]) {
        alter_table(tokens, &mut effect);
    } else if statement.begins(&["DELETE", "FROM"]) {
        let which = if tokens.iter().any(|token| token.is("WHERE")) { "rows" } else { "the rows" };
        effect.destroys.push(format!("{which} of `{}`", named(2)));
    } else if statement.begins(&["CREATE", "INDEX"]) || statement.begins(&["CREATE", "UNIQUE", "INDEX"]) {
        if let Some(at) = tokens.iter().position(|token| token.is("ON")) {
            effect.lock(&named(at + 1), Lock::Writes);
            effect.takes(Work::Reads);
        }
    } else if statement.begins(&["VACUUM"]) || statement.begins(&["REINDEX"]) {
        effect.takes(Work::Rewrites);
    }
    effect
}

fn alter_table(tokens: &[Token<'_>], effect: &mut Effect) {
    let table = name_from(tokens, 2);
    effect.lock(&table, Lock::Writes);
    if let Some(at) = tokens.iter().position(|token| token.is("DROP")) {
        let column = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|token| token.is("COLUMN")));
        effect.destroys.push(format!("column `{}` of `{table}`", name_from(tokens, column)));
        effect.takes(Work::Rewrites);
    }
}

/// The name that begins there, behind `IF [NOT] EXISTS`; of a name with its database the last part.
fn name_from(tokens: &[Token<'_>], at: usize) -> String {
    let is_filler = |token: &&Token<'_>| ["IF", "NOT", "EXISTS"].iter().any(|word| token.is(word));
    let rest: Vec<&Token<'_>> = tokens.iter().skip(at).skip_while(is_filler).collect();
    match rest.as_slice() {
        [_, dot, name, ..] if dot.is_symbol(".") => name.name(),
        [name, ..] => name.name(),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebuild_destroys_nothing_and_a_drop_does() {
        let rebuild = "CREATE TABLE \"new_A\" (\"id\" INTEGER); INSERT INTO \"new_A\" SELECT \"id\" FROM \"A\"; \
                       DROP TABLE \"A\"; ALTER TABLE \"new_A\" RENAME TO \"A\"; DROP TABLE IF EXISTS main.\"B\"";
        let effects = effects(rebuild);
        assert_eq!(effects[0].creates.as_deref(), Some("new_A"));
        assert_eq!((effects[2].work, effects[2].destroys.len()), (Work::Rewrites, 0));
        assert_eq!(effects[4].destroys, ["table `B`"]);
    }

    #[test]
    fn columns_and_rows_are_destroyed_by_name() {
        let effects = effects("ALTER TABLE a DROP b; DELETE FROM [c d]; CREATE INDEX i ON a (x)");
        assert_eq!(effects[0].destroys, ["column `b` of `a`"]);
        assert_eq!(effects[1].destroys, ["the rows of `c d`"]);
        assert_eq!((effects[2].strongest(), effects[2].work), (Lock::Writes, Work::Reads));
    }
}
