//! Random pairs of schema files, the second an edit of the first, for tests of "whatever was and whatever
//! is wanted, the way leads there and back".
//!
//! The same seed gives the same pair on every machine. A schema is sketched with numbers for its objects, so
//! that an edit (a rename, a move) knows what it was, and only then written as text.

mod edit;
mod hints;
mod make;
mod rows;
mod types;
mod write;

use fastrand::Rng;
use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_sql::hints::RenameHints;

pub use rows::rows;
use types::ColumnKind;

/// Two schema files.
#[derive(Debug, Clone)]
pub struct RandomPair {
    /// The first schema file.
    pub prev: String,
    /// The second one.
    pub next: String,
    /// What has another name in the second one and is the same: some renames are told, others are not.
    pub hints: RenameHints,
}

/// The databases that pairs can be made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// With lists, namespaces, native types, methods of indexes.
    Postgres,
    /// With none of these.
    Sqlite,
}

/// The pair of a seed: the first one that the seed's numbers give and that is valid.
///
/// # Panics
/// When nothing valid comes up in many attempts, which would be a defect here.
pub fn pair(flavour: Flavour, seed: u64) -> RandomPair {
    let mut rng = Rng::with_seed(seed);
    let mut said = String::new();
    for _ in 0..100 {
        let pair = attempt(flavour, &mut rng);
        match error_of(&pair.prev).or_else(|| error_of(&pair.next)) {
            None => return pair,
            Some(error) => said = error,
        }
    }
    panic!("seed {seed} gives no valid schemas: {said}");
}

fn attempt(flavour: Flavour, rng: &mut Rng) -> RandomPair {
    let prev = make::sketch(flavour, rng);
    // Now and then the two have nothing to do with each other.
    let next = if rng.u8(..8) == 0 {
        make::sketch(flavour, rng)
    } else {
        let mut next = prev.clone();
        for _ in 0..rng.usize(1..8) {
            edit::edit(&mut next, rng);
        }
        next
    };
    let hints = hints::hints(&prev, &next, rng);
    RandomPair { prev: write::text(&prev), next: write::text(&next), hints }
}

/// What is wrong with a schema file: names that are cut to the same, for instance.
fn error_of(text: &str) -> Option<String> {
    let file = SourceFile { path: "schema.prisma".to_owned(), text: text.to_owned() };
    let (_, diagnostics) = glowplug_psl::parse(&[file]);
    diagnostics.into_iter().find(|it| it.severity == Severity::Error).map(|it| it.message)
}

/// A schema before it is written.
#[derive(Debug, Clone)]
struct Sketch {
    flavour: Flavour,
    enums: Vec<EnumSketch>,
    models: Vec<ModelSketch>,
    relations: Vec<RelationSketch>,
    /// The next number for an object.
    next: u32,
}

#[derive(Debug, Clone)]
struct EnumSketch {
    number: u32,
    db_name: Option<String>,
    namespace: usize,
    values: Vec<ValueSketch>,
    /// Whether it says `/// @check`: only for SQLite, elsewhere it means nothing.
    checked: bool,
}

#[derive(Debug, Clone)]
struct ValueSketch {
    number: u32,
    db_name: Option<String>,
}

#[derive(Debug, Clone)]
struct ModelSketch {
    number: u32,
    db_name: Option<String>,
    namespace: usize,
    fields: Vec<FieldSketch>,
    /// Numbers of the fields of the primary key, which is never empty.
    key: Vec<u32>,
    key_name: Option<String>,
    indexes: Vec<IndexSketch>,
}

#[derive(Debug, Clone)]
struct FieldSketch {
    number: u32,
    db_name: Option<String>,
    kind: FieldKind,
    arity: ArityKind,
    /// As written between the parentheses of `@default`.
    default: Option<String>,
}

#[derive(Debug, Clone)]
enum FieldKind {
    Column(&'static ColumnKind),
    Enum(u32),
    /// The column of a foreign key: its type is that of the column it refers to.
    Same {
        model: u32,
        field: u32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ArityKind {
    Required,
    Optional,
    List,
}

#[derive(Debug, Clone)]
struct IndexSketch {
    number: u32,
    /// Numbers of fields, and whether descending.
    parts: Vec<(u32, bool)>,
    unique: bool,
    method: Option<&'static str>,
    name: Option<String>,
    /// As written behind `where:`.
    predicate: Option<String>,
}

#[derive(Debug, Clone)]
struct RelationSketch {
    number: u32,
    from: u32,
    to: u32,
    kind: RelationKind,
}

#[derive(Debug, Clone)]
enum RelationKind {
    /// Columns of `from` and the columns of `to` that they refer to.
    Key {
        columns: Vec<u32>,
        references: Vec<u32>,
        on_delete: Option<&'static str>,
        on_update: Option<&'static str>,
        name: Option<String>,
    },
    ManyToMany,
}

impl Sketch {
    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn model(&self, number: u32) -> Option<&ModelSketch> {
        self.models.iter().find(|model| model.number == number)
    }

    /// The kind of a field behind all references, if what it refers to still is there.
    fn kind<'a>(&'a self, field: &'a FieldSketch) -> Option<&'a FieldKind> {
        match &field.kind {
            FieldKind::Same { model, field } => self.kind(self.model(*model)?.field(*field)?),
            FieldKind::Enum(number) => self.enums.iter().any(|e| e.number == *number).then_some(&field.kind),
            FieldKind::Column(_) => Some(&field.kind),
        }
    }
}

impl ModelSketch {
    fn field(&self, number: u32) -> Option<&FieldSketch> {
        self.fields.iter().find(|field| field.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_pair_each_time() {
        for flavour in [Flavour::Postgres, Flavour::Sqlite] {
            let (one, two) = (pair(flavour, 7), pair(flavour, 7));
            assert_eq!((one.prev, one.next, one.hints), (two.prev, two.next, two.hints));
        }
    }

    #[test]
    fn most_attempts_are_valid() {
        for flavour in [Flavour::Postgres, Flavour::Sqlite] {
            let mut errors = Vec::new();
            for seed in 0..300 {
                let pair = attempt(flavour, &mut Rng::with_seed(seed));
                errors.extend(error_of(&pair.prev).or_else(|| error_of(&pair.next)));
            }
            assert!(errors.len() < 30, "{flavour:?}: {} of 300\n{}", errors.len(), errors.join("\n"));
        }
    }
}
