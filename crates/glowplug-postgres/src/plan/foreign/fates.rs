//! What happens to each foreign object.

use std::collections::BTreeMap;

use glowplug_sql::change::Change;
use glowplug_sql::ids::{EnumId, ForeignId};
use glowplug_sql::model::{ForeignObject, SqlSchema, Use};

use super::super::context::Cx;
use super::causes::{Causes, Touch};
use super::{Fate, Object, order};
use crate::foreign::{Kind, OnRetype};
use crate::names;

/// Changes that cannot be made, and why.
type Refused = Vec<(usize, String)>;

/// All objects with their fates, and the changes that they make impossible.
pub(super) fn all<'a>(cx: &Cx<'a>) -> (Vec<Object<'a>>, Refused) {
    let mut refused = Vec::new();
    let mut objects = both_sides(cx);
    if objects.is_empty() {
        return (objects, refused);
    }
    let causes = Causes::of(cx);
    for object in &mut objects {
        by_what_it_uses(cx, &causes, object, &mut refused);
    }
    by_other_objects(&mut objects);
    for object in &objects {
        refuse_what_cannot_be(cx, object, &mut refused);
    }
    (objects, refused)
}

/// The objects of both schemas, paired, with the fates that changes name.
fn both_sides<'a>(cx: &Cx<'a>) -> Vec<Object<'a>> {
    let (prev, next) = (cx.schemas.prev, cx.schemas.next);
    let object = |prev: Option<&'a ForeignObject>, next: Option<&'a ForeignObject>, fate: Fate| Object {
        kind: prev.or(next).and_then(Kind::of),
        prev,
        next,
        known_before: prev.is_some(),
        fate,
    };
    match (prev.owns_foreign, next.owns_foreign) {
        (false, false) => Vec::new(),
        (true, false) => prev.foreign.iter().map(|it| object(Some(it), Some(it), Fate::Stays)).collect(),
        (false, true) => {
            let known_after = |it| Object { known_before: false, ..object(Some(it), Some(it), Fate::Stays) };
            next.foreign.iter().map(known_after).collect()
        }
        (true, true) => {
            let changed = Changed::of(cx);
            let mut left: BTreeMap<(&str, &str), (usize, &ForeignObject)> = next
                .foreign
                .iter()
                .enumerate()
                .map(|(at, it)| ((it.kind.as_str(), it.name.as_str()), (at, it)))
                .collect();
            let mut res = Vec::new();
            for (at, it) in prev.foreign.iter().enumerate() {
                let found = left.remove(&(it.kind.as_str(), it.name.as_str())).map(|(_, next)| next);
                res.push(object(Some(it), found, changed.fate_of_prev(ForeignId(at), it, found)));
            }
            res.extend(
                left.into_values()
                    .map(|(at, it)| object(None, Some(it), changed.fate_of_next(cx, ForeignId(at), it))),
            );
            res
        }
    }
}

/// The changes of foreign objects, by object.
struct Changed {
    dropped: BTreeMap<ForeignId, usize>,
    created: BTreeMap<ForeignId, usize>,
    altered: BTreeMap<ForeignId, usize>,
}

impl Changed {
    fn of(cx: &Cx<'_>) -> Self {
        let mut res = Self { dropped: BTreeMap::new(), created: BTreeMap::new(), altered: BTreeMap::new() };
        for (at, change) in cx.changes.iter().enumerate().filter(|(at, _)| !cx.is_refused(*at)) {
            if let Change::DropForeign(id) = change {
                res.dropped.insert(*id, at);
            }
            if let Change::CreateForeign(id) = change {
                res.created.insert(*id, at);
            }
            if let Change::AlterForeign(ids) = change {
                res.altered.insert(ids.prev, at);
            }
        }
        res
    }

    fn fate_of_prev(&self, id: ForeignId, prev: &ForeignObject, next: Option<&ForeignObject>) -> Fate {
        if let Some(at) = self.dropped.get(&id) {
            return Fate::Dropped(vec![*at]);
        }
        match (self.altered.get(&id), next) {
            (Some(at), Some(next)) if in_place(prev, next) => Fate::Altered(*at),
            (Some(at), _) => Fate::Replaced(*at),
            (None, Some(_)) => Fate::Stays,
            (None, None) => Fate::Goes(None),
        }
    }

    fn fate_of_next(&self, cx: &Cx<'_>, id: ForeignId, next: &ForeignObject) -> Fate {
        if let Some(at) = self.created.get(&id) {
            return Fate::Created(*at);
        }
        // It is not listed, because what it is part of is new.
        let Some(whole) = &next.part_of else { return Fate::Stays };
        let table = cx
            .changes
            .iter()
            .position(|change| matches!(change, Change::CreateTable(id) if cx.next_name(*id) == *whole));
        let whole = whole.to_string();
        let other = self.created.iter().find(|(id, _)| cx.schemas.next.foreign_object(**id).name == whole);
        let at = table.or(other.map(|(_, at)| *at));
        at.map_or(Fate::Stays, |at| Fate::Comes(vec![at]))
    }
}

/// Whether one statement makes the one into the other.
fn in_place(prev: &ForeignObject, next: &ForeignObject) -> bool {
    let (Some(prev_text), Some(next_text)) = (&prev.definition, &next.definition) else { return false };
    match Kind::of(prev) {
        // `CREATE OR REPLACE` wants the same arguments and result, which stand above the language.
        Some(Kind::Function | Kind::Procedure) => {
            let head = |text: &str| text.split("\n LANGUAGE ").next().map(str::to_owned);
            head(prev_text) == head(next_text)
        }
        Some(Kind::Sequence) => true,
        // All but its type can be changed.
        Some(Kind::Domain) => prev_text.lines().next() == next_text.lines().next(),
        _ => false,
    }
}

/// Decides by what happens to tables, columns, keys and enums.
fn by_what_it_uses(cx: &Cx<'_>, causes: &Causes, object: &mut Object<'_>, refused: &mut Refused) {
    if !matches!(object.fate, Fate::Stays | Fate::Goes(_)) {
        return;
    }
    let Some(it) = object.any() else { return };
    let touch = |used: &Use| causes.touch(cx, used, object.known_before);
    let own_table = it.part_of.clone().map(Use::Table);
    let (mut remade, mut why): (Vec<usize>, Option<String>) = (Vec::new(), None);
    let mut comes: Vec<usize> = Vec::new();
    let mut goes: Option<usize> = None;
    match own_table.as_ref().and_then(touch) {
        Some(Touch::Dropped(at)) => goes = Some(at),
        Some(Touch::New(at)) => comes.push(at),
        _ => {}
    }
    let whole = goes.is_some();
    // The server drops a table only when nothing else that is to go hangs on it.
    let mut hangs_on_others = false;
    for used in &it.uses {
        let Some(touch) = touch(used) else { continue };
        let kind = object.kind;
        let because = |what: &str| format!("it uses {}, {what}", words(used));
        let mut remake = |at: usize, what: &str| {
            remade.push(at);
            why.get_or_insert_with(|| because(what));
        };
        match touch {
            Touch::Dropped(_) if whole => {
                hangs_on_others |= Some(used) != own_table.as_ref() && !is_part(used, own_table.as_ref())
            }
            Touch::ColumnDropped(at) if kind.is_some_and(Kind::goes_with_column) => goes = Some(at),
            Touch::Dropped(at) | Touch::ColumnDropped(at) => refused.push((at, in_the_way(it, used))),
            Touch::New(at) => comes.push(at),
            Touch::Recreated(at) => remake(at, "which is dropped and added again"),
            Touch::KeyLost(at, true) => remake(at, "which is replaced"),
            Touch::KeyLost(at, false) => refused.push((at, in_the_way(it, used))),
            Touch::Swapped(id, at) => {
                refused.extend(lost_label(cx, it, id).map(|why| (at, why)));
                remake(at, "which is replaced");
            }
            Touch::Retyped(retyped) => match kind.map_or(OnRetype::Follows, Kind::on_retype) {
                OnRetype::Refuses => remake(retyped.change, "whose type changes"),
                OnRetype::Rebuilds if retyped.stranger => remake(retyped.change, "whose type changes"),
                OnRetype::Rebuilds | OnRetype::Follows => {}
                OnRetype::Never => {
                    refused.push((retyped.change, format!("{} keeps the type of {}", told(it), words(used))))
                }
            },
        }
    }
    remade.sort_unstable();
    remade.dedup();
    object.fate = match (goes, comes.is_empty(), why) {
        (Some(at), ..) if hangs_on_others => Fate::Dropped(vec![at]),
        (Some(_), ..) if whole => Fate::Goes(None),
        (Some(at), ..) => Fate::Goes(Some(at)),
        (None, false, _) => {
            comes.sort_unstable();
            comes.dedup();
            Fate::Comes(comes)
        }
        (None, true, Some(why)) => Fate::Remade(remade, why),
        (None, true, None) => object.fate.clone(),
    };
}

/// Whether something used is a part of the table.
fn is_part(used: &Use, table: Option<&Use>) -> bool {
    match (used, table) {
        (Use::Column(of, _) | Use::Key(of, _), Some(Use::Table(table))) => of == table,
        _ => false,
    }
}

/// What uses an object that is away for a while is away for a while, too.
fn by_other_objects(objects: &mut [Object<'_>]) {
    let users = order::users(objects);
    let mut left: Vec<usize> = (0..objects.len()).filter(|at| objects[*at].leaves()).collect();
    while let Some(at) = left.pop() {
        let Some(used) = objects[at].any() else { continue };
        let causes = match &objects[at].fate {
            Fate::Dropped(causes) | Fate::Remade(causes, _) | Fate::Comes(causes) => causes.clone(),
            Fate::Created(cause) | Fate::Altered(cause) | Fate::Replaced(cause) => vec![*cause],
            Fate::Stays | Fate::Goes(_) => continue,
        };
        let why = format!("it uses {}, which is away meanwhile", told(used));
        for user in &users[at] {
            let object = &mut objects[*user];
            match &mut object.fate {
                Fate::Stays => object.fate = Fate::Remade(causes.clone(), why.clone()),
                Fate::Remade(own, _) if causes.iter().any(|cause| !own.contains(cause)) => {
                    own.extend(&causes);
                    own.sort_unstable();
                    own.dedup();
                }
                // Its table goes, but what it uses goes first.
                Fate::Goes(_) => object.fate = Fate::Dropped(causes.clone()),
                // One statement is not enough any more.
                Fate::Altered(at) => object.fate = Fate::Replaced(*at),
                Fate::Remade(..)
                | Fate::Comes(_)
                | Fate::Dropped(_)
                | Fate::Created(_)
                | Fate::Replaced(_) => continue,
            }
            left.push(*user);
        }
    }
}

/// What must be made anew has to be known, under names that stay, and nobody may need it meanwhile.
fn refuse_what_cannot_be(cx: &Cx<'_>, object: &Object<'_>, refused: &mut Refused) {
    let Some(it) = object.any() else { return };
    let lacks = |it: Option<&ForeignObject>| it.is_some_and(|it| it.definition.is_none());
    let causes = match &object.fate {
        Fate::Stays | Fate::Goes(_) | Fate::Altered(_) => return,
        Fate::Comes(causes) | Fate::Dropped(causes) | Fate::Remade(causes, _) => causes.clone(),
        Fate::Created(cause) | Fate::Replaced(cause) => vec![*cause],
    };
    let mut refuse = |why: String| refused.extend(causes.iter().map(|at| (*at, why.clone())));
    let makes = !matches!(object.fate, Fate::Dropped(_));
    if makes && lacks(object.next) {
        return refuse(format!("{} would have to be made anew, and the server does not say how", told(it)));
    }
    if object.leaves() && object.prev.is_some_and(|it| it.removal.is_none()) {
        return refuse(format!("{} cannot be taken from its table", told(it)));
    }
    if matches!(object.fate, Fate::Replaced(_) | Fate::Remade(..))
        && let Some(column) = column_of(cx, object, cx.schemas.prev)
    {
        return refuse(format!("{} would have to be made anew, and column {column} needs it", told(it)));
    }
    let table = it.part_of.clone().map(Use::Table);
    let renamed = it.uses.iter().chain(&table).find(|used| Causes::renames(cx, used, object.known_before));
    if let (Fate::Remade(..), Some(used)) = (&object.fate, renamed) {
        let why = format!(
            "{} would have to be made anew, while {} gets another name: rename in a migration of its own first",
            told(it),
            words(used)
        );
        refuse(why);
    }
}

/// The column that needs a type or a function.
fn column_of(cx: &Cx<'_>, object: &Object<'_>, schema: &SqlSchema) -> Option<String> {
    let kind = object.kind.filter(|kind| kind.is_type() || kind.is_routine())?;
    let name = order::own_name(object.any()?);
    // Both schemas of a way back may know it, only one knows the expressions.
    let schemas = [schema, cx.schemas.next];
    schemas.iter().flat_map(|schema| &schema.tables).find_map(|table| {
        let column = table.columns.iter().find(|column| {
            if kind.is_type() { order::type_is(column, &name) } else { order::calls(column, &name) }
        });
        column.map(|column| format!("`{}` of `{}`", column.name, table.qualified_name()))
    })
}

/// A label that an object names, and that the replaced enum has not, or not under that name.
fn lost_label(cx: &Cx<'_>, object: &ForeignObject, id: EnumId) -> Option<String> {
    let definition = object.definition.as_deref()?;
    let delta = cx.changes.iter().find_map(|change| match change {
        Change::AlterEnum(ids, delta) if ids.next == id => Some(delta),
        _ => None,
    })?;
    let names = |label: &String| definition.contains(&names::literal(label));
    let name = cx.schemas.next.enum_type(id).qualified_name();
    if let Some(label) = delta.removed.iter().find(|label| names(label)) {
        return Some(format!(
            "{} speaks of `{label}`, which enum `{name}` loses: change or drop it first",
            told(object)
        ));
    }
    let renamed = delta.renamed.iter().find(|labels| names(&labels.prev));
    renamed.map(|labels| {
        format!(
            "{} speaks of `{}`, which gets another name: rename in a migration of its own first",
            told(object),
            labels.prev
        )
    })
}

fn in_the_way(object: &ForeignObject, used: &Use) -> String {
    format!("{} uses {}: change or drop it first", told(object), words(used))
}

/// An object in a sentence.
pub(super) fn told(object: &ForeignObject) -> String {
    format!("{} `{}`", object.kind, object.name)
}

fn words(used: &Use) -> String {
    match used {
        Use::Table(table) => format!("table `{table}`"),
        Use::Column(table, column) => format!("column `{column}` of `{table}`"),
        Use::Key(table, key) => format!("key `{key}` of `{table}`"),
        Use::Enum(name) => format!("enum `{name}`"),
        Use::Foreign { kind, name } => format!("{kind} `{name}`"),
    }
}
