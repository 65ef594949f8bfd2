//! What the API shows: types, their fields, and the fields of `Query`, named once for SDL and resolvers.

mod relations;

use std::collections::BTreeSet;

use glowplug_psl::english::plural;
use glowplug_psl::schema::{FieldId, Model, Value};
use smol_str::{SmolStr, format_smolstr};

use super::scalars::ValueType;
pub(super) use crate::layout::{Count, Path};
use crate::layout::{EnumLayout, Layout, Source, hint_is_true, hint_value};
use crate::names::{Names, Place, camel_case, graphql_name, pascal_case};
use crate::parallel;

/// Names of types that GraphQL, or this generator, keeps for itself.
const RESERVED: &[&str] = &[
    "BigInt",
    "Boolean",
    "Date",
    "DateTime",
    "Decimal",
    "Float",
    "ID",
    "Int",
    "JSON",
    "Mutation",
    "Query",
    "String",
    "Subscription",
    "Time",
    "UUID",
];

/// The whole API.
pub(super) struct Api<'a> {
    /// Tables and enums.
    pub(super) layout: &'a Layout<'a>,
    /// GraphQL names of the enums, by their index.
    pub(super) enum_names: Vec<SmolStr>,
    /// GraphQL names of their values.
    pub(super) value_names: Vec<Vec<SmolStr>>,
    /// The enums that some field uses.
    pub(super) enums: BTreeSet<usize>,
    /// The types of values that some field uses.
    pub(super) values: BTreeSet<ValueType>,
    /// The types, in file order.
    pub(super) objects: Vec<Object>,
    /// The fields of `Query`.
    pub(super) queries: Vec<Query>,
    /// Types by the index of their table.
    table_objects: Vec<Option<usize>>,
}

/// A type of the API.
pub(super) struct Object {
    /// Its name in GraphQL.
    pub(super) name: SmolStr,
    /// The Rust type that resolves it.
    pub(super) rust_name: SmolStr,
    /// The Rust type that holds rows loaded together.
    pub(super) level_name: SmolStr,
    /// Its table.
    pub(super) table: usize,
    /// Its fields, in file order.
    pub(super) fields: Vec<ObjectField>,
}

/// A field of a type.
pub(super) struct ObjectField {
    /// Its name in GraphQL.
    pub(super) name: SmolStr,
    /// The Rust method that resolves it.
    pub(super) method: SmolStr,
    /// Its description.
    pub(super) docs: Vec<String>,
    /// What it gives.
    pub(super) kind: FieldKind,
}

/// What a field gives.
pub(super) enum FieldKind {
    /// The value of a column: its index, and its type.
    Column(usize, ValueType),
    /// One row of another type, or a list of them.
    Relation(Relation),
}

/// A field that leads to rows of another type.
pub(super) struct Relation {
    /// Index of the type in [`Api::objects`].
    pub(super) target: usize,
    /// How many rows.
    pub(super) count: Count,
    /// Columns of this type's table whose values say which rows.
    pub(super) from: Vec<usize>,
    /// How they are found.
    pub(super) path: Path,
    /// Columns of the target's table that order the rows.
    pub(super) order: Vec<usize>,
}

/// A field of `Query`.
pub(super) struct Query {
    /// Its name.
    pub(super) name: SmolStr,
    /// The Rust method that resolves it.
    pub(super) method: SmolStr,
    /// Index of the type in [`Api::objects`].
    pub(super) object: usize,
    /// What it asks for.
    pub(super) kind: QueryKind,
}

/// What a field of `Query` asks for.
pub(super) enum QueryKind {
    /// A page of all rows, ordered by these columns.
    List(Vec<usize>),
    /// The row with these values: columns, and their types.
    ByKey(Vec<(usize, ValueType)>),
}

impl<'a> Api<'a> {
    /// What a layout shows.
    pub(super) fn new(layout: &'a Layout<'a>) -> Self {
        let mut names = TypeNames::default();
        let enum_names = layout.schema.enums.iter().map(|it| names.give(&it.name)).collect();
        let mut rust_names = Names::new(Place::Type);
        rust_names.reserve("Budget");
        rust_names.reserve("Query");
        let mut res = Self {
            layout,
            enum_names,
            value_names: layout.enums.iter().map(value_names).collect(),
            enums: BTreeSet::new(),
            values: BTreeSet::new(),
            objects: Vec::new(),
            queries: Vec::new(),
            table_objects: vec![None; layout.tables.len()],
        };
        for (table, model) in shown_models(layout) {
            let row = &layout.tables[table].row;
            res.table_objects[table] = Some(res.objects.len());
            res.objects.push(Object {
                name: names.give(&model.name),
                rust_name: rust_names.give(&format!("{row}Object")),
                level_name: rust_names.give(&format!("{row}Level")),
                table,
                fields: Vec::new(),
            });
        }
        let fields = parallel::map(res.objects.len(), |object| res.fields(object));
        for (object, fields) in fields.into_iter().enumerate() {
            for field in &fields {
                if let FieldKind::Column(_, ty) = &field.kind {
                    res.use_value(ty);
                }
            }
            res.objects[object].fields = fields;
        }
        let mut query_names = TypeNames::default();
        let mut query_methods = Names::new(Place::Field);
        let queries = parallel::map(res.objects.len(), |object| res.queries(object));
        for (object, queries) in queries.into_iter().enumerate() {
            for (name, kind) in queries {
                let name = query_names.give(&name);
                res.queries.push(Query { method: query_methods.give(&name), name, object, kind });
            }
        }
        res
    }

    /// The type of a table, if it is shown.
    fn object_of(&self, table: usize) -> Option<usize> {
        self.table_objects[table]
    }

    /// The model of a type.
    pub(super) fn model(&self, object: &Object) -> &Model {
        match self.layout.tables[object.table].source {
            Source::Model(id) => self.layout.schema.model(id),
            // Types are made of models only.
            Source::Join(_) => unreachable!("`{}` is no model", object.name),
        }
    }

    fn use_value(&mut self, ty: &ValueType) {
        if let ValueType::Enum(index) = ty {
            self.enums.insert(*index);
        }
        if !self.values.contains(ty) {
            self.values.insert(ty.clone());
        }
    }

    fn fields(&self, object: usize) -> Vec<ObjectField> {
        let Object { table, .. } = &self.objects[object];
        let table = &self.layout.tables[*table];
        let Source::Model(id) = table.source else { return Vec::new() };
        let mut names = FieldNames::default();
        let mut methods = Names::new(Place::Field);
        methods.reserve("row");
        methods.reserve("level");
        let mut res = Vec::new();
        for (index, field) in self.layout.schema.model(id).fields.iter().enumerate() {
            if hint_is_true(&field.hints, "graphql", "hide") || field.is_ignored {
                continue;
            }
            let kind = match table.column_of(index) {
                Some(column) => ValueType::of(&table.columns[column]).map(|ty| FieldKind::Column(column, ty)),
                None => self.relation(FieldId { model: id, index }).map(FieldKind::Relation),
            };
            if let Some(kind) = kind {
                res.push(ObjectField {
                    name: names.give(&field.name),
                    method: methods.give(&field.name),
                    docs: crate::layout::docs(field.docs.as_deref()),
                    kind,
                });
            }
        }
        res
    }

    /// The columns that order rows of a table: what the hint says, then the key.
    fn order(&self, table: usize, hints: &[glowplug_psl::schema::Hint]) -> Vec<usize> {
        let table = &self.layout.tables[table];
        let mut res = Vec::new();
        if let (Some(Value::String(name)), Source::Model(id)) =
            (hint_value(hints, "graphql", "orderBy"), table.source)
        {
            let field = self.layout.schema.model(id).find_field(name);
            res.extend(field.and_then(|(index, _)| table.column_of(index)));
        }
        let rest = table.primary_key.iter().filter(|it| !res.contains(it));
        let rest: Vec<usize> = rest.copied().collect();
        res.extend(rest);
        res
    }

    /// What can be asked about a type, and how it would be called.
    fn queries(&self, object: usize) -> Vec<(String, QueryKind)> {
        let it = &self.objects[object];
        let (table, one) = (it.table, camel_case(&it.name));
        let many = plural(&one);
        // `users` says nothing of one or several.
        let many = if many == one { format!("{one}List") } else { many };
        let model = self.model(it);
        let mut res = vec![(many, QueryKind::List(self.order(table, &model.hints)))];
        let key = &self.layout.tables[table].primary_key;
        res.extend(self.key_arguments(object, key).map(|it| (one.clone(), QueryKind::ByKey(it))));
        for index in model.indexes.iter().filter(|it| it.is_unique && it.predicate.is_none()) {
            let fields: Vec<usize> = index.fields.iter().map(|it| it.field).collect();
            let Some(columns) = self.layout.tables[table].columns_of(&fields) else { continue };
            if columns == *key {
                continue;
            }
            if let Some(arguments) = self.key_arguments(object, &columns) {
                let names: Vec<String> =
                    fields.iter().map(|it| pascal_case(&model.fields[*it].name)).collect();
                res.push((format!("{one}By{}", names.join("And")), QueryKind::ByKey(arguments)));
            }
        }
        res
    }

    /// The columns of a key with their types, if the type shows all of them.
    fn key_arguments(&self, object: usize, columns: &[usize]) -> Option<Vec<(usize, ValueType)>> {
        let fields = &self.objects[object].fields;
        let argument = |column: &usize| {
            fields.iter().find_map(|it| match &it.kind {
                FieldKind::Column(index, ty) if index == column => Some((*index, ty.clone())),
                FieldKind::Column(..) | FieldKind::Relation(_) => None,
            })
        };
        columns.iter().map(argument).collect()
    }
}

/// Models (and views) that are not hidden, with their tables.
fn shown_models<'a>(layout: &'a Layout<'a>) -> impl Iterator<Item = (usize, &'a Model)> {
    layout.tables.iter().enumerate().filter_map(|(index, table)| match table.source {
        Source::Model(id) => {
            let model = layout.schema.model(id);
            (!hint_is_true(&model.hints, "graphql", "hide")).then_some((index, model))
        }
        Source::Join(_) => None,
    })
}

/// The names of an enum's values.
fn value_names(it: &EnumLayout) -> Vec<SmolStr> {
    let mut names = FieldNames::default();
    it.variants.iter().map(|value| names.give(&value.schema_name)).collect()
}

/// Names of fields and values: as in the schema file, but for letters that GraphQL does not have.
#[derive(Default)]
struct FieldNames(BTreeSet<SmolStr>);

impl FieldNames {
    fn give(&mut self, name: &str) -> SmolStr {
        let mut res = graphql_name(name);
        while !self.0.insert(res.clone()) {
            res = format_smolstr!("{res}_");
        }
        res
    }
}

/// Names in GraphQL: kept as they are in the schema file, with a `_` where one is reserved or taken.
#[derive(Default)]
struct TypeNames(BTreeSet<SmolStr>);

impl TypeNames {
    fn give(&mut self, name: &str) -> SmolStr {
        let mut res = graphql_name(name);
        while RESERVED.contains(&res.as_str()) || !self.0.insert(res.clone()) {
            res = format_smolstr!("{res}_");
        }
        res
    }
}
