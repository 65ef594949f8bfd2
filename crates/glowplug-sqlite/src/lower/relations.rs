//! Foreign keys, and the tables of implicit many-to-many relations.

use glowplug_psl::schema::{
    Arity, FieldId, ForeignKeyRelation, Model, ReferentialAction, RelationKind, Schema,
};
use glowplug_sql::model::{Action, Column, ForeignKey, ForeignKeyExtras, Index, IndexKey, IndexPart, Table};

use crate::names;
use crate::types;

/// Adds foreign keys to `tables` and the tables of many-to-many relations after them. `places` says
/// where a model's table is. With `relationMode = "prisma"` there are no foreign keys.
pub(super) fn lower(schema: &Schema, places: &[Option<usize>], tables: &mut Vec<Table>) {
    let has_foreign_keys = !schema.datasource.as_ref().is_some_and(|d| d.relation_mode_prisma);
    let mut keys: Vec<(usize, usize, ForeignKey)> = Vec::new();
    let mut join_tables = Vec::new();
    for relation in &schema.relations {
        match &relation.kind {
            RelationKind::ForeignKey(key) => {
                let place = places[key.forward.model.0];
                // Relations from or to views are no business of the database.
                if let (Some(place), Some(_), true) = (place, places[key.target.0], has_foreign_keys) {
                    keys.push((place, key.forward.index, foreign_key(schema, key)));
                }
            }
            RelationKind::ManyToMany { a, b } => {
                let sides = (places[a.model.0], places[b.model.0]);
                if sides.0.is_some() && sides.1.is_some() {
                    join_tables.extend(join_table(
                        schema,
                        relation.name.as_deref(),
                        *a,
                        *b,
                        has_foreign_keys,
                    ));
                }
            }
        }
    }
    // Relations are listed by pair; the keys of a table stand in the order of its fields.
    keys.sort_by_key(|(place, field, _)| (*place, *field));
    for (place, _, key) in keys {
        tables[place].foreign_keys.push(key);
    }
    join_tables.sort_by(|a: &Table, b: &Table| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    tables.extend(join_tables);
}

fn foreign_key(schema: &Schema, relation: &ForeignKeyRelation) -> ForeignKey {
    let model = schema.model(relation.forward.model);
    let target = schema.model(relation.target);
    let column_names = |model: &Model, fields: &[usize]| -> Vec<String> {
        fields.iter().map(|field| model.fields[*field].db_name().to_string()).collect()
    };
    let columns = column_names(model, &relation.fields);
    let required = relation.fields.iter().any(|field| model.fields[*field].arity == Arity::Required);
    let default_delete = if required { Action::Restrict } else { Action::SetNull };
    let parts: Vec<&str> = columns.iter().map(String::as_str).collect();
    ForeignKey {
        name: Some(relation.map.clone().unwrap_or_else(|| names::foreign_key(model.db_name(), &parts))),
        target_namespace: None,
        target_table: target.db_name().to_string(),
        target_columns: column_names(target, &relation.references),
        on_delete: relation.on_delete.map_or(default_delete, action),
        on_update: relation.on_update.map_or(Action::Cascade, action),
        extras: ForeignKeyExtras::default(),
        expressible: true,
        columns,
    }
}

fn action(written: ReferentialAction) -> Action {
    match written {
        ReferentialAction::Cascade => Action::Cascade,
        ReferentialAction::Restrict => Action::Restrict,
        ReferentialAction::NoAction => Action::NoAction,
        ReferentialAction::SetNull => Action::SetNull,
        ReferentialAction::SetDefault => Action::SetDefault,
    }
}

/// The table of an implicit many-to-many relation: two columns `A` and `B`, unique together, and an index
/// on `B`. `None` when a side has no single id, which validation does not let through.
fn join_table(
    schema: &Schema,
    relation: Option<&str>,
    a: FieldId,
    b: FieldId,
    foreign_keys: bool,
) -> Option<Table> {
    let (model_a, model_b) = (schema.model(a.model), schema.model(b.model));
    let name = names::join_table(relation, &model_a.name, &model_b.name);
    let sides = [("A", model_a), ("B", model_b)];
    let mut columns = Vec::new();
    let mut keys = Vec::new();
    for (column, model) in sides {
        let id = match model.primary_key.as_ref()?.fields.as_slice() {
            [id] => &model.fields[id.field],
            _ => return None,
        };
        columns.push(Column {
            name: column.to_string(),
            ty: types::column_type(schema, id),
            nullable: false,
            default: None,
            auto_increment: None,
            filled_by_application: false,
            generated: None,
            comment: None,
        });
        if foreign_keys {
            keys.push(ForeignKey {
                name: Some(names::join_foreign_key(&name, column)),
                columns: vec![column.to_string()],
                target_namespace: None,
                target_table: model.db_name().to_string(),
                target_columns: vec![id.db_name().to_string()],
                on_delete: Action::Cascade,
                on_update: Action::Cascade,
                extras: ForeignKeyExtras::default(),
                expressible: true,
            });
        }
    }
    Some(Table {
        namespace: None,
        columns,
        primary_key: None,
        indexes: vec![
            index(names::join_unique(&name), true, &["A", "B"]),
            index(names::join_index(&name), false, &["B"]),
        ],
        foreign_keys: keys,
        is_join_table: true,
        comment: None,
        name,
    })
}

fn index(name: String, unique: bool, columns: &[&str]) -> Index {
    Index {
        name,
        unique,
        is_constraint: false,
        method: "btree".to_owned(),
        parts: columns
            .iter()
            .map(|column| IndexPart {
                key: IndexKey::Column((*column).to_owned()),
                descending: false,
                operator_class: None,
            })
            .collect(),
        include: Vec::new(),
        predicate: None,
        nulls_not_distinct: false,
        valid: true,
        expressible: true,
        definition: None,
    }
}
