//! Cuts SQL into statements, so that a failure can be given its place in the file.
//!
//! A `;` ends a statement, except inside the body of a trigger, which ends with `; END`. That is the rule of
//! SQLite's own `sqlite3_complete`.

use crate::lexer::{Token, tokens};

/// One statement of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    /// From its first word to before its `;`.
    pub(crate) text: &'a str,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
    /// Its first words.
    pub(crate) tokens: Vec<Token<'a>>,
}

impl Statement<'_> {
    /// Whether its first words are these.
    pub(crate) fn begins(&self, words: &[&str]) -> bool {
        words.len() <= self.tokens.len() && words.iter().zip(&self.tokens).all(|(word, token)| token.is(word))
    }
}

/// The statements in order; empty ones are left out.
pub(crate) fn split(sql: &str) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    let mut current: Vec<Token<'_>> = Vec::new();
    for token in tokens(sql) {
        if token.is_symbol(";") && may_end(&current) {
            statements.extend(statement(sql, std::mem::take(&mut current)));
        } else {
            current.push(token);
        }
    }
    statements.extend(statement(sql, current));
    statements
}

fn statement<'a>(sql: &'a str, tokens: Vec<Token<'a>>) -> Option<Statement<'a>> {
    let (start, end) = (tokens.first()?.start, tokens.last()?.end());
    Some(Statement { text: &sql[start..end], start, tokens })
}

fn may_end(tokens: &[Token<'_>]) -> bool {
    if !makes_trigger(tokens) {
        return true;
    }
    matches!(tokens, [.., before, end] if before.is_symbol(";") && end.is("END"))
}

fn makes_trigger(tokens: &[Token<'_>]) -> bool {
    let mut words = tokens.iter().skip_while(|token| token.is("EXPLAIN"));
    let Some(first) = words.next() else { return false };
    let kind = words.find(|token| !token.is("TEMP") && !token.is("TEMPORARY"));
    first.is("CREATE") && kind.is_some_and(|token| token.is("TRIGGER"))
}

#[cfg(test)]
mod tests {
    use super::split;

    fn texts(sql: &str) -> Vec<&str> {
        split(sql).iter().map(|statement| statement.text).collect()
    }

    #[test]
    fn a_trigger_is_one_statement() {
        let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; DELETE FROM b; END";
        assert_eq!(
            texts(&format!("SELECT ';';; {trigger}; -- done;\nSELECT 2")),
            ["SELECT ';'", trigger, "SELECT 2"]
        );
        assert_eq!(texts("CREATE TABLE trigger_log (a); END;"), ["CREATE TABLE trigger_log (a)", "END"]);
        assert_eq!(texts(" ;; -- nothing\n"), Vec::<&str>::new());
    }
}
