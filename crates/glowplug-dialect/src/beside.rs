//! Copies of a whole database that its server keeps beside it.

use crate::database::Result;

/// A copy of a database on the same server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The name of the database that is the copy.
    pub name: String,
    /// What it takes of the disk; `None` if that cannot be seen.
    pub bytes: Option<u64>,
}

/// What a server does with copies. Only copies that this tool has made of this database are ever listed, brought back
/// or removed: another database is left alone, whatever its name.
pub trait Beside {
    /// What the database takes of the disk, in bytes: a copy takes as much.
    fn size(&mut self) -> Result<u64>;

    /// Copies the whole database. `why` and `when` (digits) become a part of the name. Our own connections are closed
    /// meanwhile, the migration lock is taken again afterwards. Fails, and leaves everything as it was, if others
    /// are connected or the role may not do it.
    fn copy(&mut self, why: &str, when: &str) -> Result<Copy>;

    /// The copies, oldest first.
    fn copies(&mut self) -> Result<Vec<Copy>>;

    /// Makes the database as that copy is, and keeps the copy: all of it, or nothing changes. The same holds for
    /// connections and the lock.
    fn bring_back(&mut self, name: &str) -> Result<()>;

    /// Drops a copy that nobody is connected to.
    fn remove(&mut self, name: &str) -> Result<()>;
}
