//! People by the hundred, made up: for lists that are long enough to be turned over.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use glowplug::fake::Fake;
use glowplug::seed::{Progress, Report};
use uuid::Uuid;

use super::{Amount, id};
use crate::db::enums::EnrollmentStatus;
use crate::db::models::{NewEnrollment, NewProfile, NewUser};
use crate::db::schema::{enrollment, profile, user};

const PERSON: u8 = 6;
const PROFILE: u8 = 7;

/// How many people go in one statement.
const BATCH: usize = 200;

/// Made-up people, the profiles of some, and what they take. `courses` are keys by slugs.
pub(super) fn seed<C>(
    conn: &mut C,
    report: &mut Report,
    courses: &BTreeMap<String, Uuid>,
    amount: Amount,
) -> QueryResult<()>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let courses: Vec<Uuid> = courses.values().copied().collect();
    let numbers: Vec<u64> = (1..=u64::from(amount.people)).collect();
    let mut progress = Progress::new("people", numbers.len());
    for numbers in numbers.chunks(BATCH) {
        let mut made: Vec<Person> =
            numbers.iter().map(|number| person(amount.seed, *number, &courses)).collect();
        write(conn, report, &mut made)?;
        progress.advance(numbers.len());
    }
    Ok(())
}

struct Person {
    user: NewUser,
    profile: Option<NewProfile>,
    enrollments: Vec<NewEnrollment>,
}

fn person(seed: u64, number: u64, courses: &[Uuid]) -> Person {
    let mut fake = Fake::row(seed, "people", number);
    let key = id(PERSON, number).to_string();
    let user = NewUser { id: key.clone(), name: Some(fake.name()), ..NewUser::new(fake.email()) };
    let profile = fake.chance(0.6).then(|| NewProfile {
        id: id(PROFILE, number),
        bio: Some(fake.sentence()),
        ..NewProfile::new(key.clone())
    });
    let mut enrollments = Vec::new();
    for course in courses {
        if fake.chance(0.4) {
            enrollments.push(enrollment(&mut fake, &key, *course));
        }
    }
    Person { user, profile, enrollments }
}

fn enrollment(fake: &mut Fake, user: &str, course: Uuid) -> NewEnrollment {
    // From the first course to the end of 2025.
    const OPEN: std::ops::Range<i64> = 1_751_360_400..1_767_225_600;
    let kinds =
        [(6, EnrollmentStatus::Active), (3, EnrollmentStatus::Completed), (1, EnrollmentStatus::Cancelled)];
    let status = fake.weighted(&kinds).copied().unwrap_or(EnrollmentStatus::Active);
    let is_completed = status == EnrollmentStatus::Completed;
    let progress = if is_completed { 1.0 } else { f64::from(fake.number(0..100) as u8) / 100.0 };
    let completed = is_completed.then(|| fake.timestamp(OPEN));
    NewEnrollment {
        status: Some(status),
        progress: Some(progress),
        completed_at: completed.and_then(|it| DateTime::<Utc>::from_timestamp(it, 0)),
        ..NewEnrollment::new(user.to_owned(), course)
    }
}

fn write<C>(conn: &mut C, report: &mut Report, made: &mut [Person]) -> QueryResult<()>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let users: Vec<&NewUser> = made.iter().map(|it| &it.user).collect();
    // By the key, not the address: with another seed number the same people get other names.
    let written = glowplug::upsert!(conn, user, users.clone(), key(id), set(email, name), touch(updated_at))?;
    report.add("User", users.len(), written);

    let profiles: Vec<&NewProfile> = made.iter().filter_map(|it| it.profile.as_ref()).collect();
    let written = glowplug::upsert!(conn, profile, profiles.clone(), key(user_id), set(bio))?;
    report.add("Profile", profiles.len(), written);

    let enrollments: Vec<&NewEnrollment> = made.iter().flat_map(|it| &it.enrollments).collect();
    let written = glowplug::upsert!(
        conn,
        enrollment,
        enrollments.clone(),
        key(user_id, course_id),
        set(status, progress, completed_at)
    )?;
    report.add("Enrollment", enrollments.len(), written);
    Ok(())
}
