//! Tables, columns, keys, indexes, enums: what a database holds, free of any dialect's SQL.
//!
//! What only one database has is kept as plain ordered data (names and arguments of native types,
//! operator classes), so the core can compare, print and store it without understanding it.

use serde::{Deserialize, Serialize};

use crate::ids::{ColumnId, EnumId, ExtensionId, ForeignId, ForeignKeyId, IndexId, NamespaceId, TableId};

/// A whole database (the schemas of it that are looked at), or what a schema file asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SqlSchema {
    /// The namespace (PostgreSQL: schema) of everything whose `namespace` is `None`, e.g. `public`.
    pub default_namespace: Option<String>,
    /// Namespaces that must exist besides the default one, or that do, sorted by name.
    pub namespaces: Vec<String>,
    /// Extensions, sorted by name.
    pub extensions: Vec<Extension>,
    /// Enum types: in file order when lowered from a schema file, sorted by name when introspected.
    pub enums: Vec<EnumType>,
    /// Tables: in file order when lowered (many-to-many tables last), sorted by name when introspected.
    pub tables: Vec<Table>,
    /// Views, sorted by name when introspected. No change speaks of them: a schema file only describes them.
    #[serde(default)]
    pub views: Vec<View>,
    /// Objects of kinds that the schema language cannot express, sorted: a schema file never touches them.
    pub foreign: Vec<ForeignObject>,
    /// Whether foreign objects, and what else the schema language has no word for (generated columns,
    /// deferred keys, ...), are spoken of here. True for a database: two databases are compared in
    /// everything, a schema file and a database only in what the file can say.
    #[serde(default)]
    pub owns_foreign: bool,
    /// Whether partial indexes are spoken of here: a schema file that knows nothing of them leaves
    /// those of the database alone. True for a database.
    #[serde(default)]
    pub owns_partial_indexes: bool,
}

/// The name of a table or enum, with its namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The namespace; `None` is the default one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// An extension of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Its name in the catalog.
    pub name: String,
    /// The namespace that its objects are in.
    pub namespace: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// An enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// `None` is the default namespace.
    pub namespace: Option<String>,
    /// The type's name in the database.
    pub name: String,
    /// The values in order.
    pub values: Vec<EnumVariant>,
}

/// A value of an enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumVariant {
    /// The label in the database.
    pub name: String,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// `None` is the default namespace.
    pub namespace: Option<String>,
    /// The name in the database.
    pub name: String,
    /// The columns in order.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Indexes and unique constraints: in Prisma's order when lowered, by name when introspected.
    pub indexes: Vec<Index>,
    /// Foreign keys: in file order when lowered, by name when introspected.
    pub foreign_keys: Vec<ForeignKey>,
    /// Whether this is the table of an implicit many-to-many relation.
    pub is_join_table: bool,
    /// What the database says about it (`COMMENT ON TABLE`). Never compared.
    #[serde(default)]
    pub comment: Option<String>,
}

/// A view, materialised or not: read, never written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// `None` is the default namespace.
    pub namespace: Option<String>,
    /// The name in the database.
    pub name: String,
    /// The columns in order.
    pub columns: Vec<Column>,
    /// The query, as the database prints it.
    pub definition: String,
    /// Whether its rows are kept.
    pub is_materialized: bool,
    /// What the database says about it. Never compared.
    pub comment: Option<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The name in the database.
    pub name: String,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it accepts NULL. Lists never have NOT NULL in the schema language's databases.
    pub nullable: bool,
    /// Its default.
    pub default: Option<Default>,
    /// Whether and how the database counts it up.
    pub auto_increment: Option<AutoIncrement>,
    /// Filled by the application, not the database (`uuid()`, `cuid()`, `@updatedAt`, ...): not part
    /// of comparisons, but a required column of this kind cannot be added to a table with rows.
    pub filled_by_application: bool,
    /// How the database computes the column. The schema language cannot ask for it.
    pub generated: Option<Generated>,
    /// What the database says about it (`COMMENT ON COLUMN`). Never compared.
    #[serde(default)]
    pub comment: Option<String>,
}

/// How a generated column comes to its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// The expression, in the dialect's SQL.
    pub expression: String,
    /// Whether it is computed when it is read, rather than kept.
    pub is_virtual: bool,
}

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnType {
    /// The dialect's canonical name of the type with its arguments.
    pub native: NativeType,
    /// Whether it is a list of it.
    pub is_list: bool,
}

/// The type without the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NativeType {
    /// A built-in type, e.g. `varchar` with `["20"]`, in the dialect's canonical spelling.
    Named {
        /// The canonical lower-case name.
        name: String,
        /// The arguments, defaults filled in or left out as the dialect's canonical form says.
        args: Vec<String>,
    },
    /// An enum type of this schema.
    Enum {
        /// The enum's namespace; `None` is the default one.
        namespace: Option<String>,
        /// The enum's name.
        name: String,
    },
    /// A type that the language has no word for, as the database prints it.
    Unsupported(String),
}

/// The default of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Default {
    /// A literal, of a kind that decides how it is written.
    Literal(Literal),
    /// A list of literals.
    List(Vec<Literal>),
    /// The time of the transaction: `CURRENT_TIMESTAMP`.
    Now,
    /// An expression in the dialect's SQL (`dbgenerated("...")`, or whatever stands in the database).
    Expression(String),
    /// The database fills it in a way that the schema file leaves open (`dbgenerated()`): equal to everything.
    Unspecified,
}

/// A literal default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Literal {
    /// Text of any text-like type; JSON, dates and UUIDs as well.
    Text(String),
    /// A number as written.
    Number(String),
    /// A boolean.
    Boolean(bool),
    /// Bytes as lower-case hexadecimal digits.
    Bytes(String),
    /// A label of the column's enum type, as in the database.
    EnumLabel(String),
}

/// How the database counts a column up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AutoIncrement {
    /// `SERIAL`: an owned sequence and a default. The sequence's name when introspected.
    Serial {
        /// `None` when lowered: the database chooses the name.
        sequence: Option<String>,
    },
    /// `GENERATED ... AS IDENTITY`.
    Identity {
        /// `ALWAYS` rather than `BY DEFAULT`.
        always: bool,
        /// How it counts, where that is not the default: `START WITH 10`, in a fixed order.
        #[serde(default)]
        options: Vec<String>,
    },
    /// SQLite's `INTEGER PRIMARY KEY`.
    RowId {
        /// Without `AUTOINCREMENT`: the numbers of deleted rows may come again.
        reuses: bool,
    },
}

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// The constraint's name, where the database has one.
    pub name: Option<String>,
    /// Column names in key order.
    pub columns: Vec<String>,
    /// The whole constraint in the dialect's SQL, where it is more than its columns (`INCLUDE`, `DEFERRABLE`).
    /// The schema language cannot ask for that.
    #[serde(default)]
    pub definition: Option<String>,
}

/// An index or a unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Whether it forbids duplicates.
    pub unique: bool,
    /// Whether a constraint owns it (`ALTER TABLE ... ADD CONSTRAINT ... UNIQUE`).
    pub is_constraint: bool,
    /// The access method in lower case: `btree`, `hash`, `gin`, ...
    pub method: String,
    /// The parts in order.
    pub parts: Vec<IndexPart>,
    /// `INCLUDE (...)` columns. The schema language cannot ask for them.
    pub include: Vec<String>,
    /// `WHERE ...` of a partial index, in the dialect's SQL.
    pub predicate: Option<String>,
    /// `NULLS NOT DISTINCT`. The schema language cannot ask for it.
    pub nulls_not_distinct: bool,
    /// False for what a failed concurrent build left behind.
    pub valid: bool,
    /// Whether the schema language can express it; if not, it is foreign: never dropped by a schema file.
    pub expressible: bool,
    /// The statement that makes it, or the clause where a constraint owns it, as the database prints it,
    /// of an index that is not expressible.
    #[serde(default)]
    pub definition: Option<String>,
}

/// One part of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexPart {
    /// What is indexed.
    pub key: IndexKey,
    /// Descending order.
    pub descending: bool,
    /// Operator class when it is not the type's default one for the method.
    pub operator_class: Option<String>,
}

/// What an index part holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexKey {
    /// A column, by name.
    Column(String),
    /// An expression, as the database prints it.
    Expression(String),
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The constraint's name, where the database has one.
    pub name: Option<String>,
    /// Referring columns in order.
    pub columns: Vec<String>,
    /// Namespace of the table that is referred to; `None` is the default one.
    pub target_namespace: Option<String>,
    /// The table that is referred to.
    pub target_table: String,
    /// The columns that are referred to, in order.
    pub target_columns: Vec<String>,
    /// What happens to referring rows when the row is deleted.
    pub on_delete: Action,
    /// What happens to referring rows when the key changes.
    pub on_update: Action,
    /// What the schema language cannot ask for.
    #[serde(default)]
    pub extras: ForeignKeyExtras,
    /// Whether the schema language can express it; if not, it is foreign: never dropped by a plan.
    #[serde(default = "yes")]
    pub expressible: bool,
}

/// What the schema language has no word for in a foreign key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKeyExtras {
    /// `DEFERRABLE`
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`
    pub initially_deferred: bool,
    /// `MATCH FULL`: either all columns are NULL or none.
    pub match_full: bool,
    /// The columns of `ON DELETE SET NULL (...)`; empty for all.
    pub delete_columns: Vec<String>,
    /// `NOT VALID`, until it is validated.
    pub not_valid: bool,
    /// `NOT ENFORCED`
    pub not_enforced: bool,
    /// `PERIOD` before the last column: the time of the row must lie in that of the rows that it refers to.
    pub period: bool,
}

fn yes() -> bool {
    true
}

/// A referential action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// `NO ACTION`
    NoAction,
    /// `RESTRICT`
    Restrict,
    /// `CASCADE`
    Cascade,
    /// `SET NULL`
    SetNull,
    /// `SET DEFAULT`
    SetDefault,
}

/// An object that the schema language has no word for. Kind and name tell it from all others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ForeignObject {
    /// `view`, `materialized view`, `function`, `trigger`, `policy`, `check`, `exclusion constraint`, ...
    pub kind: String,
    /// Its name, with its table where it belongs to one: `Course.touch`.
    pub name: String,
    /// The table, or other relation, that it is a part of: it comes and goes with that.
    pub part_of: Option<QualifiedName>,
    /// The statements that make it, each ended by `;`, as the database prints them. For what can only be
    /// made together with its table, the clause. `None` where nobody can say.
    pub definition: Option<String>,
    /// The statement that takes it away. `None` where it can only go with its table.
    pub removal: Option<String>,
    /// Statements that give it back its owner, rights and comments when it is made anew. They are no part of
    /// what it is: two objects that differ only here are the same.
    pub belongings: Vec<String>,
    /// What its definition depends on, sorted.
    pub uses: Vec<Use>,
}

/// Something that a foreign object depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Use {
    /// A table as a whole.
    Table(QualifiedName),
    /// A column of a table.
    Column(QualifiedName, String),
    /// A primary key, or a unique or exclusion constraint, by the name of its index: what is grouped by a key
    /// may select the other columns.
    Key(QualifiedName, String),
    /// An enum type.
    Enum(QualifiedName),
    /// Another foreign object.
    Foreign {
        /// Its kind.
        kind: String,
        /// Its name.
        name: String,
    },
}

impl ForeignObject {
    /// Whether two objects are the same thing, made in the same way.
    pub fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.name == other.name && self.definition == other.definition
    }
}

impl SqlSchema {
    /// A database with nothing in it. Unlike the default value, which is a schema file that says nothing, it is
    /// compared in everything.
    pub fn empty_database() -> Self {
        Self { owns_foreign: true, owns_partial_indexes: true, ..Self::default() }
    }

    /// The table behind an id of this schema.
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.0]
    }

    /// The enum behind an id of this schema.
    pub fn enum_type(&self, id: EnumId) -> &EnumType {
        &self.enums[id.0]
    }

    /// The column behind an id of this schema.
    pub fn column(&self, id: ColumnId) -> &Column {
        &self.table(id.table).columns[id.index]
    }

    /// The index behind an id of this schema.
    pub fn index_at(&self, id: IndexId) -> &Index {
        &self.table(id.table).indexes[id.index]
    }

    /// The foreign key behind an id of this schema.
    pub fn foreign_key(&self, id: ForeignKeyId) -> &ForeignKey {
        &self.table(id.table).foreign_keys[id.index]
    }

    /// The extension behind an id of this schema.
    pub fn extension(&self, id: ExtensionId) -> &Extension {
        &self.extensions[id.0]
    }

    /// The foreign object behind an id of this schema.
    pub fn foreign_object(&self, id: ForeignId) -> &ForeignObject {
        &self.foreign[id.0]
    }

    /// The namespace behind an id of this schema.
    pub fn namespace(&self, id: NamespaceId) -> &str {
        &self.namespaces[id.0]
    }

    /// Tables with their ids, in order.
    pub fn walk_tables(&self) -> impl Iterator<Item = (TableId, &Table)> {
        self.tables.iter().enumerate().map(|(i, t)| (TableId(i), t))
    }

    /// Enums with their ids, in order.
    pub fn walk_enums(&self) -> impl Iterator<Item = (EnumId, &EnumType)> {
        self.enums.iter().enumerate().map(|(i, e)| (EnumId(i), e))
    }

    /// The id of the table of that name.
    pub fn find_table(&self, namespace: Option<&str>, name: &str) -> Option<TableId> {
        let found = self.tables.iter().position(|t| t.name == name && t.namespace.as_deref() == namespace);
        found.map(TableId)
    }

    /// The id of the enum of that name.
    pub fn find_enum(&self, namespace: Option<&str>, name: &str) -> Option<EnumId> {
        let found = self.enums.iter().position(|e| e.name == name && e.namespace.as_deref() == namespace);
        found.map(EnumId)
    }

    /// Whether there is nothing that the schema language could ask for.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.enums.is_empty()
    }
}

impl Table {
    /// Its name with its namespace.
    pub fn qualified_name(&self) -> QualifiedName {
        QualifiedName { namespace: self.namespace.clone(), name: self.name.clone() }
    }

    /// The column of that name, with its index.
    pub fn find_column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns.iter().enumerate().find(|(_, c)| c.name == name)
    }

    /// Whether a column is a part of the primary key or of a unique index.
    pub fn is_in_unique(&self, column: &str) -> bool {
        let mut unique = self.indexes.iter().filter(|index| index.unique).flat_map(|index| &index.parts);
        self.primary_key.as_ref().is_some_and(|key| key.columns.iter().any(|name| name == column))
            || unique.any(|part| matches!(&part.key, IndexKey::Column(name) if name == column))
    }
}

impl View {
    /// Its name with its namespace.
    pub fn qualified_name(&self) -> QualifiedName {
        QualifiedName { namespace: self.namespace.clone(), name: self.name.clone() }
    }
}

impl EnumType {
    /// Its name with its namespace.
    pub fn qualified_name(&self) -> QualifiedName {
        QualifiedName { namespace: self.namespace.clone(), name: self.name.clone() }
    }
}

impl std::fmt::Display for ForeignObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

impl std::fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
