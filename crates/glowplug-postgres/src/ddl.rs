//! The statements that plans are made of, and how they are written.

mod clause;
mod column;
mod key;
mod statement;

use glowplug_sql::model::{Column, ForeignKey, Index, PrimaryKey, QualifiedName};

/// A statement. `Display` gives its SQL with the `;`.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// `CREATE SCHEMA IF NOT EXISTS`
    CreateSchema(String),
    /// `DROP SCHEMA`
    DropSchema(String),
    /// `CREATE EXTENSION IF NOT EXISTS`
    CreateExtension {
        /// The extension.
        name: String,
        /// `WITH SCHEMA`
        schema: Option<String>,
        /// `VERSION`
        version: Option<String>,
    },
    /// `ALTER EXTENSION ... UPDATE TO`
    UpdateExtension {
        /// The extension.
        name: String,
        /// The version to come to.
        version: String,
    },
    /// `ALTER EXTENSION ... SET SCHEMA`
    MoveExtension {
        /// The extension.
        name: String,
        /// The namespace to come to.
        schema: String,
    },
    /// `DROP EXTENSION`
    DropExtension(String),
    /// `CREATE TYPE ... AS ENUM`
    CreateEnum {
        /// The type.
        name: QualifiedName,
        /// Its labels.
        values: Vec<String>,
    },
    /// `ALTER TYPE ... ADD VALUE`
    AddEnumValue {
        /// The type.
        name: QualifiedName,
        /// The new label.
        value: String,
    },
    /// `ALTER TYPE ... RENAME VALUE`
    RenameEnumValue {
        /// The type.
        name: QualifiedName,
        /// The label that was.
        from: String,
        /// The label to be.
        to: String,
    },
    /// `ALTER TYPE ... RENAME TO`
    RenameType {
        /// The type.
        name: QualifiedName,
        /// Its next name.
        to: String,
    },
    /// `ALTER TYPE ... SET SCHEMA`
    MoveType {
        /// The type.
        name: QualifiedName,
        /// Its next namespace.
        schema: String,
    },
    /// `DROP TYPE`
    DropType(QualifiedName),
    /// `CREATE TABLE`
    CreateTable {
        /// The table.
        name: QualifiedName,
        /// Its columns.
        columns: Vec<Column>,
        /// Its primary key.
        primary_key: Option<PrimaryKey>,
        /// `PARTITION BY ...`
        partition_by: Option<String>,
    },
    /// `DROP TABLE`
    DropTable(QualifiedName),
    /// `ALTER TABLE` with one or more clauses.
    AlterTable {
        /// The table.
        table: QualifiedName,
        /// What is done, in order.
        clauses: Vec<Clause>,
    },
    /// `ALTER TABLE ... RENAME TO`
    RenameTable {
        /// The table.
        table: QualifiedName,
        /// Its next name.
        to: String,
    },
    /// `ALTER TABLE ... SET SCHEMA`
    MoveTable {
        /// The table.
        table: QualifiedName,
        /// Its next namespace.
        schema: String,
    },
    /// `ALTER TABLE ... RENAME COLUMN`
    RenameColumn {
        /// The table.
        table: QualifiedName,
        /// The column.
        from: String,
        /// Its next name.
        to: String,
    },
    /// `ALTER TABLE ... RENAME CONSTRAINT`
    RenameConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint.
        from: String,
        /// Its next name.
        to: String,
    },
    /// `CREATE INDEX`
    CreateIndex {
        /// The table.
        table: QualifiedName,
        /// The index.
        index: Index,
        /// `CONCURRENTLY`
        concurrently: bool,
    },
    /// `DROP INDEX`
    DropIndex {
        /// The index, with its table's namespace.
        index: QualifiedName,
        /// `CONCURRENTLY`
        concurrently: bool,
    },
    /// `ALTER INDEX ... RENAME TO`
    RenameIndex {
        /// The index, with its table's namespace.
        index: QualifiedName,
        /// Its next name.
        to: String,
    },
    /// `CREATE SEQUENCE`
    CreateSequence {
        /// The sequence.
        name: QualifiedName,
        /// The type of what it counts, where it is not `bigint`.
        ty: Option<String>,
    },
    /// `ALTER SEQUENCE ... OWNED BY`
    OwnSequence {
        /// The sequence.
        name: QualifiedName,
        /// The owning table.
        table: QualifiedName,
        /// The owning column.
        column: String,
    },
    /// Sets a sequence behind the greatest value of a column.
    CatchUpSequence {
        /// The sequence.
        name: QualifiedName,
        /// The table.
        table: QualifiedName,
        /// The column.
        column: String,
    },
    /// `DROP SEQUENCE`
    DropSequence(QualifiedName),
    /// Gives a value to rows that have none.
    FillNulls {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: String,
        /// The value, as SQL.
        value: String,
    },
}

/// A clause of `ALTER TABLE`.
#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    /// `DROP CONSTRAINT`
    DropConstraint(String),
    /// `DROP COLUMN`
    DropColumn(String),
    /// `ADD COLUMN`
    AddColumn(Column),
    /// `ALTER COLUMN ... DROP DEFAULT`
    DropDefault(String),
    /// `ALTER COLUMN ... DROP IDENTITY`
    DropIdentity(String),
    /// `ALTER COLUMN ... ADD GENERATED ... AS IDENTITY`
    AddIdentity {
        /// The column.
        column: String,
        /// `ALWAYS`
        always: bool,
        /// How it counts, where that is not the default.
        options: Vec<String>,
    },
    /// `ALTER COLUMN ... SET GENERATED ...`
    SetIdentity {
        /// The column.
        column: String,
        /// `ALWAYS`
        always: bool,
        /// How it counts, where that is not the default.
        options: Vec<String>,
    },
    /// `ALTER COLUMN ... DROP EXPRESSION`
    DropExpression(String),
    /// `ALTER COLUMN ... SET DATA TYPE`
    SetType {
        /// The column.
        column: String,
        /// The type, as SQL.
        ty: String,
        /// The expression of the `USING` clause.
        using: Option<String>,
    },
    /// `ALTER COLUMN ... SET DEFAULT`
    SetDefault {
        /// The column.
        column: String,
        /// The default, as SQL.
        value: String,
    },
    /// `ALTER COLUMN ... SET NOT NULL`
    SetNotNull(String),
    /// `ALTER COLUMN ... DROP NOT NULL`
    DropNotNull(String),
    /// `ADD CONSTRAINT ... PRIMARY KEY`
    AddPrimaryKey(PrimaryKey),
    /// `ADD CONSTRAINT ... UNIQUE`
    AddUnique(Index),
    /// `ADD CONSTRAINT ... FOREIGN KEY`
    AddForeignKey(ForeignKey),
    /// `ADD CONSTRAINT ... CHECK (... IS NOT NULL) NOT VALID`
    AddIsSet {
        /// The constraint.
        name: String,
        /// The column.
        column: String,
    },
    /// `VALIDATE CONSTRAINT`
    Validate(String),
}
