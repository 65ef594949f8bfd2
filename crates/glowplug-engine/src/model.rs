//! Where models come from: a schema file, or a database. Every command gets them here, so that all of them see
//! the same, and what is external is taken out in one place.

use glowplug_dialect::database::Database;
use glowplug_psl::schema::Schema;
use glowplug_sql::model::{ForeignObject, SqlSchema};

use crate::ctx::{Ctx, Workspace};
use crate::failure::Result;

/// A model in two parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parts {
    /// What is compared and changed.
    pub own: SqlSchema,
    /// What others look after.
    pub external: SqlSchema,
}

impl Workspace<'_> {
    /// The model that a schema file asks for, without what is external.
    pub fn lower(&self, schema: &Schema) -> SqlSchema {
        self.lower_parts(schema).own
    }

    /// The model that a schema file asks for.
    pub fn lower_parts(&self, schema: &Schema) -> Parts {
        self.parts(self.dialect.lower(schema))
    }

    fn parts(&self, mut schema: SqlSchema) -> Parts {
        let external = self.external.take(&mut schema);
        Parts { own: schema, external }
    }
}

impl Ctx<'_> {
    /// The model of an open database, without what is external.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub fn introspect(&self, database: &mut dyn Database) -> Result<SqlSchema> {
        Ok(self.introspect_parts(database)?.own)
    }

    /// The model of an open database.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub fn introspect_parts(&self, database: &mut dyn Database) -> Result<Parts> {
        Ok(self.parts(database.introspect(&self.connection.namespaces)?))
    }
}

/// The tables and enums of external parts, each once, in words: `table audit.log`.
pub fn describe_external(parts: &[&SqlSchema]) -> Vec<String> {
    let mut names: Vec<String> = parts
        .iter()
        .flat_map(|part| {
            let tables = part.tables.iter().map(|table| format!("table {}", table.qualified_name()));
            tables.chain(part.enums.iter().map(|it| format!("enum {}", it.qualified_name())))
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// An object outside the schema's language, in words: `view titles`.
pub fn describe(object: &ForeignObject) -> String {
    object.to_string()
}
