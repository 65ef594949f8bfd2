//! Relations from foreign keys and from tables between others: their fields on both sides, and their names.

use std::collections::BTreeMap;

use glowplug_dialect::lift::NameKind;
use glowplug_psl::english::{plural, singular};
use glowplug_sql::ids::{ColumnId, ForeignKeyId, TableId};
use glowplug_sql::model::{Action, ForeignKey, Table};

use crate::cx::Cx;
use crate::joins::Join;
use crate::keys;
use crate::text;
use crate::words::{Case, joined, lower_first, pascal, without_id};

/// A field of a relation, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelationField {
    /// The table whose model it goes into.
    pub(crate) table: TableId,
    /// The line, without indentation and end.
    pub(crate) line: String,
}

/// The relations that the file has already.
#[derive(Debug, Clone, Default)]
pub(crate) struct Existing {
    /// How many between two models, by their names in order.
    between: BTreeMap<(String, String), usize>,
    names: crate::identifiers::Taken,
}

impl Existing {
    /// Counts one.
    pub(crate) fn add(&mut self, a: &str, b: &str, name: Option<&str>) {
        *self.between.entry(in_order(a, b)).or_default() += 1;
        name.into_iter().for_each(|name| self.names.add(name));
    }
}

fn in_order(a: &str, b: &str) -> (String, String) {
    let (a, b) = (a.to_owned(), b.to_owned());
    if a <= b { (a, b) } else { (b, a) }
}

/// The fields of the relations that these foreign keys and tables are. Names are taken from `cx`.
pub(crate) fn fields(
    cx: &mut Cx<'_>,
    foreign_keys: &[ForeignKeyId],
    joins: &[Join],
    existing: &Existing,
) -> Vec<RelationField> {
    let keys: Vec<Key> = foreign_keys.iter().filter_map(|id| read(cx, *id)).collect();
    let mut between = existing.between.clone();
    for (a, b) in keys
        .iter()
        .map(|key| (key.id.table, key.target))
        .chain(joins.iter().map(|j| (j.sides[0], j.sides[1])))
    {
        *between.entry(pair(cx, a, b)).or_default() += 1;
    }
    // All sides with columns get their names first: those of the others are made from them.
    let forward: Vec<String> = keys.iter().map(|key| forward_name(cx, &keys, key)).collect();
    let mut res = Vec::new();
    let mut backs = Vec::new();
    let mut relation_names = existing.names.clone();
    for (key, name) in keys.iter().zip(&forward) {
        let several = between.get(&pair(cx, key.id.table, key.target)).copied().unwrap_or(0) > 1;
        let is_self = key.id.table == key.target;
        let relation = (several || is_self)
            .then(|| relation_names.claim(&[format!("{}{}", pascal(cx.model(key.id.table)), pascal(name))]));
        let back = back_name(cx, key, name, several);
        res.push(forward_field(cx, key, name, relation.as_deref()));
        backs.push(back_field(cx, key, &back, relation.as_deref()));
    }
    res.extend(backs);
    for join in joins {
        let several = between.get(&pair(cx, join.sides[0], join.sides[1])).copied().unwrap_or(0) > 1;
        res.extend(join_fields(cx, join, several));
    }
    res
}

/// The names of two models in order.
fn pair(cx: &Cx<'_>, a: TableId, b: TableId) -> (String, String) {
    in_order(cx.model(a), cx.model(b))
}

/// A foreign key and what follows from the columns.
struct Key {
    id: ForeignKeyId,
    target: TableId,
    /// The columns are unique: the other side holds at most one.
    is_one_to_one: bool,
    is_required: bool,
}

fn read(cx: &Cx<'_>, id: ForeignKeyId) -> Option<Key> {
    let key = cx.live.foreign_key(id);
    if !key.expressible {
        return None;
    }
    let target = cx.live.find_table(key.target_namespace.as_deref(), &key.target_table)?;
    let table = cx.table(id.table);
    let is_required = key.columns.iter().all(|name| {
        table.find_column(name).is_some_and(|(_, column)| !column.nullable && !column.ty.is_list)
    });
    Some(Key { id, target, is_one_to_one: is_unique(cx, table, &key.columns), is_required })
}

/// Whether a key of the file has just these columns, in this order.
pub(crate) fn is_unique(cx: &Cx<'_>, table: &Table, columns: &[String]) -> bool {
    let is_key = table.primary_key.as_ref().is_some_and(|key| key.columns == columns);
    let mut uniques = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.predicate.is_none() && keys::is_written(cx, table, index));
    is_key || uniques.any(|index| keys::columns(index) == columns)
}

/// `author` for `authorId`, else after the model that it leads to.
fn forward_name(cx: &mut Cx<'_>, keys: &[Key], key: &Key) -> String {
    let table = cx.table(key.id.table);
    let columns = &cx.live.foreign_key(key.id).columns;
    let is_shared = |name: &String| {
        let mut others = table.foreign_keys.iter().filter(|other| other.columns != *columns);
        others.any(|other| other.columns.contains(name))
    };
    let own: Vec<&String> = if columns.len() == 1 {
        columns.iter().collect()
    } else {
        columns.iter().filter(|c| !is_shared(c)).collect()
    };
    let field = |name: &str| {
        table.find_column(name).map(|(index, _)| cx.field(ColumnId { table: key.id.table, index }).to_owned())
    };
    let target = singular(&lower_first(cx.model(key.target)));
    let column = match own.as_slice() {
        [only] => field(only),
        _ => None,
    };
    let siblings =
        keys.iter().filter(|other| other.id.table == key.id.table && other.target == key.target).count();
    let mut wanted = Vec::new();
    if let Some(column) = &column {
        // A column `log` that refers to `log` has taken the name.
        let second = if singular(&lower_first(column)) == target { "ref" } else { &target };
        let longer = joined(&lower_first(column), second, case(table));
        match without_id(column) {
            Some(stem) => wanted.push(lower_first(stem)),
            None if siblings > 1 => wanted.push(longer.clone()),
            None => wanted.push(target.clone()),
        }
        wanted.push(longer);
    } else {
        wanted.push(target);
    }
    cx.names.tables[key.id.table.0].taken.claim(&wanted)
}

/// How the columns of a table are written.
fn case(table: &Table) -> Case {
    let has_capitals = |name: &str| name.contains(|c: char| c.is_ascii_uppercase());
    let columns = table.columns.iter().map(|column| column.name.as_str());
    let mut names = columns.chain([table.name.as_str()]);
    if names.any(has_capitals) { Case::Camel } else { Case::Snake }
}

/// `posts`, or `authorPosts` where there are several ways between the two models.
fn back_name(cx: &mut Cx<'_>, key: &Key, forward: &str, several: bool) -> String {
    let model = lower_first(cx.model(key.id.table));
    let base = if key.is_one_to_one { singular(&model) } else { plural(&model) };
    let longer = joined(forward, &base, case(cx.table(key.id.table)));
    let wanted = if several { vec![longer] } else { vec![base, longer] };
    cx.names.tables[key.target.0].taken.claim(&wanted)
}

fn forward_field(cx: &Cx<'_>, key: &Key, name: &str, relation: Option<&str>) -> RelationField {
    let foreign_key = cx.live.foreign_key(key.id);
    let mut arguments: Vec<String> = relation.iter().map(|name| text::string(name)).collect();
    arguments.push(format!("fields: [{}]", cx.fields(key.id.table, &foreign_key.columns).join(", ")));
    arguments
        .push(format!("references: [{}]", cx.fields(key.target, &foreign_key.target_columns).join(", ")));
    for (argument, value) in options(cx, key.id.table, foreign_key) {
        arguments.extend(value.map(|value| format!("{argument}: {value}")));
    }
    let optional = if key.is_required { "" } else { "?" };
    let ignore = ignored(cx, key.id.table, key.target);
    let line =
        format!("{name} {}{optional} @relation({}){ignore}", cx.model(key.target), arguments.join(", "));
    RelationField { table: key.id.table, line }
}

/// `onDelete`, `onUpdate` and `map`, with `None` for what need not be said.
pub(crate) fn options(cx: &Cx<'_>, table: TableId, key: &ForeignKey) -> [(&'static str, Option<String>); 3] {
    let table = cx.table(table);
    let is_required = key.columns.iter().any(|name| {
        table.find_column(name).is_some_and(|(_, column)| !column.nullable && !column.ty.is_list)
    });
    let usual = if is_required { Action::Restrict } else { Action::SetNull };
    let said = |action: Action, usual: Action| (action != usual).then(|| action_word(action).to_owned());
    let map = keys::named(cx, NameKind::ForeignKey, table, &key.columns, key.name.as_deref());
    [
        ("onDelete", said(key.on_delete, usual)),
        ("onUpdate", said(key.on_update, Action::Cascade)),
        ("map", map.map(|name| text::string(&name))),
    ]
}

fn action_word(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NoAction",
        Action::Restrict => "Restrict",
        Action::Cascade => "Cascade",
        Action::SetNull => "SetNull",
        Action::SetDefault => "SetDefault",
    }
}

fn back_field(cx: &Cx<'_>, key: &Key, name: &str, relation: Option<&str>) -> RelationField {
    let suffix = if key.is_one_to_one { "?" } else { "[]" };
    let relation = relation.map_or_else(String::new, |name| format!(" @relation({})", text::string(name)));
    let ignore = ignored(cx, key.target, key.id.table);
    let line = format!("{name} {}{suffix}{relation}{ignore}", cx.model(key.id.table));
    RelationField { table: key.target, line }
}

/// A field that leads to a model with `@@ignore` is ignored as well.
fn ignored(cx: &Cx<'_>, from: TableId, to: TableId) -> &'static str {
    let is_ignored = |id: TableId| cx.names.tables[id.0].is_ignored;
    if is_ignored(to) && !is_ignored(from) { " @ignore" } else { "" }
}

fn join_fields(cx: &mut Cx<'_>, join: &Join, several: bool) -> [RelationField; 2] {
    let [a, b] = join.sides;
    let relation =
        join.name.as_ref().map_or_else(String::new, |n| format!(" @relation({})", text::string(n)));
    let stem =
        join.name.as_deref().map(|name| lower_first(&crate::identifiers::identifier(name, "relation")));
    let mut field = |table: TableId, target: TableId, is_second: bool| {
        let base = plural(&lower_first(cx.model(target)));
        let mut wanted = Vec::new();
        let case = case(cx.table(target));
        let longer = stem.as_ref().map(|stem| joined(stem, &base, case));
        match &longer {
            Some(longer) if several => wanted.push(longer.clone()),
            _ if is_second => wanted.push(joined("other", &base, case)),
            _ => wanted.push(base),
        }
        wanted.extend(longer);
        let name = cx.names.tables[table.0].taken.claim(&wanted);
        let ignore = ignored(cx, table, target);
        RelationField { table, line: format!("{name} {}[]{relation}{ignore}", cx.model(target)) }
    };
    [field(a, b, false), field(b, a, a == b)]
}
