//! Clauses of `ALTER TABLE` as SQL.

use std::fmt::{Display, Formatter, Result};

use glowplug_sql::model::Index;

use super::Clause;
use super::column::{column_sql, counting, identity_sql};
use super::key::{foreign_key, index_parts, list, primary_key_sql};
use crate::names::quoted;

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
