//! PostgreSQL's answers to the generic diff: which types, defaults and indexes are the same.

use glowplug_sql::change::Cast;
use glowplug_sql::diff::Compare;
use glowplug_sql::model::{Column, Default, Extension, ForeignObject, Index, IndexKey, IndexPart, Table};
use glowplug_sql::pair::Pair;

use crate::casts;
use crate::defaults;
use crate::dialect::PostgresDialect;
use crate::expression;
use crate::foreign::Kind;
use crate::opclass;
use crate::types::DEFAULT_NAMESPACE;

impl Compare for PostgresDialect {
    fn type_change(&self, columns: Pair<&Column>) -> Option<Cast> {
        casts::conversion(&columns.prev.ty, &columns.next.ty).map(|conversion| conversion.cast)
    }

    fn same_default(&self, columns: Pair<&Column>) -> bool {
        // The language has no word for a generated column: its expression is nobody's default.
        if columns.prev.generated.is_some() || columns.next.generated.is_some() {
            return true;
        }
        if counts_by_hand(columns) || counts_by_hand(columns.flip()) {
            return true;
        }
        defaults::same_default(columns.prev.default.as_ref(), columns.next.default.as_ref(), &columns.next.ty)
    }

    fn same_auto_increment(&self, columns: Pair<&Column>) -> bool {
        let unspecified = |column: &Column| matches!(column.default, Some(Default::Unspecified));
        columns.prev.auto_increment.is_some() == columns.next.auto_increment.is_some()
            || unspecified(columns.prev)
            || unspecified(columns.next)
            || counts_by_hand(columns)
            || counts_by_hand(columns.flip())
    }

    fn same_index(&self, tables: Pair<&Table>, indexes: Pair<&Index>) -> bool {
        let Pair { prev, next } = indexes;
        prev.unique == next.unique
            && prev.method == next.method
            && prev.nulls_not_distinct == next.nulls_not_distinct
            && prev.include == next.include
            && prev.parts.len() == next.parts.len()
            && prev
                .parts
                .iter()
                .zip(&next.parts)
                .all(|(a, b)| same_part(tables.next, &next.method, Pair::new(a, b)))
            && same_predicate(prev.predicate.as_deref(), next.predicate.as_deref())
    }

    fn with_renamed_columns(&self, expression: &str, columns: &[Pair<String>]) -> String {
        let names: Vec<(String, String)> = columns.iter().map(|c| (c.prev.clone(), c.next.clone())).collect();
        expression::canonical(expression, &names)
    }

    /// What the file leaves open is not compared.
    fn same_extension(&self, extensions: Pair<&Extension>) -> bool {
        let Pair { prev, next } = extensions;
        let namespace = prev.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
        (next.version.is_none() || prev.version == next.version)
            && next.namespace.as_deref().is_none_or(|asked| asked == namespace)
    }

    fn has_constraint_names(&self) -> bool {
        true
    }

    fn comes_with_rows(&self, object: &ForeignObject) -> bool {
        Kind::of(object) == Some(Kind::Partition)
    }
}

/// A column that a sequence counts up, against `dbgenerated("nextval(...)")`: the same thing.
fn counts_by_hand(columns: Pair<&Column>) -> bool {
    let by_hand = matches!(&columns.next.default, Some(Default::Expression(text)) if text.to_lowercase().contains("nextval("));
    columns.prev.auto_increment.is_some() && columns.prev.default.is_none() && by_hand
}

fn same_part(table: &Table, method: &str, parts: Pair<&IndexPart>) -> bool {
    if parts.prev == parts.next {
        return true;
    }
    let same_key = match (&parts.prev.key, &parts.next.key) {
        (IndexKey::Column(a), IndexKey::Column(b)) => a == b,
        (IndexKey::Expression(a), IndexKey::Expression(b)) => {
            expression::canonical(a, &[]) == expression::canonical(b, &[])
        }
        (IndexKey::Column(_), IndexKey::Expression(_)) | (IndexKey::Expression(_), IndexKey::Column(_)) => {
            false
        }
    };
    let class = |part: &IndexPart| -> Option<String> {
        let class = part.operator_class.as_deref()?;
        let class = class.rsplit('.').next().unwrap_or(class);
        let column = match &part.key {
            IndexKey::Column(name) => table.find_column(name).map(|(_, column)| column),
            IndexKey::Expression(_) => None,
        };
        let is_default = column.is_some_and(|column| opclass::is_default(method, class, &column.ty));
        (!is_default).then(|| class.to_string())
    };
    same_key && parts.prev.descending == parts.next.descending && class(parts.prev) == class(parts.next)
}

/// Whether two predicates of partial indexes mean the same, one of them perhaps as the server prints it.
pub fn same_predicate(prev: Option<&str>, next: Option<&str>) -> bool {
    match (prev, next) {
        (None, None) => true,
        (Some(prev), Some(next)) if prev == next => true,
        (Some(prev), Some(next)) => expression::canonical(prev, &[]) == expression::canonical(next, &[]),
        (None, Some(_)) | (Some(_), None) => false,
    }
}
