//! `@relation(...)` as written.

use super::arguments::Args;
use super::values::{as_list, expect_constant, expect_string};
use crate::codes;
use crate::nearest::did_you_mean;
use crate::schema::ReferentialAction;
use crate::sink::Sink;
use crate::syntax::{Attribute, Expression, Name};
use std::borrow::Cow;

/// The referential actions by name.
const ACTIONS: [(&str, ReferentialAction); 5] = [
    ("Cascade", ReferentialAction::Cascade),
    ("Restrict", ReferentialAction::Restrict),
    ("NoAction", ReferentialAction::NoAction),
    ("SetNull", ReferentialAction::SetNull),
    ("SetDefault", ReferentialAction::SetDefault),
];

/// `@relation(...)` as written.
pub(super) struct RelationArguments<'a> {
    pub(super) attribute: Option<&'a Attribute<'a>>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) fields: Option<Vec<Name<'a>>>,
    pub(super) references: Option<Vec<Name<'a>>>,
    pub(super) on_delete: Option<ReferentialAction>,
    pub(super) on_update: Option<ReferentialAction>,
    pub(super) map: Option<String>,
}

impl<'a> RelationArguments<'a> {
    /// A relation field without the attribute.
    pub(super) const NONE: RelationArguments<'static> = RelationArguments {
        attribute: None,
        name: None,
        fields: None,
        references: None,
        on_delete: None,
        on_update: None,
        map: None,
    };

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
            map: map.and_then(|value| nonempty(value, "foreign key", sink)).map(Cow::into_owned),
        }
    }
}

fn nonempty<'a>(value: &Expression<'a>, what: &str, sink: &mut Sink) -> Option<Cow<'a, str>> {
    let text = expect_string(value, sink)?;
    if text.is_empty() {
        sink.error(codes::EMPTY_NAME, value.span(), format!("the name of the {what} is empty"))
            .hint("write a name, or leave the argument out");
        return None;
    }
    Some(text)
}

fn field_names<'a>(value: &Expression<'a>, sink: &mut Sink) -> Vec<Name<'a>> {
    as_list(value).iter().filter_map(|item| expect_constant(item, sink)).collect()
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
