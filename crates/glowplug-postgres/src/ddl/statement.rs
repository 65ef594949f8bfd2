//! Statements as SQL.

use std::fmt::{Display, Formatter, Result};

use glowplug_sql::model::{Column, Index, PrimaryKey, QualifiedName};

use super::Statement;
use super::column::column_sql;
use super::key::{index_parts, index_tail, primary_key_sql};
use crate::names::{literal, qualified_name, quoted};

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
