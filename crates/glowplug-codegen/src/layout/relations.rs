//! Relation fields: which rows they lead to, and by which columns.

use glowplug_psl::schema::{Arity, FieldId, FieldType, ForeignKeyRelation, RelationId, RelationKind};

use super::{Custom, Layout};

/// A field that leads to rows of another table (or of its own).
pub(crate) struct Relation {
    /// Index of the table that it leads to.
    pub(crate) target: usize,
    /// How many rows.
    pub(crate) count: Count,
    /// Columns of the field's own table whose values say which rows.
    pub(crate) from: Vec<usize>,
    /// How they are found.
    pub(crate) path: Path,
    /// Whether this table has the foreign key.
    pub(crate) is_forward: bool,
}

/// How many rows a relation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// Always one.
    One,
    /// One or none.
    AtMostOne,
    /// Any number.
    Many,
}

/// How the rows of a relation are found.
pub(crate) enum Path {
    /// By columns of the target's table, which hold what `from` holds.
    Columns(Vec<usize>),
    /// Through a join table: its index, the column that holds our key, the column that holds theirs.
    Join(usize, usize, usize),
}

impl Layout<'_> {
    /// The relation behind a field, if both of its ends are shown and their columns can be compared.
    pub(crate) fn relation(&self, field: FieldId) -> Option<Relation> {
        let FieldType::Relation(id) = self.schema.field(field).ty else { return None };
        let res = match &self.schema.relation(id).kind {
            RelationKind::ForeignKey(key) if key.forward == field => self.forward(key)?,
            RelationKind::ForeignKey(key) => self.backward(key)?,
            RelationKind::ManyToMany { a, b } => self.many_to_many(id, field, *a, *b)?,
        };
        self.is_comparable(field, &res).then_some(res)
    }

    fn forward(&self, key: &ForeignKeyRelation) -> Option<Relation> {
        let target = self.table_of(key.target)?;
        let table = &self.tables[self.table_of(key.forward.model)?];
        let from = table.columns_of(&key.fields)?;
        let to = self.tables[target].columns_of(&key.references)?;
        let is_optional = from.iter().any(|it| table.columns[*it].arity != Arity::Required);
        let count = if is_optional { Count::AtMostOne } else { Count::One };
        Some(Relation { target, count, from, path: Path::Columns(to), is_forward: true })
    }

    fn backward(&self, key: &ForeignKeyRelation) -> Option<Relation> {
        let target = self.table_of(key.forward.model)?;
        let from = self.tables[self.table_of(key.target)?].columns_of(&key.references)?;
        let to = self.tables[target].columns_of(&key.fields)?;
        let count = if key.is_one_to_one { Count::AtMostOne } else { Count::Many };
        Some(Relation { target, count, from, path: Path::Columns(to), is_forward: false })
    }

    fn many_to_many(&self, id: RelationId, field: FieldId, a: FieldId, b: FieldId) -> Option<Relation> {
        let (other, ours, theirs) = if field == a { (b, 0, 1) } else { (a, 1, 0) };
        let target = self.table_of(other.model)?;
        let join = self.join_of(id)?;
        let from = self.tables[self.table_of(field.model)?].primary_key.clone();
        let path = Path::Join(join, ours, theirs);
        Some(Relation { target, count: Count::Many, from, path, is_forward: false })
    }

    /// Whether both sides hold single values of the same Rust types, so that one can be asked for with
    /// the other. Without foreign keys in the database nothing else sees to that.
    fn is_comparable(&self, field: FieldId, relation: &Relation) -> bool {
        let Some(table) = self.table_of(field.model).map(|it| &self.tables[it]) else { return false };
        let ours = relation.from.iter().map(|it| &table.columns[*it]);
        let target = &self.tables[relation.target];
        let theirs: Vec<_> = match &relation.path {
            Path::Columns(columns) => columns.iter().map(|it| &target.columns[*it]).collect(),
            Path::Join(join, ours, _) => vec![&self.tables[*join].columns[*ours]],
        };
        ours.zip(theirs).all(|(a, b)| {
            let is_single = a.arity != Arity::List && b.arity != Arity::List;
            let is_json = [a, b].iter().any(|it| matches!(it.custom, Some(Custom::Json)));
            is_single && !is_json && a.value_type == b.value_type
        })
    }
}
