//! Development data: a few people, courses, and what ties them together.
//!
//! Rows are found again by their natural key (an address, a slug, a position), so that running the
//! seed twice changes nothing, and running it after an edit by hand brings the seed's columns back
//! without touching anything else.

mod courses;
mod people;

use diesel::Connection;
use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use glowplug::protection::{Refusal, refuse_if_protected};
use glowplug::seed::Report;
use uuid::Uuid;

/// Why nothing was seeded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The database is protected.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database does not take the rows.
    #[error("the database does not take the seed: {0}")]
    Database(#[from] diesel::result::Error),
}

impl SeedError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            SeedError::Refused(refusal) => Some(refusal.hint()),
            SeedError::Database(_) => Some("bring the tables up to date first: cargo xtask db migrate"),
        }
    }
}

/// Seeds everything, or nothing if one row is refused.
///
/// # Errors
/// [`SeedError`]
pub fn run<C>(conn: &mut C) -> Result<Report, SeedError>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    refuse_if_protected(conn)?;
    conn.transaction(|conn| {
        let mut report = Report::new();
        let people = people::seed(conn, &mut report)?;
        let courses = courses::seed(conn, &mut report, &people)?;
        people::enroll(conn, &mut report, &people, &courses)?;
        Ok(report)
    })
}

/// An id that is the same on every machine, in the shape of a random UUID.
fn id(kind: u8, number: u64) -> Uuid {
    let high = 0x5eed_0000_0000_4000_u64 | u64::from(kind) << 32;
    Uuid::from_u64_pair(high, 0x8000_0000_0000_0000 | number)
}
