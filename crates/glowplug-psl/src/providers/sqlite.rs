//! SQLite.

use super::{NameScope, Provider};

pub(super) const PROVIDER: Provider = Provider {
    names: &["sqlite"],
    title: "SQLite",
    max_identifier: 10_000,
    has_lists: false,
    has_schemas: false,
    has_extensions: false,
    has_named_primary_keys: false,
    has_named_foreign_keys: false,
    has_free_autoincrement: false,
    accepts_set_null_on_required: false,
    index_types: &["BTree"],
    native_types: &[],
    name_scopes: &[NameScope::Indexes],
    preview_features: &[],
    has_operator_classes: false,
};
