//! Join tables of many-to-many relations: `_AToB` with the columns `A` and `B`.
//!
//! Source of the names: Prisma's documentation, "Many-to-many relations", conventions for
//! implicit relation tables.

use glowplug_psl::schema::{Arity, FieldId, Relation, RelationId, RelationKind, Schema};
use smol_str::{SmolStr, StrExt, format_smolstr};

use super::{Column, ForeignKey, Layout, Source, Table};
use crate::names::{Names, Place, snake_case};

/// Adds a table for every many-to-many relation whose both models are shown with a key of one column.
pub(super) fn add_joins(layout: &mut Layout<'_>, types: &mut Names) {
    let schema = layout.schema;
    let mut idents = Names::new(Place::Table);
    for table in &layout.tables {
        idents.reserve(&table.ident);
    }
    for (index, relation) in schema.relations.iter().enumerate() {
        let RelationKind::ManyToMany { a, b } = &relation.kind else { continue };
        let (Some(a_side), Some(b_side)) = (side(layout, *a, *b, "A"), side(layout, *b, *a, "B")) else {
            continue;
        };
        let db_name = join_name(schema, relation, *a, *b);
        let rows = (layout.tables[a_side.target].row.clone(), layout.tables[b_side.target].row.clone());
        layout.push(Table {
            source: Source::Join(RelationId(index)),
            namespace: schema.model(a.model).schema.as_deref().map(SmolStr::new),
            ident: idents.give(&db_name),
            row: types.give(db_name.trim_start_matches('_')),
            db_name,
            new: None,
            changes: None,
            primary_key: vec![0, 1],
            foreign_keys: vec![a_side.foreign_key(0), b_side.foreign_key(1)],
            columns: vec![a_side.column, b_side.column],
            docs: vec![format!("Which [`{}`] and which [`{}`] belong together.", rows.0, rows.1)],
            left_out: Vec::new(),
        });
    }
}

/// The table's name in the database.
fn join_name(schema: &Schema, relation: &Relation, a: FieldId, b: FieldId) -> SmolStr {
    match &relation.name {
        Some(name) => format_smolstr!("_{name}"),
        None => format_smolstr!("_{}To{}", schema.model(a.model).name, schema.model(b.model).name),
    }
}

struct Side {
    column: Column,
    target: usize,
    target_column: usize,
}

impl Side {
    fn foreign_key(&self, column: usize) -> ForeignKey {
        ForeignKey { columns: vec![column], target: self.target, target_columns: vec![self.target_column] }
    }
}

/// The column that holds keys of the model of `field`.
fn side(layout: &Layout<'_>, field: FieldId, other: FieldId, db_name: &str) -> Option<Side> {
    let target = layout.table_of(field.model)?;
    let table = &layout.tables[target];
    let [target_column] = *table.primary_key.as_slice() else { return None };
    let key = &table.columns[target_column];
    let model = &layout.schema.model(field.model).name;
    let ident = db_name.to_lowercase_smolstr();
    // Two columns for one model could not both be called after it.
    let is_self = field.model == other.model;
    let rust_field =
        if is_self { ident.clone() } else { format_smolstr!("{}_{}", snake_case(model), key.rust_field) };
    let column = Column {
        field: None,
        db_name: SmolStr::new(db_name),
        ident,
        rust_field,
        kind: key.kind.clone(),
        value_type: key.value_type.clone(),
        custom: key.custom,
        arity: Arity::Required,
        database_default: false,
        app_default: None,
        on_update: None,
        docs: vec![format!("Key of the [`{}`].", table.row)],
    };
    Some(Side { column, target, target_column })
}
