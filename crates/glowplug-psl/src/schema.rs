//! The resolved schema: what every other crate reads.
//!
//! A [`Schema`] is a plain value in file order, made of flat vectors and typed ids.
//! It holds only what could be resolved; whatever could not is absent and has a diagnostic.
//! Positions ([`Span`]) point into the files it was parsed from.

use crate::diagnostics::Span;

/// Index of a model or view in [`Schema::models`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId(pub usize);

/// Index of an enum in [`Schema::enums`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub usize);

/// Index of a relation in [`Schema::relations`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub usize);

/// A field of a model: the model, and the index in [`Model::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId {
    /// The model that the field belongs to.
    pub model: ModelId,
    /// Its index in that model's `fields`.
    pub index: usize,
}

/// Everything that the schema files say, resolved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// The datasource block; absent while it is missing or broken.
    pub datasource: Option<Datasource>,
    /// Generator blocks in file order, those of other tools included.
    pub generators: Vec<Generator>,
    /// Models and views in file order.
    pub models: Vec<Model>,
    /// Enums in file order.
    pub enums: Vec<Enum>,
    /// One entry per pair of relation fields (or lone field, where the language allows it).
    pub relations: Vec<Relation>,
}

/// The `datasource` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Datasource {
    /// Its name, `db` by habit.
    pub name: String,
    /// `postgresql` (also when written `postgres`) or `sqlite`.
    pub provider: String,
    /// `url`, absent in the style of Prisma 7.
    pub url: Option<StringOrEnv>,
    /// `directUrl`.
    pub direct_url: Option<StringOrEnv>,
    /// `shadowDatabaseUrl`.
    pub shadow_database_url: Option<StringOrEnv>,
    /// `relationMode = "prisma"`: relations without foreign keys in the database.
    pub relation_mode_prisma: bool,
    /// `schemas = [...]`, in file order.
    pub schemas: Vec<String>,
    /// `extensions = [...]`, in file order.
    pub extensions: Vec<Extension>,
    /// Where the block stands.
    pub span: Span,
}

/// A string literal, or the name of an environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StringOrEnv {
    /// `"..."`
    Literal(String),
    /// `env("NAME")`: the name.
    Env(String),
}

/// One entry of `extensions = [...]` in a PostgreSQL datasource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The name in the schema file, `uuid_ossp` for instance.
    pub name: String,
    /// `map:`, the name in the database where it differs.
    pub db_name: Option<String>,
    /// `schema:`
    pub schema: Option<String>,
    /// `version:`
    pub version: Option<String>,
}

/// A `generator` block: the provider, and every property as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Generator {
    /// The block's name.
    pub name: String,
    /// The `provider` property, absent when it is not a plain string.
    pub provider: Option<String>,
    /// All properties in file order, `provider` included.
    pub properties: Vec<(String, Value)>,
    /// Where the block stands.
    pub span: Span,
}

/// A value as written in a block's property or an attribute's argument.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `"text"`, with escapes resolved.
    String(String),
    /// `12`, `1.5`: the text as written.
    Number(String),
    /// A bare word: `true`, `Cascade`, `ADMIN`.
    Constant(String),
    /// `name(args)`
    Function(String, Vec<Value>),
    /// `[a, b]`
    Array(Vec<Value>),
}

/// A `model` or a `view`.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The name in the schema file.
    pub name: String,
    /// `@@map("...")`
    pub map: Option<String>,
    /// `@@schema("...")`
    pub schema: Option<String>,
    /// Whether this is a `view` block. Views never make SQL.
    pub is_view: bool,
    /// `@@ignore`: the table exists, the generated client leaves it out.
    pub is_ignored: bool,
    /// Doc comment (`///` lines above), joined by `\n`, hints included.
    pub docs: Option<String>,
    /// Hints found in the doc comment.
    pub hints: Vec<Hint>,
    /// All fields in file order: scalars and relation fields.
    pub fields: Vec<Field>,
    /// `@id` or `@@id`.
    pub primary_key: Option<PrimaryKey>,
    /// Uniques and indexes in Prisma's order: `@unique` fields in field order, then every
    /// `@@index`, then every `@@unique` (whatever their order in the file).
    pub indexes: Vec<Index>,
    /// Where the block's name stands.
    pub span: Span,
}

/// A field of a model or view.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name in the schema file.
    pub name: String,
    /// `@map("...")`
    pub map: Option<String>,
    /// Required, `?` or `[]`.
    pub arity: Arity,
    /// What it holds.
    pub ty: FieldType,
    /// `@db.Name(args)`, absent when the file leaves it to the default.
    pub native_type: Option<NativeType>,
    /// `@default(...)`
    pub default: Option<DefaultValue>,
    /// `@updatedAt`: filled by the application.
    pub is_updated_at: bool,
    /// `@ignore`
    pub is_ignored: bool,
    /// Doc comment, joined by `\n`, hints included.
    pub docs: Option<String>,
    /// Hints found in the doc comment.
    pub hints: Vec<Hint>,
    /// Where the field's name stands.
    pub span: Span,
}

/// How many values a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one.
    Required,
    /// `?`: one or none.
    Optional,
    /// `[]`
    List,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// A column of a built-in scalar type.
    Scalar(Scalar),
    /// A column of an enum type.
    Enum(EnumId),
    /// `Unsupported("...")`: a column whose type the language has no word for.
    Unsupported(String),
    /// No column: one side of a relation.
    Relation(RelationId),
}

/// The built-in scalar types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    /// `String`
    String,
    /// `Boolean`
    Boolean,
    /// `Int`, 32 bits
    Int,
    /// `BigInt`, 64 bits
    BigInt,
    /// `Float`
    Float,
    /// `Decimal`
    Decimal,
    /// `DateTime`
    DateTime,
    /// `Json`
    Json,
    /// `Bytes`
    Bytes,
}

/// `@db.Name(args)`: the name without `db.`, and its arguments as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeType {
    /// `VarChar` of `@db.VarChar(20)`
    pub name: String,
    /// `["20"]` of `@db.VarChar(20)`
    pub args: Vec<String>,
}

/// `@default(...)`
#[derive(Debug, Clone, PartialEq)]
pub enum DefaultValue {
    /// A string, DateTime, Decimal, Json or Bytes literal, escapes resolved.
    String(String),
    /// An Int, BigInt, Float or Decimal literal as written.
    Number(String),
    /// `true` or `false`
    Boolean(bool),
    /// An enum value, by its name in the schema file.
    EnumValue(String),
    /// `[...]` on a list field.
    List(Vec<DefaultValue>),
    /// `autoincrement()`
    AutoIncrement,
    /// `sequence(...)` where the provider has it: the arguments as written.
    Sequence(Vec<(String, Value)>),
    /// `now()`
    Now,
    /// `uuid()` or `uuid(4)`: 4; `uuid(7)`: 7. Filled by the application.
    Uuid(u8),
    /// `cuid()` or `cuid(1)`: 1; `cuid(2)`: 2. Filled by the application.
    Cuid(u8),
    /// `ulid()`. Filled by the application.
    Ulid,
    /// `nanoid()` or `nanoid(length)`. Filled by the application.
    Nanoid(Option<u32>),
    /// `dbgenerated("expr")`; `None` for `dbgenerated()`.
    DbGenerated(Option<String>),
}

/// `@id` or `@@id([...])`
#[derive(Debug, Clone, PartialEq)]
pub struct PrimaryKey {
    /// The fields with their options, in key order.
    pub fields: Vec<IndexField>,
    /// `map:`, the constraint's name in the database.
    pub map: Option<String>,
    /// `name:`, the name in the client only.
    pub name: Option<String>,
    /// Where the attribute stands.
    pub span: Span,
}

/// `@unique`, `@@unique([...])` or `@@index([...])`
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Whether it forbids duplicates.
    pub is_unique: bool,
    /// The fields with their options, in index order.
    pub fields: Vec<IndexField>,
    /// `map:` (of an `@@index` also `name:`, its older spelling): the name in the database.
    pub map: Option<String>,
    /// `name:` of an `@@unique`, the name in the client only.
    pub name: Option<String>,
    /// `type:` `BTree`, `Hash`, `Gist`, `Gin`, `SpGist` or `Brin`; `None` is the default, BTree.
    pub algorithm: Option<String>,
    /// `where:` as SQL text, for a partial index.
    pub predicate: Option<Predicate>,
    /// Where the attribute stands.
    pub span: Span,
}

/// The `where:` of a partial index.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// `raw("...")`: SQL, passed through.
    Raw(String),
    /// `{ field: value, ... }`: field names of this model and what they must be, in file order.
    Fields(Vec<(usize, PredicateTest)>),
}

/// One entry of an object `where:`.
#[derive(Debug, Clone, PartialEq)]
pub enum PredicateTest {
    /// `field: value`
    Equals(DefaultValue),
    /// `field: { not: value }`
    NotEquals(DefaultValue),
    /// `field: null`
    IsNull,
    /// `field: { not: null }`
    IsNotNull,
}

/// A field inside a key or index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexField {
    /// Index into the model's `fields`.
    pub field: usize,
    /// `sort: Desc`
    pub descending: bool,
    /// `length:`, for databases that have prefixes.
    pub length: Option<u32>,
    /// `ops:`
    pub ops: Option<OperatorClass>,
}

/// `ops: JsonbPathOps` or `ops: raw("vector_cosine_ops")`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperatorClass {
    /// A name of the language, e.g. `JsonbPathOps`.
    Named(String),
    /// The class's name in the database.
    Raw(String),
}

/// An `enum` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// The name in the schema file.
    pub name: String,
    /// `@@map("...")`
    pub map: Option<String>,
    /// `@@schema("...")`
    pub schema: Option<String>,
    /// Doc comment, joined by `\n`, hints included.
    pub docs: Option<String>,
    /// Hints found in the doc comment.
    pub hints: Vec<Hint>,
    /// The values in file order.
    pub values: Vec<EnumValue>,
    /// Where the block's name stands.
    pub span: Span,
}

/// A value of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumValue {
    /// The name in the schema file.
    pub name: String,
    /// `@map("...")`
    pub map: Option<String>,
    /// Doc comment, joined by `\n`, hints included.
    pub docs: Option<String>,
    /// Hints found in the doc comment.
    pub hints: Vec<Hint>,
    /// Where the value stands.
    pub span: Span,
}

/// A relation between two models (or of a model with itself).
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// The explicit name, if it has one.
    pub name: Option<String>,
    /// Its shape.
    pub kind: RelationKind,
}

/// The shape of a relation.
#[derive(Debug, Clone, PartialEq)]
pub enum RelationKind {
    /// One side holds the columns of a foreign key.
    ForeignKey(ForeignKeyRelation),
    /// Both sides are lists: a table of its own, two columns `A` and `B`.
    /// `a` is the side whose model name comes first (for a self relation: the field name).
    ManyToMany {
        /// The relation field in the model that column `A` refers **from** (column `A` holds keys of `a.model`).
        a: FieldId,
        /// The relation field in the model that column `B` holds keys of.
        b: FieldId,
    },
}

/// A relation kept by a foreign key.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKeyRelation {
    /// The relation field that has `fields:` and `references:`.
    pub forward: FieldId,
    /// The field on the other side; `None` only while a schema is being repaired, or for views.
    pub back: Option<FieldId>,
    /// Whether the other side holds at most one (1-1).
    pub is_one_to_one: bool,
    /// `fields:`, indexes into the forward model's fields.
    pub fields: Vec<usize>,
    /// The model that is referred to.
    pub target: ModelId,
    /// `references:`, indexes into the target's fields.
    pub references: Vec<usize>,
    /// `onDelete:` as written.
    pub on_delete: Option<ReferentialAction>,
    /// `onUpdate:` as written.
    pub on_update: Option<ReferentialAction>,
    /// `map:`, the constraint's name in the database.
    pub map: Option<String>,
    /// Where the `@relation` attribute stands.
    pub span: Span,
}

/// What happens to referring rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferentialAction {
    /// `Cascade`
    Cascade,
    /// `Restrict`
    Restrict,
    /// `NoAction`
    NoAction,
    /// `SetNull`
    SetNull,
    /// `SetDefault`
    SetDefault,
}

/// A durable hint in a doc comment: `/// @renamed(from: "old")`.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// The name without `@`.
    pub name: String,
    /// The arguments in order; unnamed ones have no name.
    pub args: Vec<(Option<String>, Value)>,
    /// Where the hint stands.
    pub span: Span,
}

impl Schema {
    /// The model behind an id of this schema.
    pub fn model(&self, id: ModelId) -> &Model {
        &self.models[id.0]
    }

    /// The enum behind an id of this schema.
    pub fn enum_(&self, id: EnumId) -> &Enum {
        &self.enums[id.0]
    }

    /// The field behind an id of this schema.
    pub fn field(&self, id: FieldId) -> &Field {
        &self.models[id.model.0].fields[id.index]
    }

    /// The relation behind an id of this schema.
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.0]
    }

    /// Models and views with their ids, in file order.
    pub fn walk_models(&self) -> impl Iterator<Item = (ModelId, &Model)> {
        self.models.iter().enumerate().map(|(i, m)| (ModelId(i), m))
    }

    /// The model or view of that name.
    pub fn find_model(&self, name: &str) -> Option<(ModelId, &Model)> {
        self.walk_models().find(|(_, m)| m.name == name)
    }

    /// The enum of that name.
    pub fn find_enum(&self, name: &str) -> Option<(EnumId, &Enum)> {
        self.enums.iter().enumerate().map(|(i, e)| (EnumId(i), e)).find(|(_, e)| e.name == name)
    }
}

impl Model {
    /// The table's name in the database.
    pub fn db_name(&self) -> &str {
        self.map.as_deref().unwrap_or(&self.name)
    }

    /// The fields that are columns, with their index in `fields`, in file order.
    pub fn columns(&self) -> impl Iterator<Item = (usize, &Field)> {
        self.fields.iter().enumerate().filter(|(_, f)| f.is_column())
    }

    /// The field of that name, with its index.
    pub fn find_field(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields.iter().enumerate().find(|(_, f)| f.name == name)
    }
}

impl Field {
    /// The column's name in the database.
    pub fn db_name(&self) -> &str {
        self.map.as_deref().unwrap_or(&self.name)
    }

    /// Whether the field is a column (relation fields are not).
    pub fn is_column(&self) -> bool {
        !matches!(self.ty, FieldType::Relation(_))
    }

    /// The hint of that name, if the doc comment has it.
    pub fn hint(&self, name: &str) -> Option<&Hint> {
        self.hints.iter().find(|h| h.name == name)
    }
}

impl Enum {
    /// The type's name in the database.
    pub fn db_name(&self) -> &str {
        self.map.as_deref().unwrap_or(&self.name)
    }
}

impl EnumValue {
    /// The value's name in the database.
    pub fn db_name(&self) -> &str {
        self.map.as_deref().unwrap_or(&self.name)
    }
}
