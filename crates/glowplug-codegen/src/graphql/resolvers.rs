//! Resolvers for async-graphql, whose schema is the SDL.
//!
//! Rows that were loaded together know each other (a "level"): the first resolver that follows a
//! relation loads it for all of them. A query costs one SQL statement a relation field, however many
//! rows it shows.

mod fields;
mod prelude;
mod relations;
mod scalars;

use super::Options;
use super::api::{Api, FieldKind, Object, Path, Query, QueryKind, Relation};
use super::sdl::{argument_name, query_docs};
use crate::parallel;
use crate::rust::{doc_lines, guarded, put};

/// The body of the file. `backend` is the path of Diesel's backend type.
pub(super) fn render(out: &mut String, api: &Api<'_>, options: &Options, backend: &str) {
    prelude::render(out, api, options);
    prelude::enums(out, api, options);
    scalars::render(out, api);
    parallel::append(out, api.objects.len(), |out, index| {
        let object = &api.objects[index];
        level_type(out, api, object);
        object_type(out, api, object, backend);
    });
    query_type(out, api, options);
}

/// The rows that were loaded together, and what was loaded for them.
fn level_type(out: &mut String, api: &Api<'_>, object: &Object) {
    let Object { name, rust_name, level_name, .. } = object;
    let row = &api.layout.tables[object.table].row;
    out.push('\n');
    guarded(out, "", |out| {
        put!(out, "/// Rows of `{name}` that were loaded together.\n#[derive(Default)]\n");
        put!(out, "pub struct {level_name} {{\n    rows: Vec<models::{row}>,\n");
        for (method, relation) in relations_of(object) {
            put!(out, "    {method}: OnceCell<{}>,\n", relations::cell_type(api, object, relation));
        }
        out.push_str("}\n");
    });
    out.push('\n');
    guarded(out, "", |out| {
        put!(
            out,
            "/// A `{name}`: one row of a level.\n#[derive(Clone)]\npub struct {rust_name} {{\n    \
                 level: Arc<{level_name}>,\n    \
                 index: usize,\n\
             }}\n"
        );
    });
    put!(
        out,
        "\n#[rustfmt::skip]\nimpl {rust_name} {{\n    \
             fn level(rows: Vec<models::{row}>) -> async_graphql::Result<Vec<Self>> {{\n        \
                 let count = within_limit(rows.len())?;\n        \
                 let level = Arc::new({level_name} {{ rows, ..Default::default() }});\n        \
                 Ok((0..count).map(|index| Self {{ level: level.clone(), index }}).collect())\n    \
             }}\n\n    \
             fn row(&self) -> &models::{row} {{\n        \
                 &self.level.rows[self.index]\n    \
             }}\n\
         }}\n"
    );
}

fn relations_of(object: &Object) -> impl Iterator<Item = (&str, &Relation)> {
    object.fields.iter().filter_map(|field| match &field.kind {
        FieldKind::Relation(relation) => Some((field.method.as_str(), relation)),
        FieldKind::Column(..) => None,
    })
}

/// Whether a relation of the object is followed by a key of several columns.
fn has_composite_keys(object: &Object) -> bool {
    relations_of(object).any(|(_, relation)| matches!(&relation.path, Path::Columns(it) if it.len() > 1))
}

fn object_type(out: &mut String, api: &Api<'_>, object: &Object, backend: &str) {
    let table = &api.layout.tables[object.table];
    let Object { name, rust_name, .. } = object;
    out.push('\n');
    doc_lines(out, "", &table.docs);
    put!(out, "#[rustfmt::skip]\n#[async_graphql::Object(name = {name:?})]\nimpl {rust_name} {{\n");
    for (i, field) in object.fields.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        doc_lines(out, "    ", &field.docs);
        put!(out, "    #[graphql(name = {:?})]\n", field.name);
        match &field.kind {
            FieldKind::Column(column, ty) => {
                fields::column(out, api.layout, &field.method, &table.columns[*column], ty);
            }
            FieldKind::Relation(relation) => relations::method(out, api, object, field, relation, backend),
        }
    }
    out.push_str("}\n");
}

fn query_type(out: &mut String, api: &Api<'_>, options: &Options) {
    out.push_str("\n/// What can be asked.\npub struct Query;\n\n/// What can be asked.\n");
    out.push_str("#[rustfmt::skip]\n#[async_graphql::Object(name = \"Query\")]\nimpl Query {\n");
    parallel::append(out, api.queries.len(), |out, index| {
        let query = &api.queries[index];
        if index > 0 {
            out.push('\n');
        }
        doc_lines(out, "    ", &[query_docs(api, query, options)]);
        put!(out, "    #[graphql(name = {:?})]\n", query.name);
        match &query.kind {
            QueryKind::List(order) => list_query(out, api, query, order, options),
            QueryKind::ByKey(key) => key_query(out, api, query, key),
        }
    });
    if api.queries.is_empty() {
        out.push_str("    /// Nothing: every model is hidden.\n");
        out.push_str("    async fn nothing(&self) -> Option<bool> {\n        None\n    }\n");
    }
    out.push_str("}\n");
}

fn list_query(out: &mut String, api: &Api<'_>, query: &Query, order: &[usize], options: &Options) {
    let object = &api.objects[query.object];
    let table = &api.layout.tables[object.table];
    let (method, rust_name, ident, row) = (&query.method, &object.rust_name, &table.ident, &table.row);
    let order = relations::order(table, order);
    let default = options.default_limit;
    put!(
        out,
        "    async fn {method}(
        &self,
        ctx: &async_graphql::Context<'_>,
        #[graphql(default = {default})] limit: i32,
        #[graphql(default = 0)] offset: i32,
    ) -> async_graphql::Result<Vec<{rust_name}>> {{
        let (limit, offset) = page(limit, offset)?;
        let rows = schema::{ident}::table
            .order({order})
            .limit(limit)
            .offset(offset)
            .select(models::{row}::as_select())
            .load(&mut connection(ctx).await?)
            .await
            .map_err(|error| database_error(&error))?;
        spend(ctx, rows.len())?;
        {rust_name}::level(rows)
    }}
"
    );
}

fn key_query(out: &mut String, api: &Api<'_>, query: &Query, key: &[(usize, super::scalars::ValueType)]) {
    let object = &api.objects[query.object];
    let table = &api.layout.tables[object.table];
    let (method, rust_name, ident, row) = (&query.method, &object.rust_name, &table.ident, &table.row);
    let mut arguments = String::new();
    let mut filters = String::new();
    for (i, (index, ty)) in key.iter().enumerate() {
        let column = &table.columns[*index];
        let name = argument_name(api, query, *index);
        let rust_type = ty.resolver_type(api.layout, column);
        put!(&mut arguments, "        #[graphql(name = {name:?})] key{i}: {rust_type},\n");
        let value = ty.to_row(api.layout, &format!("key{i}"));
        put!(&mut filters, "            .filter(schema::{ident}::{}.eq({value}))\n", column.ident);
    }
    put!(
        out,
        "    async fn {method}(
        &self,
        ctx: &async_graphql::Context<'_>,
{arguments}    ) -> async_graphql::Result<Option<{rust_name}>> {{
        let row = schema::{ident}::table
{filters}            .select(models::{row}::as_select())
            .first(&mut connection(ctx).await?)
            .await
            .optional()
            .map_err(|error| database_error(&error))?;
        Ok({rust_name}::level(row.into_iter().collect())?.pop())
    }}
"
    );
}
