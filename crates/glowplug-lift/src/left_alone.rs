//! What the database has and the file does not say: told by kind and name, so that nothing is lost in silence.

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::Schema;
use glowplug_sql::model::{AutoIncrement, Index, IndexKey, SqlSchema, Table};

use crate::cx::Style;
use crate::keys;

/// An object outside the language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftAlone {
    /// `trigger`, `check`, `expression index`, ...
    pub kind: String,
    /// Its name, with its table where it belongs to one.
    pub name: String,
}

/// Everything that the database has and `schema`, read from the file as it is now, does not say, by kind and
/// name.
pub fn left_alone(live: &SqlSchema, schema: &Schema, dialect: &dyn Dialect) -> Vec<LeftAlone> {
    let style = Style::of(schema);
    let mut res: Vec<LeftAlone> = Vec::new();
    for object in &live.foreign {
        let is_view = matches!(object.kind.as_str(), "view" | "materialized view");
        let is_said = is_view
            && live.views.iter().any(|view| {
                view.qualified_name().to_string() == object.name
                    && schema.models.iter().any(|model| model.is_view && model.db_name() == view.name)
            });
        if !is_said {
            res.push(LeftAlone { kind: object.kind.clone(), name: object.name.clone() });
        }
    }
    let file = dialect.lower(schema);
    for extension in &live.extensions {
        if !file.extensions.iter().any(|said| said.name == extension.name) {
            push(&mut res, "extension", &extension.name);
        }
    }
    for table in &live.tables {
        of_table(table, &style, &mut res);
    }
    res.sort();
    res.dedup();
    res
}

fn push(res: &mut Vec<LeftAlone>, kind: &str, name: &str) {
    res.push(LeftAlone { kind: kind.to_owned(), name: name.to_owned() });
}

fn of_table(table: &Table, style: &Style, res: &mut Vec<LeftAlone>) {
    let name = |part: &str| format!("{}.{part}", table.qualified_name());
    for column in &table.columns {
        if column.generated.is_some() {
            push(res, "generated column", &name(&column.name));
        }
        if matches!(column.auto_increment, Some(AutoIncrement::Identity { .. })) {
            push(res, "identity", &name(&column.name));
        }
    }
    for index in &table.indexes {
        if let Some(kind) = index_kind(table, index, style) {
            push(res, kind, &name(&index.name));
        }
    }
    for key in &table.foreign_keys {
        let named = name(key.name.as_deref().unwrap_or_default());
        if !key.expressible {
            push(res, "foreign key", &named);
        } else if style.relation_mode_prisma {
            push(res, "foreign key (relationMode is \"prisma\")", &named);
        } else if key.extras.deferrable {
            push(res, "deferrable foreign key", &named);
        } else if key.extras.not_valid || key.extras.not_enforced {
            push(res, "foreign key that is not validated", &named);
        }
    }
}

/// What of an index is not said; `None` where all is.
fn index_kind(table: &Table, index: &Index, style: &Style) -> Option<&'static str> {
    let has_expression = index.parts.iter().any(|part| matches!(part.key, IndexKey::Expression(_)));
    if !index.valid {
        return Some("index that was not built whole");
    }
    if index.expressible {
        return (index.predicate.is_some() && !style.has_partial_indexes).then_some("partial index");
    }
    Some(if has_expression {
        "expression index"
    } else if !index.include.is_empty() {
        if keys::only_options_are_lost(table, index) {
            "included columns of a unique"
        } else {
            "index with included columns"
        }
    } else if index.nulls_not_distinct {
        "nulls not distinct of a unique"
    } else if keys::only_options_are_lost(table, index) {
        "options of a unique (deferrable, or an order)"
    } else {
        "index"
    })
}
