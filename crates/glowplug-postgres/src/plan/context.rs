//! What the planner must know before it writes the first statement: which changes need more than
//! their own statement, because something else is in the way.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::plan::{Obstacle, PlanOptions, Refusal};
use glowplug_sql::change::{Cast, Change, ChangeSet, ColumnDelta};
use glowplug_sql::ids::{ColumnId, EnumId, ForeignKeyId, TableId};
use glowplug_sql::model::{
    ColumnType, Default, ForeignKey, Index, IndexKey, Literal, NativeType, QualifiedName, SqlSchema,
};
use glowplug_sql::pair::Pair;
use glowplug_sql::pairing::{Pairing, TableNames};

use super::foreign::Foreign;
use super::generated::{self, Regenerated};
use super::rebuilt::{self, Rebuilt};
use crate::casts;
use crate::types;

/// The changes, seen from the server's rules.
pub(super) struct Cx<'a> {
    pub(super) changes: &'a [Change],
    pub(super) schemas: Pair<&'a SqlSchema>,
    pub(super) pairing: Pairing,
    /// Places of changes by the table (next) that they are about.
    by_next: BTreeMap<TableId, Vec<usize>>,
    /// Places of changes by the table (previous) that they are about.
    by_prev: BTreeMap<TableId, Vec<usize>>,
    /// Tables of both schemas by name.
    names: Pair<TableNames>,
    pub(super) way_back: bool,
    /// Whether tables stay usable meanwhile.
    pub(super) online: bool,
    /// Changes that cannot be made, and why.
    pub(super) refused: Vec<Refusal>,
    /// Columns (next) that are dropped and added again, with their change.
    pub(super) recreated: BTreeMap<ColumnId, usize>,
    /// Enums (next) whose type is replaced by a new one, with their change.
    pub(super) swapped: BTreeMap<EnumId, Swap>,
    /// Foreign keys (previous) that stay, but must be away while columns or keys change.
    pub(super) detached: Vec<Detached>,
    /// Indexes that stay, but must be built anew.
    pub(super) rebuilt: Vec<Rebuilt>,
    /// Generated columns that stay, but are computed anew.
    pub(super) regenerated: Vec<Regenerated>,
    /// What the schema file does not speak of.
    pub(super) foreign: Foreign<'a>,
}

/// What happens to a column whose type changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Retyped {
    /// The change that asks for it.
    pub(super) change: usize,
    /// Whether values of the old and the new type cannot be compared with each other.
    pub(super) stranger: bool,
}

/// The replacement of an enum's type.
pub(super) struct Swap {
    /// The change.
    pub(super) change: usize,
    /// Columns that are converted at once.
    pub(super) columns: Vec<Pair<ColumnId>>,
    /// Whether other columns still have the old type for a while.
    pub(super) others_remain: bool,
}

/// A foreign key that is dropped and added again.
pub(super) struct Detached {
    pub(super) prev: ForeignKeyId,
    /// As it is to be again.
    pub(super) next: ForeignKey,
    /// The changes that ask for it.
    pub(super) causes: Vec<usize>,
}

impl<'a> Cx<'a> {
    /// Looks at the changes.
    pub(super) fn new(set: &'a ChangeSet<'a>, options: &PlanOptions) -> Self {
        let mut by_prev: BTreeMap<TableId, Vec<usize>> = BTreeMap::new();
        let mut by_next: BTreeMap<TableId, Vec<usize>> = BTreeMap::new();
        for (at, change) in set.changes.iter().enumerate() {
            let (prev, next) = change.tables();
            prev.into_iter().for_each(|id| by_prev.entry(id).or_default().push(at));
            next.into_iter().for_each(|id| by_next.entry(id).or_default().push(at));
        }
        let mut cx = Self {
            changes: &set.changes,
            schemas: set.schemas,
            pairing: Pairing::of(set),
            by_next,
            by_prev,
            names: Pair::new(TableNames::of(set.schemas.prev), TableNames::of(set.schemas.next)),
            way_back: options.way_back,
            online: options.online && !options.way_back,
            refused: Vec::new(),
            recreated: BTreeMap::new(),
            swapped: BTreeMap::new(),
            detached: Vec::new(),
            rebuilt: Vec::new(),
            regenerated: Vec::new(),
            foreign: Foreign::default(),
        };
        for (at, ids, delta) in cx.altered_columns() {
            if delta.ty != Some(Cast::None) {
                continue;
            }
            if options.allow_recreate {
                cx.recreated.insert(ids.next, at);
            } else {
                let ty = |ty: &ColumnType| types::type_sql(ty).to_lowercase();
                let types =
                    (ty(&cx.schemas.prev.column(ids.prev).ty), ty(&cx.schemas.next.column(ids.next).ty));
                let why = format!("no cast leads from {} to {}", types.0, types.1);
                cx.refused.push(Refusal { change: at, obstacle: Obstacle::NoCast, why });
            }
        }
        cx.swapped = cx.find_swaps();
        cx.regenerated = generated::find(&mut cx);
        // What is refused changes nothing, so it is no reason for anything else: looked at again without it.
        loop {
            let refused = cx.refused.len();
            cx.foreign = Foreign::of(&mut cx);
            cx.rebuilt = rebuilt::find(&mut cx);
            if cx.refused.len() == refused {
                break;
            }
        }
        cx.detached = cx.find_detached();
        cx
    }

    /// Altered columns with the place of their change.
    pub(super) fn altered_columns(&self) -> Vec<(usize, Pair<ColumnId>, &'a ColumnDelta)> {
        let changes = self.changes.iter().enumerate();
        changes
            .filter_map(|(at, change)| match change {
                Change::AlterColumn(ids, delta) => Some((at, *ids, delta)),
                _ => None,
            })
            .collect()
    }

    /// The changes about a table (previous), with their places.
    pub(super) fn changes_of_prev(&self, table: TableId) -> impl Iterator<Item = (usize, &'a Change)> + '_ {
        let places = self.by_prev.get(&table).map_or(&[][..], Vec::as_slice);
        places.iter().map(|at| (*at, &self.changes[*at]))
    }

    /// The changes about a table (next), with their places.
    pub(super) fn changes_of_next(&self, table: TableId) -> impl Iterator<Item = (usize, &'a Change)> + '_ {
        let places = self.by_next.get(&table).map_or(&[][..], Vec::as_slice);
        places.iter().map(|at| (*at, &self.changes[*at]))
    }

    /// The table (previous) that a foreign key (previous) refers to.
    pub(super) fn prev_target(&self, key: &ForeignKey) -> Option<TableId> {
        self.names.prev.find(key.target_namespace.as_deref(), &key.target_table)
    }

    /// The table (next) that a foreign key (next) refers to.
    pub(super) fn next_target(&self, key: &ForeignKey) -> Option<TableId> {
        self.names.next.find(key.target_namespace.as_deref(), &key.target_table)
    }

    /// Leaves a change out of the plan because of something that depends on it, with everything that is only
    /// done for it.
    pub(super) fn refuse(&mut self, change: usize, why: String) {
        let refusal = |change, why| Refusal { change, obstacle: Obstacle::Dependent, why };
        // A key that stays leaves no room for another.
        if let Change::DropPrimaryKey(prev) = &self.changes[change] {
            let next = self.pairing.table_next(*prev);
            let added = self
                .changes
                .iter()
                .position(|it| matches!(it, Change::AddPrimaryKey(id) if Some(*id) == next));
            self.refused.extend(added.map(|at| refusal(at, why.clone())));
        }
        self.refused.push(refusal(change, why));
        self.recreated.retain(|_, cause| *cause != change);
        self.swapped.retain(|_, swap| swap.change != change);
        self.regenerated.retain(|it| !it.causes.contains(&change));
    }

    /// The table (previous) of that name.
    pub(super) fn find_prev(&self, name: &QualifiedName) -> Option<TableId> {
        self.names.prev.find(name.namespace.as_deref(), &name.name)
    }

    /// The table (next) of that name.
    pub(super) fn find_next(&self, name: &QualifiedName) -> Option<TableId> {
        self.names.next.find(name.namespace.as_deref(), &name.name)
    }

    /// Whether the foreign things of this plan are known by the next schema alone, as in a way back.
    pub(super) fn known_after(&self) -> bool {
        self.schemas.next.owns_foreign && !self.schemas.prev.owns_foreign
    }

    /// Whether a change stands in `refused`.
    pub(super) fn is_refused(&self, change: usize) -> bool {
        self.refused.iter().any(|it| it.change == change)
    }

    /// The name of a table before any rename.
    pub(super) fn prev_name(&self, id: TableId) -> QualifiedName {
        self.schemas.prev.table(id).qualified_name()
    }

    /// The name of a table after all renames.
    pub(super) fn next_name(&self, id: TableId) -> QualifiedName {
        self.schemas.next.table(id).qualified_name()
    }

    /// The name under which a table of the next schema existed before; empty for a new table.
    pub(super) fn existing(&self, next: TableId) -> Vec<String> {
        self.pairing.table_prev(next).map(|prev| self.prev_name(prev).to_string()).into_iter().collect()
    }

    /// A namespace's real name.
    pub(super) fn namespace_name(&self, namespace: Option<&str>) -> String {
        let default = self.schemas.next.default_namespace.as_deref().unwrap_or(types::DEFAULT_NAMESPACE);
        namespace.unwrap_or(default).to_string()
    }

    /// The enum (next) that a type (next) is of.
    pub(super) fn enum_of(&self, native: &NativeType) -> Option<EnumId> {
        match native {
            NativeType::Enum { namespace, name } => self.schemas.next.find_enum(namespace.as_deref(), name),
            NativeType::Named { .. } | NativeType::Unsupported(_) => None,
        }
    }

    /// Values can only be added to a type in place when nothing of the same transaction uses them,
    /// and can never be removed in place: then a new type takes the old one's place.
    fn find_swaps(&self) -> BTreeMap<EnumId, Swap> {
        let mut swaps = BTreeMap::new();
        for (at, change) in self.changes.iter().enumerate() {
            let Change::AlterEnum(ids, delta) = change else { continue };
            if delta.removed.is_empty() && !self.uses_label(ids.next, &delta.added) {
                continue;
            }
            let prev = self.schemas.prev.enum_type(ids.prev);
            let ty = NativeType::Enum { namespace: prev.namespace.clone(), name: prev.name.clone() };
            let (mut columns, mut others_remain) = (Vec::new(), false);
            for (table, prev_table) in self.schemas.prev.walk_tables() {
                // Dropped tables are gone by then.
                if self.pairing.table_next(table).is_none() {
                    continue;
                }
                for (index, column) in
                    prev_table.columns.iter().enumerate().filter(|(_, c)| c.ty.native == ty)
                {
                    let prev_id = ColumnId { table, index };
                    let next = self.pairing.column_next(prev_id).filter(|next| {
                        let next = self.schemas.next.column(*next);
                        next.ty.is_list == column.ty.is_list
                            && self.enum_of(&next.ty.native) == Some(ids.next)
                    });
                    match next {
                        Some(next) => columns.push(Pair::new(prev_id, next)),
                        None => others_remain = true,
                    }
                }
            }
            swaps.insert(ids.next, Swap { change: at, columns, others_remain });
        }
        swaps
    }

    /// Whether the same plan writes one of these labels of an enum (next).
    fn uses_label(&self, id: EnumId, labels: &[String]) -> bool {
        if labels.is_empty() {
            return false;
        }
        let is_label = |literal: &Literal| match literal {
            Literal::EnumLabel(label) | Literal::Text(label) => labels.contains(label),
            Literal::Number(_) | Literal::Boolean(_) | Literal::Bytes(_) => false,
        };
        let mentions = |text: &str| labels.iter().any(|label| text.contains(label.as_str()));
        let by_default = self.schemas.next.tables.iter().flat_map(|t| &t.columns).any(|column| {
            self.enum_of(&column.ty.native) == Some(id)
                && match &column.default {
                    Some(Default::Literal(literal)) => is_label(literal),
                    Some(Default::List(items)) => items.iter().any(is_label),
                    Some(Default::Expression(text)) => mentions(text),
                    Some(Default::Now | Default::Unspecified) | None => false,
                }
        });
        let by_predicate = self.schemas.next.tables.iter().any(|table| {
            table.columns.iter().any(|c| self.enum_of(&c.ty.native) == Some(id))
                && table.indexes.iter().filter_map(|i| i.predicate.as_deref()).any(mentions)
        });
        // Rows of a column that becomes an enum may hold any label.
        let by_conversion = self.altered_columns().iter().any(|(_, ids, delta)| {
            delta.ty.is_some() && self.enum_of(&self.schemas.next.column(ids.next).ty.native) == Some(id)
        });
        by_default || by_predicate || by_conversion
    }

    /// Columns (previous) whose type changes.
    pub(super) fn retyped(&self) -> BTreeMap<ColumnId, Retyped> {
        let mut res = BTreeMap::new();
        for (at, ids, delta) in self.altered_columns() {
            if delta.ty.is_some() && !self.is_refused(at) {
                let types = ids_types(self.schemas, ids);
                let stranger =
                    self.recreated.contains_key(&ids.next) || !casts::comparable(types.prev, types.next);
                res.insert(ids.prev, Retyped { change: at, stranger });
            }
        }
        for swap in self.swapped.values() {
            for ids in &swap.columns {
                res.insert(ids.prev, Retyped { change: swap.change, stranger: true });
            }
        }
        for it in &self.regenerated {
            res.insert(it.ids.prev, Retyped { change: it.causes[0], stranger: true });
        }
        res
    }

    /// A foreign key stands in the way when the types of its two sides differ for a moment, or when
    /// the key that it refers to is replaced.
    fn find_detached(&self) -> Vec<Detached> {
        let retyped = self.retyped();
        let lost_keys = self.lost_keys();
        if retyped.is_empty() && lost_keys.is_empty() {
            return Vec::new();
        }
        let dropped: BTreeSet<ForeignKeyId> = self
            .changes
            .iter()
            .filter_map(|change| if let Change::DropForeignKey(id) = change { Some(*id) } else { None })
            .collect();
        let mut res = Vec::new();
        for (table, prev) in self.schemas.prev.walk_tables() {
            for (index, key) in prev.foreign_keys.iter().enumerate() {
                let id = ForeignKeyId { table, index };
                let target = self.prev_target(key);
                if dropped.contains(&id) {
                    continue;
                }
                let mut causes: Vec<usize> = Vec::new();
                for (table, names) in [(Some(table), &key.columns), (target, &key.target_columns)] {
                    let Some(table) = table else { continue };
                    let columns =
                        names.iter().filter_map(|name| self.schemas.prev.table(table).find_column(name));
                    causes.extend(columns.filter_map(|(index, _)| {
                        retyped
                            .get(&ColumnId { table, index })
                            .filter(|retyped| retyped.stranger)
                            .map(|retyped| retyped.change)
                    }));
                }
                let targets: BTreeSet<&str> = key.target_columns.iter().map(String::as_str).collect();
                causes.extend(
                    lost_keys
                        .iter()
                        .filter(|(t, columns, _)| Some(*t) == target && *columns == targets)
                        .map(|(_, _, at)| *at),
                );
                if let (false, Some(next)) =
                    (causes.is_empty(), self.pairing.foreign_key_as_next(self.schemas, id))
                {
                    causes.sort_unstable();
                    causes.dedup();
                    res.push(Detached { prev: id, next: self.with_next_name(id, next), causes });
                }
            }
        }
        res
    }

    fn with_next_name(&self, id: ForeignKeyId, mut key: ForeignKey) -> ForeignKey {
        for change in self.changes {
            if let Change::RenameForeignKey(ids) = change
                && ids.prev == id
            {
                key.name.clone_from(&self.schemas.next.foreign_key(ids.next).name);
            }
        }
        if self.known_after() {
            let table = self.pairing.table_next(id.table).map(|table| self.schemas.next.table(table));
            let known = table.and_then(|table| table.foreign_keys.iter().find(|it| it.name == key.name));
            key.extras = known.map(|it| it.extras.clone()).unwrap_or_default();
        }
        key
    }

    /// Unique indexes and primary keys that go away, by table (previous) and columns.
    fn lost_keys(&self) -> Vec<(TableId, BTreeSet<&'a str>, usize)> {
        let prev: &'a SqlSchema = self.schemas.prev;
        let changes = self.changes.iter().enumerate();
        changes
            .filter_map(|(at, change)| match change {
                Change::DropPrimaryKey(id) => {
                    let key = prev.table(*id).primary_key.as_ref()?;
                    Some((*id, key.columns.iter().map(String::as_str).collect(), at))
                }
                Change::DropIndex(id) if prev.index_at(*id).unique => {
                    Some((id.table, index_columns(prev.index_at(*id)), at))
                }
                _ => None,
            })
            .collect()
    }

    /// Whether the primary key (next) goes with a column that is dropped and added again.
    pub(super) fn key_goes_with_column(&self, table: TableId) -> Option<usize> {
        let next = self.schemas.next.table(table);
        let key = next.primary_key.as_ref()?;
        let lost = self
            .recreated
            .iter()
            .find(|(id, _)| id.table == table && key.columns.contains(&next.columns[id.index].name));
        lost.map(|(_, at)| *at)
    }
}

fn ids_types(schemas: Pair<&SqlSchema>, ids: Pair<ColumnId>) -> Pair<&ColumnType> {
    Pair::new(&schemas.prev.column(ids.prev).ty, &schemas.next.column(ids.next).ty)
}

pub(super) fn index_columns(index: &Index) -> BTreeSet<&str> {
    let keys = index.parts.iter().map(|part| &part.key);
    keys.filter_map(|key| match key {
        IndexKey::Column(name) => Some(name.as_str()),
        IndexKey::Expression(_) => None,
    })
    .collect()
}
