//! Pairs relation fields: two fields that point at each other's model under one name are a relation.

use super::arguments::Args;
use super::fields::Target;
use super::models::{Draft, DraftField};
use super::values::{as_list, expect_constant, expect_string};
use crate::codes;
use crate::diagnostics::Span;
use crate::nearest::did_you_mean;
use crate::schema::{
    Arity, FieldId, ForeignKeyRelation, ModelId, ReferentialAction, Relation, RelationId, RelationKind,
};
use crate::sink::Sink;
use crate::syntax::{Attribute, Expression, Name};
use std::collections::BTreeMap;

/// The referential actions by name.
const ACTIONS: [(&str, ReferentialAction); 5] = [
    ("Cascade", ReferentialAction::Cascade),
    ("Restrict", ReferentialAction::Restrict),
    ("NoAction", ReferentialAction::NoAction),
    ("SetNull", ReferentialAction::SetNull),
    ("SetDefault", ReferentialAction::SetDefault),
];

/// `@relation(...)` as written.
#[derive(Default)]
pub(super) struct RelationArguments<'a> {
    pub(super) attribute: Option<&'a Attribute<'a>>,
    pub(super) name: Option<String>,
    pub(super) fields: Option<Vec<Name<'a>>>,
    pub(super) references: Option<Vec<Name<'a>>>,
    on_delete: Option<ReferentialAction>,
    on_update: Option<ReferentialAction>,
    map: Option<String>,
}

impl<'a> RelationArguments<'a> {
    /// Reads the arguments; what is wrong with one of them is reported.
    pub(super) fn read(attribute: &'a Attribute<'a>, sink: &mut Sink) -> RelationArguments<'a> {
        let mut args = Args::of(attribute, "@relation");
        let name = args.main("name", sink);
        let fields = args.named("fields", sink);
        let references = args.named("references", sink);
        let on_delete = args.named("onDelete", sink);
        let on_update = args.named("onUpdate", sink);
        let map = args.named("map", sink);
        args.finish(sink);
        RelationArguments {
            attribute: Some(attribute),
            name: name.and_then(|value| nonempty(value, "relation", sink)),
            fields: fields.map(|value| field_names(value, sink)),
            references: references.map(|value| field_names(value, sink)),
            on_delete: on_delete.and_then(|value| action(value, sink)),
            on_update: on_update.and_then(|value| action(value, sink)),
            map: map.and_then(|value| nonempty(value, "foreign key", sink)),
        }
    }
}

fn nonempty(value: &Expression<'_>, what: &str, sink: &mut Sink) -> Option<String> {
    let text = expect_string(value, sink)?;
    if text.is_empty() {
        sink.error(codes::EMPTY_NAME, value.span(), format!("the name of the {what} is empty"))
            .hint("write a name, or leave the argument out");
        return None;
    }
    Some(text)
}

fn field_names<'a>(value: &Expression<'a>, sink: &mut Sink) -> Vec<Name<'a>> {
    as_list(value).into_iter().filter_map(|item| expect_constant(item, sink)).collect()
}

fn action(value: &Expression<'_>, sink: &mut Sink) -> Option<ReferentialAction> {
    let name = expect_constant(value, sink)?;
    let found = ACTIONS.iter().find(|(word, _)| *word == name.text).map(|(_, action)| *action);
    if found.is_none() {
        let words = ACTIONS.map(|(word, _)| word);
        let hint = did_you_mean(name.text, words)
            .unwrap_or_else(|| format!("it is one of `{}`", words.join("`, `")));
        sink.error(
            codes::UNKNOWN_ACTION,
            name.span,
            format!("no referential action is called `{}`", name.text),
        )
        .hint(hint);
    }
    found
}

/// Two relation fields, or a lone one, that make a relation.
pub(super) struct Paired {
    name: Option<String>,
    first: FieldId,
    second: Option<FieldId>,
    is_many_to_many: bool,
}

/// Relation fields between the same two models with the same name.
type Groups = BTreeMap<(ModelId, ModelId, Option<String>), Vec<FieldId>>;

/// Pairs the relation fields of all models, marks those that found their relation, and reports
/// the others. The relations come in the order of their first field in the files.
pub(super) fn pair(drafts: &mut [Draft<'_>], sink: &mut Sink) -> Vec<Paired> {
    let mut found: Vec<Paired> = Vec::new();
    for ((_, _, name), fields) in groups(drafts) {
        let [first, second] = fields.as_slice() else {
            match fields.as_slice() {
                [lone] => found.extend(lone_field(drafts, *lone, name, sink)),
                several => report_ambiguous(drafts, several, sink),
            }
            continue;
        };
        let is_self = target_of(drafts, *first) == Some(first.model);
        let is_one_side = first.model == second.model && !is_self;
        // Two fields of one model at itself may be two relations: only a name says that they are one.
        if is_one_side || (is_self && name.is_none()) {
            report_ambiguous(drafts, &fields, sink);
            continue;
        }
        found.extend(pair_of(drafts, *first, *second, name, sink));
    }
    found.sort_by_key(|paired| paired.second.map_or(paired.first, |second| paired.first.min(second)));
    for (index, paired) in found.iter().enumerate() {
        for side in [Some(paired.first), paired.second].into_iter().flatten() {
            drafts[side.model.0].fields[side.index].paired = Some(RelationId(index));
        }
    }
    found
}

fn groups(drafts: &[Draft<'_>]) -> Groups {
    let mut groups = Groups::new();
    for (model, draft) in drafts.iter().enumerate() {
        for (index, field) in draft.fields.iter().enumerate() {
            let Target::Model(target) = field.target else { continue };
            let id = FieldId { model: ModelId(model), index };
            let (low, high) = (id.model.min(target), id.model.max(target));
            groups.entry((low, high, field.relation.name.clone())).or_default().push(id);
        }
    }
    groups
}

fn target_of(drafts: &[Draft<'_>], id: FieldId) -> Option<ModelId> {
    match draft_of(drafts, id).target {
        Target::Model(target) => Some(target),
        Target::Column(_) | Target::Nothing => None,
    }
}

fn draft_of<'d, 'a>(drafts: &'d [Draft<'a>], id: FieldId) -> &'d DraftField<'a> {
    &drafts[id.model.0].fields[id.index]
}

fn model_name<'a>(drafts: &[Draft<'a>], id: ModelId) -> &'a str {
    drafts[id.0].block.name.text
}

/// A relation field without a partner: reported, but a foreign key is kept if it is whole.
fn lone_field(drafts: &[Draft<'_>], id: FieldId, name: Option<String>, sink: &mut Sink) -> Option<Paired> {
    let field = draft_of(drafts, id);
    let target = target_of(drafts, id)?;
    let (model, other) = (model_name(drafts, id.model), model_name(drafts, target));
    let field_name = field.syntax.name.text;
    let misnamed = drafts[target.0].fields.iter().find(|back| {
        back.target == Target::Model(id.model)
            && back.relation.name != name
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
fn report_ambiguous(drafts: &[Draft<'_>], fields: &[FieldId], sink: &mut Sink) {
    for id in fields {
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
fn pair_of(
    drafts: &[Draft<'_>],
    one: FieldId,
    two: FieldId,
    name: Option<String>,
    sink: &mut Sink,
) -> Option<Paired> {
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

/// A side of a many-to-many relation has neither columns nor actions.
fn check_many_to_many(drafts: &[Draft<'_>], id: FieldId, sink: &mut Sink) -> bool {
    let field = draft_of(drafts, id);
    let relation = &field.relation;
    let Some(attribute) = relation.attribute else { return true };
    let label = format!("{}.{}", model_name(drafts, id.model), field.syntax.name.text);
    if relation.fields.is_some() || relation.references.is_some() {
        sink.error(
            codes::MANY_TO_MANY,
            attribute.span,
            format!("many-to-many relation field `{label}` cannot have `fields` or `references`"),
        )
        .hint("remove them, or write the table between as a model of its own");
        return false;
    }
    if relation.on_delete.is_some() || relation.on_update.is_some() {
        sink.error(
            codes::MANY_TO_MANY,
            attribute.span,
            format!("many-to-many relation field `{label}` cannot have `onDelete` or `onUpdate`"),
        )
        .hint("remove them: rows of the table between always go with either side");
        return false;
    }
    true
}

/// Which side of a 1-1 relation holds the columns; `None` after a report.
fn one_to_one_sides(
    drafts: &[Draft<'_>],
    one: FieldId,
    two: FieldId,
    sink: &mut Sink,
) -> Option<(FieldId, FieldId)> {
    let (a, b) = (draft_of(drafts, one), draft_of(drafts, two));
    let holds = |field: &DraftField<'_>| field.relation.fields.is_some();
    let names =
        |id: FieldId| format!("{}.{}", model_name(drafts, id.model), draft_of(drafts, id).syntax.name.text);
    match (holds(a), holds(b)) {
        (true, false) => Some((one, two)),
        (false, true) => Some((two, one)),
        (true, true) => {
            for field in [a, b] {
                sink.error(
                    codes::RELATION_BOTH_SIDES,
                    field.syntax.span,
                    format!(
                        "both `{}` and `{}` have `fields`, but one side of a relation holds the columns",
                        names(one),
                        names(two)
                    ),
                )
                .hint("remove `fields` and `references` from one of them");
            }
            None
        }
        (false, false) => {
            for field in [a, b] {
                sink.error(
                    codes::RELATION_NO_FIELDS,
                    field.syntax.span,
                    format!(
                        "neither `{}` nor `{}` has `fields`, so the relation has no columns",
                        names(one),
                        names(two)
                    ),
                )
                .hint("give one of them `@relation(fields: [...], references: [...])`");
            }
            None
        }
    }
}

/// The side without columns has neither `fields` nor `references` nor actions.
fn check_back_side(
    drafts: &[Draft<'_>],
    forward: FieldId,
    back: FieldId,
    field: &DraftField<'_>,
    sink: &mut Sink,
) -> bool {
    let relation = &field.relation;
    let Some(attribute) = relation.attribute else { return true };
    let label = format!("{}.{}", model_name(drafts, back.model), field.syntax.name.text);
    let other =
        format!("{}.{}", model_name(drafts, forward.model), draft_of(drafts, forward).syntax.name.text);
    let mut report = |what: &str| {
        sink.error(
            codes::RELATION_WRONG_SIDE,
            attribute.span,
            format!("relation field `{label}` holds no columns and cannot have {what}"),
        )
        .hint(format!("move it to `{other}`"));
    };
    if relation.fields.is_some() || relation.references.is_some() {
        report("`fields` or `references`");
        return false;
    }
    if relation.on_delete.is_some() || relation.on_update.is_some() {
        report("`onDelete` or `onUpdate`");
        return false;
    }
    true
}

/// Whether the side that holds the columns names them, and all of them exist.
fn is_whole(drafts: &[Draft<'_>], id: FieldId, target: ModelId, sink: &mut Sink) -> bool {
    let field = draft_of(drafts, id);
    let label = format!("{}.{}", model_name(drafts, id.model), field.syntax.name.text);
    let span = field.relation.attribute.map_or(field.syntax.span, |attribute| attribute.span);
    let mut is_whole = true;
    for (argument, names) in [("fields", &field.relation.fields), ("references", &field.relation.references)]
    {
        if names.as_ref().is_none_or(Vec::is_empty) {
            sink.error(
                codes::RELATION_NO_FIELDS,
                span,
                format!("relation field `{label}` needs the argument `{argument}`"),
            )
            .hint("write `@relation(fields: [...], references: [...])`");
            is_whole = false;
        }
    }
    let own = field.relation.fields.iter().flatten();
    let others = field.relation.references.iter().flatten();
    let sides =
        own.map(|name| (name, id.model, "fields")).chain(others.map(|name| (name, target, "references")));
    for (name, model, argument) in sides {
        is_whole &= is_column(drafts, model, *name, argument, &label, sink);
    }
    is_whole
}

fn is_column(
    drafts: &[Draft<'_>],
    model: ModelId,
    name: Name<'_>,
    argument: &str,
    label: &str,
    sink: &mut Sink,
) -> bool {
    let fields = &drafts[model.0].fields;
    let model = model_name(drafts, model);
    let span: Span = name.span;
    match fields.iter().find(|field| field.syntax.name.text == name.text) {
        Some(field) if field.is_column() => true,
        Some(field) => {
            if let Target::Model(_) = field.target {
                sink.error(
                    codes::RELATION_FIELD_IN_KEY,
                    span,
                    format!("`{argument}` of relation field `{label}` names `{model}.{}`, which is a relation field", name.text),
                )
                .hint("name fields that are columns");
            }
            false
        }
        None => {
            let columns = fields.iter().filter(|field| field.is_column()).map(|field| field.syntax.name.text);
            sink.error(
                codes::UNKNOWN_FIELD,
                span,
                format!(
                    "`{argument}` of relation field `{label}` names `{model}.{}`, which does not exist",
                    name.text
                ),
            )
            .maybe_hint(did_you_mean(name.text, columns));
            false
        }
    }
}

/// The relations, with the indexes that their fields have in the finished models.
pub(super) fn finish(
    paired: Vec<Paired>,
    drafts: &[Draft<'_>],
    positions: &[Vec<Option<usize>>],
) -> Vec<Relation> {
    let position =
        |id: FieldId| FieldId { model: id.model, index: positions[id.model.0][id.index].unwrap_or_default() };
    let finished = |paired: Paired| {
        let kind = match (paired.is_many_to_many, paired.second) {
            (true, Some(second)) => {
                RelationKind::ManyToMany { a: position(paired.first), b: position(second) }
            }
            (_, second) => RelationKind::ForeignKey(foreign_key(
                &paired,
                second,
                drafts,
                positions,
                position(paired.first),
            )),
        };
        Relation { name: paired.name, kind }
    };
    paired.into_iter().map(finished).collect()
}

fn foreign_key(
    paired: &Paired,
    second: Option<FieldId>,
    drafts: &[Draft<'_>],
    positions: &[Vec<Option<usize>>],
    forward: FieldId,
) -> ForeignKeyRelation {
    let field = draft_of(drafts, paired.first);
    let target = target_of(drafts, paired.first).unwrap_or(forward.model);
    let relation = &field.relation;
    let indexes = |model: ModelId, names: &Option<Vec<Name<'_>>>| -> Vec<usize> {
        let fields = &drafts[model.0].fields;
        let find = |name: &Name<'_>| fields.iter().position(|f| f.syntax.name.text == name.text);
        names.iter().flatten().filter_map(|name| positions[model.0][find(name)?]).collect()
    };
    ForeignKeyRelation {
        forward,
        back: second.map(|id| FieldId {
            model: id.model,
            index: positions[id.model.0][id.index].unwrap_or_default(),
        }),
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
