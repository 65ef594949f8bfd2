//! Reference data: rows that files declare, typed by the schema, and what leads a database to them.
//!
//! It goes in three steps, and this crate does no IO in any of them: [`read::read`] makes a [`set::DataSet`] of
//! the files, with every mistake at once; [`ask::questions`] are what has to be asked of a database that has the
//! tables; [`plan::plan`] makes the statements of the answers. Comparing is the database's business, so that `1.0`
//! and `1.00` are no difference.

pub mod ask;
mod blocks;
mod constant;
pub mod fill;
mod joins;
mod keys;
mod levels;
mod node;
pub mod plan;
pub mod read;
mod references;
pub mod set;
pub mod target;
