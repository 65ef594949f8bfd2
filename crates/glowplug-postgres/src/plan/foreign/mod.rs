//! Foreign objects in a plan: those that differ between two databases, and those that stand in the way of a
//! change, which are dropped and made again around it.
//!
//! A schema file does not speak of foreign objects. Where only one side of a change set knows them, the other
//! has the same ones: they are left alone, except for what comes and goes with its table.

mod causes;
mod fates;
mod order;
mod steps;

use glowplug_sql::ids::TableId;
use glowplug_sql::model::{ForeignObject, QualifiedName, Use};

use super::context::Cx;
use crate::foreign::Kind;
pub(super) use steps::{create, create_early, drop, drop_early};

/// The foreign objects of both sides, with what happens to each.
#[derive(Default)]
pub(super) struct Foreign<'a> {
    objects: Vec<Object<'a>>,
}

/// A foreign object.
struct Object<'a> {
    kind: Option<Kind>,
    prev: Option<&'a ForeignObject>,
    next: Option<&'a ForeignObject>,
    /// Whether the names in it are those of the previous schema; else of the next one.
    known_before: bool,
    fate: Fate,
}

/// What happens to a foreign object.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Stays,
    /// It goes with its table, or with a column by this change.
    Goes(Option<usize>),
    /// It is made with its table or column.
    Comes(Vec<usize>),
    Dropped(Vec<usize>),
    Created(usize),
    /// It is made in another way by one statement.
    Altered(usize),
    /// It is dropped, and made in another way.
    Replaced(usize),
    /// It is dropped and made again, for these changes and this reason.
    Remade(Vec<usize>, String),
}

impl<'a> Object<'a> {
    /// The object on the side where it exists.
    fn any(&self) -> Option<&'a ForeignObject> {
        self.prev.or(self.next)
    }

    fn uses(&self) -> &'a [Use] {
        self.any().map_or(&[], |it| &it.uses)
    }

    /// Whether it is away for a while, or for good.
    fn leaves(&self) -> bool {
        matches!(self.fate, Fate::Dropped(_) | Fate::Replaced(_) | Fate::Remade(..))
    }
}

impl<'a> Foreign<'a> {
    /// Looks at all objects. Changes that one of them makes impossible are refused.
    pub(super) fn of(cx: &mut Cx<'a>) -> Self {
        loop {
            let (objects, refused) = fates::all(cx);
            let before = cx.refused.len();
            for (change, why) in refused {
                if !cx.is_refused(change) {
                    cx.refuse(change, why);
                }
            }
            if cx.refused.len() == before {
                return Self { objects };
            }
        }
    }

    /// How a new table is divided into partitions.
    pub(super) fn partition_key(&self, cx: &Cx<'_>, next: TableId) -> Option<String> {
        let name = cx.next_name(next);
        let keys = self.objects.iter().filter(|it| it.kind == Some(Kind::PartitionKey));
        let found = keys.filter_map(|it| it.next).find(|it| it.part_of.as_ref() == Some(&name));
        found?.definition.clone()
    }

    /// Whether a table is partitioned, by its previous or its next name.
    pub(super) fn is_partitioned(&self, prev: &QualifiedName, next: &QualifiedName) -> bool {
        let keys = self.objects.iter().filter(|it| it.kind == Some(Kind::PartitionKey));
        let mut tables = keys.filter_map(Object::any).filter_map(|it| it.part_of.as_ref());
        tables.any(|table| table == prev || table == next)
    }

    /// What goes with a column that this change drops.
    pub(super) fn going_with(&self, change: usize) -> impl Iterator<Item = &'a ForeignObject> {
        let objects = self.objects.iter().filter(move |it| it.fate == Fate::Goes(Some(change)));
        objects.filter_map(|it| it.prev)
    }

    /// The collation of a column that has one of its own and keeps it.
    pub(super) fn collation(&self, used: &Use) -> Option<&'a str> {
        let objects =
            self.objects.iter().filter(|it| it.kind == Some(Kind::Collation) && it.fate == Fate::Stays);
        let object = objects.filter_map(Object::any).find(|it| it.uses.contains(used))?;
        let definition = object.definition.as_deref()?;
        definition.rsplit_once(" COLLATE ").map(|(_, name)| name.trim_end_matches(';'))
    }
}
