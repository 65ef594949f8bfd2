//! From syntax trees to the [`Schema`]: names are looked up, attributes are read, relations paired.
//!
//! What cannot be resolved is reported and left out. Rules over what *is* resolved are the
//! business of [`crate::validate`], which also gets the [`Nodes`]: where everything is written.

mod arguments;
mod attributes;
mod config;
mod defaults;
mod docs;
mod enums;
mod fields;
mod indexes;
mod literals;
mod models;
mod names;
mod predicates;
mod relation_arguments;
mod relation_sides;
mod relations;
mod values;

pub(crate) use attributes::find_argument;
pub(crate) use fields::SCALARS;

use crate::schema::{FieldId, ModelId, Schema};
use crate::sink::Sink;
use crate::syntax::{Attribute, Block, Document, EnumValue, Expression, Field, Property};

/// A schema together with the syntax it came from.
pub(crate) struct Resolved<'a> {
    pub(crate) schema: Schema,
    pub(crate) nodes: Nodes<'a>,
}

/// The syntax behind a [`Schema`], index by index.
#[derive(Default)]
pub(crate) struct Nodes<'a> {
    /// The datasource block, also when it could not be resolved.
    pub(crate) datasource: Option<&'a Block<'a>>,
    /// All generator blocks.
    pub(crate) generators: Vec<&'a Block<'a>>,
    /// Parallel to [`Schema::models`].
    pub(crate) models: Vec<ModelNode<'a>>,
    /// Parallel to [`Schema::enums`].
    pub(crate) enums: Vec<EnumNode<'a>>,
    /// `type` blocks, which relational databases do not have.
    pub(crate) types: Vec<&'a Block<'a>>,
    /// Every model and enum block, those with a name that was taken already included.
    pub(crate) blocks: Vec<&'a Block<'a>>,
}

/// The syntax of a model.
pub(crate) struct ModelNode<'a> {
    pub(crate) block: &'a Block<'a>,
    /// Parallel to [`crate::schema::Model::fields`].
    pub(crate) fields: Vec<FieldNode<'a>>,
    /// Every field whose type is a model, and that model; also those without a relation.
    pub(crate) relation_fields: Vec<(&'a Field<'a>, ModelId)>,
    /// Where the primary key is written.
    pub(crate) primary_key: Option<KeyNode<'a>>,
    /// Parallel to [`crate::schema::Model::indexes`].
    pub(crate) indexes: Vec<KeyNode<'a>>,
    pub(crate) map: Option<&'a Attribute<'a>>,
    pub(crate) schema: Option<&'a Attribute<'a>>,
    pub(crate) ignore: Option<&'a Attribute<'a>>,
    /// Whether something of it is missing in the schema because it could not be resolved.
    pub(crate) is_incomplete: bool,
}

/// Where a key or index is written.
#[derive(Clone, Copy)]
pub(crate) struct KeyNode<'a> {
    pub(crate) attribute: &'a Attribute<'a>,
    pub(crate) kind: KeyKind,
}

/// With which attribute a key or index is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    FieldId,
    ModelId,
    FieldUnique,
    ModelUnique,
    ModelIndex,
}

impl KeyKind {
    /// The attribute as written.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            KeyKind::FieldId => "@id",
            KeyKind::ModelId => "@@id",
            KeyKind::FieldUnique => "@unique",
            KeyKind::ModelUnique => "@@unique",
            KeyKind::ModelIndex => "@@index",
        }
    }
}

/// The syntax of a field.
pub(crate) struct FieldNode<'a> {
    pub(crate) syntax: &'a Field<'a>,
    pub(crate) attributes: FieldAttributes<'a>,
}

/// The attributes of a field, each where it is first written.
#[derive(Default, Clone, Copy)]
pub(crate) struct FieldAttributes<'a> {
    pub(crate) id: Option<&'a Attribute<'a>>,
    pub(crate) unique: Option<&'a Attribute<'a>>,
    pub(crate) default: Option<&'a Attribute<'a>>,
    pub(crate) updated_at: Option<&'a Attribute<'a>>,
    pub(crate) map: Option<&'a Attribute<'a>>,
    pub(crate) relation: Option<&'a Attribute<'a>>,
    pub(crate) ignore: Option<&'a Attribute<'a>>,
    pub(crate) native_type: Option<&'a Attribute<'a>>,
}

/// The syntax of an enum.
pub(crate) struct EnumNode<'a> {
    /// Parallel to [`crate::schema::Enum::values`].
    pub(crate) values: Vec<&'a EnumValue<'a>>,
    pub(crate) map: Option<&'a Attribute<'a>>,
    pub(crate) schema: Option<&'a Attribute<'a>>,
}

impl<'a> Nodes<'a> {
    /// The syntax of a field.
    pub(crate) fn field(&self, id: FieldId) -> &FieldNode<'a> {
        &self.models[id.model.0].fields[id.index]
    }

    /// The syntax of a model.
    pub(crate) fn model(&self, id: ModelId) -> &ModelNode<'a> {
        &self.models[id.0]
    }
}

/// Resolves all files as one schema.
pub(crate) fn resolve<'a>(documents: &'a [Document<'a>], sink: &mut Sink) -> Resolved<'a> {
    let names = names::collect(documents, sink);
    let mut schema = Schema::default();
    let mut nodes = Nodes {
        datasource: names.datasource,
        generators: names.generators.clone(),
        types: names.types.clone(),
        blocks: names.blocks.clone(),
        ..Nodes::default()
    };
    schema.datasource = names.datasource.and_then(|block| config::datasource(block, sink));
    schema.generators = names.generators.iter().map(|block| config::generator(block, sink)).collect();
    for top in &names.enums {
        let (enum_, node) = enums::resolve(top, sink);
        schema.enums.push(enum_);
        nodes.enums.push(node);
    }
    for block in &names.types {
        models::check_type_block(block, &names, sink);
    }
    models::resolve(&names, &mut schema, &mut nodes, sink);
    Resolved { schema, nodes }
}

/// The value of a property, if the block has it with one.
pub(crate) fn property<'n, 'a>(
    block: &'n Block<'a>,
    name: &str,
) -> Option<(&'n Property<'a>, &'n Expression<'a>)> {
    block.entries.iter().find_map(|entry| match entry {
        crate::syntax::Entry::Property(property) if property.name.text == name => {
            property.value.as_ref().map(|value| (property, value))
        }
        _ => None,
    })
}
