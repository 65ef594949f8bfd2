//! Reading a `schema.rs`: its macros, token by token.

use std::collections::BTreeMap;
use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::{ColumnCode, SchemaCode, TableCode};

/// Spellings of one type. Source: `diesel::sql_types` 2.3, the aliases of its types.
const ALIASES: &[(&str, &str)] = &[
    ("SmallInt", "Int2"),
    ("Integer", "Int4"),
    ("BigInt", "Int8"),
    ("Float", "Float4"),
    ("Double", "Float8"),
    ("Decimal", "Numeric"),
    ("Varchar", "Text"),
    ("VarChar", "Text"),
    ("Bpchar", "Text"),
    ("Char", "Text"),
    ("Binary", "Bytea"),
    ("MacAddr", "Macaddr"),
    ("MacAddr8", "Macaddr8"),
];

/// Names in Rust and what they stand for in the database.
#[derive(Default)]
struct Names {
    /// Table modules.
    tables: BTreeMap<String, String>,
    /// Columns of a module.
    columns: BTreeMap<(String, String), String>,
    /// SQL types of the file itself.
    types: BTreeMap<String, String>,
}

pub(super) fn read(text: &str) -> Result<SchemaCode, String> {
    let tokens: TokenStream = text.parse().map_err(|error| format!("no Rust: {error}"))?;
    let mut names = Names::default();
    let mut res = SchemaCode::default();
    types(tokens.clone(), &mut names);
    res.types = names.types.iter().map(|(ident, name)| (name.clone(), ident.clone())).collect();
    // Joins name tables that may stand below them.
    for (name, body) in macros(tokens.clone()) {
        if name == "table" {
            table(body, &mut names, &mut res)?;
        }
    }
    for (name, body) in macros(tokens) {
        match name.as_str() {
            "table" => {}
            "joinable" => joinable(body, &names, &mut res)?,
            "allow_tables_to_appear_in_same_query" => same_query(body, &names, &mut res),
            other => return Err(format!("`{other}!` is no macro that is known here")),
        }
    }
    Ok(res)
}

/// `name! { ... }` and `name!( ... )` at the top of a file.
fn macros(tokens: TokenStream) -> Vec<(String, TokenStream)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut res = Vec::new();
    for window in tokens.windows(3) {
        if let [TokenTree::Ident(name), TokenTree::Punct(mark), TokenTree::Group(group)] = window
            && mark.as_char() == '!'
        {
            res.push((name.to_string(), group.stream()));
        }
    }
    res
}

/// `pub mod sql_types`: every struct with the name that its attribute tells.
fn types(tokens: TokenStream, names: &mut Names) {
    let mut last_name = None;
    let mut after_struct = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => types(group.stream(), names),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                last_name = literal_behind(group.stream(), "name").or(last_name);
            }
            TokenTree::Ident(word) if after_struct => {
                if let Some(name) = last_name.take() {
                    names.types.insert(word.to_string(), name);
                }
                after_struct = false;
            }
            TokenTree::Ident(word) => after_struct = word == "struct",
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// The text behind `key =`, however deep.
fn literal_behind(tokens: TokenStream, key: &str) -> Option<String> {
    let mut armed = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                if let Some(found) = literal_behind(group.stream(), key) {
                    return Some(found);
                }
            }
            TokenTree::Ident(word) => armed = word == key,
            TokenTree::Literal(text) if armed => return Some(unquoted(&text.to_string())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}

/// The text of a string literal; names have no escapes but those of quotes and backslashes.
fn unquoted(literal: &str) -> String {
    literal.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\")
}

/// `use ...; #[sql_name = "User"] public.user (id) { id -> Int4, }`
fn table(body: TokenStream, names: &mut Names, res: &mut SchemaCode) -> Result<(), String> {
    let mut tokens = body.into_iter().peekable();
    while matches!(tokens.peek(), Some(TokenTree::Ident(word)) if word == "use") {
        tokens.by_ref().find(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ';'));
    }
    let sql_name = attributes(&mut tokens);
    let mut ident = word(&mut tokens).ok_or("`table!` without a name")?;
    let mut namespace = None;
    if matches!(tokens.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == '.') {
        tokens.next();
        namespace =
            Some(std::mem::replace(&mut ident, word(&mut tokens).ok_or("a namespace without a table")?));
    }
    let name = sql_name.unwrap_or_else(|| ident.clone());
    let name = namespace.map(|namespace| format!("{namespace}.{name}")).unwrap_or(name);
    let key =
        group(&mut tokens, Delimiter::Parenthesis).ok_or_else(|| format!("`table!` of `{name}`: no key"))?;
    let columns =
        group(&mut tokens, Delimiter::Brace).ok_or_else(|| format!("`table!` of `{name}`: no columns"))?;
    let mut table = TableCode { ident: ident.clone(), ..TableCode::default() };
    let mut tokens = columns.stream().into_iter().peekable();
    while tokens.peek().is_some() {
        let sql_name = attributes(&mut tokens);
        let Some(column) = word(&mut tokens) else { break };
        let ty = spelled(&mut tokens, names);
        let db_name = sql_name.unwrap_or_else(|| column.clone());
        names.columns.insert((ident.clone(), column.clone()), db_name.clone());
        table.columns.push(ColumnCode { ident: column, name: db_name, ty });
    }
    let column = |it: String| names.columns.get(&(ident.clone(), it.clone())).cloned().unwrap_or(it);
    table.key = words(key.stream()).into_iter().map(column).collect();
    names.tables.insert(ident, name.clone());
    res.tables.insert(name, table);
    Ok(())
}

/// Passes attributes and doc comments; gives what `#[sql_name = "..."]` says.
fn attributes(tokens: &mut Peekable<IntoIter>) -> Option<String> {
    let mut res = None;
    while matches!(tokens.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == '#') {
        tokens.next();
        let group = group(tokens, Delimiter::Bracket)?;
        res = literal_behind(group.stream(), "sql_name").or(res);
    }
    res
}

fn word(tokens: &mut Peekable<IntoIter>) -> Option<String> {
    match tokens.next() {
        Some(TokenTree::Ident(word)) => Some(plain(&word.to_string())),
        _ => None,
    }
}

/// The name without the mark of a raw one.
fn plain(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}

fn words(tokens: TokenStream) -> Vec<String> {
    let words = tokens.into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(plain(&word.to_string())),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    words.collect()
}

fn group(tokens: &mut Peekable<IntoIter>, delimiter: Delimiter) -> Option<Group> {
    match tokens.next_if(|token| matches!(token, TokenTree::Group(it) if it.delimiter() == delimiter)) {
        Some(TokenTree::Group(group)) => Some(group),
        _ => None,
    }
}

/// The type behind `->`, up to the comma that ends the column.
fn spelled(tokens: &mut Peekable<IntoIter>, names: &Names) -> String {
    let mut res = String::new();
    let mut depth = 0;
    for token in tokens.by_ref() {
        match token {
            TokenTree::Punct(mark) => match mark.as_char() {
                ',' if depth == 0 => break,
                '<' => {
                    depth += 1;
                    res.push('<');
                }
                // The second half of `->`.
                '>' if depth == 0 => {}
                '>' => {
                    depth -= 1;
                    res.push('>');
                }
                _ => {}
            },
            TokenTree::Ident(word) => res.push_str(&one_spelling(&word.to_string(), names)),
            TokenTree::Group(_) | TokenTree::Literal(_) => {}
        }
    }
    res
}

fn one_spelling(word: &str, names: &Names) -> String {
    if let Some(own) = names.types.get(word) {
        return format!("{own:?}");
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == word);
    alias.map_or(word, |(_, name)| name).to_owned()
}

/// `child -> parent (column)`
fn joinable(body: TokenStream, names: &Names, res: &mut SchemaCode) -> Result<(), String> {
    let mut tokens = body.into_iter().peekable();
    let child = word(&mut tokens).ok_or("`joinable!` without a table")?;
    let parent = tokens.find_map(|token| match token {
        TokenTree::Ident(word) => Some(plain(&word.to_string())),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    let parent = parent.ok_or_else(|| format!("`joinable!` of `{child}` without a parent"))?;
    let column = group(&mut tokens, Delimiter::Parenthesis).map(|group| words(group.stream()).concat());
    let column = column.ok_or_else(|| format!("`joinable!` of `{child}` without a column"))?;
    let of = |table: &str| names.tables.get(table).cloned().unwrap_or_else(|| table.to_owned());
    let db_column = names.columns.get(&(child.clone(), column.clone())).cloned().unwrap_or(column);
    res.joinables.insert((of(&child), of(&parent), db_column));
    Ok(())
}

fn same_query(body: TokenStream, names: &Names, res: &mut SchemaCode) {
    let of = |table: String| names.tables.get(&table).cloned().unwrap_or(table);
    let tables: Vec<String> = words(body).into_iter().map(of).collect();
    for (at, one) in tables.iter().enumerate() {
        for other in &tables[at + 1..] {
            let (a, b) = if one < other { (one, other) } else { (other, one) };
            res.same_query.insert((a.clone(), b.clone()));
        }
    }
}
