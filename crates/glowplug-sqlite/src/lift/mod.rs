//! From tables, keys and indexes to the language's words for them: the mirror of `lower`.

mod defaults;
mod expressible;

use glowplug_dialect::lift::{Lift, LiftedType, NameKind};
use glowplug_psl::schema::{DefaultValue, OperatorClass};
use glowplug_sql::model::{Column, ColumnType, Index, IndexPart, NativeType, Table};

pub(crate) use expressible::mark_inexpressible;

use crate::dialect::SqliteDialect;
use crate::names;
use crate::types;

/// What the language allows, in bytes; SQLite itself keeps names of any length.
const LONGEST_NAME: usize = 10_000;

impl Lift for SqliteDialect {
    fn field_type(&self, ty: &ColumnType) -> LiftedType {
        if let NativeType::Enum { namespace, name } = &ty.native {
            return LiftedType::Enum { namespace: namespace.clone(), name: name.clone() };
        }
        match types::family(&ty.native) {
            Some(scalar) => LiftedType::Scalar(scalar, None),
            None => LiftedType::Unsupported(types::type_sql(ty)),
        }
    }

    /// Without it, columns of an enum take any text.
    fn enum_hint(&self) -> Option<&'static str> {
        Some(types::CHECK_HINT)
    }

    fn default_value(&self, column: &Column) -> Option<DefaultValue> {
        defaults::default_value(column)
    }

    /// There is one kind.
    fn index_type(&self, _index: &Index) -> Option<&'static str> {
        None
    }

    /// There are none.
    fn operator_class(&self, _table: &Table, _index: &Index, _part: &IndexPart) -> Option<OperatorClass> {
        None
    }

    fn predicate(&self, printed: &str) -> String {
        printed.to_owned()
    }

    fn default_name(&self, kind: NameKind, table: &str, columns: &[&str]) -> String {
        match kind {
            // Nobody can name one.
            NameKind::PrimaryKey => String::new(),
            NameKind::Unique => names::unique(table, columns),
            NameKind::Index => names::index(table, columns),
            NameKind::ForeignKey => names::foreign_key(table, columns),
        }
    }

    fn longest_name(&self) -> usize {
        LONGEST_NAME
    }
}
