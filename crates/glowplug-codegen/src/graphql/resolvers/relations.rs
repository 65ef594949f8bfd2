//! Methods that follow a relation: loaded once for all rows of a level.

use std::fmt::{self, Display, Formatter, from_fn};

use glowplug_psl::schema::Arity;
use smol_str::{SmolStr, format_smolstr};

use crate::graphql::api::{Api, Count, Object, ObjectField, Path, Relation};
use crate::layout::{Column, ColumnKind, Table};
use crate::rust::put;

/// The type of what a level keeps for a relation: rows by the key that leads to them.
pub(super) fn cell_type(api: &Api<'_>, object: &Object, relation: &Relation) -> impl Display {
    let table = &api.layout.tables[object.table];
    let target = &api.objects[relation.target].rust_name;
    from_fn(move |f| {
        f.write_str("Found<")?;
        tuple(f, &relation.from, |f, column| f.write_str(&key_type(&table.columns[*column])))?;
        match relation.count {
            Count::One | Count::AtMostOne => write!(f, ", {target}>"),
            Count::Many => write!(f, ", Vec<{target}>>"),
        }
    })
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
    put!(out, "    async fn {method}(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<");
    match relation.count {
        Count::One => put!(out, "{target}> {{\n"),
        Count::AtMostOne => put!(out, "Option<{target}>> {{\n"),
        Count::Many => put!(out, "Vec<{target}>> {{\n"),
    }
    put!(
        out,
        "        let level = &self.level;
        let key = |it: &models::{}| {};
        let found = level.{method}.get_or_try_init(|| async {{
            let keys: BTreeSet<_> = level.rows.iter().filter_map(key).collect();
",
        table.row,
        key_of(table, &relation.from)
    );
    match &relation.path {
        Path::Columns(columns) => by_columns(out, api, relation, columns, backend),
        Path::Join(join, ours, theirs) => {
            through_join(out, api, relation, &api.layout.tables[*join], (*ours, *theirs));
        }
    }
    out.push_str("        }).await?;\n        let key = key(self.row());\n");
    match relation.count {
        Count::One => put!(out, "        one(found, key, {:?})\n", field.name),
        Count::AtMostOne => out.push_str("        Ok(at_most_one(found, key))\n"),
        Count::Many => out.push_str("        many(ctx, found, key)\n"),
    }
    out.push_str("    }\n");
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

fn order_line(table: &Table, columns: &[usize], indent: &str) -> impl Display {
    from_fn(move |f| match columns {
        [] => Ok(()),
        columns => writeln!(f, "{indent}.order({})", order(table, columns)),
    })
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
pub(super) fn order(table: &Table, columns: &[usize]) -> impl Display {
    from_fn(move |f| {
        tuple(f, columns, |f, column| write!(f, "schema::{}::{}", table.ident, table.columns[*column].ident))
    })
}

/// An expression of the type `Option<key>` over a row `it`: nothing, if part of the key is NULL.
fn key_of(table: &Table, columns: &[usize]) -> impl Display {
    from_fn(move |f| {
        f.write_str("Some(")?;
        tuple(f, columns, |f, column| {
            let column = &table.columns[*column];
            let mark = if column.arity == Arity::Required { "" } else { "?" };
            write!(f, "it.{}.clone(){mark}", column.rust_field)
        })?;
        f.write_str(")")
    })
}

fn key_type(column: &Column) -> SmolStr {
    match (&column.kind, column.custom) {
        (ColumnKind::Enum(_), None) => format_smolstr!("enums::{}", column.value_type),
        (ColumnKind::Enum(_), Some(_)) | (ColumnKind::Plain { .. }, _) => column.value_type.clone(),
    }
}

/// One part, or several in parentheses.
fn tuple<T>(
    f: &mut Formatter<'_>,
    parts: &[T],
    part: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    if let [one] = parts {
        return part(f, one);
    }
    f.write_str("(")?;
    for (i, it) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        part(f, it)?;
    }
    f.write_str(")")
}
