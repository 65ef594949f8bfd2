//! What only the text of a `CREATE TABLE` or `CREATE INDEX` tells: the pragmas have no word for it.

use std::collections::BTreeMap;

use crate::lexer::{Kind, Token, tokens};
use crate::names;

/// A table as it was declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DeclaredTable {
    /// The columns that have something to tell, by name.
    pub(crate) columns: BTreeMap<String, DeclaredColumn>,
    /// `CHECK` constraints of the table and of its columns: name and whole clause.
    pub(crate) checks: Vec<(Option<String>, String)>,
    /// Foreign keys in the order of their declaration.
    pub(crate) foreign_keys: Vec<DeclaredKey>,
}

/// A column as it was declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DeclaredColumn {
    /// `COLLATE`
    pub(crate) collation: Option<String>,
    /// The expression of a generated column.
    pub(crate) generated: Option<String>,
    /// `AUTOINCREMENT`
    pub(crate) counts: bool,
    /// A `CHECK` in the form that columns of enums have.
    pub(crate) enum_check: Option<EnumCheck>,
}

/// The `CHECK` of a column of an enum: `CONSTRAINT "Role_enum" CHECK ("role" IN ('ADMIN', 'USER'))`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnumCheck {
    /// The enum's name.
    pub(crate) enum_name: String,
    /// The values in order.
    pub(crate) labels: Vec<String>,
    /// The name of the constraint, and the whole clause.
    pub(crate) clause: (Option<String>, String),
}

/// A foreign key as it was declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DeclaredKey {
    /// `CONSTRAINT name`
    pub(crate) name: Option<String>,
    /// `DEFERRABLE INITIALLY DEFERRED`
    pub(crate) deferred: bool,
}

/// Reads the text of a `CREATE TABLE`.
pub(crate) fn table(sql: &str) -> DeclaredTable {
    let mut res = DeclaredTable::default();
    let tokens = tokens(sql);
    for item in items(inside(&tokens)) {
        let Some(first) = item.first() else { continue };
        let is_constraint =
            ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|it| first.is(it));
        if is_constraint {
            clauses(sql, item, None, &mut res);
        } else {
            let column = first.name();
            clauses(sql, &item[1..], Some(&column), &mut res);
        }
    }
    res
}

/// The tokens between the first parenthesis and the one that closes it.
fn inside<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let Some(open) = tokens.iter().position(|token| token.is_symbol("(")) else { return &[] };
    &tokens[open + 1..closing(tokens, open)]
}

/// Where the parenthesis at `open` is closed; the end, if it is not.
fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    tokens.len()
}

/// What stands between commas that are in no parentheses.
fn items<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut res = Vec::new();
    let (mut start, mut depth) = (0, 0_i32);
    for (at, token) in tokens.iter().enumerate() {
        depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
        if depth == 0 && token.is_symbol(",") {
            res.push(&tokens[start..at]);
            start = at + 1;
        }
    }
    res.push(&tokens[start..]);
    res
}

/// Reads the clauses of a column, or of a constraint of the table.
fn clauses(sql: &str, tokens: &[Token<'_>], column: Option<&str>, res: &mut DeclaredTable) {
    let mut name: Option<String> = None;
    let mut named_at = None;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let group = || tokens.get(at + 1).filter(|next| next.is_symbol("(")).map(|_| closing(tokens, at + 1));
        let mut keeps_name = false;
        if token.is("CONSTRAINT") {
            name = tokens.get(at + 1).map(Token::name);
            named_at = Some(token.start);
            keeps_name = true;
            at += 1;
        } else if token.is("CHECK")
            && let Some(end) = group()
        {
            let start = named_at.unwrap_or(token.start);
            let stop = tokens.get(end).map_or(sql.len(), Token::end);
            let clause = (name.clone(), sql[start..stop].to_owned());
            let found = column
                .and_then(|column| enum_check(column, &tokens[at + 1..=end.min(tokens.len() - 1)], &clause));
            let own = found.zip(column).filter(|(_, column)| {
                res.columns.get(*column).is_none_or(|known| known.enum_check.is_none())
            });
            match own {
                Some((check, column)) => {
                    res.columns.entry(column.to_owned()).or_default().enum_check = Some(check);
                }
                None => res.checks.push(clause),
            }
            at = end;
        } else if token.is("REFERENCES") {
            let rest = &tokens[at..];
            res.foreign_keys.push(DeclaredKey { name: name.clone(), deferred: is_deferred(rest) });
        } else if token.is("FOREIGN") {
            // Its name belongs to the REFERENCES that follows.
            keeps_name = true;
        } else if token.is("AS")
            && let (Some(end), Some(column)) = (group(), column)
        {
            let text =
                tokens.get(at + 1).zip(tokens.get(end)).map(|(open, close)| &sql[open.end()..close.start]);
            res.columns.entry(column.to_owned()).or_default().generated = text.map(|it| it.trim().to_owned());
            at = end;
        } else if token.is("COLLATE")
            && let Some(column) = column
        {
            let collation = tokens.get(at + 1).map(Token::name);
            res.columns.entry(column.to_owned()).or_default().collation = collation;
            at += 1;
        } else if token.is("AUTOINCREMENT")
            && let Some(column) = column
        {
            res.columns.entry(column.to_owned()).or_default().counts = true;
        } else if token.is_symbol("(") {
            // A default, the columns of a key: nothing in there is a clause of ours.
            keeps_name = true;
            at = closing(tokens, at);
        } else if token.is("KEY") {
            keeps_name = true;
        }
        if !keeps_name {
            name = None;
            named_at = None;
        }
        at += 1;
    }
}

/// What a check of a column says, if it has the name and exactly the form of one that belongs to an enum.
/// `group` is what stands in parentheses, with them.
fn enum_check(column: &str, group: &[Token<'_>], clause: &(Option<String>, String)) -> Option<EnumCheck> {
    let enum_name = names::enum_of_check(clause.0.as_deref()?)?.to_owned();
    let [open, name, word, list_open, list @ .., list_close, close] = group else { return None };
    let symbols = [(open, "("), (list_open, "("), (list_close, ")"), (close, ")")];
    let is_form = symbols.iter().all(|(token, text)| token.is_symbol(text))
        && matches!(name.kind, Kind::Word | Kind::Name)
        && name.name().eq_ignore_ascii_case(column)
        && word.is("IN");
    let mut labels = Vec::new();
    for (at, token) in list.iter().enumerate() {
        match at % 2 {
            0 if token.kind == Kind::Text => labels.push(token.name()),
            1 if token.is_symbol(",") => {}
            _ => return None,
        }
    }
    let is_whole = !labels.is_empty() && list.len() == labels.len() * 2 - 1;
    (is_form && is_whole).then(|| EnumCheck { enum_name, labels, clause: clause.clone() })
}

/// Whether a foreign key is looked at when the transaction ends.
fn is_deferred(tokens: &[Token<'_>]) -> bool {
    let next = tokens.iter().skip(1).position(|token| token.is("REFERENCES") || token.is("CONSTRAINT"));
    let own = &tokens[..next.map_or(tokens.len(), |at| at + 1)];
    own.windows(2).any(|pair| pair[0].is("INITIALLY") && pair[1].is("DEFERRED"))
        && !own.windows(2).any(|pair| pair[0].is("NOT") && pair[1].is("DEFERRABLE"))
}

/// The parts of a `CREATE INDEX` in order, as they are written without `COLLATE`, `ASC` and `DESC`, and the
/// condition of a partial one.
pub(crate) fn index(sql: &str) -> (Vec<String>, Option<String>) {
    let tokens = tokens(sql);
    let Some(open) = tokens.iter().position(|token| token.is_symbol("(")) else { return (Vec::new(), None) };
    let close = closing(&tokens, open);
    let parts = items(&tokens[open + 1..close]).into_iter().map(|item| part(sql, item)).collect();
    let predicate = tokens.get(close + 1).filter(|token| token.is("WHERE"));
    (parts, predicate.map(|token| sql[token.end()..].trim().to_owned()))
}

fn part(sql: &str, mut item: &[Token<'_>]) -> String {
    loop {
        match item {
            [inner @ .., last] if last.is("ASC") || last.is("DESC") => item = inner,
            [inner @ .., collate, name]
                if collate.is("COLLATE") && matches!(name.kind, Kind::Word | Kind::Name) =>
            {
                item = inner;
            }
            [first, .., last] => return sql[first.start..last.end()].to_owned(),
            [only] => return only.text.to_owned(),
            [] => return String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_table_declares() {
        let declared = table(
            "CREATE TABLE \"a,b\" (id INTEGER PRIMARY KEY AUTOINCREMENT, n VARCHAR(10, 2) COLLATE NOCASE NOT NULL,
             k INT CONSTRAINT pos CHECK (k > 0) DEFAULT (max(1, 2)) CONSTRAINT fk REFERENCES t(id) ON DELETE CASCADE,
             g TEXT GENERATED ALWAYS AS (n || ')') STORED, [check] TEXT,
             CHECK (k <> 3), CONSTRAINT \"f 2\" FOREIGN KEY (k, n) REFERENCES u (a, b) DEFERRABLE INITIALLY DEFERRED)",
        );
        let column = |name: &str| declared.columns.get(name).cloned().unwrap_or_default();
        assert!(column("id").counts);
        assert_eq!(column("n").collation.as_deref(), Some("NOCASE"));
        assert_eq!(column("g").generated.as_deref(), Some("n || ')'"));
        let pos = (Some("pos".to_owned()), "CONSTRAINT pos CHECK (k > 0)".to_owned());
        assert_eq!(declared.checks, [pos, (None, "CHECK (k <> 3)".to_owned())]);
        let key = |name: &str, deferred| DeclaredKey { name: Some(name.to_owned()), deferred };
        assert_eq!(declared.foreign_keys, [key("fk", false), key("f 2", true)]);
    }

    #[test]
    fn checks_of_enums_have_one_form() {
        let declared = table(
            "CREATE TABLE t (
                a TEXT CONSTRAINT \"Role_enum\" CHECK (\"A\" IN ('x', 'it''s')),
                b TEXT CONSTRAINT role CHECK (b IN ('x')),
                c TEXT CONSTRAINT Role_enum CHECK (c IN ('x') AND 1),
                d TEXT CONSTRAINT Role_enum CHECK (a IN ('x')),
                e TEXT CONSTRAINT Role_enum CHECK (e IN ('x', 1)),
                f TEXT CONSTRAINT Role_enum CHECK (f IN ()),
                CONSTRAINT Role_enum CHECK (a IN ('x'))
             )",
        );
        let found = declared.columns.get("a").and_then(|column| column.enum_check.as_ref());
        let found = found.map(|it| (it.enum_name.as_str(), it.labels.as_slice()));
        assert_eq!(found, Some(("Role", &["x".to_owned(), "it's".to_owned()][..])));
        assert!(declared.columns.iter().all(|(name, column)| name == "a" || column.enum_check.is_none()));
        assert_eq!(declared.checks.len(), 6);
    }

    #[test]
    fn what_an_index_declares() {
        let (parts, predicate) = index(
            "CREATE UNIQUE INDEX i ON t (lower(\"a\") COLLATE NOCASE DESC, b, (c + 1)) WHERE b IS NOT NULL",
        );
        assert_eq!(parts, ["lower(\"a\")", "b", "(c + 1)"]);
        assert_eq!(predicate.as_deref(), Some("b IS NOT NULL"));
    }

    #[test]
    fn nonsense_is_no_panic() {
        for sql in [
            "",
            "CREATE TABLE t",
            "CREATE TABLE t AS SELECT 1",
            "CREATE TABLE t (",
            "CREATE TABLE t (a CHECK (",
            "(,,)",
        ] {
            table(sql);
            index(sql);
        }
    }
}
