//! A new file: everything that the database has and the language can say.

use std::collections::BTreeSet;

use glowplug_dialect::dialect::Dialect;
use glowplug_sql::ids::{ForeignKeyId, TableId};
use glowplug_sql::model::SqlSchema;

use crate::blocks;
use crate::cx::{Cx, Style};
use crate::joins::{self, Join};
use crate::keys;
use crate::names::{Known, Names};
use crate::relations::{self, Existing, RelationField};
use crate::text;

/// The settings of a new file, and how it is written then: a datasource whose address comes from the
/// environment, so that no secret is ever written.
pub fn settings(live: &SqlSchema, dialect: &dyn Dialect) -> (String, Style) {
    let used =
        live.tables.iter().map(|table| &table.namespace).chain(live.enums.iter().map(|e| &e.namespace));
    let mut schemas: Vec<&str> = used.flatten().map(String::as_str).collect();
    let mut style = Style::of_new_file();
    let mut line = String::new();
    if !schemas.is_empty() {
        schemas.extend(live.default_namespace.as_deref());
        schemas.sort_unstable();
        schemas.dedup();
        let names: Vec<String> = schemas.into_iter().map(text::string).collect();
        line = format!("  schemas = [{}]\n", names.join(", "));
        style.lists_schemas = true;
    }
    let provider = dialect.provider();
    let text =
        format!("datasource db {{\n  provider = \"{provider}\"\n  url = env(\"DATABASE_URL\")\n{line}}}\n");
    (glowplug_psl::format(&text), style)
}

/// The whole text of a file for a database: `settings` (datasource and generators, written in `style`), then
/// models, views and enums by name.
pub fn fresh(live: &SqlSchema, dialect: &dyn Dialect, settings: &str, style: &Style) -> String {
    let names = Names::new(live, &Known::default(), &|table, index| {
        keys::index_is_written(style.has_partial_indexes, table, index)
    });
    let mut cx = Cx { live, dialect, style, names };
    mark_ignored(&mut cx, |_| true);
    let joins: Vec<Join> = live.walk_tables().filter_map(|(id, _)| joins::read(&cx, id)).collect();
    let hidden: BTreeSet<TableId> = joins.iter().map(|join| join.table).collect();
    let tables: Vec<TableId> =
        live.walk_tables().map(|(id, _)| id).filter(|id| !hidden.contains(id)).collect();
    let keys = foreign_keys(&cx, &tables);
    let relations = relations::fields(&mut cx, &keys, &joins, &Existing::default());
    let mut res = format!("{}\n", settings.trim_end());
    for block in all_blocks(&cx, &tables, &relations) {
        res.push('\n');
        res.push_str(&block);
    }
    glowplug_psl::format(&res)
}

/// Marks the tables without a usable key, of those that are wanted.
pub(crate) fn mark_ignored(cx: &mut Cx<'_>, is_wanted: impl Fn(TableId) -> bool) {
    for (id, table) in cx.live.walk_tables() {
        if is_wanted(id) && cx.has_no_key(table) {
            cx.names.tables[id.0].is_ignored = true;
        }
    }
}

/// The foreign keys of tables, but for second ones of the same meaning.
pub(crate) fn foreign_keys(cx: &Cx<'_>, tables: &[TableId]) -> Vec<ForeignKeyId> {
    let mut res = Vec::new();
    if cx.style.relation_mode_prisma {
        return res;
    }
    for id in tables {
        let keys = &cx.table(*id).foreign_keys;
        for (index, key) in keys.iter().enumerate() {
            let is_doubled = keys[..index].iter().any(|other| {
                other.columns == key.columns
                    && other.target_namespace == key.target_namespace
                    && other.target_table == key.target_table
                    && other.target_columns == key.target_columns
                    && other.on_delete == key.on_delete
                    && other.on_update == key.on_update
            });
            if !is_doubled {
                res.push(ForeignKeyId { table: *id, index });
            }
        }
    }
    res
}

fn all_blocks(cx: &Cx<'_>, tables: &[TableId], relations: &[RelationField]) -> Vec<String> {
    let mut res: Vec<String> = tables.iter().map(|id| blocks::model(cx, *id, relations)).collect();
    if cx.style.has_views {
        res.extend(cx.live.views.iter().enumerate().map(|(index, view)| blocks::view(cx, index, view)));
    }
    res.extend(cx.live.walk_enums().map(|(id, _)| blocks::enum_(cx, id)));
    res
}
