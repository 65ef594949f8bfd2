//! What is the same under another name in two sketches of the same lineage.

use fastrand::Rng;
use glowplug_sql::hints::{PartRename, RenameHints};
use glowplug_sql::model::QualifiedName;
use glowplug_sql::pair::Pair;

use super::{EnumSketch, ModelSketch, Sketch};

/// Hints for about half of what was renamed: the others are drops and additions.
pub(super) fn hints(prev: &Sketch, next: &Sketch, rng: &mut Rng) -> RenameHints {
    let mut hints = RenameHints::default();
    for new in &next.models {
        let Some(old) = prev.model(new.number) else { continue };
        let names = Pair::new(model_name(prev, old), model_name(next, new));
        let of = names.next.clone();
        if names.prev != names.next {
            if rng.bool() {
                continue;
            }
            hints.tables.push(names);
        }
        for field in &new.fields {
            let Some(old) = old.field(field.number) else { continue };
            let names = Pair::new(old.db_name(), field.db_name());
            if names.prev != names.next && rng.bool() {
                hints.columns.push(PartRename { of: of.clone(), names });
            }
        }
    }
    for new in &next.enums {
        let Some(old) = prev.enums.iter().find(|old| old.number == new.number) else { continue };
        let names = Pair::new(enum_name(prev, old), enum_name(next, new));
        let of = names.next.clone();
        if names.prev != names.next {
            if rng.bool() {
                continue;
            }
            hints.enums.push(names);
        }
        for value in &new.values {
            let Some(old) = old.values.iter().find(|old| old.number == value.number) else { continue };
            let names = Pair::new(old.db_name(), value.db_name());
            if names.prev != names.next && rng.bool() {
                hints.enum_values.push(PartRename { of: of.clone(), names });
            }
        }
    }
    hints
}

fn model_name(sketch: &Sketch, model: &ModelSketch) -> QualifiedName {
    QualifiedName { namespace: namespace(sketch, model.namespace), name: model.db_name() }
}

fn enum_name(sketch: &Sketch, of: &EnumSketch) -> QualifiedName {
    QualifiedName { namespace: namespace(sketch, of.namespace), name: of.db_name() }
}

/// The default namespace has no name in a model.
fn namespace(sketch: &Sketch, at: usize) -> Option<String> {
    (at > 0).then(|| sketch.flavour.namespaces()[at].to_owned())
}
