//! A short name for a state of the schema: what a migration says it starts from.
//!
//! It is a hash over words that are written out here, so that it is the same with every version of this tool and
//! of the server. Order of columns, comments, and how foreign objects are made do not count.

use std::fmt::Write as _;

use glowplug_migrations::checksum;
use glowplug_sql::model::{
    Action, AutoIncrement, Column, ColumnType, Default, ForeignKey, Index, IndexKey, Literal, NativeType,
    SqlSchema, Table,
};
use sha2::{Digest, Sha256};

/// How many digits are enough to tell the states of one history from each other.
const DIGITS: usize = 16;

/// The name of a state, as a database has it: 16 hexadecimal digits.
pub fn of(schema: &SqlSchema) -> String {
    let hash = checksum::hex(&Sha256::digest(words(schema).as_bytes()));
    hash[..DIGITS].to_owned()
}

/// The state in words, the same for two databases of one schema.
fn words(schema: &SqlSchema) -> String {
    let mut parts: Vec<String> = schema.tables.iter().map(table).collect();
    parts.extend(schema.enums.iter().map(|it| {
        let values: Vec<&str> = it.values.iter().map(|value| value.name.as_str()).collect();
        format!("enum {} {values:?}\n", it.qualified_name())
    }));
    // How a server prints a definition differs from version to version.
    parts.extend(schema.foreign.iter().map(|it| format!("{it}\n")));
    parts.sort();
    parts.concat()
}

fn table(table: &Table) -> String {
    let mut parts: Vec<String> = table.columns.iter().map(column).collect();
    parts.extend(table.primary_key.iter().map(|key| format!("key {:?} {:?}", key.name, key.columns)));
    parts.extend(table.indexes.iter().map(index));
    parts.extend(table.foreign_keys.iter().map(foreign_key));
    parts.sort();
    let mut text = format!("table {}\n", table.qualified_name());
    for part in parts {
        let _ = writeln!(text, "  {part}");
    }
    text
}

fn column(column: &Column) -> String {
    let default = column.default.as_ref().map_or_else(String::new, default);
    let counted = match &column.auto_increment {
        None => "",
        Some(AutoIncrement::Serial { .. }) => "serial",
        Some(AutoIncrement::Identity { .. }) => "identity",
        Some(AutoIncrement::RowId { .. }) => "row id",
    };
    let generated = column.generated.as_ref().map_or("", |it| it.expression.as_str());
    let nullable = if column.nullable { "?" } else { "" };
    format!("column {} {}{nullable} {default} {counted} {generated}", column.name, type_of(&column.ty))
}

fn type_of(ty: &ColumnType) -> String {
    let name = match &ty.native {
        NativeType::Named { name, args } => format!("{name}({})", args.join(",")),
        NativeType::Enum { namespace, name } => format!("enum {namespace:?} {name}"),
        NativeType::Unsupported(name) => format!("other {name}"),
    };
    if ty.is_list { format!("{name}[]") } else { name }
}

fn default(default: &Default) -> String {
    match default {
        Default::Literal(it) => literal(it),
        Default::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(",")),
        Default::Now => "now".to_owned(),
        Default::Expression(text) => format!("={text}"),
        Default::Unspecified => "unspecified".to_owned(),
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("text {text:?}"),
        Literal::Number(text) => format!("number {text}"),
        Literal::Boolean(value) => format!("boolean {value}"),
        Literal::Bytes(digits) => format!("bytes {digits}"),
        Literal::EnumLabel(label) => format!("label {label:?}"),
    }
}

fn index(index: &Index) -> String {
    let part = |part: &glowplug_sql::model::IndexPart| {
        let key = match &part.key {
            IndexKey::Column(name) => format!("{name:?}"),
            IndexKey::Expression(text) => format!("={text}"),
        };
        format!(
            "{key}{}{}",
            if part.descending { " desc" } else { "" },
            part.operator_class.as_deref().unwrap_or("")
        )
    };
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let unique = if index.unique { "unique " } else { "" };
    let predicate = index.predicate.as_deref().unwrap_or("");
    format!("{unique}index {} {} {} {predicate}", index.name, index.method, parts.join(","))
}

fn foreign_key(key: &ForeignKey) -> String {
    let action = |action: Action| match action {
        Action::NoAction => "no action",
        Action::Restrict => "restrict",
        Action::Cascade => "cascade",
        Action::SetNull => "set null",
        Action::SetDefault => "set default",
    };
    format!(
        "foreign key {:?} {:?} {:?}.{:?} {:?} {} {}",
        key.name,
        key.columns,
        key.target_namespace,
        key.target_table,
        key.target_columns,
        action(key.on_delete),
        action(key.on_update)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(names: &[&str]) -> SqlSchema {
        let column = |name: &&str| Column {
            name: (*name).to_owned(),
            ty: ColumnType {
                native: NativeType::Named { name: "int4".to_owned(), args: Vec::new() },
                is_list: false,
            },
            nullable: false,
            default: Some(Default::Literal(Literal::Number("1".to_owned()))),
            auto_increment: None,
            filled_by_application: false,
            generated: None,
            comment: Some("a word".to_owned()),
        };
        let table = Table {
            namespace: None,
            name: "t".to_owned(),
            columns: names.iter().map(column).collect(),
            primary_key: None,
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            is_join_table: false,
            comment: None,
        };
        SqlSchema { tables: vec![table], ..SqlSchema::empty_database() }
    }

    #[test]
    fn one_state_has_one_name() {
        assert_eq!(of(&with(&["a", "b"])), of(&with(&["b", "a"])), "the order of columns is no difference");
        assert_ne!(of(&with(&["a"])), of(&with(&["b"])));
        assert_eq!(of(&SqlSchema::default()), of(&SqlSchema::empty_database()));
        // Written down in the files of every user: it must never change.
        assert_eq!(of(&with(&["a"])), "aee3061784b5788e");
        assert_eq!(of(&SqlSchema::default()), "e3b0c44298fc1c14");
    }
}
