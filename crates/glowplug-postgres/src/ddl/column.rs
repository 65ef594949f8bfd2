//! Columns as SQL, and how they count up.

use glowplug_sql::model::{AutoIncrement, Column};

use crate::defaults;
use crate::names::quoted;
use crate::types;

/// A column as it stands in `CREATE TABLE` and after `ADD COLUMN`.
pub(super) fn column_sql(column: &Column) -> String {
    let mut res = format!("{} {}", quoted(&column.name), column_type_sql(column));
    if !column.nullable {
        res.push_str(" NOT NULL");
    }
    if let Some(generated) = &column.generated {
        let kept = if generated.is_virtual { "VIRTUAL" } else { "STORED" };
        res.push_str(&format!(" GENERATED ALWAYS AS ({}) {kept}", generated.expression));
    } else if let Some(default) = column.default.as_ref().and_then(|d| defaults::default_sql(d, &column.ty)) {
        res.push_str(&format!(" DEFAULT {default}"));
    }
    res
}

/// The type, with how it counts up.
fn column_type_sql(column: &Column) -> String {
    let ty = types::type_sql(&column.ty);
    match &column.auto_increment {
        Some(AutoIncrement::Serial { .. }) => match ty.as_str() {
            "SMALLINT" => "SMALLSERIAL".to_string(),
            "BIGINT" => "BIGSERIAL".to_string(),
            _ => "SERIAL".to_string(),
        },
        Some(AutoIncrement::Identity { always, options }) => {
            format!("{ty} {}", identity_sql(*always, options))
        }
        Some(AutoIncrement::RowId { .. }) | None => ty,
    }
}

pub(super) fn identity_sql(always: bool, options: &[String]) -> String {
    let when = if always { "ALWAYS" } else { "BY DEFAULT" };
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
    format!("GENERATED {when} AS IDENTITY{options}")
}

/// How something counts, with the defaults for what is not said.
pub(super) fn counting(options: &[String]) -> Vec<String> {
    const DEFAULTS: &[(&str, &str)] = &[
        ("INCREMENT BY", "INCREMENT BY 1"),
        ("MINVALUE", "NO MINVALUE"),
        ("MAXVALUE", "NO MAXVALUE"),
        ("CACHE", "CACHE 1"),
        ("CYCLE", "NO CYCLE"),
    ];
    let said = |word: &str| options.iter().any(|option| option.starts_with(word));
    let left = DEFAULTS.iter().filter(|(word, _)| !said(word)).map(|(_, default)| (*default).to_owned());
    // Where it starts follows from the other two, unless it counts from 1 up.
    let from_one = !said("START WITH") && !said("MINVALUE") && !said("INCREMENT BY -");
    let start = from_one.then(|| "START WITH 1".to_owned());
    options.iter().cloned().chain(left).chain(start).collect()
}
