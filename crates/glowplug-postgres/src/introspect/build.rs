//! From catalog rows to the physical model, in canonical order.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::database::Result;
use glowplug_sql::model::{
    Action, AutoIncrement, Column, ColumnType, EnumType, EnumVariant, Extension, ForeignKey,
    ForeignKeyExtras, Generated, Index, IndexKey, IndexPart, NativeType, PrimaryKey, SqlSchema, Table, View,
};

use crate::defaults::parse_default;
use crate::error;
use crate::introspect::foreign;
use crate::introspect::rows::{Catalog, ColumnRow, ForeignKeyRow, IndexRow};
use crate::lift;
use crate::names;
use crate::types::parse_type;

/// Tables that keep the history of migrations: ours, Diesel's, Prisma's.
pub(super) const BOOKKEEPING: &[&str] = &[
    "_glowplug_migrations",
    "_glowplug_steps",
    "_glowplug_meta",
    "__diesel_schema_migrations",
    "_prisma_migrations",
];

/// Puts the model together. What lies in `default` gets no namespace.
pub(crate) fn build(catalog: &Catalog, default: &str) -> Result<SqlSchema> {
    let foreign_enums = catalog.enums.iter().filter(|row| foreign::is_foreign_enum(row));
    let foreign_enums: BTreeSet<_> =
        foreign_enums.map(|row| (row.namespace.as_str(), row.name.as_str())).collect();
    let names = Names { default, foreign_enums: &foreign_enums };
    let mut tables = tables(catalog, &names)?;
    tables.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    let mut enums: Vec<_> = catalog
        .enums
        .iter()
        .filter(|row| !foreign::is_foreign_enum(row))
        .map(|row| EnumType {
            namespace: names.namespace(&row.namespace),
            name: row.name.clone(),
            values: row.labels.iter().map(|name| EnumVariant { name: name.clone() }).collect(),
        })
        .collect();
    enums.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    Ok(SqlSchema {
        default_namespace: Some(default.to_owned()),
        namespaces: catalog.namespaces.iter().map(|it| it.name.clone()).filter(|it| it != default).collect(),
        extensions: catalog
            .extensions
            .iter()
            .map(|row| Extension {
                name: row.name.clone(),
                namespace: names.namespace(&row.namespace),
                version: Some(row.version.clone()),
            })
            .collect(),
        enums,
        tables,
        views: views(catalog, &names)?,
        foreign: foreign::foreign(catalog, &names),
        owns_foreign: true,
        owns_partial_indexes: true,
    })
}

/// How names are told in the model.
pub(super) struct Names<'a> {
    default: &'a str,
    /// Namespace and name of enums that the language cannot write.
    foreign_enums: &'a BTreeSet<(&'a str, &'a str)>,
}

impl Names<'_> {
    /// A namespace as the model tells it.
    pub(super) fn namespace(&self, name: &str) -> Option<String> {
        (name != self.default).then(|| name.to_owned())
    }

    /// The server names the namespace of a function or of statistics even where it is the default one.
    pub(super) fn without_default(&self, definition: &str) -> String {
        const HEADS: &[&str] =
            &["CREATE OR REPLACE FUNCTION ", "CREATE OR REPLACE PROCEDURE ", "CREATE STATISTICS "];
        let default = format!("{}.", ident(self.default));
        let found = HEADS.iter().find_map(|head| {
            let rest = definition.strip_prefix(head)?.strip_prefix(&default)?;
            Some(format!("{head}{rest}"))
        });
        found.unwrap_or_else(|| definition.to_owned())
    }
}

/// A name as the server prints it: in quotes where it needs them. Reserved words get quotes, too, but nobody
/// calls a namespace so.
fn ident(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    let bare = name.chars().next().is_some_and(plain) && name.chars().all(|c| plain(c) || c.is_ascii_digit());
    if bare { name.to_owned() } else { names::quoted(name) }
}

fn tables(catalog: &Catalog, names: &Names<'_>) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    let mut places = BTreeMap::new();
    for row in catalog.tables.iter().filter(|row| !BOOKKEEPING.contains(&row.name.as_str())) {
        places.insert(row.id, tables.len());
        tables.push(Table {
            namespace: names.namespace(&row.namespace),
            name: row.name.clone(),
            columns: Vec::new(),
            primary_key: None,
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            is_join_table: false,
            comment: row.comment.clone(),
        });
    }
    let identities = catalog.identities.iter().map(|it| ((it.table_id, it.number), &it.options)).collect();
    // Rows of tables that are left out (bookkeeping, of an extension) have no place.
    for row in &catalog.columns {
        if let Some(place) = places.get(&row.table_id) {
            tables[*place].columns.push(column(row, &identities, names)?);
        }
    }
    let numbers = Numbers::new(catalog);
    for row in &catalog.indexes {
        if let Some(place) = places.get(&row.table_id) {
            if row.is_primary {
                tables[*place].primary_key = Some(primary_key(row, &numbers)?);
            } else {
                tables[*place].indexes.push(index(row, &numbers)?);
            }
        }
    }
    for row in &catalog.foreign_keys {
        if let Some(place) = places.get(&row.table_id) {
            tables[*place].foreign_keys.push(foreign_key(row, names)?);
        }
    }
    for table in &mut tables {
        table.is_join_table = is_join_table(table);
    }
    lift::mark_inexpressible(&mut tables);
    Ok(tables)
}

fn views(catalog: &Catalog, names: &Names<'_>) -> Result<Vec<View>> {
    // A column of a view counts nothing up.
    let no_identities = BTreeMap::new();
    let mut columns: BTreeMap<u32, Vec<Column>> =
        catalog.views.iter().map(|row| (row.id, Vec::new())).collect();
    for row in &catalog.columns {
        if let Some(columns) = columns.get_mut(&row.table_id) {
            columns.push(column(row, &no_identities, names)?);
        }
    }
    let mut views = Vec::with_capacity(catalog.views.len());
    for row in &catalog.views {
        views.push(View {
            namespace: names.namespace(&row.namespace),
            name: row.name.clone(),
            columns: columns.remove(&row.id).unwrap_or_default(),
            definition: row.definition.clone(),
            is_materialized: row.is_materialized,
            comment: row.comment.clone(),
        });
    }
    views.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    Ok(views)
}

/// The table of an implicit many-to-many relation, as Prisma lays it out.
fn is_join_table(table: &Table) -> bool {
    let columns: Vec<_> = table.columns.iter().map(|it| it.name.as_str()).collect();
    table.name.starts_with('_') && columns == ["A", "B"]
}

/// How identity columns count, by table and column, where that is not the default.
type Identities<'a> = BTreeMap<(u32, i16), &'a Vec<String>>;

fn column(row: &ColumnRow, identities: &Identities<'_>, names: &Names<'_>) -> Result<Column> {
    let ty = column_type(row, names)?;
    let generated = match row.generated.as_str() {
        "" => None,
        "s" | "v" => Some(Generated {
            expression: row.default_expression.clone().unwrap_or_default(),
            is_virtual: row.generated == "v",
        }),
        other => return Err(unknown("kind of generated column", other, &row.name)),
    };
    let identity = |always: bool| {
        let options = identities.get(&(row.table_id, row.number)).map(|it| (*it).clone());
        AutoIncrement::Identity { always, options: options.unwrap_or_default() }
    };
    let auto_increment = match row.identity.as_str() {
        "" => serial(row),
        "a" => Some(identity(true)),
        "d" => Some(identity(false)),
        other => return Err(unknown("kind of identity column", other, &row.name)),
    };
    let default = match &row.default_expression {
        Some(expression) if generated.is_none() && auto_increment.is_none() => {
            Some(parse_default(expression, &ty))
        }
        _ => None,
    };
    Ok(Column {
        name: row.name.clone(),
        ty,
        nullable: !row.not_null,
        default,
        auto_increment,
        filled_by_application: false,
        generated,
        comment: row.comment.clone(),
    })
}

fn column_type(row: &ColumnRow, names: &Names<'_>) -> Result<ColumnType> {
    match row.type_kind.as_str() {
        "e" if !names.foreign_enums.contains(&(&row.type_namespace, &row.type_name)) => Ok(ColumnType {
            native: NativeType::Enum {
                namespace: names.namespace(&row.type_namespace),
                name: row.type_name.clone(),
            },
            is_list: row.is_list,
        }),
        // An enum that cannot be written, base, composite, domain, multirange, pseudo and range types, by the name that the server prints.
        "e" | "b" | "c" | "d" | "m" | "p" | "r" => {
            Ok(ColumnType { is_list: row.is_list, ..parse_type(&row.printed_type) })
        }
        other => Err(unknown("kind of type", other, &row.name)),
    }
}

/// A default that is exactly the next number of a sequence, owned or not: so reads Prisma it, too.
fn serial(row: &ColumnRow) -> Option<AutoIncrement> {
    let expression = row.default_expression.as_ref()?;
    let sequence = row.sequence.as_ref()?;
    let argument = expression.strip_prefix("nextval('")?.strip_suffix("'::regclass)")?;
    // `nextval('a'::regclass) + nextval('b'::regclass)` is no plain counter.
    (!argument.contains("'::regclass")).then(|| AutoIncrement::Serial { sequence: Some(sequence.clone()) })
}

/// What the numbers in the rows of indexes stand for.
struct Numbers<'a> {
    columns: BTreeMap<(u32, i16), &'a ColumnRow>,
    operator_classes: BTreeMap<u32, &'a str>,
}

impl<'a> Numbers<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        let columns = catalog.columns.iter().map(|it| ((it.table_id, it.number), it)).collect();
        let operator_classes = catalog.operator_classes.iter().map(|it| (it.id, it.name.as_str())).collect();
        Self { columns, operator_classes }
    }

    fn column(&self, index: &IndexRow, number: i16) -> Result<&'a ColumnRow> {
        let column = self.columns.get(&(index.table_id, number)).copied();
        column.ok_or_else(|| unknown("column number", &number.to_string(), &index.name))
    }

    fn names(&self, index: &IndexRow, numbers: &[i16]) -> Result<Vec<String>> {
        numbers.iter().map(|number| Ok(self.column(index, *number)?.name.clone())).collect()
    }
}

fn primary_key(row: &IndexRow, numbers: &Numbers<'_>) -> Result<PrimaryKey> {
    let columns = numbers.names(row, &row.columns[..key_count(row)?])?;
    let plain = columns.len() == row.columns.len() && !row.is_deferrable && !row.is_period;
    let definition = if plain { None } else { row.definition.clone() };
    Ok(PrimaryKey { name: Some(row.name.clone()), columns, definition })
}

fn index(row: &IndexRow, numbers: &Numbers<'_>) -> Result<Index> {
    let (key, include) = row.columns.split_at(key_count(row)?);
    let include = numbers.names(row, include)?;
    // The model has no place for these.
    let mut expressible =
        include.is_empty() && !row.nulls_not_distinct && !row.is_deferrable && !row.is_period;
    let mut parts = Vec::new();
    for (place, number) in key.iter().enumerate() {
        let option = row.options[place];
        let descending = option & 1 != 0;
        // Without a word about it, nulls come last in ascending order and first in descending order.
        // Only B-trees have an order.
        expressible &= row.method != "btree" || descending == (option & 2 != 0);
        let key = if *number == 0 {
            expressible = false;
            IndexKey::Expression(expression(row, place)?)
        } else {
            let column = numbers.column(row, *number)?;
            // Types without collations have none in the index either.
            expressible &= row.collations[place] == 0 || row.collations[place] == column.collation;
            IndexKey::Column(column.name.clone())
        };
        let operator_class = numbers.operator_classes.get(&row.operator_classes[place]);
        parts.push(IndexPart { key, descending, operator_class: operator_class.map(|it| (*it).to_owned()) });
    }
    Ok(Index {
        name: row.name.clone(),
        unique: row.is_unique,
        is_constraint: row.is_constraint,
        method: row.method.clone(),
        parts,
        include,
        predicate: row.predicate.clone(),
        nulls_not_distinct: row.nulls_not_distinct,
        valid: row.is_valid,
        expressible,
        definition: if expressible { None } else { row.definition.clone() },
    })
}

fn expression(row: &IndexRow, place: usize) -> Result<String> {
    let printed = row.expressions.as_ref().and_then(|it| it.get(place));
    printed.cloned().ok_or_else(|| unknown("part of an index", "nothing", &row.name))
}

/// The length of the key, checked against all the lists that are indexed with it.
fn key_count(row: &IndexRow) -> Result<usize> {
    let shortest = [row.columns.len(), row.options.len(), row.operator_classes.len(), row.collations.len()];
    usize::try_from(row.key_count)
        .ok()
        .filter(|count| shortest.iter().all(|it| it >= count))
        .ok_or_else(|| unknown("number of index parts", &row.key_count.to_string(), &row.name))
}

fn foreign_key(row: &ForeignKeyRow, names: &Names<'_>) -> Result<ForeignKey> {
    Ok(ForeignKey {
        name: Some(row.name.clone()),
        columns: row.columns.clone(),
        target_namespace: names.namespace(&row.target_namespace),
        target_table: row.target_table.clone(),
        target_columns: row.target_columns.clone(),
        on_delete: action(&row.on_delete, &row.name)?,
        on_update: action(&row.on_update, &row.name)?,
        extras: ForeignKeyExtras {
            deferrable: row.deferrable,
            initially_deferred: row.initially_deferred,
            match_full: row.match_full,
            delete_columns: row.delete_columns.clone(),
            // One that is not enforced cannot be valid either.
            not_valid: !row.validated && row.enforced,
            not_enforced: !row.enforced,
            period: row.period,
        },
        expressible: true,
    })
}

/// `pg_constraint.confupdtype` and `confdeltype`.
fn action(code: &str, constraint: &str) -> Result<Action> {
    match code {
        "a" => Ok(Action::NoAction),
        "r" => Ok(Action::Restrict),
        "c" => Ok(Action::Cascade),
        "n" => Ok(Action::SetNull),
        "d" => Ok(Action::SetDefault),
        other => Err(unknown("referential action", other, constraint)),
    }
}

fn unknown(what: &str, value: &str, object: &str) -> glowplug_dialect::error::DatabaseError {
    error::catalog(format!("the catalog has the {what} `{value}` for `{object}`, which is not known here"))
}
