//! Compares two SDL texts by what they define: order and layout do not count.

use std::collections::BTreeMap;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind, TypeSystemDefinition,
};

/// Fails with the definitions that differ.
pub(crate) fn assert_same(expected: &str, served: &str) {
    let (expected, served) = (definitions(expected), definitions(served));
    for name in expected.keys().chain(served.keys()) {
        assert_eq!(expected.get(name), served.get(name), "`{name}` is not what is served");
    }
}

/// Every type by its name, as lines that can be compared.
fn definitions(sdl: &str) -> BTreeMap<String, Vec<String>> {
    let document = parse_schema(sdl).unwrap_or_else(|error| panic!("{error}\n{sdl}"));
    let mut res = BTreeMap::new();
    for definition in document.definitions {
        match definition {
            TypeSystemDefinition::Type(it) => {
                let it = it.node;
                res.insert(it.name.node.to_string(), describe(&it));
            }
            TypeSystemDefinition::Schema(it) => {
                let query = it.node.query.map(|name| name.node.to_string());
                res.insert("schema".to_owned(), vec![format!("{query:?}")]);
            }
            // Directives come with the server, not with the schema.
            TypeSystemDefinition::Directive(_) => {}
        }
    }
    res
}

fn describe(it: &TypeDefinition) -> Vec<String> {
    let mut res = match &it.kind {
        // The texts of scalars are the server's own.
        TypeKind::Scalar => return vec!["scalar".to_owned()],
        TypeKind::Object(object) => object.fields.iter().map(|it| field(&it.node)).collect(),
        TypeKind::Enum(it) => {
            let value = |it: &async_graphql::parser::types::EnumValueDefinition| {
                format!("{} # {}", it.value.node, docs(it.description.as_ref()))
            };
            it.values.iter().map(|it| value(&it.node)).collect()
        }
        other => vec![format!("{other:?}")],
    };
    res.sort();
    res.insert(0, docs(it.description.as_ref()));
    res
}

fn field(it: &FieldDefinition) -> String {
    let arguments: Vec<String> = it.arguments.iter().map(|it| argument(&it.node)).collect();
    format!("{}({}): {} # {}", it.name.node, arguments.join(", "), it.ty.node, docs(it.description.as_ref()))
}

fn argument(it: &InputValueDefinition) -> String {
    let default = it.default_value.as_ref().map(|value| format!(" = {}", value.node)).unwrap_or_default();
    format!("{}: {}{default}", it.name.node, it.ty.node)
}

fn docs(text: Option<&Positioned<String>>) -> String {
    let text = text.map(|it| it.node.as_str()).unwrap_or_default();
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}
