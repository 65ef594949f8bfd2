//! What the catalog queries answer, as typed rows.

use glowplug_dialect::database::Result;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::error;
use crate::introspect::QUERIES;

/// All answers.
pub(crate) struct Catalog {
    pub(crate) namespaces: Vec<NamespaceRow>,
    pub(crate) extensions: Vec<ExtensionRow>,
    pub(crate) enums: Vec<EnumRow>,
    pub(crate) tables: Vec<TableRow>,
    pub(crate) columns: Vec<ColumnRow>,
    pub(crate) operator_classes: Vec<OperatorClassRow>,
    pub(crate) indexes: Vec<IndexRow>,
    pub(crate) foreign_keys: Vec<ForeignKeyRow>,
    pub(crate) identities: Vec<IdentityRow>,
    /// The rows of all queries about foreign objects, which have the same columns.
    pub(crate) foreign: Vec<ForeignRow>,
    pub(crate) uses: Vec<UseRow>,
    pub(crate) views: Vec<ViewRow>,
}

impl Catalog {
    /// Reads the answers, which are in the order of [`QUERIES`].
    pub(crate) fn read(answers: &[Vec<Row>; QUERIES.len()]) -> Result<Self> {
        let [
            namespaces,
            extensions,
            enums,
            tables,
            columns,
            classes,
            indexes,
            foreign_keys,
            identities,
            relations,
            parts,
            routines,
            types,
            uses,
            views,
        ] = answers;
        let mut foreign = Vec::new();
        for rows in [relations, parts, routines, types] {
            foreign.extend(read(rows)?);
        }
        Ok(Self {
            namespaces: read(namespaces)?,
            extensions: read(extensions)?,
            enums: read(enums)?,
            tables: read(tables)?,
            columns: read(columns)?,
            operator_classes: read(classes)?,
            indexes: read(indexes)?,
            foreign_keys: read(foreign_keys)?,
            identities: read(identities)?,
            foreign,
            uses: read(uses)?,
            views: read(views)?,
        })
    }
}

/// A row of one of the queries.
trait CatalogRow: Sized {
    /// The names of the query's columns, in order.
    const COLUMNS: &'static [&'static str];

    /// Reads a row whose columns are those.
    fn read(row: &Row) -> Result<Self>;
}

/// Declares a row type: its fields are the columns of a query, in the query's order. They are read by
/// place, because looking up ten thousand rows by name takes longer than reading them.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$doc])*
        pub(crate) struct $name {
            $($(#[$field_doc])* pub(crate) $field: $ty,)*
        }

        impl CatalogRow for $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn read(row: &Row) -> Result<Self> {
                let mut places = 0..;
                $(let $field = get(row, places.next().unwrap_or_default())?;)*
                Ok(Self { $($field),* })
            }
        }
    };
}

row! {
    NamespaceRow {
        name: String,
    }
}

row! {
    ExtensionRow {
        name: String,
        namespace: String,
        version: String,
    }
}

row! {
    EnumRow {
        id: u32,
        namespace: String,
        name: String,
        labels: Vec<String>,
    }
}

row! {
    TableRow {
        id: u32,
        namespace: String,
        name: String,
        comment: Option<String>,
    }
}

row! {
    ViewRow {
        id: u32,
        namespace: String,
        name: String,
        is_materialized: bool,
        definition: String,
        comment: Option<String>,
    }
}

row! {
    ColumnRow {
        table_id: u32,
        /// `pg_attribute.attnum`: dropped columns leave gaps.
        number: i16,
        collation: u32,
        name: String,
        /// The type as `format_type` prints it.
        printed_type: String,
        /// `pg_type.typtype` of the type, or of the elements of a list.
        type_kind: String,
        type_namespace: String,
        type_name: String,
        is_list: bool,
        not_null: bool,
        /// Empty, `a` (always) or `d` (by default).
        identity: String,
        /// Empty, `s` (stored) or `v` (virtual, PostgreSQL 18).
        generated: String,
        default_expression: Option<String>,
        /// The sequence that the default draws from.
        sequence: Option<String>,
        comment: Option<String>,
    }
}

row! {
    /// An operator class that is not its type's default.
    OperatorClassRow {
        id: u32,
        name: String,
    }
}

row! {
    IndexRow {
        table_id: u32,
        id: u32,
        name: String,
        is_primary: bool,
        is_unique: bool,
        is_valid: bool,
        method: String,
        is_constraint: bool,
        is_deferrable: bool,
        nulls_not_distinct: bool,
        is_period: bool,
        predicate: Option<String>,
        /// The first so many parts are the key, the others are `INCLUDE`d.
        key_count: i32,
        /// `pg_attribute.attnum`; 0 is an expression.
        columns: Vec<i16>,
        /// `pg_index.indoption`: 1 = descending, 2 = nulls first. For the key alone, as the next two.
        options: Vec<i16>,
        operator_classes: Vec<u32>,
        collations: Vec<u32>,
        /// The key's parts as the server prints them, if any of them is an expression.
        expressions: Option<Vec<String>>,
        /// Index or constraint as the server prints it, if it may be more than the model can hold.
        definition: Option<String>,
    }
}

row! {
    ForeignKeyRow {
        table_id: u32,
        name: String,
        columns: Vec<String>,
        target_namespace: String,
        target_table: String,
        target_columns: Vec<String>,
        on_delete: String,
        on_update: String,
        deferrable: bool,
        initially_deferred: bool,
        match_full: bool,
        validated: bool,
        delete_columns: Vec<String>,
        enforced: bool,
    }
}

row! {
    /// An identity column that counts otherwise than by default.
    IdentityRow {
        table_id: u32,
        number: i16,
        options: Vec<String>,
    }
}

row! {
    ForeignRow {
        kind: String,
        namespace: String,
        /// The table in whose name the object's name is told.
        table_name: Option<String>,
        name: String,
        /// The relation that it is a part of; 0 for none.
        part_of_id: u32,
        /// The catalog that it is in, and its number there.
        class_id: u32,
        object_id: u32,
        definition: Option<String>,
        /// What `DROP` and `COMMENT ON` take.
        target: Option<String>,
        /// The statement that takes it away, where it is not `DROP` with the target.
        removal: Option<String>,
        comment: Option<String>,
        belongings: Vec<String>,
    }
}

row! {
    /// That one object uses another, each by catalog and number.
    UseRow {
        class_id: u32,
        object_id: u32,
        used_class: u32,
        used_object: u32,
        /// `pg_attribute.attnum` of a column; 0 is the whole.
        used_part: i32,
    }
}

fn read<T: CatalogRow>(rows: &[Row]) -> Result<Vec<T>> {
    if let Some(row) = rows.first() {
        let names = row.columns().iter().map(tokio_postgres::Column::name);
        if !names.eq(T::COLUMNS.iter().copied()) {
            return Err(error::catalog("a catalog query has other columns than its reader"));
        }
    }
    rows.iter().map(T::read).collect()
}

fn get<'a, T: FromSql<'a>>(row: &'a Row, place: usize) -> Result<T> {
    row.try_get(place).map_err(|error| {
        let name = row.columns().get(place).map_or("?", |it| it.name());
        error::catalog(format!("the catalog's `{name}` cannot be read: {error}"))
    })
}
