//! The rules over a resolved schema, one file a topic.

mod attributes;
mod autoincrement;
mod check_hints;
mod constraint_names;
mod cycles;
mod database_names;
mod datasource;
mod diesel_hints;
mod generators;
mod ids;
mod indexes;
mod many_to_many;
mod names;
mod native_types;
mod operator_classes;
mod referential_actions;
mod relations;
mod rename_hints;
mod schemas;
mod types;
mod views;

pub use names::is_reserved_name;
pub use operator_classes::takes_operator_class;

use crate::providers::{self, Provider};
use crate::resolve::{ModelNode, Nodes, Resolved};
use crate::schema::{FieldId, ForeignKeyRelation, Model, ModelId, RelationKind, Schema};
use crate::sink::Sink;

/// Checks every rule; all findings are reported.
pub(crate) fn validate(resolved: &Resolved<'_>, sink: &mut Sink) {
    let schema = &resolved.schema;
    let provider = schema.datasource.as_ref().and_then(|datasource| providers::find(&datasource.provider));
    let cx = &mut Context { schema, nodes: &resolved.nodes, provider, sink };
    names::check(cx);
    datasource::check(cx);
    generators::check(cx);
    types::check(cx);
    attributes::check(cx);
    native_types::check(cx);
    autoincrement::check(cx);
    ids::check(cx);
    indexes::check(cx);
    operator_classes::check(cx);
    relations::check(cx);
    many_to_many::check(cx);
    referential_actions::check(cx);
    cycles::check(cx);
    schemas::check(cx);
    views::check(cx);
    database_names::check(cx);
    constraint_names::check(cx);
    check_hints::check(cx);
    diesel_hints::check(cx);
    rename_hints::check(cx);
}

/// What every rule looks at.
struct Context<'r, 'a> {
    schema: &'r Schema,
    nodes: &'r Nodes<'a>,
    /// `None` while the datasource is missing or names a provider that is not known.
    provider: Option<&'static Provider>,
    sink: &'r mut Sink,
}

impl<'r, 'a> Context<'r, 'a> {
    /// Models and views with their syntax.
    fn models(&self) -> impl Iterator<Item = (ModelId, &'r Model, &'r ModelNode<'a>)> + use<'r, 'a> {
        let nodes = self.nodes;
        self.schema.walk_models().map(move |(id, model)| (id, model, nodes.model(id)))
    }

    /// Relations that are kept by a foreign key.
    fn foreign_keys(&self) -> impl Iterator<Item = &'r ForeignKeyRelation> + use<'r, 'a> {
        self.schema.relations.iter().filter_map(|relation| match &relation.kind {
            RelationKind::ForeignKey(key) => Some(key),
            RelationKind::ManyToMany { .. } => None,
        })
    }

    /// `relationMode = "prisma"`
    fn is_relation_mode_prisma(&self) -> bool {
        self.schema.datasource.as_ref().is_some_and(|datasource| datasource.relation_mode_prisma)
    }

    /// `Model.field`
    fn label(&self, id: FieldId) -> String {
        format!("{}.{}", self.schema.model(id.model).name, self.schema.field(id).name)
    }
}

/// Names in backticks, joined by commas.
fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// `model` or `view`
fn kind_of(model: &Model) -> &'static str {
    if model.is_view { "view" } else { "model" }
}
