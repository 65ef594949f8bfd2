//! The statements that plans are made of, and how they are written.

use std::fmt::{Display, Formatter, Result};

use glowplug_sql::model::{Action, Column, ForeignKey, Index, IndexKey, PrimaryKey, QualifiedName};

use crate::defaults;
use crate::names::{literal, qualified, qualified_name, quoted};
use crate::types;

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

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Statement::CreateSchema(_)
            | Statement::DropSchema(_)
            | Statement::CreateExtension { .. }
            | Statement::UpdateExtension { .. }
            | Statement::MoveExtension { .. }
            | Statement::DropExtension(_) => self.fmt_database_wide(f),
            Statement::CreateEnum { .. }
            | Statement::AddEnumValue { .. }
            | Statement::RenameEnumValue { .. }
            | Statement::RenameType { .. }
            | Statement::MoveType { .. }
            | Statement::DropType(_) => self.fmt_type(f),
            Statement::CreateTable { .. }
            | Statement::DropTable(_)
            | Statement::AlterTable { .. }
            | Statement::RenameTable { .. }
            | Statement::MoveTable { .. }
            | Statement::RenameColumn { .. }
            | Statement::RenameConstraint { .. }
            | Statement::FillNulls { .. } => self.fmt_table(f),
            Statement::CreateIndex { .. }
            | Statement::DropIndex { .. }
            | Statement::RenameIndex { .. }
            | Statement::CreateSequence { .. }
            | Statement::OwnSequence { .. }
            | Statement::CatchUpSequence { .. }
            | Statement::DropSequence(_) => self.fmt_relation(f),
        }?;
        f.write_str(";")
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`Display` hands every variant to exactly one of these")]
impl Statement {
    fn fmt_database_wide(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::CreateSchema(name) => write!(f, "CREATE SCHEMA IF NOT EXISTS {}", quoted(name)),
            Self::DropSchema(name) => write!(f, "DROP SCHEMA {}", quoted(name)),
            Self::CreateExtension { name, schema, version } => {
                write!(f, "CREATE EXTENSION IF NOT EXISTS {}", quoted(name))?;
                if schema.is_some() || version.is_some() {
                    f.write_str(" WITH")?;
                }
                if let Some(schema) = schema {
                    write!(f, " SCHEMA {}", quoted(schema))?;
                }
                match version {
                    Some(version) => write!(f, " VERSION {}", quoted(version)),
                    None => Ok(()),
                }
            }
            Self::UpdateExtension { name, version } => {
                write!(f, "ALTER EXTENSION {} UPDATE TO {}", quoted(name), quoted(version))
            }
            Self::MoveExtension { name, schema } => {
                write!(f, "ALTER EXTENSION {} SET SCHEMA {}", quoted(name), quoted(schema))
            }
            Self::DropExtension(name) => write!(f, "DROP EXTENSION {}", quoted(name)),
            _ => Ok(()),
        }
    }

    fn fmt_type(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::CreateEnum { name, values } => {
                let values: Vec<String> = values.iter().map(|v| literal(v)).collect();
                write!(f, "CREATE TYPE {} AS ENUM ({})", qualified_name(name), values.join(", "))
            }
            Self::AddEnumValue { name, value } => {
                write!(f, "ALTER TYPE {} ADD VALUE {}", qualified_name(name), literal(value))
            }
            Self::RenameEnumValue { name, from, to } => {
                write!(
                    f,
                    "ALTER TYPE {} RENAME VALUE {} TO {}",
                    qualified_name(name),
                    literal(from),
                    literal(to)
                )
            }
            Self::RenameType { name, to } => {
                write!(f, "ALTER TYPE {} RENAME TO {}", qualified_name(name), quoted(to))
            }
            Self::MoveType { name, schema } => {
                write!(f, "ALTER TYPE {} SET SCHEMA {}", qualified_name(name), quoted(schema))
            }
            Self::DropType(name) => write!(f, "DROP TYPE {}", qualified_name(name)),
            _ => Ok(()),
        }
    }

    fn fmt_table(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::CreateTable { name, columns, primary_key, partition_by } => {
                create_table(f, name, columns, primary_key.as_ref())?;
                match partition_by {
                    Some(clause) => write!(f, " {clause}"),
                    None => Ok(()),
                }
            }
            Self::DropTable(name) => write!(f, "DROP TABLE {}", qualified_name(name)),
            Self::AlterTable { table, clauses } => {
                write!(f, "ALTER TABLE {}", qualified_name(table))?;
                for (i, clause) in clauses.iter().enumerate() {
                    // One clause stays on the line, several stand below each other.
                    match (clauses.len(), i) {
                        (1, _) => f.write_str(" ")?,
                        (_, 0) => f.write_str("\n    ")?,
                        _ => f.write_str(",\n    ")?,
                    }
                    write!(f, "{clause}")?;
                }
                Ok(())
            }
            Self::RenameTable { table, to } => {
                write!(f, "ALTER TABLE {} RENAME TO {}", qualified_name(table), quoted(to))
            }
            Self::MoveTable { table, schema } => {
                write!(f, "ALTER TABLE {} SET SCHEMA {}", qualified_name(table), quoted(schema))
            }
            Self::RenameColumn { table, from, to } => {
                write!(
                    f,
                    "ALTER TABLE {} RENAME COLUMN {} TO {}",
                    qualified_name(table),
                    quoted(from),
                    quoted(to)
                )
            }
            Self::RenameConstraint { table, from, to } => {
                write!(
                    f,
                    "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                    qualified_name(table),
                    quoted(from),
                    quoted(to)
                )
            }
            Self::FillNulls { table, column, value } => {
                let column = quoted(column);
                write!(f, "UPDATE {} SET {column} = {value} WHERE {column} IS NULL", qualified_name(table))
            }
            _ => Ok(()),
        }
    }

    fn fmt_relation(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::CreateIndex { index: Index { definition: Some(definition), .. }, .. } => {
                f.write_str(definition)
            }
            Self::CreateIndex { table, index, concurrently } => {
                let unique = if index.unique { "UNIQUE " } else { "" };
                let how = if *concurrently { "CONCURRENTLY " } else { "" };
                write!(f, "CREATE {unique}INDEX {how}{} ON {}", quoted(&index.name), qualified_name(table))?;
                if index.method != "btree" {
                    write!(f, " USING {}", index.method.to_uppercase())?;
                }
                if index.method == "btree" {
                    f.write_str("(")?
                } else {
                    f.write_str(" (")?
                }
                f.write_str(&index_parts(index))?;
                f.write_str(")")?;
                index_tail(f, index)?;
                match &index.predicate {
                    Some(predicate) => write!(f, " WHERE ({predicate})"),
                    None => Ok(()),
                }
            }
            Self::DropIndex { index, concurrently } => {
                let how = if *concurrently { "CONCURRENTLY " } else { "" };
                write!(f, "DROP INDEX {how}{}", qualified_name(index))
            }
            Self::RenameIndex { index, to } => {
                write!(f, "ALTER INDEX {} RENAME TO {}", qualified_name(index), quoted(to))
            }
            Self::CreateSequence { name, ty } => {
                write!(f, "CREATE SEQUENCE {}", qualified_name(name))?;
                match ty {
                    Some(ty) => write!(f, " AS {ty}"),
                    None => Ok(()),
                }
            }
            Self::OwnSequence { name, table, column } => {
                write!(
                    f,
                    "ALTER SEQUENCE {} OWNED BY {}.{}",
                    qualified_name(name),
                    qualified_name(table),
                    quoted(column)
                )
            }
            Self::CatchUpSequence { name, table, column } => write!(
                f,
                "SELECT setval({}, COALESCE((SELECT max({}) FROM {}), 0) + 1, false)",
                literal(&qualified_name(name)),
                quoted(column),
                qualified_name(table)
            ),
            Self::DropSequence(name) => write!(f, "DROP SEQUENCE {}", qualified_name(name)),
            _ => Ok(()),
        }
    }
}

fn create_table(
    f: &mut Formatter<'_>,
    name: &QualifiedName,
    columns: &[Column],
    primary_key: Option<&PrimaryKey>,
) -> Result {
    write!(f, "CREATE TABLE {} (", qualified_name(name))?;
    for (i, column) in columns.iter().enumerate() {
        write!(f, "{}\n    {}", if i == 0 { "" } else { "," }, column_sql(column))?;
    }
    if let Some(key) = primary_key {
        f.write_str(if columns.is_empty() { "\n    " } else { ",\n\n    " })?;
        primary_key_sql(f, key)?;
    }
    f.write_str("\n)")
}

fn primary_key_sql(f: &mut Formatter<'_>, key: &PrimaryKey) -> Result {
    if let Some(name) = &key.name {
        write!(f, "CONSTRAINT {} ", quoted(name))?;
    }
    match &key.definition {
        Some(definition) => f.write_str(definition),
        None => write!(f, "PRIMARY KEY ({})", list(&key.columns)),
    }
}

impl Display for Clause {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Clause::DropConstraint(name) => write!(f, "DROP CONSTRAINT {}", quoted(name)),
            Clause::DropColumn(name) => write!(f, "DROP COLUMN {}", quoted(name)),
            Clause::AddColumn(column) => write!(f, "ADD COLUMN {}", column_sql(column)),
            Clause::DropDefault(column) => write!(f, "ALTER COLUMN {} DROP DEFAULT", quoted(column)),
            Clause::DropIdentity(column) => write!(f, "ALTER COLUMN {} DROP IDENTITY", quoted(column)),
            Clause::AddIdentity { column, always, options } => {
                write!(f, "ALTER COLUMN {} ADD {}", quoted(column), identity_sql(*always, options))
            }
            Clause::SetIdentity { column, always, options } => {
                let when = if *always { "ALWAYS" } else { "BY DEFAULT" };
                write!(f, "ALTER COLUMN {} SET GENERATED {when}", quoted(column))?;
                counting(options).iter().try_for_each(|option| write!(f, " SET {option}"))
            }
            Clause::DropExpression(column) => write!(f, "ALTER COLUMN {} DROP EXPRESSION", quoted(column)),
            Clause::SetType { column, ty, using } => {
                write!(f, "ALTER COLUMN {} SET DATA TYPE {ty}", quoted(column))?;
                match using {
                    Some(using) => write!(f, " USING ({using})"),
                    None => Ok(()),
                }
            }
            Clause::SetDefault { column, value } => {
                write!(f, "ALTER COLUMN {} SET DEFAULT {value}", quoted(column))
            }
            Clause::SetNotNull(column) => write!(f, "ALTER COLUMN {} SET NOT NULL", quoted(column)),
            Clause::DropNotNull(column) => write!(f, "ALTER COLUMN {} DROP NOT NULL", quoted(column)),
            Clause::AddPrimaryKey(key) => {
                f.write_str("ADD ")?;
                primary_key_sql(f, key)
            }
            Clause::AddUnique(Index { name, definition: Some(definition), .. }) => {
                write!(f, "ADD CONSTRAINT {} {definition}", quoted(name))
            }
            Clause::AddUnique(index) => {
                let nulls = if index.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
                write!(f, "ADD CONSTRAINT {} UNIQUE{nulls} ({})", quoted(&index.name), index_parts(index))?;
                if index.include.is_empty() {
                    Ok(())
                } else {
                    write!(f, " INCLUDE ({})", list(&index.include))
                }
            }
            Clause::AddForeignKey(key) => foreign_key(f, key),
            Clause::AddIsSet { name, column } => {
                write!(f, "ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID", quoted(name), quoted(column))
            }
            Clause::Validate(name) => write!(f, "VALIDATE CONSTRAINT {}", quoted(name)),
        }
    }
}

fn foreign_key(f: &mut Formatter<'_>, key: &ForeignKey) -> Result {
    f.write_str("ADD ")?;
    if let Some(name) = &key.name {
        write!(f, "CONSTRAINT {} ", quoted(name))?;
    }
    let extras = &key.extras;
    write!(
        f,
        "FOREIGN KEY ({}) REFERENCES {}({}){} ON DELETE {}",
        period_list(&key.columns, extras.period),
        qualified(key.target_namespace.as_deref(), &key.target_table),
        period_list(&key.target_columns, extras.period),
        if extras.match_full { " MATCH FULL" } else { "" },
        action(key.on_delete),
    )?;
    if !extras.delete_columns.is_empty() {
        write!(f, " ({})", list(&extras.delete_columns))?;
    }
    write!(f, " ON UPDATE {}", action(key.on_update))?;
    for (holds, words) in [
        (extras.deferrable, " DEFERRABLE"),
        (extras.initially_deferred, " INITIALLY DEFERRED"),
        (extras.not_enforced, " NOT ENFORCED"),
        (extras.not_valid, " NOT VALID"),
    ] {
        f.write_str(if holds { words } else { "" })?;
    }
    Ok(())
}

fn action(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NO ACTION",
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    }
}

/// A column as it stands in `CREATE TABLE` and after `ADD COLUMN`.
fn column_sql(column: &Column) -> String {
    let mut res = format!("{} {}", quoted(&column.name), column_type_sql(column));
    if !column.nullable {
        res.push_str(" NOT NULL");
    }
    if let Some(generated) = &column.generated {
        let kept = if generated.is_virtual { "VIRTUAL" } else { "STORED" };
        res.push_str(&format!(" GENERATED ALWAYS AS ({}) {kept}", generated.expression));
    } else if let Some(default) = column.default.as_ref().and_then(|d| defaults::default_sql(d, &column.ty)) {
        res.push_str(&format!(" DEFAULT {default}"));
    }
    res
}

/// The type, with how it counts up.
fn column_type_sql(column: &Column) -> String {
    use glowplug_sql::model::AutoIncrement;
    let ty = types::type_sql(&column.ty);
    match &column.auto_increment {
        Some(AutoIncrement::Serial { .. }) => match ty.as_str() {
            "SMALLINT" => "SMALLSERIAL".to_string(),
            "BIGINT" => "BIGSERIAL".to_string(),
            _ => "SERIAL".to_string(),
        },
        Some(AutoIncrement::Identity { always, options }) => {
            format!("{ty} {}", identity_sql(*always, options))
        }
        Some(AutoIncrement::RowId { .. }) | None => ty,
    }
}

fn identity_sql(always: bool, options: &[String]) -> String {
    let when = if always { "ALWAYS" } else { "BY DEFAULT" };
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
    format!("GENERATED {when} AS IDENTITY{options}")
}

/// How something counts, with the defaults for what is not said.
fn counting(options: &[String]) -> Vec<String> {
    const DEFAULTS: &[(&str, &str)] = &[
        ("INCREMENT BY", "INCREMENT BY 1"),
        ("MINVALUE", "NO MINVALUE"),
        ("MAXVALUE", "NO MAXVALUE"),
        ("CACHE", "CACHE 1"),
        ("CYCLE", "NO CYCLE"),
    ];
    let said = |word: &str| options.iter().any(|option| option.starts_with(word));
    let left = DEFAULTS.iter().filter(|(word, _)| !said(word)).map(|(_, default)| (*default).to_owned());
    // Where it starts follows from the other two, unless it counts from 1 up.
    let from_one = !said("START WITH") && !said("MINVALUE") && !said("INCREMENT BY -");
    let start = from_one.then(|| "START WITH 1".to_owned());
    options.iter().cloned().chain(left).chain(start).collect()
}

fn index_parts(index: &Index) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| {
            let mut res = match &part.key {
                IndexKey::Column(name) => quoted(name),
                IndexKey::Expression(text) => format!("({text})"),
            };
            if let Some(class) = &part.operator_class {
                res.push(' ');
                res.push_str(class);
            }
            if part.descending {
                res.push_str(" DESC");
            }
            res
        })
        .collect();
    parts.join(", ")
}

fn index_tail(f: &mut Formatter<'_>, index: &Index) -> Result {
    if !index.include.is_empty() {
        write!(f, " INCLUDE ({})", list(&index.include))?;
    }
    if index.nulls_not_distinct {
        f.write_str(" NULLS NOT DISTINCT")?;
    }
    Ok(())
}

/// Columns of which the last may be a time.
fn period_list(names: &[String], period: bool) -> String {
    match names.split_last() {
        Some((last, others)) if period => format!("{}, PERIOD {}", list(others), quoted(last)),
        _ => list(names),
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}
