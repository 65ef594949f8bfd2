//! Methods that follow a relation: loaded once for all rows of a level.

use glowplug_psl::schema::Arity;

use crate::graphql::api::{Api, Count, Object, ObjectField, Path, Relation};
use crate::layout::{Column, ColumnKind, Table};
use crate::rust::put;

/// The type of what a level keeps for a relation: rows by the key that leads to them.
pub(super) fn cell_type(api: &Api<'_>, object: &Object, relation: &Relation) -> String {
    let table = &api.layout.tables[object.table];
    let key = tuple(relation.from.iter().map(|it| key_type(&table.columns[*it])).collect());
    let target = &api.objects[relation.target].rust_name;
    match relation.count {
        Count::One | Count::AtMostOne => format!("Found<{key}, {target}>"),
        Count::Many => format!("Found<{key}, Vec<{target}>>"),
    }
}

/// The method of a relation's field.
pub(super) fn method(
    out: &mut String,
    api: &Api<'_>,
    object: &Object,
    field: &ObjectField,
    relation: &Relation,
    backend: &str,
) {
    let table = &api.layout.tables[object.table];
    let target = &api.objects[relation.target].rust_name;
    let method = &field.method;
    let row = &table.row;
    let key = key_of(table, &relation.from);
    let (result, last) = match relation.count {
        Count::One => (target.clone(), format!("one(found, key, {:?})", field.name)),
        Count::AtMostOne => (format!("Option<{target}>"), "Ok(at_most_one(found, key))".to_owned()),
        Count::Many => (format!("Vec<{target}>"), "many(ctx, found, key)".to_owned()),
    };
    put!(
        out,
        "    async fn {method}(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<{result}> {{
        let level = &self.level;
        let key = |it: &models::{row}| {key};
        let found = level.{method}.get_or_try_init(|| async {{
            let keys: BTreeSet<_> = level.rows.iter().filter_map(key).collect();
"
    );
    match &relation.path {
        Path::Columns(columns) => by_columns(out, api, relation, columns, backend),
        Path::Join(join, ours, theirs) => {
            through_join(out, api, relation, &api.layout.tables[*join], (*ours, *theirs));
        }
    }
    put!(
        out,
        "        }}).await?;
        let key = key(self.row());
        {last}
    }}
"
    );
}

/// Loads rows of the target whose columns hold one of `keys`.
fn by_columns(out: &mut String, api: &Api<'_>, relation: &Relation, columns: &[usize], backend: &str) {
    let target = &api.objects[relation.target];
    let table = &api.layout.tables[target.table];
    let (row, rust_name) = (&table.row, &target.rust_name);
    match columns {
        [column] => single(out, table, *column, &relation.order),
        columns => composite(out, table, columns, &relation.order, backend),
    }
    let key = key_of(table, columns);
    let collect = match relation.count {
        Count::One | Count::AtMostOne => "indexed",
        Count::Many => "grouped",
    };
    put!(
        out,
        "            let key = |it: &models::{row}| {key};
            let rows = {rust_name}::level(rows)?.into_iter().map(|it| (key(it.row()), it));
            Ok::<_, async_graphql::Error>({collect}(rows))
"
    );
}

/// A key of one column.
fn single(out: &mut String, table: &Table, column: usize, order: &[usize]) {
    let Table { ident, row, .. } = table;
    let column = &table.columns[column].ident;
    let order = order_line(table, order, "                ");
    put!(
        out,
        "            let rows = schema::{ident}::table
                .filter(schema::{ident}::{column}.eq_any(keys))
{order}                .limit(LEVEL_LIMIT + 1)
                .select(models::{row}::as_select())
                .load(&mut connection(ctx).await?)
                .await
                .map_err(|error| database_error(&error))?;
"
    );
}

/// A key of several columns: no `eq_any`, but a chain of alternatives, which no database takes at any length.
fn composite(out: &mut String, table: &Table, columns: &[usize], order: &[usize], backend: &str) {
    let Table { ident, row, .. } = table;
    let tests: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(i, column)| format!("schema::{ident}::{}.eq(key.{i}.clone())", table.columns[*column].ident))
        .collect();
    let (first, rest) = tests.split_first().map_or((String::new(), &[][..]), |(a, b)| (a.clone(), b));
    let rest: String = rest.iter().map(|it| format!(".and({it})")).collect();
    let order = order_line(table, order, "                    ");
    put!(
        out,
        "            let mut rows = Vec::new();
            for keys in Vec::from_iter(keys).chunks(KEYS_AT_ONCE) {{
                let mut query = schema::{ident}::table.into_boxed::<{backend}>();
                for key in keys {{
                    query = query.or_filter({first}{rest});
                }}
                let found = query
{order}                    .limit(LEVEL_LIMIT + 1)
                    .select(models::{row}::as_select())
                    .load(&mut connection(ctx).await?)
                    .await
                    .map_err(|error| database_error(&error))?;
                rows.extend(found);
                within_limit(rows.len())?;
            }}
"
    );
}

fn order_line(table: &Table, columns: &[usize], indent: &str) -> String {
    if columns.is_empty() { String::new() } else { format!("{indent}.order({})\n", order(table, columns)) }
}

/// Loads rows of the target that a join table ties to one of `keys`.
fn through_join(
    out: &mut String,
    api: &Api<'_>,
    relation: &Relation,
    join: &Table,
    (ours, theirs): (usize, usize),
) {
    let target = &api.objects[relation.target];
    let table = &api.layout.tables[target.table];
    let (ident, row, rust_name) = (&table.ident, &table.row, &target.rust_name);
    let key = &table.columns[table.primary_key[0]].ident;
    let (join_ident, ours, theirs) = (&join.ident, &join.columns[ours], &join.columns[theirs].ident);
    let (owner, ours) = (key_type(ours), &ours.ident);
    let order = order(table, &relation.order);
    put!(
        out,
        "            let rows: Vec<({owner}, models::{row})> = schema::{join_ident}::table
                .inner_join(schema::{ident}::table.on(schema::{join_ident}::{theirs}.eq(schema::{ident}::{key})))
                .filter(schema::{join_ident}::{ours}.eq_any(keys))
                .order({order})
                .limit(LEVEL_LIMIT + 1)
                .select((schema::{join_ident}::{ours}, models::{row}::as_select()))
                .load(&mut connection(ctx).await?)
                .await
                .map_err(|error| database_error(&error))?;
            let (owners, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            let rows = owners.into_iter().map(Some).zip({rust_name}::level(rows)?);
            Ok::<_, async_graphql::Error>(grouped(rows))
"
    );
}

/// The argument of `.order(...)`.
pub(super) fn order(table: &Table, columns: &[usize]) -> String {
    let columns = columns.iter().map(|it| format!("schema::{}::{}", table.ident, table.columns[*it].ident));
    tuple(columns.collect())
}

/// An expression of the type `Option<key>` over a row `it`: nothing, if part of the key is NULL.
fn key_of(table: &Table, columns: &[usize]) -> String {
    let parts = columns.iter().map(|it| {
        let column = &table.columns[*it];
        let mark = if column.arity == Arity::Required { "" } else { "?" };
        format!("it.{}.clone(){mark}", column.rust_field)
    });
    format!("Some({})", tuple(parts.collect()))
}

fn key_type(column: &Column) -> String {
    match (&column.kind, column.custom) {
        (ColumnKind::Enum(_), None) => format!("enums::{}", column.value_type),
        (ColumnKind::Enum(_), Some(_)) | (ColumnKind::Plain { .. }, _) => column.value_type.clone(),
    }
}

fn tuple(mut parts: Vec<String>) -> String {
    match parts.len() {
        1 => parts.remove(0),
        _ => format!("({})", parts.join(", ")),
    }
}
