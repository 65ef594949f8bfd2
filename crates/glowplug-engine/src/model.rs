//! Where models come from: a schema file, or a database. Every command gets them here, so that all of them see
//! the same.

use glowplug_dialect::database::Database;
use glowplug_psl::schema::Schema;
use glowplug_sql::model::{ForeignObject, SqlSchema};

use crate::ctx::{Ctx, Workspace};
use crate::failure::Result;

impl Workspace<'_> {
    /// The model that a schema file asks for.
    pub fn lower(&self, schema: &Schema) -> SqlSchema {
        self.dialect.lower(schema)
    }
}

impl Ctx<'_> {
    /// The model of an open database.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub fn introspect(&self, database: &mut dyn Database) -> Result<SqlSchema> {
        Ok(database.introspect(&self.connection.namespaces)?)
    }
}

/// An object outside the schema's language, in words: `view titles`.
pub fn describe(object: &ForeignObject) -> String {
    format!("{} {}", object.kind, object.name)
}
