//! Rows of text, as every backend gives them.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use glowplug_rowdiff::Rows;

use super::Pairs;

#[derive(QueryableByName)]
pub(super) struct Texts {
    #[diesel(sql_type = Nullable<Text>)]
    c0: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c1: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c2: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c3: Option<String>,
}

#[derive(QueryableByName)]
pub(super) struct Pair {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

/// The rows of [`super::Catalog::texts`].
pub(super) fn four(rows: Vec<Texts>) -> Rows {
    rows.into_iter().map(|row| vec![row.c0, row.c1, row.c2, row.c3]).collect()
}

/// The rows of [`super::Catalog::rows`].
pub(super) fn plain(rows: Vec<Pair>) -> Pairs {
    rows.into_iter().map(|it| (it.key, it.value)).collect()
}
