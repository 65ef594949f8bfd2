//! A migration as Diesel's harness runs it: the file's SQL, then our bookkeeping, in one transaction.

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationVersion};

/// A migration ready to run. Diesel's harness opens the transaction, runs `sql` and `bookkeeping`,
/// writes or deletes its own row in `__diesel_schema_migrations`, and commits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationScript {
    /// Diesel's version: the folder's name up to the first `_`, without `-`.
    pub version: String,
    /// The folder's name.
    pub name: String,
    /// The text of up.sql (or down.sql).
    pub sql: String,
    /// Statements that keep the ledger, run after `sql` in the same transaction.
    pub bookkeeping: String,
    /// False for a migration that must run outside a transaction.
    pub run_in_transaction: bool,
}

impl<DB: Backend> Migration<DB> for MigrationScript {
    fn run(&self, conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        conn.batch_execute(&self.sql)?;
        Ok(conn.batch_execute(&self.bookkeeping)?)
    }

    fn revert(&self, conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        conn.batch_execute(&self.sql)?;
        Ok(conn.batch_execute(&self.bookkeeping)?)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl MigrationMetadata for MigrationScript {
    fn run_in_transaction(&self) -> bool {
        self.run_in_transaction
    }
}

impl MigrationName for MigrationScript {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(self.version.as_str())
    }
}

impl std::fmt::Display for MigrationScript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}
