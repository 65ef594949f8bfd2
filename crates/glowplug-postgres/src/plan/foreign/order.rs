//! In which order foreign objects are dropped and made, and which of them tables need.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_sql::model::{Column, Default, ForeignObject, NativeType, SqlSchema, Use};

use super::Object;
use crate::expression;
use crate::foreign::Kind;

/// Which objects (places) use an object, by its place.
pub(super) fn users(objects: &[Object<'_>]) -> Vec<Vec<usize>> {
    let mut res = vec![Vec::new(); objects.len()];
    for (at, used) in used(objects, |it| it.any()).into_iter().enumerate() {
        for place in used {
            res[place].push(at);
        }
    }
    res
}

/// Which objects (places) an object uses, on one of the sides.
fn used<'a>(
    objects: &[Object<'a>],
    side: impl Fn(&Object<'a>) -> Option<&'a ForeignObject>,
) -> Vec<Vec<usize>> {
    let places: BTreeMap<(&str, &str), usize> = objects
        .iter()
        .enumerate()
        .filter_map(|(at, object)| object.any().map(|it| ((it.kind.as_str(), it.name.as_str()), at)))
        .collect();
    let uses = objects.iter().map(|object| {
        let uses = side(object).map_or(&[][..], |it| &it.uses);
        uses.iter()
            .filter_map(|used| match used {
                Use::Foreign { kind, name } => places.get(&(kind.as_str(), name.as_str())).copied(),
                Use::Table(_) | Use::Column(..) | Use::Key(..) | Use::Enum(_) => None,
            })
            .collect()
    });
    uses.collect()
}

/// The places of the wanted objects, each after those that it uses.
pub(super) fn sorted<'a>(
    objects: &[Object<'a>],
    side: impl Fn(&Object<'a>) -> Option<&'a ForeignObject>,
    wanted: impl Fn(usize) -> bool,
) -> Vec<usize> {
    fn visit(at: usize, used: &[Vec<usize>], seen: &mut BTreeSet<usize>, res: &mut Vec<usize>) {
        if seen.insert(at) {
            used[at].iter().for_each(|place| visit(*place, used, seen, res));
            res.push(at);
        }
    }
    let used = used(objects, side);
    let mut places: Vec<usize> = (0..objects.len()).collect();
    // What others may use without the catalog's knowledge, in the texts of functions, comes first.
    places.sort_by_key(|at| objects[*at].kind.map_or(u8::MAX, rank));
    let (mut seen, mut res) = (BTreeSet::new(), Vec::new());
    places.into_iter().for_each(|at| visit(at, &used, &mut seen, &mut res));
    res.retain(|at| wanted(*at));
    res
}

fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Sequence => 0,
        Kind::Domain | Kind::CompositeType | Kind::RangeType | Kind::EmptyEnum => 1,
        Kind::Partition | Kind::PartitionKey | Kind::Inheritance | Kind::ForeignTable | Kind::Collation => 2,
        Kind::Function | Kind::Procedure | Kind::Aggregate => 3,
        Kind::View | Kind::MaterializedView | Kind::Index => 4,
        Kind::Check | Kind::Exclusion | Kind::Statistics => 5,
        Kind::Rule | Kind::Trigger | Kind::Policy | Kind::RowLevelSecurity => 6,
    }
}

/// The places of those among the wanted objects that tables of the schema need: they are made before the
/// tables and dropped after them. What such an object uses is needed, too.
pub(super) fn needed_by_tables(
    objects: &[Object<'_>],
    schema: &SqlSchema,
    wanted: impl Fn(usize) -> bool,
) -> BTreeSet<usize> {
    let used = used(objects, Object::any);
    let mut left: Vec<usize> = (0..objects.len())
        .filter(|at| {
            wanted(*at) && objects[*at].any().is_some_and(|it| is_needed(it, objects[*at].kind, schema))
        })
        .collect();
    let mut res = BTreeSet::new();
    while let Some(at) = left.pop() {
        if wanted(at) && !uses_table(&objects[at]) && res.insert(at) {
            left.extend(&used[at]);
        }
    }
    res
}

fn uses_table(object: &Object<'_>) -> bool {
    object.uses().iter().any(|used| matches!(used, Use::Table(_) | Use::Column(..) | Use::Key(..)))
}

fn is_needed(object: &ForeignObject, kind: Option<Kind>, schema: &SqlSchema) -> bool {
    let Some(kind) = kind else { return false };
    let name = own_name(object);
    let columns = || schema.tables.iter().flat_map(|table| &table.columns);
    if kind.is_type() {
        return columns().any(|column| type_is(column, &name));
    }
    if kind == Kind::Sequence {
        return columns().any(|column| matches!(&column.default, Some(Default::Expression(text)) if text.contains(name.as_str())));
    }
    kind.is_routine()
        && (columns().any(|column| calls(column, &name))
            || schema.tables.iter().flat_map(|table| &table.indexes).any(|index| {
                let texts = index.predicate.iter().chain(&index.definition);
                texts.into_iter().any(|text| expression::mentions(text, &name))
            }))
}

/// Whether a column is of the type.
pub(super) fn type_is(column: &Column, name: &str) -> bool {
    match &column.ty.native {
        NativeType::Unsupported(text) => expression::mentions(text, name),
        NativeType::Named { name: own, .. } => own == name,
        NativeType::Enum { .. } => false,
    }
}

/// Whether a column's default or expression calls the function.
pub(super) fn calls(column: &Column, name: &str) -> bool {
    let default = match &column.default {
        Some(Default::Expression(text)) => Some(text),
        _ => None,
    };
    let texts = default.into_iter().chain(column.generated.as_ref().map(|it| &it.expression));
    texts.into_iter().any(|text| expression::mentions(text, name))
}

/// The bare name of a type, sequence or function.
pub(super) fn own_name(object: &ForeignObject) -> String {
    let name = object.name.split('(').next().unwrap_or(&object.name);
    name.rsplit('.').next().unwrap_or(name).to_owned()
}
