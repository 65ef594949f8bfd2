//! Keys and indexes as SQL.

use std::fmt::{Formatter, Result};

use glowplug_sql::model::{Action, ForeignKey, Index, IndexKey, PrimaryKey};

use crate::names::{qualified, quoted};

pub(super) fn primary_key_sql(f: &mut Formatter<'_>, key: &PrimaryKey) -> Result {
    if let Some(name) = &key.name {
        write!(f, "CONSTRAINT {} ", quoted(name))?;
    }
    match &key.definition {
        Some(definition) => f.write_str(definition),
        None => write!(f, "PRIMARY KEY ({})", list(&key.columns)),
    }
}

pub(super) fn foreign_key(f: &mut Formatter<'_>, key: &ForeignKey) -> Result {
    f.write_str("ADD ")?;
    if let Some(name) = &key.name {
        write!(f, "CONSTRAINT {} ", quoted(name))?;
    }
    let extras = &key.extras;
    write!(
        f,
        "FOREIGN KEY ({}) REFERENCES {}({}){} ON DELETE {}",
        period_list(&key.columns, extras.period),
        qualified(key.target_namespace.as_deref(), &key.target_table),
        period_list(&key.target_columns, extras.period),
        if extras.match_full { " MATCH FULL" } else { "" },
        action(key.on_delete),
    )?;
    if !extras.delete_columns.is_empty() {
        write!(f, " ({})", list(&extras.delete_columns))?;
    }
    write!(f, " ON UPDATE {}", action(key.on_update))?;
    for (holds, words) in [
        (extras.deferrable, " DEFERRABLE"),
        (extras.initially_deferred, " INITIALLY DEFERRED"),
        (extras.not_enforced, " NOT ENFORCED"),
        (extras.not_valid, " NOT VALID"),
    ] {
        f.write_str(if holds { words } else { "" })?;
    }
    Ok(())
}

fn action(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NO ACTION",
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    }
}

pub(super) fn index_parts(index: &Index) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| {
            let mut res = match &part.key {
                IndexKey::Column(name) => quoted(name),
                IndexKey::Expression(text) => format!("({text})"),
            };
            if let Some(class) = &part.operator_class {
                res.push(' ');
                res.push_str(class);
            }
            if part.descending {
                res.push_str(" DESC");
            }
            res
        })
        .collect();
    parts.join(", ")
}

pub(super) fn index_tail(f: &mut Formatter<'_>, index: &Index) -> Result {
    if !index.include.is_empty() {
        write!(f, " INCLUDE ({})", list(&index.include))?;
    }
    if index.nulls_not_distinct {
        f.write_str(" NULLS NOT DISTINCT")?;
    }
    Ok(())
}

/// Columns of which the last may be a time.
fn period_list(names: &[String], period: bool) -> String {
    match names.split_last() {
        Some((last, others)) if period => format!("{}, PERIOD {}", list(others), quoted(last)),
        _ => list(names),
    }
}

pub(super) fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}
