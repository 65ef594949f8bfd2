//! Names in generated code: idiomatic Rust, valid, and never the same twice.
//!
//! The rules that users see: tables and columns in `schema.rs` are the snake case of their names in
//! the database, struct fields the snake case of their names in the schema file, types and enum
//! values the Pascal case of theirs. A name that Rust or Diesel keeps for itself gets a `_` at its
//! end; a name that is taken gets a number.

use std::collections::BTreeSet;

/// Words that cannot be identifiers, or not without surprises. Source: the Rust reference, "Keywords"
/// (strict, reserved and weak ones).
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Names that `diesel::table!` makes beside the columns, and primitive types: a column of that name
/// would hide the type from the code that Diesel's derives put next to it.
const TABLE_MACRO: &[&str] = &[
    "all_columns",
    "bool",
    "char",
    "columns",
    "diesel",
    "dsl",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "star",
    "str",
    "table",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// Modules that a table's module would collide with.
const MODULES: &[&str] = &["alloc", "core", "diesel", "sql_types", "std"];

/// Types, traits and variants that generated code uses without a path.
const TYPES: &[&str] = &[
    "AsChangeset",
    "AsExpression",
    "Associations",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "Eq",
    "Err",
    "From",
    "FromSqlRow",
    "FromStr",
    "Hash",
    "Identifiable",
    "Insertable",
    "Into",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Queryable",
    "Result",
    "Selectable",
    "Self",
    "Some",
    "String",
    "Vec",
];

/// Marker types in `sql_types` stand beside Diesel's own in a `table!`.
const DIESEL_SQL_TYPES: &[&str] = &[
    "Array",
    "BigInt",
    "BigSerial",
    "Bigint",
    "Binary",
    "Bit",
    "Blob",
    "Bool",
    "Bytea",
    "CChar",
    "Char",
    "Cidr",
    "Citext",
    "Date",
    "Datemultirange",
    "Daterange",
    "Datetime",
    "Decimal",
    "Double",
    "Float",
    "Float4",
    "Float8",
    "Foldable",
    "Inet",
    "Int2",
    "Int4",
    "Int4multirange",
    "Int4range",
    "Int8",
    "Int8multirange",
    "Int8range",
    "Integer",
    "Interval",
    "Json",
    "Jsonb",
    "MacAddr",
    "MacAddr8",
    "Money",
    "Multirange",
    "MultirangeOrNullableMultirange",
    "Nullable",
    "Numeric",
    "Nummultirange",
    "Numrange",
    "Oid",
    "PgLsn",
    "Range",
    "Record",
    "RegConfig",
    "RegDictionary",
    "Serial",
    "SingleValue",
    "SmallInt",
    "SmallSerial",
    "Smallint",
    "SqlType",
    "Text",
    "Time",
    "Timestamp",
    "Timestamptz",
    "TimestamptzSqlite",
    "Timetz",
    "TinyInt",
    "Tinyint",
    "TsQuery",
    "TsVector",
    "Tsmultirange",
    "Tsrange",
    "Tstzmultirange",
    "Tstzrange",
    "Unsigned",
    "Untyped",
    "Uuid",
    "VarChar",
    "Varchar",
];

/// Methods of traits that a row has, or is likely to have: a method of its own would hide them.
const METHODS: &[&str] = &[
    "as_changeset",
    "as_ref",
    "as_returning",
    "as_select",
    "belonging_to",
    "borrow",
    "clone",
    "cmp",
    "default",
    "eq",
    "fmt",
    "from",
    "hash",
    "id",
    "insert_into",
    "into",
    "ne",
    "new",
    "partial_cmp",
    "save_changes",
    "serialize",
    "table",
    "to_owned",
    "values",
];

/// What a name is for: each kind of place has its own reserved words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A table's module in schema.rs.
    Table,
    /// A column in a `table!`.
    Column,
    /// A field of a struct.
    Field,
    /// A method of a row.
    Method,
    /// A struct or an enum.
    Type,
    /// A variant of an enum.
    Variant,
    /// A marker type in `sql_types`.
    SqlType,
}

impl Place {
    fn spell(self, name: &str) -> String {
        match self {
            Place::Table | Place::Column | Place::Field | Place::Method => snake_case(name),
            Place::Type | Place::Variant | Place::SqlType => pascal_case(name),
        }
    }

    fn is_reserved(self, ident: &str) -> bool {
        let has = |list: &[&str]| list.binary_search(&ident).is_ok();
        match self {
            Place::Table => has(KEYWORDS) || has(TABLE_MACRO) || has(MODULES),
            Place::Column | Place::Field => has(KEYWORDS) || has(TABLE_MACRO),
            Place::Method => has(KEYWORDS) || has(METHODS),
            Place::Type => has(TYPES),
            Place::Variant => ident == "Self",
            Place::SqlType => has(DIESEL_SQL_TYPES) || ident == "Self",
        }
    }
}

/// The names of one place, handed out so that no two are equal.
#[derive(Debug)]
pub(crate) struct Names {
    place: Place,
    taken: BTreeSet<String>,
}

impl Names {
    /// An empty place.
    pub(crate) fn new(place: Place) -> Self {
        Self { place, taken: BTreeSet::new() }
    }

    /// Keeps a name from being given, as a column may not have the name of its table.
    pub(crate) fn reserve(&mut self, ident: &str) {
        self.taken.insert(ident.to_owned());
    }

    /// The identifier for a name, remembered as taken.
    pub(crate) fn give(&mut self, name: &str) -> String {
        let spelled = self.place.spell(name);
        let ident = if self.place.is_reserved(&spelled) { format!("{spelled}_") } else { spelled };
        let free = if self.taken.contains(&ident) { self.numbered(&ident) } else { ident };
        self.taken.insert(free.clone());
        free
    }

    fn numbered(&self, ident: &str) -> String {
        let separator = match self.place {
            Place::Table | Place::Column | Place::Field | Place::Method => "_",
            Place::Type | Place::Variant | Place::SqlType => "",
        };
        let base = ident.trim_end_matches('_');
        let mut candidates = (2u32..).map(|n| format!("{base}{separator}{n}"));
        candidates.find(|it| !self.taken.contains(it)).unwrap_or_default()
    }
}

/// `createdAt`, `CreatedAt`, `created-at` -> `created_at`; `HTTPServer` -> `http_server`.
/// A leading `_` stays, since names of join tables start with one.
pub(crate) fn snake_case(name: &str) -> String {
    let mut res = String::with_capacity(name.len() + 2);
    if name.starts_with('_') {
        res.push('_');
    }
    for word in words(name) {
        if !res.is_empty() && !res.ends_with('_') {
            res.push('_');
        }
        push_lower(&mut res, word);
    }
    valid_start(res)
}

/// `IN_PROGRESS`, `inProgress` -> `InProgress`; `HTTPServer` -> `HttpServer`.
pub(crate) fn pascal_case(name: &str) -> String {
    let mut res = String::with_capacity(name.len());
    for word in words(name) {
        push_capitalised(&mut res, word);
    }
    if res.starts_with(char::is_alphabetic) { res } else { format!("X{res}") }
}

/// `Course` -> `course`, `HTTPServer` -> `httpServer`, `user_account` -> `userAccount`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut res = String::with_capacity(name.len());
    for (i, word) in words(name).into_iter().enumerate() {
        if i == 0 { push_lower(&mut res, word) } else { push_capitalised(&mut res, word) }
    }
    res
}

/// The English plural of a camel-case word, by rule; the same word where the rule finds none.
pub(crate) fn plural(word: &str) -> String {
    let lower = word.to_lowercase();
    let before_last = lower.chars().rev().nth(1);
    let consonant = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && !"aeiou".contains(c));
    if ["news", "series", "species", "media", "data"].iter().any(|it| lower.ends_with(it)) {
        word.to_owned()
    } else if lower.ends_with("person") {
        format!("{}eople", &word[..word.len() - 5])
    } else if lower.ends_with("child") {
        format!("{word}ren")
    } else if lower.ends_with('y') && consonant(before_last) {
        format!("{}ies", &word[..word.len() - 1])
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|it| lower.ends_with(it)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// The name as GraphQL takes it: letters of ASCII, digits and `_`. Source: the GraphQL specification,
/// "Names"; two `_` at the start belong to introspection.
pub(crate) fn graphql_name(name: &str) -> String {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let res: String = name.chars().map(|c| if is_fine(c) { c } else { '_' }).collect();
    match res.chars().next() {
        Some(c) if c.is_ascii_alphabetic() => res,
        Some(_) | None => format!("_{}", res.trim_start_matches('_')),
    }
}

/// Whether Rust takes the name as it is: `table!` has no other word for a schema of the database.
pub(crate) fn is_identifier(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_err() && glowplug_psl::hints::is_name(name)
}

/// Words of a name: separated by anything that is neither letter nor digit, and where the case rises.
fn words(name: &str) -> Vec<&str> {
    let mut res = Vec::new();
    let mut start: Option<usize> = None;
    let mut before = ' ';
    let mut chars = name.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after_small = before.is_lowercase() || before.is_numeric();
        let before_small = chars.peek().is_some_and(|(_, next)| next.is_lowercase());
        let is_in_word = c.is_alphanumeric();
        let ends = !is_in_word || (c.is_uppercase() && (after_small || before_small));
        if ends && let Some(start) = start.take() {
            res.push(&name[start..at]);
        }
        if is_in_word {
            start.get_or_insert(at);
        }
        before = c;
    }
    res.extend(start.map(|start| &name[start..]));
    res
}

fn push_lower(out: &mut String, text: &str) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        out.push_str(&text.to_lowercase());
    }
}

fn push_capitalised(out: &mut String, word: &str) {
    let mut chars = word.chars();
    out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    let rest = chars.as_str();
    if word.contains(char::is_lowercase) { out.push_str(rest) } else { push_lower(out, rest) }
}

/// Names in a database may start with a digit or hold nothing that Rust takes.
fn valid_start(ident: String) -> String {
    match ident.chars().next() {
        Some(c) if c.is_alphabetic() => ident,
        Some('_') if ident.len() > 1 && ident != "_" => ident,
        Some(_) | None => format!("x{ident}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        for (name, snake, pascal, camel) in [
            ("createdAt", "created_at", "CreatedAt", "createdAt"),
            ("User", "user", "User", "user"),
            ("HTTPServer", "http_server", "HttpServer", "httpServer"),
            ("IN_PROGRESS", "in_progress", "InProgress", "inProgress"),
            ("ADMIN", "admin", "Admin", "admin"),
            ("user_account2", "user_account2", "UserAccount2", "userAccount2"),
            ("address2Line", "address2_line", "Address2Line", "address2Line"),
            ("_CourseToTag", "_course_to_tag", "CourseToTag", "courseToTag"),
            ("my table", "my_table", "MyTable", "myTable"),
            ("2fa", "x2fa", "X2fa", "2fa"),
            ("größe", "größe", "Größe", "größe"),
            ("---", "x", "X", ""),
        ] {
            assert_eq!(snake_case(name), snake, "{name}");
            assert_eq!(pascal_case(name), pascal, "{name}");
            assert_eq!(camel_case(name), camel, "{name}");
        }
    }

    #[test]
    fn names_of_graphql() {
        for (name, expected) in
            [("Course", "Course"), ("größe", "gr__e"), ("öl", "_l"), ("2fa", "_2fa"), ("ßß", "_")]
        {
            assert_eq!(graphql_name(name), expected);
        }
    }

    #[test]
    fn plurals() {
        for (one, many) in [
            ("course", "courses"),
            ("category", "categories"),
            ("day", "days"),
            ("address", "addresses"),
            ("branch", "branches"),
            ("news", "news"),
            ("salesPerson", "salesPeople"),
        ] {
            assert_eq!(plural(one), many);
        }
    }

    #[test]
    fn words_to_search_in_are_sorted() {
        for list in [KEYWORDS, TABLE_MACRO, MODULES, TYPES, DIESEL_SQL_TYPES, METHODS] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn reserved_and_taken_names() {
        let mut names = Names::new(Place::Column);
        assert_eq!(names.give("type"), "type_");
        assert_eq!(names.give("Type"), "type_2");
        assert_eq!(names.give("userId"), "user_id");
        assert_eq!(names.give("user_id"), "user_id_2");
        assert_eq!(names.give("table"), "table_");
        let mut names = Names::new(Place::Type);
        assert_eq!(names.give("Option"), "Option_");
        assert_eq!(names.give("Course"), "Course");
        assert_eq!(names.give("course"), "Course2");
    }
}
