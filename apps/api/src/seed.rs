//! Development data: a few people, courses, and what ties them together.
//!
//! Rows are found again by their natural key (an address, a slug, a position), so that running the
//! seed twice changes nothing, and running it after an edit by hand brings the seed's columns back
//! without touching anything else.

mod courses;
mod crowd;
mod people;

use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::{Connection, QueryResult};
use glowplug::seed::{Options, Outcome, Report, SeedError};
use uuid::Uuid;

/// How much to make up beside the people and courses that are always there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// People with made-up names, who take courses.
    pub people: u32,
    /// Another number makes up others.
    pub seed: u64,
}

/// Seeds what is always there, or nothing if one row is refused.
///
/// # Errors
/// [`SeedError`]
pub fn run<C>(conn: &mut C) -> Result<Report, SeedError>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    match run_with(conn, &Options::default(), Amount::default())? {
        Outcome::Seeded(report) => Ok(report),
        Outcome::Checked(_) => Ok(Report::new()),
    }
}

/// Seeds everything, or nothing if one row is refused; or only checks, if `options` say so.
///
/// # Errors
/// [`SeedError`]
pub fn run_with<C>(conn: &mut C, options: &Options, amount: Amount) -> Result<Outcome, SeedError>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    glowplug::seed::run(conn, options, |conn, report| Ok(fixtures(conn, report, amount)?))
}

fn fixtures<C>(conn: &mut C, report: &mut Report, amount: Amount) -> QueryResult<()>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let people = people::seed(conn, report)?;
    let courses = courses::seed(conn, report, &people)?;
    people::enroll(conn, report, &people, &courses)?;
    crowd::seed(conn, report, &courses, amount)
}

/// An id that is the same on every machine, in the shape of a random UUID.
fn id(kind: u8, number: u64) -> Uuid {
    let high = 0x5eed_0000_0000_4000_u64 | u64::from(kind) << 32;
    Uuid::from_u64_pair(high, 0x8000_0000_0000_0000 | number)
}
