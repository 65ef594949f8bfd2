//! Models and views as tables: names, keys, and the foreign keys between them.

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::{Arity, Model, ModelId, RelationKind};
use smol_str::SmolStr;

use super::columns::columns;
use super::hints::diesel_name;
use super::{ForeignKey, Layout, Source, Table, docs};
use crate::names::{Names, Place, is_identifier};
use crate::parallel;
use crate::types::Types;

/// The widest table that Diesel can take. Source: Diesel's documentation, crate feature
/// `128-column-tables`.
const MAX_COLUMNS: usize = 128;

/// Adds a table for every model and view that has a key Diesel can use.
pub(super) fn add_models(
    layout: &mut Layout<'_>,
    dialect: &dyn Dialect,
    libraries: Types,
    types: &mut Names,
) {
    let schema = layout.schema;
    // Row types first: a model called `NewUser` keeps its name, the insert type of `User` gives way.
    let mut rows: Vec<(ModelId, &Model, SmolStr)> = Vec::new();
    for (id, model) in schema.walk_models() {
        if model.is_ignored {
            layout.left_out.push(format!("`{}` is marked `@@ignore`", model.name));
        } else if let Some(schema) = model.schema.as_ref().filter(|it| !is_identifier(it)) {
            let name = &model.name;
            layout.left_out.push(format!("`{name}` is in the schema `{schema}`, which no `table!` can name"));
        } else {
            rows.push((id, model, types.give(diesel_name(&model.hints).unwrap_or(&model.name))));
        }
    }
    let mut names = Names::new(Place::Table);
    let idents: Vec<SmolStr> = rows.iter().map(|(_, model, _)| names.give(model.db_name())).collect();
    let enums = &layout.enums;
    let columns = parallel::map(rows.len(), |row| {
        columns((schema, enums), rows[row].1, (dialect, libraries), &idents[row])
    });
    for (((id, model, row), ident), (columns, left_out)) in rows.into_iter().zip(idents).zip(columns) {
        let mut table = Table {
            source: Source::Model(id),
            namespace: model.schema.as_deref().map(SmolStr::new),
            db_name: SmolStr::new(model.db_name()),
            ident,
            new: None,
            changes: None,
            row,
            primary_key: Vec::new(),
            columns,
            foreign_keys: Vec::new(),
            docs: docs(model.docs.as_deref()),
            left_out,
        };
        let count = table.columns.len();
        if count > MAX_COLUMNS {
            let limit = format!("Diesel takes at most {MAX_COLUMNS}");
            layout.left_out.push(format!("`{}` has {count} columns; {limit}", model.name));
            continue;
        }
        match key(model, &table) {
            Some(key) => table.primary_key = key,
            None => {
                layout.left_out.push(format!("`{}` has no key that Diesel could use", model.name));
                continue;
            }
        }
        if !model.is_view {
            table.new = Some(types.give(&format!("New{}", table.row)));
            let can_change = table.columns.len() > table.primary_key.len();
            table.changes = can_change.then(|| types.give(&format!("{}Changes", table.row)));
        }
        layout.push(table);
    }
}

/// The columns of `@id` or `@@id`, else of the first unique key whose columns are all required.
fn key(model: &Model, table: &Table) -> Option<Vec<usize>> {
    let id = model.primary_key.as_ref().map(|it| &it.fields);
    let uniques =
        model.indexes.iter().filter(|it| it.is_unique && it.predicate.is_none()).map(|it| &it.fields);
    let mut candidates = id.into_iter().chain(uniques);
    candidates.find_map(|fields| {
        let required = fields.iter().all(|it| model.fields[it.field].arity == Arity::Required);
        let fields: Vec<usize> = fields.iter().map(|it| it.field).collect();
        if required { table.columns_of(&fields) } else { None }
    })
}

/// Adds the foreign keys of models whose both ends are shown.
pub(super) fn add_foreign_keys(layout: &mut Layout<'_>) {
    let schema = layout.schema;
    for relation in &schema.relations {
        let RelationKind::ForeignKey(key) = &relation.kind else { continue };
        let (Some(child), Some(target)) = (layout.table_of(key.forward.model), layout.table_of(key.target))
        else {
            continue;
        };
        let columns = layout.tables[child].columns_of(&key.fields);
        let target_columns = layout.tables[target].columns_of(&key.references);
        if let (Some(columns), Some(target_columns)) = (columns, target_columns) {
            layout.tables[child].foreign_keys.push(ForeignKey { columns, target, target_columns });
        }
    }
}
