//! A random schema from nothing, and the random parts that edits add, too.

use fastrand::Rng;

use super::edit;
use super::types::ColumnKind;
use super::{
    ArityKind, EnumSketch, FieldKind, FieldSketch, Flavour, IndexSketch, ModelSketch, RelationKind,
    RelationSketch, Sketch, ValueSketch,
};

/// Names that need quotes, escapes or luck. A number is put behind each, so that none stands twice.
const NAMES: &[&str] = &[
    "order",
    "user name",
    "Ünïcödé",
    "it's",
    "quo\"te",
    "semi;colon",
    "back\\slash",
    "dollar$$",
    "per%cent",
    "UPPER",
    "select",
    "a_name_that_is_almost_too_long_for_any_database_to_keep_whole",
];

const ACTIONS: &[&str] = &["Cascade", "Restrict", "NoAction", "SetDefault", "SetNull"];

/// A schema of a few models.
pub(super) fn sketch(flavour: Flavour, rng: &mut Rng) -> Sketch {
    let mut sketch =
        Sketch { flavour, enums: Vec::new(), models: Vec::new(), relations: Vec::new(), next: 0 };
    for _ in 0..rng.usize(0..3) {
        add_enum(&mut sketch, rng);
    }
    for _ in 0..rng.usize(1..6) {
        add_model(&mut sketch, rng);
    }
    for _ in 0..rng.usize(0..6) {
        add_relation(&mut sketch, rng);
    }
    edit::clear(&mut sketch);
    sketch
}

/// Sometimes a name of its own for the database.
pub(super) fn db_name(number: u32, rng: &mut Rng) -> Option<String> {
    (rng.u8(..3) == 0).then(|| own_name(number, rng))
}

/// A name of its own for the database.
pub(super) fn own_name(number: u32, rng: &mut Rng) -> String {
    let name = NAMES[rng.usize(..NAMES.len())];
    // The number stays at the front of long names: cut off, they would be equal.
    format!("{number}{name}").chars().take(60).collect()
}

/// A name of its own for a key or an index: never that of a table, with which it shares a namespace.
pub(super) fn part_name(sketch: &mut Sketch, rng: &mut Rng) -> String {
    let number = sketch.number();
    own_name(number, rng)
}

pub(super) fn namespace(flavour: Flavour, rng: &mut Rng) -> usize {
    let all = flavour.namespaces().len();
    if all > 0 && rng.u8(..4) == 0 { rng.usize(..all) } else { 0 }
}

pub(super) fn add_enum(sketch: &mut Sketch, rng: &mut Rng) {
    let number = sketch.number();
    let values = (0..rng.usize(1..5)).map(|_| value(sketch, rng)).collect();
    let namespace = namespace(sketch.flavour, rng);
    let checked = is_checked(sketch.flavour, rng);
    sketch.enums.push(EnumSketch { number, db_name: db_name(number, rng), namespace, values, checked });
}

pub(super) fn is_checked(flavour: Flavour, rng: &mut Rng) -> bool {
    flavour == Flavour::Sqlite && rng.u8(..3) > 0
}

pub(super) fn value(sketch: &mut Sketch, rng: &mut Rng) -> ValueSketch {
    let number = sketch.number();
    ValueSketch { number, db_name: db_name(number, rng) }
}

pub(super) fn add_model(sketch: &mut Sketch, rng: &mut Rng) {
    let number = sketch.number();
    let mut fields = Vec::new();
    let mut key = Vec::new();
    for _ in 0..rng.usize(1..3).min(1 + usize::from(rng.u8(..4) == 0)) {
        let field = key_field(sketch, rng);
        key.push(field.number);
        fields.push(field);
    }
    for _ in 0..rng.usize(0..7) {
        fields.push(field(sketch, rng));
    }
    rng.shuffle(&mut fields);
    let namespace = namespace(sketch.flavour, rng);
    let key_name = (rng.u8(..4) == 0).then(|| part_name(sketch, rng));
    let model = ModelSketch {
        number,
        db_name: db_name(number, rng),
        namespace,
        fields,
        key,
        key_name,
        indexes: Vec::new(),
    };
    sketch.models.push(model);
    for _ in 0..rng.usize(0..3) {
        add_index(sketch, sketch.models.len() - 1, rng);
    }
}

fn key_field(sketch: &mut Sketch, rng: &mut Rng) -> FieldSketch {
    let number = sketch.number();
    let kinds: Vec<&'static ColumnKind> = sketch.flavour.kinds().iter().filter(|kind| kind.key).collect();
    let kind = kinds[rng.usize(..kinds.len())];
    let default = default(kind, ArityKind::Required, rng);
    FieldSketch {
        number,
        db_name: db_name(number, rng),
        kind: FieldKind::Column(kind),
        arity: ArityKind::Required,
        default,
    }
}

/// A field that is no part of a key or relation.
pub(super) fn field(sketch: &mut Sketch, rng: &mut Rng) -> FieldSketch {
    let number = sketch.number();
    let arity = arity(sketch.flavour, rng);
    let (kind, default) = kind(sketch, arity, rng);
    FieldSketch { number, db_name: db_name(number, rng), kind, arity, default }
}

pub(super) fn arity(flavour: Flavour, rng: &mut Rng) -> ArityKind {
    match rng.u8(..8) {
        0 if flavour.has_lists() => ArityKind::List,
        1..4 => ArityKind::Optional,
        _ => ArityKind::Required,
    }
}

/// A type with a default that fits it.
pub(super) fn kind(sketch: &Sketch, arity: ArityKind, rng: &mut Rng) -> (FieldKind, Option<String>) {
    if !sketch.enums.is_empty() && rng.u8(..5) == 0 {
        let chosen = &sketch.enums[rng.usize(..sketch.enums.len())];
        let value = &chosen.values[rng.usize(..chosen.values.len())];
        let default = match arity {
            ArityKind::List => format!("[V{}]", value.number),
            ArityKind::Required | ArityKind::Optional => format!("V{}", value.number),
        };
        return (FieldKind::Enum(chosen.number), rng.bool().then_some(default));
    }
    let kinds = sketch.flavour.kinds();
    let kind = &kinds[rng.usize(..kinds.len())];
    (FieldKind::Column(kind), default(kind, arity, rng))
}

pub(super) fn default(kind: &ColumnKind, arity: ArityKind, rng: &mut Rng) -> Option<String> {
    if rng.bool() {
        return None;
    }
    match arity {
        ArityKind::List if kind.items.is_empty() => Some("[]".to_owned()),
        ArityKind::List => {
            let items: Vec<&str> =
                (0..rng.usize(0..3)).map(|_| kind.items[rng.usize(..kind.items.len())]).collect();
            Some(format!("[{}]", items.join(", ")))
        }
        ArityKind::Required | ArityKind::Optional => {
            let fitting: Vec<&str> = kind
                .defaults
                .iter()
                .copied()
                .filter(|text| arity == ArityKind::Required || !text.starts_with("autoincrement"))
                .collect();
            (!fitting.is_empty()).then(|| fitting[rng.usize(..fitting.len())].to_owned())
        }
    }
}

pub(super) fn add_index(sketch: &mut Sketch, at: usize, rng: &mut Rng) {
    let number = sketch.number();
    let model = &sketch.models[at];
    let indexable: Vec<u32> =
        model.fields.iter().filter(|field| is_indexable(sketch, field)).map(|f| f.number).collect();
    if indexable.is_empty() {
        return;
    }
    let unique = rng.u8(..3) == 0;
    let mut parts: Vec<(u32, bool)> = Vec::new();
    for _ in 0..rng.usize(1..4) {
        let part = indexable[rng.usize(..indexable.len())];
        if parts.iter().all(|(known, _)| *known != part) {
            parts.push((part, rng.u8(..4) == 0));
        }
    }
    let hashable =
        !unique && parts.len() == 1 && model.field(parts[0].0).is_some_and(|f| is_hashable(sketch, f));
    let method = (hashable && rng.u8(..4) == 0).then_some("Hash");
    if method.is_some() {
        parts[0].1 = false;
    }
    let predicate = (sketch.flavour == Flavour::Postgres && rng.u8(..6) == 0)
        .then(|| {
            model.fields.iter().find(|field| {
                field.arity == ArityKind::Optional && matches!(field.kind, FieldKind::Column(_))
            })
        })
        .flatten()
        .map(|field| format!("{{ f{}: {} }}", field.number, if unique { "null" } else { "{ not: null }" }));
    let name = (rng.u8(..4) == 0).then(|| part_name(sketch, rng));
    sketch.models[at].indexes.push(IndexSketch { number, parts, unique, method, name, predicate });
}

/// Whether an index can hold the field.
pub(super) fn is_indexable(sketch: &Sketch, field: &FieldSketch) -> bool {
    field.arity != ArityKind::List
        && sketch.kind(field).is_some_and(|kind| match kind {
            FieldKind::Column(kind) => kind.indexable,
            FieldKind::Enum(_) => true,
            FieldKind::Same { .. } => false,
        })
}

/// Whether an index of the method `hash` can hold the field: not every type has an operator class for it.
pub(super) fn is_hashable(sketch: &Sketch, field: &FieldSketch) -> bool {
    sketch.flavour == Flavour::Postgres
        && sketch.kind(field).is_some_and(|kind| match kind {
            FieldKind::Column(kind) => !kind.native.is_some_and(|it| it.contains("Bit") || it == "Money"),
            FieldKind::Enum(_) => true,
            FieldKind::Same { .. } => false,
        })
}

pub(super) fn add_relation(sketch: &mut Sketch, rng: &mut Rng) {
    let number = sketch.number();
    let from = rng.usize(..sketch.models.len());
    let to = rng.usize(..sketch.models.len());
    let (from_number, to_number) = (sketch.models[from].number, sketch.models[to].number);
    let single = |at: usize| sketch.models[at].key.len() == 1;
    if rng.u8(..4) == 0 && single(from) && single(to) {
        sketch.relations.push(RelationSketch {
            number,
            from: from_number,
            to: to_number,
            kind: RelationKind::ManyToMany,
        });
        return;
    }
    let target = &sketch.models[to];
    // Either the key, or what a unique index of one column without a condition holds.
    let unique: Vec<u32> = target
        .indexes
        .iter()
        .filter(|index| index.unique && index.parts.len() == 1 && index.predicate.is_none())
        .map(|index| index.parts[0].0)
        .collect();
    let references = if unique.is_empty() || rng.bool() {
        target.key.clone()
    } else {
        vec![unique[rng.usize(..unique.len())]]
    };
    let arity = if rng.bool() { ArityKind::Required } else { ArityKind::Optional };
    let mut columns = Vec::new();
    for field in &references {
        let column = sketch.number();
        let kind = FieldKind::Same { model: to_number, field: *field };
        let db_name = db_name(column, rng);
        sketch.models[from].fields.push(FieldSketch { number: column, db_name, kind, arity, default: None });
        columns.push(column);
    }
    if rng.u8(..3) == 0 {
        // Unique columns make it a relation to one on both sides.
        let index = IndexSketch {
            number: sketch.number(),
            parts: columns.iter().map(|column| (*column, false)).collect(),
            unique: true,
            method: None,
            name: None,
            predicate: None,
        };
        sketch.models[from].indexes.push(index);
    }
    let kind = RelationKind::Key {
        columns,
        references,
        on_delete: action(arity, rng),
        on_update: action(arity, rng),
        name: (rng.u8(..4) == 0).then(|| part_name(sketch, rng)),
    };
    sketch.relations.push(RelationSketch { number, from: from_number, to: to_number, kind });
}

/// An action that the columns allow; SET DEFAULT is allowed by all, whatever it does to rows.
pub(super) fn action(arity: ArityKind, rng: &mut Rng) -> Option<&'static str> {
    let allowed = if arity == ArityKind::Optional { ACTIONS.len() } else { ACTIONS.len() - 1 };
    rng.bool().then(|| ACTIONS[rng.usize(..allowed)])
}
