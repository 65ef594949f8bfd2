//! The API over seeded data in a real PostgreSQL.

#[path = "../../../crates/glowplug-codegen/tests/support/sdl.rs"]
mod sdl;
mod support;

use api::{database, graphql, seed};
use glowplug_testkit::postgres::TestDatabase;
use serde_json::{Value, json};

/// A seeded database and the schema over it. The seed is synchronous, so it runs before the runtime.
fn seeded() -> TestDatabase {
    let database = support::migrated();
    seed::run(&mut *support::connect(&database)).expect("the seed runs");
    database
}

fn ask(database: &TestDatabase, query: &str) -> Value {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let schema = graphql::schema(database::pool(&database.url()).expect("a pool"));
        let answer = schema.execute(graphql::with_budget(query.into())).await;
        serde_json::to_value(answer).expect("an answer")
    })
}

#[test]
fn the_served_schema_is_the_file() {
    let pool = database::pool("postgresql://localhost/nothing").expect("a pool that never connects");
    let served = graphql::schema(pool).sdl();
    sdl::assert_same(include_str!("../schema.graphql"), &served);
    assert!(!served.to_lowercase().contains("passwordhash"));
}

#[test]
fn relations_of_every_kind_are_followed() {
    let database = seeded();
    let answer = ask(
        &database,
        "{ courseBySlug(slug: \"diesel-without-tears\") {
             title status price publishedAt
             author { name profile { speaks birthday settings user { email } } courses { title } }
             category { name parent { name children { slug } parent { name } } }
             lessons { position title course { slug } }
             tags { name courses { slug } }
             enrollments { progress status completedAt user { name } course { title } }
           } }",
    );
    let expected = json!({ "data": { "courseBySlug": {
        "title": "Diesel without tears",
        "status": "PUBLISHED",
        "price": "39.50",
        "publishedAt": "2025-09-30T09:00:00+00:00",
        "author": {
            "name": "Ada Byron",
            "profile": {
                "speaks": ["en", "fr"],
                "birthday": "1990-12-10",
                "settings": { "theme": "light" },
                "user": { "email": "ada@example.com" },
            },
            "courses": [{ "title": "Diesel without tears" }, { "title": "Rust for the curious" }],
        },
        "category": {
            "name": "Databases",
            "parent": {
                "name": "Computing",
                "children": [{ "slug": "databases" }, { "slug": "programming" }],
                "parent": null,
            },
        },
        "lessons": [
            { "position": 1, "title": "Tables in Rust", "course": { "slug": "diesel-without-tears" } },
            { "position": 2, "title": "Inserts and updates", "course": { "slug": "diesel-without-tears" } },
            { "position": 3, "title": "Migrations people read", "course": { "slug": "diesel-without-tears" } },
        ],
        "tags": [
            { "name": "postgresql", "courses": [{ "slug": "diesel-without-tears" }, { "slug": "sql-you-can-read" }] },
            { "name": "rust", "courses": [{ "slug": "diesel-without-tears" }, { "slug": "rust-for-the-curious" }] },
            { "name": "sql", "courses": [{ "slug": "diesel-without-tears" }, { "slug": "sql-you-can-read" }] },
        ],
        "enrollments": [{
            "progress": 0.5,
            "status": "ACTIVE",
            "completedAt": null,
            "user": { "name": "Mary Fairfax" },
            "course": { "title": "Diesel without tears" },
        }],
    } } });
    assert_eq!(answer, expected);
}

#[test]
fn lists_have_pages_and_keys_find_rows() {
    let database = seeded();
    let titles = ask(&database, "{ courses(limit: 2, offset: 1) { title } }");
    assert_eq!(titles["data"]["courses"].as_array().map(Vec::len), Some(2));
    let answer = ask(
        &database,
        "{ userByEmail(email: \"linus@example.com\") { enrollments { userId courseId } }
           course(id: \"11111111-1111-4111-8111-111111111111\") { title } }",
    );
    assert_eq!(answer["data"]["course"], Value::Null);
    let key = &answer["data"]["userByEmail"]["enrollments"][0];
    let query =
        format!("{{ enrollment(userId: {}, courseId: {}) {{ status }} }}", key["userId"], key["courseId"]);
    assert!(ask(&database, &query)["data"]["enrollment"]["status"].is_string());
}

#[test]
fn too_much_at_once_is_refused() {
    let database = seeded();
    let message = |query: &str| ask(&database, query)["errors"][0]["message"].as_str().map(str::to_owned);
    assert_eq!(message("{ courses(limit: 201) { id } }").as_deref(), Some("`limit` must be from 0 to 200"));
    assert_eq!(message("{ courses(limit: -1) { id } }").as_deref(), Some("`limit` must be from 0 to 200"));
    assert_eq!(message("{ courses(offset: -1) { id } }").as_deref(), Some("`offset` must not be negative"));
    let deep = "{ courses { lessons { course { lessons { course { lessons { course { lessons { course { \
                lessons { course { lessons { id } } } } } } } } } } } } }";
    assert_eq!(message(deep).as_deref(), Some("Query is nested too deep."));

    // Lessons of a course, whose course has lessons, ...: 200 * 200 rows in the answer, 200 in the database.
    database.execute(
        "INSERT INTO \"Lesson\" (id, \"courseId\", position, title, \"updatedAt\")
         SELECT gen_random_uuid(), id, n, 'more', now() FROM \"Course\", generate_series(100, 300) n",
    );
    let circle = "{ courses { lessons { course { lessons { id } } } } }";
    assert_eq!(message(circle).as_deref(), Some("the answer has too many rows: ask for less"));
}
