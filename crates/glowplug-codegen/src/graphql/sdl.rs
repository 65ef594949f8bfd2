//! schema.graphql: the API as text.

use glowplug_psl::schema::Arity;

use super::Options;
use super::api::{Api, Count, FieldKind, Object, ObjectField, Query, QueryKind};
use super::scalars::ValueType;

/// The body of the file.
pub(super) fn render(api: &Api<'_>, options: &Options) -> String {
    let mut res = "\nschema {\n  query: Query\n}\n".to_owned();
    let mut scalars: Vec<(&str, &str)> = api
        .values
        .iter()
        .filter_map(|it| it.scalar_docs().map(|docs| (it.name(&api.enum_names), docs)))
        .collect();
    scalars.sort_unstable();
    scalars.dedup();
    for (name, docs) in scalars {
        res.push_str(&format!("\n{}scalar {name}\n", description("", &[docs.to_owned()])));
    }
    for index in &api.enums {
        res.push_str(&enum_type(api, *index));
    }
    for object in &api.objects {
        res.push_str(&object_type(api, object));
    }
    res.push_str(&query_type(api, options));
    res
}

fn enum_type(api: &Api<'_>, index: usize) -> String {
    let it = &api.layout.enums[index];
    let mut res = format!("\n{}enum {} {{\n", description("", &it.docs), api.enum_names[index]);
    for (value, name) in it.variants.iter().zip(&api.value_names[index]) {
        res.push_str(&description("  ", &value.docs));
        res.push_str(&format!("  {name}\n"));
    }
    res.push_str("}\n");
    res
}

fn object_type(api: &Api<'_>, object: &Object) -> String {
    let docs = &api.layout.tables[object.table].docs;
    let mut res = format!("\n{}type {} {{\n", description("", docs), object.name);
    for field in &object.fields {
        res.push_str(&description("  ", &field.docs));
        res.push_str(&format!("  {}: {}\n", field.name, field_type(api, object, field)));
    }
    res.push_str("}\n");
    res
}

fn field_type(api: &Api<'_>, object: &Object, field: &ObjectField) -> String {
    match &field.kind {
        FieldKind::Column(column, ty) => {
            let name = ty.name(&api.enum_names);
            match api.layout.tables[object.table].columns[*column].arity {
                Arity::Required => format!("{name}!"),
                Arity::Optional => name.to_owned(),
                Arity::List => format!("[{name}!]!"),
            }
        }
        FieldKind::Relation(relation) => {
            let name = &api.objects[relation.target].name;
            match relation.count {
                Count::One => format!("{name}!"),
                Count::AtMostOne => name.clone(),
                Count::Many => format!("[{name}!]!"),
            }
        }
    }
}

fn query_type(api: &Api<'_>, options: &Options) -> String {
    let mut res = "\n\"\"\"What can be asked.\"\"\"\ntype Query {\n".to_owned();
    for query in &api.queries {
        res.push_str(&description("  ", &[query_docs(api, query, options)]));
        let target = &api.objects[query.object].name;
        match &query.kind {
            QueryKind::List(_) => {
                let default = options.default_limit;
                let arguments = format!("limit: Int! = {default}, offset: Int! = 0");
                res.push_str(&format!("  {}({arguments}): [{target}!]!\n", query.name));
            }
            QueryKind::ByKey(key) => {
                let arguments: Vec<String> =
                    key.iter().map(|(column, ty)| argument(api, query, *column, ty)).collect();
                res.push_str(&format!("  {}({}): {target}\n", query.name, arguments.join(", ")));
            }
        }
    }
    if api.queries.is_empty() {
        res.push_str("  \"\"\"Nothing: every model is hidden.\"\"\"\n  nothing: Boolean\n");
    }
    res.push_str("}\n");
    res
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

fn description(indent: &str, lines: &[String]) -> String {
    let escape = |line: &String| line.replace("\"\"\"", "\\\"\"\"");
    match lines {
        [] => String::new(),
        // A quote at either end would run into the delimiter.
        [line] if !line.starts_with('"') && !line.ends_with(['"', '\\']) => {
            format!("{indent}\"\"\"{}\"\"\"\n", escape(line))
        }
        lines => {
            let lines: String = lines.iter().map(|it| format!("{indent}{}\n", escape(it))).collect();
            format!("{indent}\"\"\"\n{lines}{indent}\"\"\"\n")
        }
    }
}
