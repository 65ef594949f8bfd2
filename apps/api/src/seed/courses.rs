//! Courses with their lessons, shelves and tags.

mod data;

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use chrono::DateTime;
use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use glowplug::seed::Report;
use uuid::Uuid;

use self::data::{CATEGORIES, COURSES, Course};
use super::id;
use crate::db::enums::CourseStatus;
use crate::db::models::{CourseToTag, NewCategory, NewCourse, NewLesson, NewTag};
use crate::db::schema::{_course_to_tag, category, course, lesson, tag};

const CATEGORY: u8 = 3;
const COURSE: u8 = 4;
const LESSON: u8 = 5;

/// Everything about courses. Gives their keys by their slugs.
pub(super) fn seed<C>(
    conn: &mut C,
    report: &mut Report,
    people: &BTreeMap<String, String>,
) -> QueryResult<BTreeMap<String, Uuid>>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let shelves = categories(conn, report)?;
    let rows: Vec<NewCourse> =
        (1..).zip(COURSES).filter_map(|(number, it)| course_row(number, it, people, &shelves)).collect();
    let written = glowplug::upsert!(
        conn,
        course,
        &rows,
        key(slug),
        set(title, author_id, status, published_at, summary, price, category_id),
        touch(updated_at),
    )?;
    report.add("Course", rows.len(), written);

    let slugs = course::slug.eq_any(COURSES.iter().map(|it| it.slug));
    let found: Vec<(Option<String>, Uuid)> =
        course::table.filter(slugs).select((course::slug, course::id)).load(conn)?;
    let ids: BTreeMap<String, Uuid> = found.into_iter().filter_map(|(slug, id)| Some((slug?, id))).collect();
    lessons(conn, report, &ids)?;
    tags(conn, report, &ids)?;
    Ok(ids)
}

fn course_row(
    number: u64,
    it: &Course,
    people: &BTreeMap<String, String>,
    shelves: &BTreeMap<String, Uuid>,
) -> Option<NewCourse> {
    let published = it.published.and_then(|it| DateTime::from_timestamp(it, 0));
    Some(NewCourse {
        id: id(COURSE, number),
        status: Some(if published.is_some() { CourseStatus::Published } else { CourseStatus::Draft }),
        published_at: published.map(|it| it.naive_utc()),
        slug: Some(it.slug.to_owned()),
        summary: Some(it.summary.to_owned()),
        price: it.cents.map(|cents| BigDecimal::new(cents.into(), 2)),
        category_id: shelves.get(it.category).copied(),
        ..NewCourse::new(it.title.to_owned(), people.get(it.author)?.clone())
    })
}

/// Shelves, those that others stand in first. Gives their keys by their slugs.
fn categories<C>(conn: &mut C, report: &mut Report) -> QueryResult<BTreeMap<String, Uuid>>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let mut ids: BTreeMap<String, Uuid> = BTreeMap::new();
    for (number, (slug, name, parent)) in (1..).zip(CATEGORIES) {
        let row = NewCategory {
            id: id(CATEGORY, number),
            parent_id: parent.and_then(|it| ids.get(it)).copied(),
            ..NewCategory::new(slug.to_owned(), name.to_owned())
        };
        let written = glowplug::upsert!(conn, category, &row, key(slug), set(name, parent_id))?;
        report.add("Category", 1, written);
        let id = category::table.filter(category::slug.eq(slug)).select(category::id).first(conn)?;
        ids.insert(slug.to_owned(), id);
    }
    Ok(ids)
}

fn lessons<C>(conn: &mut C, report: &mut Report, courses: &BTreeMap<String, Uuid>) -> QueryResult<()>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let mut rows = Vec::new();
    for it in COURSES {
        let Some(course) = courses.get(it.slug) else { continue };
        for (position, (title, minutes, body)) in (1..).zip(it.lessons) {
            rows.push(NewLesson {
                id: id(LESSON, rows.len() as u64 + 1),
                minutes: Some(*minutes),
                body: Some((*body).to_owned()),
                ..NewLesson::new(*course, position, (*title).to_owned())
            });
        }
    }
    let written = glowplug::upsert!(
        conn,
        lesson,
        &rows,
        key(course_id, position),
        set(title, minutes, body),
        touch(updated_at)
    )?;
    report.add("Lesson", rows.len(), written);
    Ok(())
}

fn tags<C>(conn: &mut C, report: &mut Report, courses: &BTreeMap<String, Uuid>) -> QueryResult<()>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let mut names: Vec<&str> = COURSES.iter().flat_map(|it| it.tags).copied().collect();
    names.sort_unstable();
    names.dedup();
    let rows: Vec<NewTag> = names.iter().map(|it| NewTag::new((*it).to_owned())).collect();
    let insert = diesel::insert_into(tag::table).values(&rows).on_conflict(tag::name).do_nothing();
    let written = insert.execute(conn)?;
    report.add("Tag", rows.len(), written);

    let ids: Vec<(String, i32)> =
        tag::table.filter(tag::name.eq_any(&names)).select((tag::name, tag::id)).load(conn)?;
    let ids: BTreeMap<String, i32> = ids.into_iter().collect();
    let mut rows = Vec::new();
    for it in COURSES {
        for name in it.tags {
            if let (Some(course), Some(tag)) = (courses.get(it.slug), ids.get(*name)) {
                rows.push(CourseToTag { course_id: *course, tag_id: *tag });
            }
        }
    }
    let insert = diesel::insert_into(_course_to_tag::table).values(&rows).on_conflict_do_nothing();
    let written = insert.execute(conn)?;
    report.add("tags of courses", rows.len(), written);
    Ok(())
}
