//! Pairs relation fields: two fields that point at each other's model under one name are a relation.

use super::fields::Target;
use super::models::{Draft, DraftField};
use super::relation_sides::{check_back_side, check_many_to_many, is_whole, one_to_one_sides};
use crate::codes;
use crate::schema::{Arity, FieldId, ForeignKeyRelation, ModelId, Relation, RelationId, RelationKind};
use crate::sink::Sink;
use crate::syntax::Name;
use std::borrow::Cow;

/// Two relation fields, or a lone one, that make a relation.
pub(super) struct Paired<'a> {
    name: Option<Cow<'a, str>>,
    first: FieldId,
    second: Option<FieldId>,
    is_many_to_many: bool,
}

/// Pairs the relation fields of all models, marks those that found their relation, and reports
/// the others. The relations come in the order of their first field in the files.
pub(super) fn pair<'a>(drafts: &mut [Draft<'a>], sink: &mut Sink) -> Vec<Paired<'a>> {
    let mut found: Vec<Paired<'_>> = Vec::new();
    let fields = relation_fields(drafts);
    for group in fields.chunk_by(|a, b| a.key == b.key) {
        let name = draft_of(drafts, group[0].field).relation().name.clone();
        let (first, second) = match group {
            [first, second] => (first.field, second.field),
            [lone] => {
                found.extend(lone_field(drafts, lone.field, name, sink));
                continue;
            }
            several => {
                report_ambiguous(drafts, several, sink);
                continue;
            }
        };
        let is_self = target_of(drafts, first) == Some(first.model);
        let is_one_side = first.model == second.model && !is_self;
        // Two fields of one model at itself may be two relations: only a name says that they are one.
        if is_one_side || (is_self && name.is_none()) {
            report_ambiguous(drafts, group, sink);
            continue;
        }
        found.extend(pair_of(drafts, first, second, name, sink));
    }
    found.sort_by_key(|paired| paired.second.map_or(paired.first, |second| paired.first.min(second)));
    for (index, paired) in found.iter().enumerate() {
        for side in [Some(paired.first), paired.second].into_iter().flatten() {
            drafts[side.model.0].fields[side.index].paired = Some(RelationId(index));
        }
    }
    found
}

/// A relation field, and what it has in common with its other side.
struct Member<'d> {
    /// Both models, the lower one first, and the relation's name.
    key: (ModelId, ModelId, Option<&'d str>),
    field: FieldId,
}

/// All relation fields, those that may belong together side by side, else in file order.
fn relation_fields<'d>(drafts: &'d [Draft<'_>]) -> Vec<Member<'d>> {
    let mut members = Vec::new();
    for (model, draft) in drafts.iter().enumerate() {
        for (index, field) in draft.fields.iter().enumerate() {
            let Target::Model(target) = field.target else { continue };
            let field_id = FieldId { model: ModelId(model), index };
            let key =
                (field_id.model.min(target), field_id.model.max(target), field.relation().name.as_deref());
            members.push(Member { key, field: field_id });
        }
    }
    members.sort_unstable_by_key(|member| (member.key, member.field));
    members
}

fn target_of(drafts: &[Draft<'_>], id: FieldId) -> Option<ModelId> {
    match draft_of(drafts, id).target {
        Target::Model(target) => Some(target),
        Target::Column(_) | Target::Nothing => None,
    }
}

pub(super) fn draft_of<'d, 'a>(drafts: &'d [Draft<'a>], id: FieldId) -> &'d DraftField<'a> {
    &drafts[id.model.0].fields[id.index]
}

pub(super) fn model_name<'a>(drafts: &[Draft<'a>], id: ModelId) -> &'a str {
    drafts[id.0].block.name.text
}

/// A relation field without a partner: reported, but a foreign key is kept if it is whole.
fn lone_field<'a>(
    drafts: &[Draft<'a>],
    id: FieldId,
    name: Option<Cow<'a, str>>,
    sink: &mut Sink,
) -> Option<Paired<'a>> {
    let field = draft_of(drafts, id);
    let target = target_of(drafts, id)?;
    let (model, other) = (model_name(drafts, id.model), model_name(drafts, target));
    let field_name = field.syntax.name.text;
    let misnamed = drafts[target.0].fields.iter().find(|back| {
        back.target == Target::Model(id.model)
            && back.relation().name != name
            && back.syntax.name.span != field.syntax.name.span
    });
    let hint = match (misnamed, &name) {
        (Some(back), Some(name)) => {
            format!(
                "if `{other}.{}` is the other side, give it `@relation(\"{name}\")` as well",
                back.syntax.name.text
            )
        }
        (Some(back), None) => {
            format!(
                "if `{other}.{}` is the other side, give both the same relation name",
                back.syntax.name.text
            )
        }
        (None, _) if field.arity == Arity::List => {
            format!(
                "add a field of type `{model}` with `@relation(fields: [...], references: [...])` to `{other}`"
            )
        }
        (None, _) => format!("add a field of type `{model}[]` (or `{model}?` for one) to `{other}`"),
    };
    sink.error(
        codes::MISSING_OPPOSITE,
        field.syntax.span,
        format!("relation field `{model}.{field_name}` has no field on the other side, in `{other}`"),
    )
    .hint(hint);
    let paired = Paired { name, first: id, second: None, is_many_to_many: false };
    (field.arity != Arity::List && is_whole(drafts, id, target, sink)).then_some(paired)
}

/// More than two fields, or two on one side, without names to tell them apart.
fn report_ambiguous(drafts: &[Draft<'_>], group: &[Member<'_>], sink: &mut Sink) {
    let fields: Vec<FieldId> = group.iter().map(|member| member.field).collect();
    for id in &fields {
        let field = draft_of(drafts, *id);
        let Some(target) = target_of(drafts, *id) else { continue };
        let (model, other) = (model_name(drafts, id.model), model_name(drafts, target));
        let rivals: Vec<String> = fields
            .iter()
            .filter(|rival| *rival != id && target_of(drafts, **rival) == Some(target))
            .map(|rival| {
                format!("`{}.{}`", model_name(drafts, rival.model), draft_of(drafts, *rival).syntax.name.text)
            })
            .collect();
        let rivals = if rivals.is_empty() {
            let others = fields.iter().filter(|rival| *rival != id);
            others
                .map(|rival| {
                    format!(
                        "`{}.{}`",
                        model_name(drafts, rival.model),
                        draft_of(drafts, *rival).syntax.name.text
                    )
                })
                .collect()
        } else {
            rivals
        };
        let name = field.syntax.name.text;
        let message = format!(
            "relation field `{model}.{name}` to `{other}` cannot be told apart from {}",
            rivals.join(", ")
        );
        sink.error(codes::AMBIGUOUS_RELATION, field.syntax.span, message)
            .hint("give each pair of fields a relation name of its own, `@relation(\"name\")`");
    }
}

/// Two fields that point at each other.
fn pair_of<'a>(
    drafts: &[Draft<'a>],
    one: FieldId,
    two: FieldId,
    name: Option<Cow<'a, str>>,
    sink: &mut Sink,
) -> Option<Paired<'a>> {
    let (a, b) = (draft_of(drafts, one), draft_of(drafts, two));
    if a.arity == Arity::List && b.arity == Arity::List {
        let key = |id: FieldId, field: &DraftField<'_>| {
            (model_name(drafts, id.model).to_owned(), field.syntax.name.text.to_owned())
        };
        let (first, second) = if key(one, a) <= key(two, b) { (one, two) } else { (two, one) };
        let is_plain = check_many_to_many(drafts, first, sink) & check_many_to_many(drafts, second, sink);
        return is_plain.then_some(Paired { name, first, second: Some(second), is_many_to_many: true });
    }
    let (forward, back) = match (a.arity, b.arity) {
        (Arity::List, _) => (two, one),
        (_, Arity::List) => (one, two),
        _ => one_to_one_sides(drafts, one, two, sink)?,
    };
    let back_field = draft_of(drafts, back);
    let is_back_plain = check_back_side(drafts, forward, back, back_field, sink);
    let target = target_of(drafts, forward)?;
    let is_forward_whole = is_whole(drafts, forward, target, sink);
    (is_back_plain && is_forward_whole).then_some(Paired {
        name,
        first: forward,
        second: Some(back),
        is_many_to_many: false,
    })
}

/// The relations, with the indexes that their fields have in the finished models.
pub(super) fn finish(paired: Vec<Paired<'_>>, drafts: &[Draft<'_>]) -> Vec<Relation> {
    let finished = |paired: Paired<'_>| {
        let kind = match (paired.is_many_to_many, paired.second) {
            (true, Some(second)) => {
                RelationKind::ManyToMany { a: position(drafts, paired.first), b: position(drafts, second) }
            }
            (_, second) => RelationKind::ForeignKey(foreign_key(&paired, second, drafts)),
        };
        Relation { name: paired.name.map(Cow::into_owned), kind }
    };
    paired.into_iter().map(finished).collect()
}

/// Where a field of a draft is in the finished models.
fn position(drafts: &[Draft<'_>], id: FieldId) -> FieldId {
    FieldId { model: id.model, index: draft_of(drafts, id).position.unwrap_or_default() }
}

fn foreign_key(paired: &Paired<'_>, second: Option<FieldId>, drafts: &[Draft<'_>]) -> ForeignKeyRelation {
    let forward = position(drafts, paired.first);
    let field = draft_of(drafts, paired.first);
    let target = target_of(drafts, paired.first).unwrap_or(forward.model);
    let relation = field.relation();
    let indexes = |model: ModelId, names: &Option<Vec<Name<'_>>>| -> Vec<usize> {
        let fields = &drafts[model.0].fields;
        let find = |name: &Name<'_>| fields.iter().find(|f| f.syntax.name.text == name.text)?.position;
        names.iter().flatten().filter_map(find).collect()
    };
    ForeignKeyRelation {
        forward,
        back: second.map(|id| position(drafts, id)),
        is_one_to_one: match second {
            Some(back) => draft_of(drafts, back).arity != Arity::List,
            None => false,
        },
        fields: indexes(forward.model, &relation.fields),
        target,
        references: indexes(target, &relation.references),
        on_delete: relation.on_delete,
        on_update: relation.on_update,
        map: relation.map.clone(),
        span: relation.attribute.map_or(field.syntax.span, |attribute| attribute.span),
    }
}
