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
use crate::rust::{doc_lines, guarded, literal};

/// The body of the file. `backend` is the path of Diesel's backend type.
pub(super) fn render(api: &Api<'_>, options: &Options, backend: &str) -> String {
    let mut res = prelude::render(api, options);
    res.push_str(&prelude::enums(api, options));
    res.push_str(&scalars::render(api));
    res.push_str(&parallel::concat(api.objects.len(), |index| {
        let object = &api.objects[index];
        level_type(api, object) + &object_type(api, object, backend)
    }));
    res.push_str(&query_type(api, options));
    res
}

/// The rows that were loaded together, and what was loaded for them.
fn level_type(api: &Api<'_>, object: &Object) -> String {
    let Object { name, rust_name, level_name, .. } = object;
    let row = &api.layout.tables[object.table].row;
    let relations: Vec<(&str, String)> = relations_of(object)
        .map(|(method, relation)| (method, relations::cell_type(api, object, relation)))
        .collect();
    let mut item = format!("/// Rows of `{name}` that were loaded together.\n#[derive(Default)]\n");
    item.push_str(&format!("pub struct {level_name} {{\n    rows: Vec<models::{row}>,\n"));
    for (method, ty) in relations {
        item.push_str(&format!("    {method}: OnceCell<{ty}>,\n"));
    }
    item.push_str("}\n");
    let object = format!(
        "/// A `{name}`: one row of a level.\n#[derive(Clone)]\npub struct {rust_name} {{\n    \
             level: Arc<{level_name}>,\n    \
             index: usize,\n\
         }}\n"
    );
    let methods = format!(
        "#[rustfmt::skip]\nimpl {rust_name} {{\n    \
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
    format!("\n{}\n{}\n{methods}", guarded("", &item), guarded("", &object))
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

fn object_type(api: &Api<'_>, object: &Object, backend: &str) -> String {
    let docs = doc_lines("", &api.layout.tables[object.table].docs);
    let Object { name, rust_name, .. } = object;
    let mut res =
        format!("\n{docs}#[rustfmt::skip]\n#[async_graphql::Object(name = {name:?})]\nimpl {rust_name} {{\n");
    for (i, field) in object.fields.iter().enumerate() {
        if i > 0 {
            res.push('\n');
        }
        res.push_str(&doc_lines("    ", &field.docs));
        res.push_str(&format!("    #[graphql(name = {:?})]\n", field.name));
        match &field.kind {
            FieldKind::Column(column, ty) => {
                let column = &api.layout.tables[object.table].columns[*column];
                res.push_str(&fields::column(api.layout, &field.method, column, ty));
            }
            FieldKind::Relation(relation) => {
                res.push_str(&relations::method(api, object, field, relation, backend));
            }
        }
    }
    res.push_str("}\n");
    res
}

fn query_type(api: &Api<'_>, options: &Options) -> String {
    let mut res = "\n/// What can be asked.\npub struct Query;\n\n/// What can be asked.\n".to_owned();
    res.push_str("#[rustfmt::skip]\n#[async_graphql::Object(name = \"Query\")]\nimpl Query {\n");
    for (i, query) in api.queries.iter().enumerate() {
        if i > 0 {
            res.push('\n');
        }
        res.push_str(&doc_lines("    ", &[query_docs(api, query, options)]));
        res.push_str(&format!("    #[graphql(name = {})]\n", literal(&query.name)));
        match &query.kind {
            QueryKind::List(order) => res.push_str(&list_query(api, query, order, options)),
            QueryKind::ByKey(key) => res.push_str(&key_query(api, query, key)),
        }
    }
    if api.queries.is_empty() {
        res.push_str("    /// Nothing: every model is hidden.\n");
        res.push_str("    async fn nothing(&self) -> Option<bool> {\n        None\n    }\n");
    }
    res.push_str("}\n");
    res
}

fn list_query(api: &Api<'_>, query: &Query, order: &[usize], options: &Options) -> String {
    let object = &api.objects[query.object];
    let table = &api.layout.tables[object.table];
    let (method, rust_name, ident, row) = (&query.method, &object.rust_name, &table.ident, &table.row);
    let order = relations::order(table, order);
    let default = options.default_limit;
    format!(
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
    )
}

fn key_query(api: &Api<'_>, query: &Query, key: &[(usize, super::scalars::ValueType)]) -> String {
    let object = &api.objects[query.object];
    let table = &api.layout.tables[object.table];
    let (method, rust_name, ident, row) = (&query.method, &object.rust_name, &table.ident, &table.row);
    let mut arguments = String::new();
    let mut filters = String::new();
    for (i, (index, ty)) in key.iter().enumerate() {
        let column = &table.columns[*index];
        let name = argument_name(api, query, *index);
        let rust_type = ty.resolver_type(api.layout, column);
        arguments.push_str(&format!("        #[graphql(name = {name:?})] key{i}: {rust_type},\n"));
        let value = ty.to_row(api.layout, &format!("key{i}"));
        filters.push_str(&format!("            .filter(schema::{ident}::{}.eq({value}))\n", column.ident));
    }
    format!(
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
    )
}
