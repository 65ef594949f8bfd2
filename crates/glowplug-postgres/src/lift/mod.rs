//! From tables, keys and indexes to the language's words for them: the mirror of `lower`.

mod defaults;
mod expressible;
mod types;

use glowplug_dialect::lift::{Lift, LiftedType, NameKind};
use glowplug_psl::schema::{DefaultValue, OperatorClass};
use glowplug_sql::model::{Column, ColumnType, Index, IndexPart, Table};

pub(crate) use expressible::mark_inexpressible;

use crate::dialect::PostgresDialect;
use crate::names;

impl Lift for PostgresDialect {
    fn field_type(&self, ty: &ColumnType) -> LiftedType {
        types::field_type(&ty.native)
    }

    fn enum_hint(&self) -> Option<&'static str> {
        None
    }

    fn default_value(&self, column: &Column) -> Option<DefaultValue> {
        defaults::default_value(column)
    }

    fn index_type(&self, index: &Index) -> Option<&'static str> {
        expressible::algorithm(&index.method).filter(|word| *word != "BTree")
    }

    fn operator_class(&self, table: &Table, index: &Index, part: &IndexPart) -> Option<OperatorClass> {
        expressible::operator_class(table, index, part)
    }

    /// The server prints a condition in parentheses.
    fn predicate(&self, printed: &str) -> String {
        without_parentheses(printed).to_owned()
    }

    fn default_name(&self, kind: NameKind, table: &str, columns: &[&str]) -> String {
        match kind {
            NameKind::PrimaryKey => names::primary_key(table),
            NameKind::Unique => names::unique(table, columns),
            NameKind::Index => names::index(table, columns),
            NameKind::ForeignKey => names::foreign_key(table, columns),
        }
    }

    fn longest_name(&self) -> usize {
        names::LIMIT
    }
}

/// The text inside parentheses that enclose all of it.
fn without_parentheses(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let (mut depth, mut quote) = (0i32, None);
    for c in inner.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
        if depth < 0 {
            return text;
        }
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::without_parentheses;

    #[test]
    fn only_parentheses_around_everything_go() {
        assert_eq!(without_parentheses("(a IS NULL)"), "a IS NULL");
        assert_eq!(without_parentheses("(a = ')'::text)"), "a = ')'::text");
        assert_eq!(without_parentheses("(a) AND (b)"), "(a) AND (b)");
        assert_eq!(without_parentheses("((a) AND (b))"), "(a) AND (b)");
        assert_eq!(without_parentheses("active"), "active");
    }
}
