//! SQLite's answers to the generic diff: which types, defaults and indexes are the same.

use glowplug_psl::schema::Scalar;
use glowplug_sql::change::Cast;
use glowplug_sql::diff::Compare;
use glowplug_sql::model::{
    Column, ColumnType, Extension, ForeignObject, Index, IndexKey, IndexPart, NativeType, Table,
};
use glowplug_sql::pair::Pair;

use crate::defaults;
use crate::dialect::SqliteDialect;
use crate::expression;
use crate::types;

impl Compare for SqliteDialect {
    fn type_change(&self, columns: Pair<&Column>) -> Option<Cast> {
        cast(columns.map(|column| &column.ty))
    }

    fn same_default(&self, columns: Pair<&Column>) -> bool {
        // The language has no word for a generated column: its expression is nobody's default.
        if columns.prev.generated.is_some() || columns.next.generated.is_some() {
            return true;
        }
        defaults::same_default(columns.prev.default.as_ref(), columns.next.default.as_ref(), &columns.next.ty)
    }

    /// An integer that is the primary key alone counts up whatever is asked for.
    fn same_auto_increment(&self, _columns: Pair<&Column>) -> bool {
        true
    }

    fn same_index(&self, _tables: Pair<&Table>, indexes: Pair<&Index>) -> bool {
        let Pair { prev, next } = indexes;
        prev.unique == next.unique
            && prev.parts.len() == next.parts.len()
            && prev.parts.iter().zip(&next.parts).all(|(a, b)| same_part(a, b))
            && same_predicate(prev.predicate.as_deref(), next.predicate.as_deref())
    }

    fn with_renamed_columns(&self, expression: &str, columns: &[Pair<String>]) -> String {
        expression::canonical(expression, columns)
    }

    /// There are none.
    fn same_extension(&self, _extensions: Pair<&Extension>) -> bool {
        true
    }

    fn comes_with_rows(&self, _: &ForeignObject) -> bool {
        false
    }

    fn has_constraint_names(&self) -> bool {
        false
    }
}

/// What becomes of values when a column's declared type changes. SQLite keeps any value in any column, so a
/// cast never fails and never loses one; whether programs can still read it is another matter.
///
/// A column of an enum takes its values alone, so there a cast may fail.
pub(crate) fn cast(types: Pair<&ColumnType>) -> Option<Cast> {
    if let NativeType::Enum { .. } = types.next.native {
        return (types.prev.native != types.next.native).then_some(Cast::Risky);
    }
    let is_enum = matches!(types.prev.native, NativeType::Enum { .. });
    let families = types.map(|ty| types::family(&ty.native));
    match (families.prev, families.next) {
        (None, Some(next)) if is_enum => Some(between(Scalar::String, next)),
        (Some(prev), Some(next)) if prev == next => None,
        (Some(prev), Some(next)) => Some(between(prev, next)),
        (None, None) => (!same_words(types)).then_some(Cast::Risky),
        (Some(_), None) | (None, Some(_)) => Some(Cast::Risky),
    }
}

fn between(prev: Scalar, next: Scalar) -> Cast {
    match (prev, next) {
        (_, Scalar::String)
        | (Scalar::Int, Scalar::BigInt | Scalar::Float | Scalar::Decimal)
        | (Scalar::BigInt | Scalar::Float, Scalar::Decimal)
        | (Scalar::Boolean, Scalar::Int | Scalar::BigInt | Scalar::Float | Scalar::Decimal) => Cast::Safe,
        _ => Cast::Risky,
    }
}

fn same_words(types: Pair<&ColumnType>) -> bool {
    match (&types.prev.native, &types.next.native) {
        (NativeType::Unsupported(prev), NativeType::Unsupported(next)) => prev.eq_ignore_ascii_case(next),
        (prev, next) => prev == next,
    }
}

fn same_part(prev: &IndexPart, next: &IndexPart) -> bool {
    let same_key = match (&prev.key, &next.key) {
        (IndexKey::Column(a), IndexKey::Column(b)) => a == b,
        (IndexKey::Expression(a), IndexKey::Expression(b)) => {
            expression::canonical(a, &[]) == expression::canonical(b, &[])
        }
        (IndexKey::Column(_), IndexKey::Expression(_)) | (IndexKey::Expression(_), IndexKey::Column(_)) => {
            false
        }
    };
    same_key && prev.descending == next.descending && prev.operator_class == next.operator_class
}

/// Whether two predicates of partial indexes mean the same.
fn same_predicate(prev: Option<&str>, next: Option<&str>) -> bool {
    match (prev, next) {
        (None, None) => true,
        (Some(prev), Some(next)) => expression::canonical(prev, &[]) == expression::canonical(next, &[]),
        (None, Some(_)) | (Some(_), None) => false,
    }
}
