//! The runtime library that an application links: small, and nothing of the tool inside.
//!
//! - [`protection`]: seeds and other development helpers refuse a database that says of itself that
//!   it is protected.
//! - [`seed`]: upserts that change no row when they run again, and what the `main` of a seed binary needs.
//! - `fake` (with the feature of that name): made-up data, the same for the same number on every machine.
//! - [`boot`]: an application can check at its start that the database is as new as its code.
//! - `migrate` (feature `migrate`): an application can apply its own migrations at its start, under the lock of
//!   the tool and with respect for its ledger.
//! - `json` (feature `json`): JSON columns as types of your own.
//! - `id` (feature `id`): identifiers as Prisma's client makes them.
//! - [`url`]: connection strings as schema files have them, for drivers that know fewer parameters.
//! - [`local`]: the database that the tool started for this workspace.
//!
//! Everything takes a `diesel::Connection`; diesel-async's `AsyncConnectionWrapper` is one. PostgreSQL is the
//! feature `postgres`, which is on by itself; SQLite is `sqlite`.

pub mod boot;
mod catalog;
#[cfg(feature = "fake")]
pub mod fake;
mod history;
#[cfg(feature = "id")]
pub mod id;
#[cfg(feature = "json")]
pub mod json;
mod listener;
pub mod local;
#[cfg(feature = "migrate")]
pub mod migrate;
pub mod protection;
pub mod seed;
pub mod url;

/// For macros of this crate.
#[doc(hidden)]
pub mod __private {
    pub use diesel;

    // Diesel has it for PostgreSQL alone; SQLite knows it since 3.39.
    diesel::infix_operator!(Differs, " IS DISTINCT FROM ");

    /// Whether two values differ, NULL being one.
    pub fn differs<L, R>(left: L, right: R) -> Differs<L, R> {
        Differs::new(left, right)
    }
}

/// The examples of the book's page compile.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/src/guide/applications.md")]
mod guide {}
