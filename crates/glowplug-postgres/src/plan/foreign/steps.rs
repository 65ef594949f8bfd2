//! The statements that drop and make foreign objects.

use glowplug_dialect::plan::{Lock, Stage, Step};
use glowplug_sql::model::ForeignObject;

use super::super::context::Cx;
use super::fates::told;
use super::{Fate, Object, order};
use crate::foreign::Kind;

/// Drops what is dropped for good or for a while, and no table needs, before anything else changes.
pub(in super::super) fn drop(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    let objects = &cx.foreign.objects;
    let early = needed_before(cx);
    let places = order::sorted(objects, |it| it.prev, |at| objects[at].leaves() && !early.contains(&at));
    let places = places.into_iter().rev().filter(|at| !goes_with_whole(objects, &objects[*at]));
    places.for_each(|at| steps.extend(drop_step(cx, &objects[at])));
}

/// Whether a part of a view is made again together with the whole view, and so is dropped with it.
fn goes_with_whole(objects: &[Object<'_>], object: &Object<'_>) -> bool {
    let Some(whole) = object.prev.and_then(|it| it.part_of.as_ref()) else { return false };
    let whole = whole.to_string();
    let is_whole = |it: &ForeignObject| it.part_of.is_none() && it.name == whole;
    matches!(object.fate, Fate::Remade(..))
        && objects.iter().any(|it| it.leaves() && it.prev.is_some_and(is_whole))
}

/// Drops what tables needed until now.
pub(in super::super) fn drop_early(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    let objects = &cx.foreign.objects;
    let early = needed_before(cx);
    let places = order::sorted(objects, |it| it.prev, |at| early.contains(&at));
    places.into_iter().rev().for_each(|at| steps.extend(drop_step(cx, &objects[at])));
}

/// Makes what tables will need.
pub(in super::super) fn create_early(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    let objects = &cx.foreign.objects;
    let early = needed_after(cx);
    let places = order::sorted(objects, |it| it.next, |at| early.contains(&at));
    places.into_iter().for_each(|at| steps.extend(create_step(cx, &objects[at])));
}

/// Makes the others, when everything else has changed.
pub(in super::super) fn create(cx: &Cx<'_>, steps: &mut Vec<Step>) {
    let objects = &cx.foreign.objects;
    let early = needed_after(cx);
    let places = order::sorted(objects, |it| it.next, |at| is_made(&objects[at]) && !early.contains(&at));
    let mut made: Vec<Step> = places.into_iter().filter_map(|at| create_step(cx, &objects[at])).collect();
    // The texts of functions may speak of what is made after them.
    let sql_function = |step: &Step| step.sql.contains("\n LANGUAGE sql\n");
    if made.len() > 1
        && let Some(first) = made.iter_mut().find(|step| sql_function(step))
    {
        first.sql.insert_str(0, "SET LOCAL check_function_bodies = off;\n");
    }
    steps.append(&mut made);
}

fn needed_before(cx: &Cx<'_>) -> std::collections::BTreeSet<usize> {
    let objects = &cx.foreign.objects;
    order::needed_by_tables(objects, cx.schemas.prev, |at| matches!(objects[at].fate, Fate::Dropped(_)))
}

fn needed_after(cx: &Cx<'_>) -> std::collections::BTreeSet<usize> {
    let objects = &cx.foreign.objects;
    order::needed_by_tables(objects, cx.schemas.next, |at| matches!(objects[at].fate, Fate::Created(_)))
}

fn is_made(object: &Object<'_>) -> bool {
    matches!(
        object.fate,
        Fate::Comes(_) | Fate::Created(_) | Fate::Altered(_) | Fate::Replaced(_) | Fate::Remade(..)
    )
}

fn drop_step(cx: &Cx<'_>, object: &Object<'_>) -> Option<Step> {
    let it = object.prev?;
    let (causes, notes) = match &object.fate {
        Fate::Dropped(causes) => (causes.clone(), Vec::new()),
        Fate::Replaced(cause) => (vec![*cause], Vec::new()),
        Fate::Remade(causes, why) => (causes.clone(), vec![format!("it is made again below: {why}")]),
        Fate::Stays | Fate::Goes(_) | Fate::Comes(_) | Fate::Created(_) | Fate::Altered(_) => return None,
    };
    let mut step = step(cx, format!("drop {}", told(it)), it.removal.clone()?, causes, object.kind, it);
    // Unlike making a trigger, dropping one keeps readers out.
    if step.lock == Lock::Writes {
        step.lock = Lock::Everything;
    }
    step.notes = notes;
    Some(step)
}

fn create_step(cx: &Cx<'_>, object: &Object<'_>) -> Option<Step> {
    let it = object.next?;
    // A clause of `CREATE TABLE`, which has it already.
    if object.kind == Some(Kind::PartitionKey) {
        return None;
    }
    let definition = it.definition.clone()?;
    let (title, causes) = match &object.fate {
        Fate::Created(cause) | Fate::Replaced(cause) => (format!("create {}", told(it)), vec![*cause]),
        Fate::Comes(causes) => (format!("create {}", told(it)), causes.clone()),
        Fate::Altered(cause) => (format!("alter {}", told(it)), vec![*cause]),
        Fate::Remade(causes, _) => (format!("create {} again", told(it)), causes.clone()),
        Fate::Stays | Fate::Goes(_) | Fate::Dropped(_) => return None,
    };
    let prev = object.prev.and_then(|it| it.definition.as_deref()).unwrap_or_default();
    let mut lines = match (&object.fate, object.kind) {
        (Fate::Altered(_), Some(Kind::Sequence)) => vec![alter_sequence(&definition)],
        (Fate::Altered(_), Some(Kind::Domain)) => alter_domain(prev, &definition),
        _ => vec![definition],
    };
    // What is altered in place keeps them.
    if !matches!(object.fate, Fate::Altered(_)) {
        lines.extend(it.belongings.iter().cloned());
    }
    Some(step(cx, title, lines.join("\n"), causes, object.kind, it))
}

/// What leads from one domain to another of the same type: each property is a statement, on a line of its own.
fn alter_domain(prev: &str, next: &str) -> Vec<String> {
    let (prev, next): (Vec<&str>, Vec<&str>) = (prev.lines().collect(), next.lines().collect());
    let gone = prev.iter().filter(|line| !next.contains(line));
    let dropped = gone.filter_map(|line| {
        if let Some((domain, rest)) = line.split_once(" ADD CONSTRAINT ") {
            let (name, _) = rest.split_once(" CHECK ")?;
            return Some(format!("{domain} DROP CONSTRAINT {name};"));
        }
        let (domain, property) = line.split_once(" SET ")?;
        let word = if property.starts_with("DEFAULT ") { "DEFAULT" } else { "NOT NULL" };
        Some(format!("{domain} DROP {word};"))
    });
    let added = next.iter().filter(|line| !prev.contains(line)).map(|line| (*line).to_owned());
    dropped.chain(added).collect()
}

/// `ALTER SEQUENCE` with everything that `CREATE SEQUENCE` leaves out.
fn alter_sequence(definition: &str) -> String {
    const DEFAULTS: &[(&str, &str)] = &[
        ("AS ", "AS bigint"),
        ("INCREMENT BY ", "INCREMENT BY 1"),
        ("MINVALUE ", "NO MINVALUE"),
        ("MAXVALUE ", "NO MAXVALUE"),
        ("CACHE ", "CACHE 1"),
        ("CYCLE", "NO CYCLE"),
    ];
    let mut res = definition.trim_end_matches(';').replacen("CREATE", "ALTER", 1);
    for (word, default) in DEFAULTS {
        if !definition.contains(&format!(" {word}")) && !definition.ends_with(&format!(" {word};")) {
            res.push_str(&format!(" {default}"));
        }
    }
    res.push(';');
    res
}

fn step(
    cx: &Cx<'_>,
    title: String,
    sql: String,
    mut realises: Vec<usize>,
    kind: Option<Kind>,
    object: &ForeignObject,
) -> Step {
    realises.sort_unstable();
    realises.dedup();
    let table = object.part_of.as_ref().filter(|name| cx.find_prev(name).is_some());
    let step = Step {
        title,
        sql,
        realises,
        in_transaction: true,
        lock: Lock::None,
        locks: Vec::new(),
        rewrites: false,
        notes: Vec::new(),
        stage: Stage::default(),
        undo: None,
    };
    super::super::locking(
        step,
        kind.map_or(Lock::Everything, lock),
        table.map(ToString::to_string).into_iter().collect(),
    )
}

/// What making it takes from its table.
fn lock(kind: Kind) -> Lock {
    match kind {
        Kind::Trigger => Lock::Writes,
        Kind::Statistics => Lock::SchemaChanges,
        Kind::Check
        | Kind::Collation
        | Kind::Exclusion
        | Kind::Inheritance
        | Kind::Partition
        | Kind::PartitionKey
        | Kind::Policy
        | Kind::RowLevelSecurity
        | Kind::Rule => Lock::Everything,
        Kind::Aggregate
        | Kind::CompositeType
        | Kind::Domain
        | Kind::EmptyEnum
        | Kind::ForeignTable
        | Kind::Function
        | Kind::Index
        | Kind::MaterializedView
        | Kind::Procedure
        | Kind::RangeType
        | Kind::Sequence
        | Kind::View => Lock::None,
    }
}
