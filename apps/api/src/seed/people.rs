//! People: accounts (without a password: nobody can sign in as them), profiles, enrolments.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use glowplug::seed::Report;
use serde_json::json;
use uuid::Uuid;

use super::id;
use crate::db::enums::EnrollmentStatus;
use crate::db::models::{NewEnrollment, NewProfile, NewUser};
use crate::db::schema::{enrollment, profile, user};

const KIND: u8 = 1;
const PROFILE: u8 = 2;

/// Address, name.
const PEOPLE: [(&str, &str); 5] = [
    ("ada@example.com", "Ada Byron"),
    ("grace@example.com", "Grace Brewster"),
    ("linus@example.com", "Linus Blom"),
    ("mary@example.com", "Mary Fairfax"),
    ("niko@example.com", "Νίκο Παππάς"),
];

/// Address, biography, website, birthday, languages.
type ProfileRow =
    (&'static str, &'static str, Option<&'static str>, Option<(i32, u32, u32)>, &'static [&'static str]);

const PROFILES: [ProfileRow; 3] = [
    (
        "ada@example.com",
        "Writes about engines.",
        Some("https://ada.example.com"),
        Some((1990, 12, 10)),
        &["en", "fr"],
    ),
    ("grace@example.com", "Finds moths in relays.", None, Some((1985, 12, 9)), &["en"]),
    ("niko@example.com", "Learns at night ☾", None, None, &[]),
];

/// Address, slug of the course, status, progress, completion (seconds since 1970).
const ENROLLMENTS: [(&str, &str, EnrollmentStatus, f64, Option<i64>); 6] = [
    ("linus@example.com", "rust-for-the-curious", EnrollmentStatus::Active, 0.25, None),
    ("linus@example.com", "sql-you-can-read", EnrollmentStatus::Completed, 1.0, Some(1_760_000_000)),
    ("mary@example.com", "rust-for-the-curious", EnrollmentStatus::Completed, 1.0, Some(1_761_000_000)),
    ("mary@example.com", "diesel-without-tears", EnrollmentStatus::Active, 0.5, None),
    ("niko@example.com", "sql-you-can-read", EnrollmentStatus::Cancelled, 0.1, None),
    ("ada@example.com", "sql-you-can-read", EnrollmentStatus::Active, 0.0, None),
];

/// Accounts and profiles. Gives the keys of the accounts by their addresses.
pub(super) fn seed<C>(conn: &mut C, report: &mut Report) -> QueryResult<BTreeMap<String, String>>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let rows: Vec<NewUser> = (1..)
        .zip(PEOPLE)
        .map(|(number, (email, name))| NewUser {
            id: id(KIND, number).to_string(),
            name: Some(name.to_owned()),
            ..NewUser::new(email.to_owned())
        })
        .collect();
    // The role is set once: who was made an ADMIN later stays one.
    let written = glowplug::upsert!(conn, user, &rows, key(email), set(name), touch(updated_at))?;
    report.add("User", rows.len(), written);

    let emails = user::email.eq_any(PEOPLE.map(|(email, _)| email));
    let ids: Vec<(String, String)> = user::table.filter(emails).select((user::email, user::id)).load(conn)?;
    let ids: BTreeMap<_, _> = ids.into_iter().collect();

    let rows: Vec<NewProfile> = (1..)
        .zip(PROFILES)
        .filter_map(|(number, (email, bio, website, birthday, speaks))| {
            Some(NewProfile {
                id: id(PROFILE, number),
                bio: Some(bio.to_owned()),
                website: website.map(str::to_owned),
                birthday: birthday.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day)),
                speaks: Some(speaks.iter().map(|it| (*it).to_owned()).collect()),
                settings: Some(json!({ "theme": if number == 3 { "dark" } else { "light" } })),
                ..NewProfile::new(ids.get(email)?.clone())
            })
        })
        .collect();
    let written =
        glowplug::upsert!(conn, profile, &rows, key(user_id), set(bio, website, birthday, speaks, settings))?;
    report.add("Profile", rows.len(), written);
    Ok(ids)
}

/// Who takes which course. `courses` are keys by slugs.
pub(super) fn enroll<C>(
    conn: &mut C,
    report: &mut Report,
    people: &BTreeMap<String, String>,
    courses: &BTreeMap<String, Uuid>,
) -> QueryResult<()>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let rows: Vec<NewEnrollment> = ENROLLMENTS
        .into_iter()
        .filter_map(|(email, slug, status, progress, completed)| {
            Some(NewEnrollment {
                status: Some(status),
                progress: Some(progress),
                completed_at: completed.and_then(|it| DateTime::<Utc>::from_timestamp(it, 0)),
                ..NewEnrollment::new(people.get(email)?.clone(), *courses.get(slug)?)
            })
        })
        .collect();
    let written = glowplug::upsert!(
        conn,
        enrollment,
        &rows,
        key(user_id, course_id),
        set(status, progress, completed_at)
    )?;
    report.add("Enrollment", rows.len(), written);
    Ok(())
}
