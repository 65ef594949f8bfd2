//! Primary keys, uniques and indexes as attributes.

use std::collections::BTreeSet;

use glowplug_dialect::lift::NameKind;
use glowplug_sql::ids::{ColumnId, TableId};
use glowplug_sql::model::{Index, IndexKey, Table};

use crate::cx::Cx;
use crate::text;

/// A key as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyText {
    /// On the field of that column: name and text of the attribute.
    OnField(usize, String, String),
    /// On a line of its own.
    OnModel(String),
}

/// The columns of an index; expressions have none.
pub(crate) fn columns(index: &Index) -> Vec<String> {
    let column = |key: &IndexKey| match key {
        IndexKey::Column(name) => Some(name.clone()),
        IndexKey::Expression(_) => None,
    };
    index.parts.iter().filter_map(|part| column(&part.key)).collect()
}

/// Whether the file says that there is this index. Of a unique whose options cannot be written (deferrable,
/// `INCLUDE`, `NULLS NOT DISTINCT`), it says at least that it is unique: relations and keys rest on that.
pub(crate) fn is_written(cx: &Cx<'_>, table: &Table, index: &Index) -> bool {
    index_is_written(cx.style.has_partial_indexes, table, index)
}

/// The same, for who has no context yet.
pub(crate) fn index_is_written(has_partial_indexes: bool, table: &Table, index: &Index) -> bool {
    let is_whole = index.predicate.is_none() || has_partial_indexes;
    is_whole && (index.expressible || only_options_are_lost(table, index)) && index.valid
}

/// Whether all that cannot be written about an index are options of a plain unique one.
pub(crate) fn only_options_are_lost(table: &Table, index: &Index) -> bool {
    let mut seen = BTreeSet::new();
    let mut is_plain = |key: &IndexKey| match key {
        IndexKey::Column(name) => seen.insert(name.clone()),
        IndexKey::Expression(_) => false,
    };
    let has_own_name = !table.foreign_keys.iter().any(|key| key.name.as_deref() == Some(index.name.as_str()));
    !index.expressible
        && index.unique
        && has_own_name
        && index.predicate.is_none()
        && index.parts.iter().all(|part| is_plain(&part.key) && part.operator_class.is_none())
}

/// `@id`, `@@id` of a table.
pub(crate) fn primary_key(cx: &Cx<'_>, id: TableId) -> Option<KeyText> {
    let table = cx.table(id);
    let key = table.primary_key.as_ref()?;
    let map = named(cx, NameKind::PrimaryKey, table, &key.columns, key.name.as_deref());
    let map = map.map(|name| format!("map: {}", text::string(&name)));
    Some(match key.columns.as_slice() {
        [only] => {
            let (column, _) = table.find_column(only)?;
            let arguments = map.map_or_else(String::new, |map| format!("({map})"));
            KeyText::OnField(column, "id".to_owned(), format!("@id{arguments}"))
        }
        several => {
            let mut arguments = vec![format!("[{}]", cx.fields(id, several).join(", "))];
            arguments.extend(map);
            KeyText::OnModel(format!("@@id({})", arguments.join(", ")))
        }
    })
}

/// The attribute of an index. `on_field`: a unique of one column may stand on its field.
pub(crate) fn index(cx: &Cx<'_>, id: TableId, index: &Index, on_field: bool) -> KeyText {
    let table = cx.table(id);
    let columns = columns(index);
    let kind = if index.unique { NameKind::Unique } else { NameKind::Index };
    let mut arguments = Vec::new();
    let algorithm = cx.lift().index_type(index).filter(|_| !index.unique);
    arguments.extend(algorithm.map(|word| format!("type: {word}")));
    let map = named(cx, kind, table, &columns, Some(&index.name));
    arguments.extend(map.map(|name| format!("map: {}", text::string(&name))));
    let predicate = index.predicate.as_ref().map(|printed| cx.lift().predicate(printed));
    arguments.extend(predicate.map(|sql| format!("where: raw({})", text::string(&sql))));
    if let ([only], true, true) = (columns.as_slice(), index.unique, on_field)
        && let Some((column, _)) = table.find_column(only)
    {
        let sort = index.parts.iter().any(|part| part.descending && index.expressible);
        if sort {
            arguments.insert(0, "sort: Desc".to_owned());
        }
        let arguments =
            if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        return KeyText::OnField(column, "unique".to_owned(), format!("@unique{arguments}"));
    }
    let parts: Vec<String> = index.parts.iter().filter_map(|part| part_text(cx, id, index, part)).collect();
    arguments.insert(0, format!("[{}]", parts.join(", ")));
    let word = if index.unique { "unique" } else { "index" };
    KeyText::OnModel(format!("@@{word}({})", arguments.join(", ")))
}

fn part_text(
    cx: &Cx<'_>,
    id: TableId,
    index: &Index,
    part: &glowplug_sql::model::IndexPart,
) -> Option<String> {
    let table = cx.table(id);
    let IndexKey::Column(name) = &part.key else { return None };
    let (column, _) = table.find_column(name)?;
    let mut options = Vec::new();
    // Only an index that can be written in full has an order here; of others the columns are said.
    if part.descending && index.expressible {
        options.push("sort: Desc".to_owned());
    }
    let class = cx.lift().operator_class(table, index, part).filter(|_| !index.unique);
    options.extend(class.map(|class| format!("ops: {}", text::operator_class(&class))));
    let field = cx.field(ColumnId { table: id, index: column });
    Some(if options.is_empty() { field.to_owned() } else { format!("{field}({})", options.join(", ")) })
}

/// The name to be said: `None` where the database's name is the one that the language makes up.
pub(crate) fn named(
    cx: &Cx<'_>,
    kind: NameKind,
    table: &Table,
    columns: &[String],
    name: Option<&str>,
) -> Option<String> {
    let has_names = cx.dialect.compare().has_constraint_names();
    let can_be_named = match kind {
        NameKind::PrimaryKey | NameKind::ForeignKey => has_names,
        NameKind::Unique | NameKind::Index => true,
    };
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let usual = cx.lift().default_name(kind, &table.name, &columns);
    name.filter(|name| can_be_named && *name != usual).map(str::to_owned)
}
