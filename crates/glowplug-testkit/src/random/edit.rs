//! What people do to a schema file, one thing at a time.

use fastrand::Rng;

use super::make;
use super::{ArityKind, FieldKind, FieldSketch, IndexSketch, RelationKind, RelationSketch, Sketch};

/// Makes one random edit. Whatever it leaves behind that no longer makes sense goes with it.
pub(super) fn edit(sketch: &mut Sketch, rng: &mut Rng) {
    match rng.u8(..10) {
        0 => models(sketch, rng),
        1 | 2 => enums(sketch, rng),
        3 | 4 => relations(sketch, rng),
        5 => indexes(sketch, rng),
        6 => keys(sketch, rng),
        _ => fields(sketch, rng),
    }
    clear(sketch);
}

fn models(sketch: &mut Sketch, rng: &mut Rng) {
    let at = rng.usize(..sketch.models.len());
    match rng.u8(..5) {
        0 => make::add_model(sketch, rng),
        1 if sketch.models.len() > 1 => {
            sketch.models.remove(at);
        }
        2 => sketch.models[at].namespace = make::namespace(sketch.flavour, rng),
        3 if sketch.models.len() > 1 => {
            let other = (at + 1) % sketch.models.len();
            let (one, two) = (sketch.models[at].db_name(), sketch.models[other].db_name());
            sketch.models[at].db_name = Some(two);
            sketch.models[other].db_name = Some(one);
        }
        _ => {
            let number = sketch.number();
            sketch.models[at].db_name = Some(make::own_name(number, rng));
        }
    }
}

fn enums(sketch: &mut Sketch, rng: &mut Rng) {
    if sketch.enums.is_empty() || rng.u8(..8) == 0 {
        return make::add_enum(sketch, rng);
    }
    let at = rng.usize(..sketch.enums.len());
    let count = sketch.enums[at].values.len();
    match rng.u8(..8) {
        0 => {
            sketch.enums.remove(at);
        }
        1 => {
            sketch.enums[at].namespace = make::namespace(sketch.flavour, rng);
            sketch.enums[at].checked = make::is_checked(sketch.flavour, rng);
        }
        2 => {
            let number = sketch.number();
            sketch.enums[at].db_name = Some(make::own_name(number, rng));
        }
        3 if count > 1 => {
            sketch.enums[at].values.remove(rng.usize(..count));
        }
        4 => {
            let number = sketch.number();
            sketch.enums[at].values[rng.usize(..count)].db_name = Some(make::own_name(number, rng));
        }
        5 if count > 1 => {
            let values = &mut sketch.enums[at].values;
            let (one, two) = (values[0].db_name(), values[1].db_name());
            values[0].db_name = Some(two);
            values[1].db_name = Some(one);
        }
        _ => {
            let value = make::value(sketch, rng);
            sketch.enums[at].values.insert(rng.usize(..=count), value);
        }
    }
}

fn relations(sketch: &mut Sketch, rng: &mut Rng) {
    if sketch.relations.is_empty() || rng.u8(..3) == 0 {
        return make::add_relation(sketch, rng);
    }
    let at = rng.usize(..sketch.relations.len());
    if rng.u8(..3) == 0 {
        // The columns of a key stay or go with it.
        let gone = sketch.relations.remove(at);
        if let (RelationKind::Key { columns, .. }, true) = (&gone.kind, rng.bool()) {
            remove_fields(sketch, columns);
        }
        return;
    }
    let number = sketch.number();
    let new_name = make::own_name(number, rng);
    let (from, to) = (sketch.relations[at].from, sketch.relations[at].to);
    if let RelationKind::Key { columns, on_delete, on_update, name, .. } = &mut sketch.relations[at].kind {
        let field = columns.first().and_then(|column| {
            sketch.models.iter().find(|model| model.number == from).and_then(|model| model.field(*column))
        });
        let arity = field.map_or(ArityKind::Required, |field| field.arity);
        match rng.u8(..3) {
            0 => *on_delete = make::action(arity, rng),
            1 => *on_update = make::action(arity, rng),
            _ => *name = Some(new_name),
        }
    } else {
        // Turned round, its table keeps its name and changes its columns' meaning.
        (sketch.relations[at].from, sketch.relations[at].to) = (to, from);
    }
}

fn remove_fields(sketch: &mut Sketch, gone: &[u32]) {
    for model in &mut sketch.models {
        model.fields.retain(|field| !gone.contains(&field.number));
    }
}

fn indexes(sketch: &mut Sketch, rng: &mut Rng) {
    let at = rng.usize(..sketch.models.len());
    let count = sketch.models[at].indexes.len();
    if count == 0 || rng.u8(..3) == 0 {
        return make::add_index(sketch, at, rng);
    }
    let number = sketch.number();
    let index = &mut sketch.models[at].indexes[rng.usize(..count)];
    match rng.u8(..4) {
        0 => index.unique = !index.unique,
        1 => index.parts[0].1 = !index.parts[0].1,
        2 => index.name = Some(make::own_name(number, rng)),
        _ => {
            let gone = index.number;
            sketch.models[at].indexes.retain(|index| index.number != gone);
        }
    }
}

fn keys(sketch: &mut Sketch, rng: &mut Rng) {
    let at = rng.usize(..sketch.models.len());
    if rng.u8(..3) == 0 {
        let number = sketch.number();
        sketch.models[at].key_name = Some(make::own_name(number, rng));
        return;
    }
    let mut fitting: Vec<u32> = sketch.models[at]
        .fields
        .iter()
        .filter(|field| {
            field.arity == ArityKind::Required && matches!(field.kind, FieldKind::Column(kind) if kind.key)
        })
        .map(|field| field.number)
        .collect();
    rng.shuffle(&mut fitting);
    fitting.truncate(rng.usize(1..3));
    if !fitting.is_empty() {
        sketch.models[at].key = fitting;
    }
}

fn fields(sketch: &mut Sketch, rng: &mut Rng) {
    let at = rng.usize(..sketch.models.len());
    let count = sketch.models[at].fields.len();
    let place = rng.usize(..count);
    let is_key = sketch.models[at].key.contains(&sketch.models[at].fields[place].number);
    match rng.u8(..8) {
        0 => {
            let field = make::field(sketch, rng);
            sketch.models[at].fields.insert(place, field);
        }
        1 if !is_key => {
            sketch.models[at].fields.remove(place);
        }
        2 => {
            let number = sketch.number();
            sketch.models[at].fields[place].db_name = Some(make::own_name(number, rng));
        }
        3 if count > 1 => {
            let fields = &mut sketch.models[at].fields;
            let other = (place + 1) % count;
            let (one, two) = (fields[place].db_name(), fields[other].db_name());
            fields[place].db_name = Some(two);
            fields[other].db_name = Some(one);
        }
        4 if !is_key => arity(sketch, at, place, rng),
        5 => default(sketch, at, place, rng),
        6 => rng.shuffle(&mut sketch.models[at].fields),
        _ => kind(sketch, at, place, is_key, rng),
    }
}

fn arity(sketch: &mut Sketch, at: usize, place: usize, rng: &mut Rng) {
    let arity = make::arity(sketch.flavour, rng);
    let field = &mut sketch.models[at].fields[place];
    // The columns of a foreign key are no lists.
    if arity == ArityKind::List && matches!(field.kind, FieldKind::Same { .. }) {
        return;
    }
    let changes_form = (arity == ArityKind::List) != (field.arity == ArityKind::List);
    let loses_counter = field.default.as_ref().is_some_and(|text| text.starts_with("autoincrement"));
    if changes_form || loses_counter {
        field.default = None;
    }
    field.arity = arity;
}

fn default(sketch: &mut Sketch, at: usize, place: usize, rng: &mut Rng) {
    let field = &mut sketch.models[at].fields[place];
    match field.kind {
        FieldKind::Column(kind) => field.default = make::default(kind, field.arity, rng),
        FieldKind::Enum(_) | FieldKind::Same { .. } => field.default = None,
    }
}

fn kind(sketch: &mut Sketch, at: usize, place: usize, is_key: bool, rng: &mut Rng) {
    let arity = sketch.models[at].fields[place].arity;
    let (kind, default) = make::kind(sketch, arity, rng);
    let fits_key = matches!(kind, FieldKind::Column(kind) if kind.key);
    let field = &mut sketch.models[at].fields[place];
    if matches!(field.kind, FieldKind::Same { .. }) || (is_key && !fits_key) {
        return;
    }
    (field.kind, field.default) = (kind, default);
}

/// Takes away what an edit left without sense, until nothing is left to take.
pub(super) fn clear(sketch: &mut Sketch) {
    loop {
        let before = size(sketch);
        let known = sketch.clone();
        for model in &mut sketch.models {
            model.fields.retain(|field| known.kind(field).is_some());
            let fields = model.fields.clone();
            model.indexes.retain(|index| is_sound(&known, &fields, index));
            let mut seen: Vec<(bool, Vec<u32>)> = Vec::new();
            model.indexes.retain(|index| {
                let parts = (index.unique, index.parts.iter().map(|(field, _)| *field).collect::<Vec<_>>());
                let is_new = !seen.contains(&parts);
                seen.push(parts);
                is_new
            });
            for field in &mut model.fields {
                clear_default(&known, field);
            }
        }
        let known = sketch.clone();
        sketch.relations.retain(|relation| relation_is_sound(&known, relation));
        for relation in &mut sketch.relations {
            clear_actions(&known, relation);
        }
        if size(sketch) == before {
            return;
        }
    }
}

fn size(sketch: &Sketch) -> usize {
    let of_models: usize = sketch.models.iter().map(|model| model.fields.len() + model.indexes.len()).sum();
    of_models + sketch.relations.len()
}

fn is_sound(sketch: &Sketch, fields: &[FieldSketch], index: &IndexSketch) -> bool {
    let find = |number: &u32| fields.iter().find(|field| field.number == *number);
    let parts =
        index.parts.iter().all(|(number, _)| find(number).is_some_and(|f| make::is_indexable(sketch, f)));
    let hashable = || find(&index.parts[0].0).is_some_and(|field| make::is_hashable(sketch, field));
    let method = index.method.is_none()
        || (!index.unique && index.parts.len() == 1 && !index.parts[0].1 && hashable());
    // `{ f12: null }`: the name up to the colon.
    let predicate = index.predicate.as_ref().is_none_or(|text| {
        let name = text.trim_start_matches("{ f").split(':').next().and_then(|digits| digits.parse().ok());
        name.and_then(|number: u32| find(&number)).is_some_and(|field| field.arity == ArityKind::Optional)
    });
    parts && method && predicate
}

fn clear_default(sketch: &Sketch, field: &mut FieldSketch) {
    let FieldKind::Enum(number) = field.kind else { return };
    let Some(of) = sketch.enums.iter().find(|it| it.number == number) else { return };
    let known: Vec<String> = of.values.iter().map(|value| format!("V{}", value.number)).collect();
    let is_known = |text: &String| known.contains(&text.trim_matches(['[', ']']).to_owned());
    field.default = field.default.take().filter(is_known);
}

fn relation_is_sound(sketch: &Sketch, relation: &RelationSketch) -> bool {
    let (Some(from), Some(to)) = (sketch.model(relation.from), sketch.model(relation.to)) else {
        return false;
    };
    match &relation.kind {
        RelationKind::ManyToMany => from.key.len() == 1 && to.key.len() == 1,
        RelationKind::Key { columns, references, .. } => {
            let unique = to.indexes.iter().any(|index| {
                index.unique
                    && index.predicate.is_none()
                    && index.parts.iter().map(|(field, _)| *field).collect::<Vec<_>>() == *references
            });
            let resolves =
                references.iter().all(|field| to.field(*field).is_some_and(|f| sketch.kind(f).is_some()));
            (to.key == *references || unique)
                && resolves
                && columns.iter().all(|column| from.field(*column).is_some())
        }
    }
}

fn clear_actions(sketch: &Sketch, relation: &mut RelationSketch) {
    let Some(from) = sketch.model(relation.from) else { return };
    let RelationKind::Key { columns, on_delete, on_update, .. } = &mut relation.kind else { return };
    let optional = columns.iter().all(|c| from.field(*c).is_some_and(|f| f.arity == ArityKind::Optional));
    for action in [on_delete, on_update] {
        if *action == Some("SetNull") && !optional {
            *action = None;
        }
    }
}
