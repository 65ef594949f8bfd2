//! schema.graphql: the API as text.

use glowplug_psl::schema::Arity;

use super::Options;
use super::api::{Api, Count, FieldKind, Object, ObjectField, Query, QueryKind};
use super::scalars::ValueType;
use crate::parallel;
use crate::rust::put;

/// The body of the file.
pub(super) fn render(out: &mut String, api: &Api<'_>, options: &Options) {
    out.push_str("\nschema {\n  query: Query\n}\n");
    let mut scalars: Vec<(&str, &str)> = api
        .values
        .iter()
        .filter_map(|it| it.scalar_docs().map(|docs| (it.name(&api.enum_names), docs)))
        .collect();
    scalars.sort_unstable();
    scalars.dedup();
    for (name, docs) in scalars {
        out.push('\n');
        description(out, "", &[docs]);
        put!(out, "scalar {name}\n");
    }
    for index in &api.enums {
        enum_type(out, api, *index);
    }
    parallel::append(out, api.objects.len(), |out, index| object_type(out, api, &api.objects[index]));
    query_type(out, api, options);
}

fn enum_type(out: &mut String, api: &Api<'_>, index: usize) {
    let it = &api.layout.enums[index];
    out.push('\n');
    description(out, "", &it.docs);
    put!(out, "enum {} {{\n", api.enum_names[index]);
    for (value, name) in it.variants.iter().zip(&api.value_names[index]) {
        description(out, "  ", &value.docs);
        put!(out, "  {name}\n");
    }
    out.push_str("}\n");
}

fn object_type(out: &mut String, api: &Api<'_>, object: &Object) {
    out.push('\n');
    description(out, "", &api.layout.tables[object.table].docs);
    put!(out, "type {} {{\n", object.name);
    for field in &object.fields {
        description(out, "  ", &field.docs);
        put!(out, "  {}: ", field.name);
        field_type(out, api, object, field);
    }
    out.push_str("}\n");
}

/// The type of a field, to the end of its line.
fn field_type(out: &mut String, api: &Api<'_>, object: &Object, field: &ObjectField) {
    match &field.kind {
        FieldKind::Column(column, ty) => {
            let name = ty.name(&api.enum_names);
            match api.layout.tables[object.table].columns[*column].arity {
                Arity::Required => put!(out, "{name}!\n"),
                Arity::Optional => put!(out, "{name}\n"),
                Arity::List => put!(out, "[{name}!]!\n"),
            }
        }
        FieldKind::Relation(relation) => {
            let name = &api.objects[relation.target].name;
            match relation.count {
                Count::One => put!(out, "{name}!\n"),
                Count::AtMostOne => put!(out, "{name}\n"),
                Count::Many => put!(out, "[{name}!]!\n"),
            }
        }
    }
}

fn query_type(out: &mut String, api: &Api<'_>, options: &Options) {
    out.push_str("\n\"\"\"What can be asked.\"\"\"\ntype Query {\n");
    parallel::append(out, api.queries.len(), |out, index| {
        query_field(out, api, &api.queries[index], options)
    });
    if api.queries.is_empty() {
        out.push_str("  \"\"\"Nothing: every model is hidden.\"\"\"\n  nothing: Boolean\n");
    }
    out.push_str("}\n");
}

fn query_field(out: &mut String, api: &Api<'_>, query: &Query, options: &Options) {
    description(out, "  ", &[query_docs(api, query, options)]);
    let target = &api.objects[query.object].name;
    match &query.kind {
        QueryKind::List(_) => {
            let default = options.default_limit;
            put!(out, "  {}(limit: Int! = {default}, offset: Int! = 0): [{target}!]!\n", query.name);
        }
        QueryKind::ByKey(key) => {
            let arguments: Vec<String> =
                key.iter().map(|(column, ty)| argument(api, query, *column, ty)).collect();
            put!(out, "  {}({}): {target}\n", query.name, arguments.join(", "));
        }
    }
}

/// What a field of `Query` says about itself.
pub(super) fn query_docs(api: &Api<'_>, query: &Query, options: &Options) -> String {
    let target = &api.objects[query.object].name;
    match &query.kind {
        QueryKind::List(_) => {
            format!("A page of `{target}`: at most {} at a time.", options.max_limit)
        }
        QueryKind::ByKey(key) => {
            let names = key.iter().map(|(column, _)| format!("`{}`", argument_name(api, query, *column)));
            format!("The `{target}` with this {}, if there is one.", names.collect::<Vec<_>>().join(" and "))
        }
    }
}

/// The name of an argument of a key: that of the field.
pub(super) fn argument_name<'a>(api: &'a Api<'_>, query: &Query, column: usize) -> &'a str {
    let object = &api.objects[query.object];
    let field =
        object.fields.iter().find(|it| matches!(it.kind, FieldKind::Column(index, _) if index == column));
    field.map_or("key", |it| it.name.as_str())
}

fn argument(api: &Api<'_>, query: &Query, column: usize, ty: &ValueType) -> String {
    format!("{}: {}!", argument_name(api, query, column), ty.name(&api.enum_names))
}

fn description(out: &mut String, indent: &str, lines: &[impl AsRef<str>]) {
    let escape = |line: &str| line.replace("\"\"\"", "\\\"\"\"");
    match lines {
        [] => {}
        // A quote at either end would run into the delimiter.
        [line] if !line.as_ref().starts_with('"') && !line.as_ref().ends_with(['"', '\\']) => {
            put!(out, "{indent}\"\"\"{}\"\"\"\n", escape(line.as_ref()));
        }
        lines => {
            put!(out, "{indent}\"\"\"\n");
            for line in lines {
                put!(out, "{indent}{}\n", escape(line.as_ref()));
            }
            put!(out, "{indent}\"\"\"\n");
        }
    }
}
