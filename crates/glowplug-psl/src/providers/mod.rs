//! What each database has and has not: one table a provider, read by the rules in `validate`.

mod operator_classes;
mod postgresql;
mod sqlite;

pub(crate) use operator_classes::{DEFAULT_CLASSES, OPERATOR_CLASSES, find_operator_class};

use crate::schema::Scalar;

/// The facts about a database that a schema can break.
pub(crate) struct Provider {
    /// The names in `provider = "..."`; the first one is the usual one.
    pub(crate) names: &'static [&'static str],
    /// The name in messages.
    pub(crate) title: &'static str,
    /// The longest identifier, in bytes.
    pub(crate) max_identifier: usize,
    /// Columns with several values.
    pub(crate) has_lists: bool,
    /// `schemas` and `@@schema`.
    pub(crate) has_schemas: bool,
    /// `extensions`.
    pub(crate) has_extensions: bool,
    /// `map` of `@id` and `@@id`.
    pub(crate) has_named_primary_keys: bool,
    /// `map` of `@relation`.
    pub(crate) has_named_foreign_keys: bool,
    /// `autoincrement()` on any column, on several of one table.
    pub(crate) has_free_autoincrement: bool,
    /// A foreign key with `SetNull` over a required column is accepted by the database.
    pub(crate) accepts_set_null_on_required: bool,
    /// `type:` of an index.
    pub(crate) index_types: &'static [&'static str],
    /// `@db.X`
    pub(crate) native_types: &'static [NativeTypeRule],
    /// Which constraints of a schema (or table) share their names.
    pub(crate) name_scopes: &'static [NameScope],
    /// Preview features of this provider alone.
    pub(crate) preview_features: &'static [&'static str],
    /// Whether indexes choose operator classes.
    pub(crate) has_operator_classes: bool,
}

/// Which constraints may not have the same name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameScope {
    /// Indexes and uniques of all tables.
    Indexes,
    /// Primary keys, indexes and uniques of all tables.
    KeysAndIndexes,
    /// Primary key, indexes, uniques and foreign keys of one table.
    AllOfTable,
}

/// A native type: which scalar it stores, and what its arguments can be.
pub(crate) struct NativeTypeRule {
    pub(crate) name: &'static str,
    pub(crate) scalar: Scalar,
    pub(crate) arguments: NativeArguments,
    /// Whether an index can hold it.
    pub(crate) is_indexable: bool,
}

/// The arguments of a native type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NativeArguments {
    /// None.
    None,
    /// At most one number in this range.
    Optional {
        /// The smallest.
        from: u32,
        /// The largest.
        to: u32,
    },
    /// None, or precision and scale.
    PrecisionAndScale {
        /// The largest precision.
        to: u32,
    },
}

/// All providers.
pub(crate) const PROVIDERS: [&Provider; 2] = [&postgresql::PROVIDER, &sqlite::PROVIDER];

/// The provider of that name.
pub(crate) fn find(name: &str) -> Option<&'static Provider> {
    PROVIDERS.into_iter().find(|provider| provider.names.contains(&name))
}

impl Provider {
    /// The native type of that name.
    pub(crate) fn native_type(&self, name: &str) -> Option<&'static NativeTypeRule> {
        self.native_types.iter().find(|rule| rule.name == name)
    }
}
