//! Models and views: fields first, then relations between them, then keys and indexes.

use super::attributes::{expect_no_arguments, name_argument, of_block, of_field};
use super::defaults::{self, Wanted};
use super::docs::Docs;
use super::fields::{self, Target};
use super::names::{Names, Top};
use super::relation_arguments::RelationArguments;
use super::relations;
use super::{FieldAttributes, FieldNode, KeyKind, KeyNode, ModelNode, Nodes, indexes};
use crate::codes;
use crate::nearest::did_you_mean;
use crate::schema::{Arity, Enum, Field, FieldType, Hint, Model, ModelId, RelationId, Schema};
use crate::sink::Sink;
use crate::syntax::{self, Attribute, Block, BlockKind, Entry, Name};
use std::collections::BTreeSet;

/// A model whose relation fields have no relation yet.
pub(super) struct Draft<'a> {
    pub(super) block: &'a Block<'a>,
    pub(super) attributes: Vec<&'a Attribute<'a>>,
    pub(super) fields: Vec<DraftField<'a>>,
    docs: Option<String>,
    hints: Vec<Hint>,
}

/// A field before relations are paired.
pub(super) struct DraftField<'a> {
    pub(super) syntax: &'a syntax::Field<'a>,
    pub(super) attributes: FieldAttributes<'a>,
    pub(super) target: Target,
    pub(super) arity: Arity,
    /// `@relation(...)`; boxed, since most fields have none.
    relation: Option<Box<RelationArguments<'a>>>,
    /// The relation that the field is a side of, once paired.
    pub(super) paired: Option<RelationId>,
    /// The index in the finished model, if the field gets there; known once relations are paired.
    pub(super) position: Option<usize>,
    docs: Option<String>,
    hints: Vec<Hint>,
}

impl<'a> DraftField<'a> {
    /// What `@relation(...)` says; nothing where there is none.
    pub(super) fn relation(&self) -> &RelationArguments<'a> {
        const NONE: &RelationArguments<'static> = &RelationArguments::NONE;
        self.relation.as_deref().unwrap_or(NONE)
    }

    /// Whether the field is a column.
    pub(super) fn is_column(&self) -> bool {
        matches!(self.target, Target::Column(_))
    }

    /// The field's syntax and the model that is its type, if one is.
    fn with_model(&self) -> Option<(&'a syntax::Field<'a>, ModelId)> {
        match self.target {
            Target::Model(target) => Some((self.syntax, target)),
            Target::Column(_) | Target::Nothing => None,
        }
    }

    /// Whether the field gets into the schema.
    fn is_kept(&self) -> bool {
        match self.target {
            Target::Column(_) => true,
            Target::Model(_) => self.paired.is_some(),
            Target::Nothing => false,
        }
    }
}

/// The fields of a finished model, for keys to refer to.
pub(super) struct Columns<'m> {
    pub(super) model: &'m str,
    pub(super) fields: &'m [Field],
    /// All names written in the block, also of fields that could not be resolved.
    declared: &'m [DraftField<'m>],
}

impl Columns<'_> {
    /// The index of a column; anything else is reported.
    pub(super) fn resolve(&self, name: Name<'_>, label: &str, sink: &mut Sink) -> Option<usize> {
        if let Some(index) = self.fields.iter().position(|field| field.name == name.text && field.is_column())
        {
            return Some(index);
        }
        let Some(declared) = self.declared.iter().find(|field| field.syntax.name.text == name.text) else {
            let written = self.declared.iter().filter(|field| !matches!(field.target, Target::Model(_)));
            let hint = did_you_mean(name.text, written.map(|field| field.syntax.name.text));
            let message = format!("`{label}` of `{}` names the unknown field `{}`", self.model, name.text);
            sink.error(codes::UNKNOWN_FIELD, name.span, message).maybe_hint(hint);
            return None;
        };
        if let Target::Model(_) = declared.target {
            let columns: Vec<&str> = declared.relation().fields.iter().flatten().map(|f| f.text).collect();
            let hint = match columns.as_slice() {
                [] => "name fields that are columns".to_owned(),
                columns => format!("did you mean `{}`?", columns.join(", ")),
            };
            let message = format!("`{label}` of `{}` names the relation field `{}`", self.model, name.text);
            sink.error(codes::RELATION_FIELD_IN_KEY, name.span, message).hint(hint);
        }
        None
    }
}

/// Resolves all models and the relations between them.
pub(super) fn resolve<'a>(names: &Names<'a>, schema: &mut Schema, nodes: &mut Nodes<'a>, sink: &mut Sink) {
    let datasource = names.datasource.map(|block| block.name.text);
    let mut drafts: Vec<Draft<'_>> =
        names.models.iter().map(|top| draft(top, names, datasource, sink)).collect();
    let paired = relations::pair(&mut drafts, sink);
    drafts.iter_mut().for_each(set_positions);
    schema.relations = relations::finish(paired, &drafts);
    schema.models.reserve_exact(drafts.len());
    nodes.models.reserve_exact(drafts.len());
    for draft in &mut drafts {
        let (model, node) = finish(draft, &schema.enums, sink);
        schema.models.push(model);
        nodes.models.push(node);
    }
}

/// Whether one of the fields has that name. Once there are many, `set` is used, with all of their
/// names in it.
fn is_taken<'a>(name: &'a str, fields: &[DraftField<'a>], set: &mut BTreeSet<&'a str>) -> bool {
    const MANY: usize = 32;
    if fields.len() < MANY {
        return fields.iter().any(|field| field.syntax.name.text == name);
    }
    if set.is_empty() {
        set.extend(fields.iter().map(|field| field.syntax.name.text));
    }
    !set.insert(name)
}

/// The fields of a `type` block are only looked at for names that mean nothing.
pub(super) fn check_type_block(block: &Block<'_>, names: &Names<'_>, sink: &mut Sink) {
    for entry in &block.entries {
        if let Entry::Field(field) = entry {
            fields::type_of(field, names, sink);
        }
    }
}

/// Gives every field of the draft its index in the finished model.
fn set_positions(draft: &mut Draft<'_>) {
    let kept = draft.fields.iter_mut().filter(|field| field.is_kept());
    for (index, field) in kept.enumerate() {
        field.position = Some(index);
    }
}

fn draft<'a>(top: &Top<'a>, names: &Names<'a>, datasource: Option<&str>, sink: &mut Sink) -> Draft<'a> {
    let block = top.block;
    let mut docs = Docs::new(top.docs.source());
    let mut many_names = BTreeSet::new();
    let mut fields = Vec::with_capacity(block.entries.len());
    for entry in &block.entries {
        let field = match entry {
            Entry::Field(field) | Entry::Broken { saved: Some(field), .. } => field,
            Entry::Comment(comment) => {
                docs.push(*comment);
                continue;
            }
            Entry::EmptyLines
            | Entry::Attribute(_)
            | Entry::Broken { saved: None, .. }
            | Entry::Value(_)
            | Entry::Property(_) => {
                docs.clear();
                continue;
            }
        };
        docs.extend(field.comment);
        let docs = docs.take();
        if is_taken(field.name.text, &fields, &mut many_names) {
            let message = format!(
                "field `{}` of {} `{}` is defined twice",
                field.name.text,
                block.kind.keyword(),
                block.name.text
            );
            sink.error(codes::DUPLICATE_NAME, field.name.span, message).hint("rename or remove one of them");
            continue;
        }
        fields.push(draft_field(field, &docs, names, datasource, sink));
    }
    let (docs, hints) = top.docs.read(sink);
    Draft { block, attributes: of_block(block, sink), fields, docs, hints }
}

fn draft_field<'a>(
    field: &'a syntax::Field<'a>,
    docs: &Docs<'a>,
    names: &Names<'a>,
    datasource: Option<&str>,
    sink: &mut Sink,
) -> DraftField<'a> {
    let (docs, hints) = docs.read(sink);
    let (target, arity) = fields::type_of(field, names, sink);
    let attributes = of_field(&field.attributes, datasource, sink);
    let relation = attributes.relation.map(|a| Box::new(RelationArguments::read(a, sink)));
    DraftField {
        syntax: field,
        attributes,
        target,
        arity,
        relation,
        paired: None,
        position: None,
        docs,
        hints,
    }
}

/// The model of a draft, which it takes the docs out of.
fn finish<'a>(draft: &mut Draft<'a>, enums: &[Enum], sink: &mut Sink) -> (Model, ModelNode<'a>) {
    let block = draft.block;
    let mut model = Model {
        name: block.name.text.to_owned(),
        map: None,
        schema: None,
        is_view: block.kind == BlockKind::View,
        is_ignored: false,
        docs: draft.docs.take(),
        hints: std::mem::take(&mut draft.hints),
        fields: Vec::with_capacity(draft.fields.len()),
        primary_key: None,
        indexes: Vec::new(),
        span: block.name.span,
    };
    let mut node = ModelNode {
        block,
        fields: Vec::with_capacity(draft.fields.len()),
        relation_fields: draft.fields.iter().filter_map(DraftField::with_model).collect(),
        primary_key: None,
        indexes: Vec::new(),
        map: None,
        schema: None,
        ignore: None,
        is_incomplete: draft.fields.iter().any(|field| !field.is_kept()),
    };
    for draft_field in &mut draft.fields {
        if let Some(field) = finish_field(draft_field, enums, sink) {
            model.fields.push(field);
            node.fields.push(FieldNode { syntax: draft_field.syntax, attributes: draft_field.attributes });
        }
    }
    block_attributes(draft, &mut model, &mut node, sink);
    keys(draft, &mut model, &mut node, enums, sink);
    (model, node)
}

fn finish_field(draft: &mut DraftField<'_>, enums: &[Enum], sink: &mut Sink) -> Option<Field> {
    let attributes = &draft.attributes;
    fields::check_flags(attributes, sink);
    let map = attributes.map.and_then(|attribute| name_argument(attribute, "@map", "name", sink));
    let ty = match (&draft.target, draft.paired) {
        (Target::Column(ty), _) => ty.clone(),
        (Target::Model(_), Some(id)) => FieldType::Relation(id),
        (Target::Model(_), None) | (Target::Nothing, _) => return None,
    };
    let name = draft.syntax.name;
    let wanted = Wanted { field: name.text, ty: &ty, arity: draft.arity, enums };
    let default = match &draft.target {
        Target::Column(_) => {
            attributes.default.and_then(|attribute| defaults::read(attribute, &wanted, sink))
        }
        Target::Model(_) | Target::Nothing => None,
    };
    Some(Field {
        name: name.text.to_owned(),
        map,
        arity: draft.arity,
        native_type: attributes.native_type.and_then(|attribute| fields::native_type(attribute, sink)),
        default,
        is_updated_at: attributes.updated_at.is_some(),
        is_ignored: attributes.ignore.is_some(),
        docs: draft.docs.take(),
        hints: std::mem::take(&mut draft.hints),
        span: name.span,
        ty,
    })
}

/// `@@map`, `@@schema`, `@@ignore`
fn block_attributes<'a>(draft: &Draft<'a>, model: &mut Model, node: &mut ModelNode<'a>, sink: &mut Sink) {
    for attribute in &draft.attributes {
        match attribute.name.text {
            "map" => {
                node.map = Some(attribute);
                model.map = name_argument(attribute, "@@map", "name", sink);
            }
            "schema" => {
                node.schema = Some(attribute);
                model.schema = name_argument(attribute, "@@schema", "map", sink);
            }
            "ignore" => {
                node.ignore = Some(attribute);
                model.is_ignored = true;
                expect_no_arguments(attribute, "@@ignore", sink);
            }
            _ => {}
        }
    }
}

/// Primary key and indexes, in Prisma's order: `@unique` fields, every `@@index`, every `@@unique`.
fn keys<'a>(draft: &Draft<'a>, model: &mut Model, node: &mut ModelNode<'a>, enums: &[Enum], sink: &mut Sink) {
    let uniques = node.fields.iter().filter(|field| field.attributes.unique.is_some());
    let most_indexes = uniques.count() + draft.attributes.len();
    model.indexes.reserve_exact(most_indexes);
    node.indexes.reserve_exact(most_indexes);
    for index in 0..node.fields.len() {
        if let Some(attribute) = node.fields[index].attributes.id.filter(|_| model.fields[index].is_column())
        {
            let key = KeyNode { attribute, kind: KeyKind::FieldId };
            set_primary_key(Some(index), key, draft, model, &mut node.primary_key, enums, sink);
        }
    }
    for attribute in draft.attributes.iter().filter(|attribute| attribute.name.text == "id") {
        let key = KeyNode { attribute, kind: KeyKind::ModelId };
        set_primary_key(None, key, draft, model, &mut node.primary_key, enums, sink);
    }
    for index in 0..node.fields.len() {
        if let Some(attribute) =
            node.fields[index].attributes.unique.filter(|_| model.fields[index].is_column())
        {
            add_index(
                Some(index),
                KeyNode { attribute, kind: KeyKind::FieldUnique },
                draft,
                model,
                node,
                enums,
                sink,
            );
        }
    }
    for (name, kind) in [("index", KeyKind::ModelIndex), ("unique", KeyKind::ModelUnique)] {
        for attribute in draft.attributes.iter().filter(|attribute| attribute.name.text == name) {
            add_index(None, KeyNode { attribute, kind }, draft, model, node, enums, sink);
        }
    }
}

fn add_index<'a>(
    field: Option<usize>,
    key: KeyNode<'a>,
    draft: &Draft<'a>,
    model: &mut Model,
    node: &mut ModelNode<'a>,
    enums: &[Enum],
    sink: &mut Sink,
) {
    let columns = Columns { model: &model.name, fields: &model.fields, declared: &draft.fields };
    match indexes::index(key, field, &columns, enums, sink) {
        Some(index) => {
            model.indexes.push(index);
            node.indexes.push(key);
        }
        None => node.is_incomplete = true,
    }
}

fn set_primary_key<'a>(
    field: Option<usize>,
    key: KeyNode<'a>,
    draft: &Draft<'a>,
    model: &mut Model,
    slot: &mut Option<KeyNode<'a>>,
    enums: &[Enum],
    sink: &mut Sink,
) {
    let columns = Columns { model: &model.name, fields: &model.fields, declared: &draft.fields };
    let resolved = indexes::primary_key(key, field, &columns, enums, sink);
    if slot.is_some() {
        sink.error(
            codes::SECOND_PRIMARY_KEY,
            draft.block.name.span,
            format!("`{}` has more than one primary key", model.name),
        )
        .hint("use `@@id([...])` for a key of several fields, or `@unique` for the others");
        return;
    }
    *slot = Some(key);
    model.primary_key = resolved;
}
