//! The compiler's word on generated code: every folder of `tests/generated` is a module here.

#[path = "generated/chain/mod.rs"]
mod chain;
#[path = "generated/course_platform/mod.rs"]
mod course_platform;
#[path = "generated/ids/mod.rs"]
mod ids;
#[path = "generated/jiff/mod.rs"]
mod jiff;
#[path = "generated/keys/mod.rs"]
mod keys;
#[path = "generated/names/mod.rs"]
mod names;
#[path = "generated/plain/mod.rs"]
mod plain;
#[path = "generated/postgres_types/mod.rs"]
mod postgres_types;
// The file of that name is in every folder.
#[allow(clippy::module_inception)]
#[path = "generated/relations/mod.rs"]
mod relations;
#[path = "generated/schemas/mod.rs"]
mod schemas;
#[path = "generated/serde/mod.rs"]
mod serde;
#[path = "support/own_types.rs"]
pub mod support;
#[path = "generated/time/mod.rs"]
mod time;
#[path = "generated/types/mod.rs"]
mod types;

use diesel::pg::Pg;
use diesel::prelude::*;

/// The resolvers of a case, below a module that gives what they ask for, and the two SDLs.
macro_rules! graphql {
    ($case:ident, $module:ident, $file:literal, $sdl:expr) => {
        #[path = "."]
        mod $module {
            #[path = $file]
            mod resolvers;

            async fn connection(
                _: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<diesel_async::AsyncPgConnection> {
                Err("no database here".into())
            }

            fn database_error(error: &diesel::result::Error) -> async_graphql::Error {
                error.to_string().into()
            }

            #[test]
            fn the_served_schema_is_the_sdl() {
                use async_graphql::{EmptyMutation, EmptySubscription, Schema};
                let schema = Schema::build(resolvers::Query, EmptyMutation, EmptySubscription).finish();
                crate::sdl::assert_same($sdl, &schema.sdl());
            }
        }
    };
}

graphql!(chain, chain_api, "generated/chain/resolvers.rs", include_str!("generated/chain/schema.graphql"));
graphql!(
    course_platform,
    course_platform_api,
    "generated/course_platform/resolvers.rs",
    include_str!("generated/course_platform/schema.graphql")
);
graphql!(ids, ids_api, "generated/ids/resolvers.rs", include_str!("generated/ids/schema.graphql"));
graphql!(jiff, jiff_api, "generated/jiff/resolvers.rs", include_str!("generated/jiff/schema.graphql"));
graphql!(keys, keys_api, "generated/keys/resolvers.rs", include_str!("generated/keys/schema.graphql"));
graphql!(names, names_api, "generated/names/resolvers.rs", include_str!("generated/names/schema.graphql"));
graphql!(plain, plain_api, "generated/plain/resolvers.rs", include_str!("generated/plain/schema.graphql"));
graphql!(
    postgres_types,
    postgres_types_api,
    "generated/postgres_types/resolvers.rs",
    include_str!("generated/postgres_types/schema.graphql")
);
graphql!(
    relations,
    relations_api,
    "generated/relations/resolvers.rs",
    include_str!("generated/relations/schema.graphql")
);
graphql!(
    schemas,
    schemas_api,
    "generated/schemas/resolvers.rs",
    include_str!("generated/schemas/schema.graphql")
);
graphql!(serde, serde_api, "generated/serde/resolvers.rs", include_str!("generated/serde/schema.graphql"));
graphql!(time, time_api, "generated/time/resolvers.rs", include_str!("generated/time/schema.graphql"));
graphql!(types, types_api, "generated/types/resolvers.rs", include_str!("generated/types/schema.graphql"));

#[path = "support/sdl.rs"]
mod sdl;

fn sql<T: diesel::query_builder::QueryFragment<Pg>>(query: &T) -> String {
    diesel::debug_query::<Pg, _>(query).to_string()
}

#[test]
fn queries_name_what_the_database_has() {
    use course_platform::models::User;
    use course_platform::schema::{course, user};

    let query = user::table.inner_join(course::table).filter(course::title.eq("x")).select(User::as_select());
    let text = sql(&query);
    assert!(
        text.contains(r#"FROM ("User" INNER JOIN "Course" ON ("Course"."authorId" = "User"."id"))"#),
        "{text}"
    );
    assert!(text.contains(r#""User"."createdAt""#), "{text}");
}

#[test]
fn inserts_leave_defaults_to_the_database_and_fill_the_rest() {
    use course_platform::models::NewUser;
    use course_platform::schema::user;

    let row = NewUser::new("ada@example.com".to_owned());
    assert_eq!(row.id.len(), 36);
    assert_eq!(row.role, None);
    // A row that nobody has changed says so.
    assert_eq!(row.created_at, Some(row.updated_at));
    let text = sql(&diesel::insert_into(user::table).values(&row));
    assert!(text.contains(r#""email", "role", "createdAt""#), "{text}");
    assert!(text.contains("VALUES ($1, $2, DEFAULT, $3, $4, DEFAULT, DEFAULT)"), "{text}");
}

#[test]
fn updates_tell_null_from_unchanged() {
    use course_platform::models::UserChanges;
    use course_platform::schema::user;

    let changes = UserChanges { name: Some(None), ..UserChanges::touched() };
    let text = sql(&diesel::update(user::table.find("x")).set(&changes));
    assert!(text.contains(r#"SET "updatedAt" = $1, "name" = $2 WHERE"#), "{text}");
}

#[test]
fn children_are_found_by_their_parents() {
    use relations::models::{Passport, Person};

    let person = Person { id: 7, boss_id: None, favourite_id: None };
    let text = sql(&Passport::belonging_to(&person));
    assert!(text.contains(r#"WHERE ("Passport"."personId" = $1)"#), "{text}");
    let text = sql(&Person::belonging_to(&person));
    assert!(text.contains(r#"WHERE ("Person"."bossId" = $1)"#), "{text}");
}

#[test]
fn enums_are_spelled_as_in_the_database() {
    use types::enums::{Date, Mood};

    assert_eq!(Mood::VerySad.to_string(), "very sad");
    assert_eq!("very sad".parse(), Ok(Mood::VerySad));
    assert_eq!("VERY_SAD".parse::<Mood>(), Err("`VERY_SAD` is not a value of `mood_kind`".to_owned()));
    assert_eq!(Date::ALL.map(Date::as_str), ["TODAY", "today"]);
}

#[test]
fn updates_read_by_serde_tell_null_from_absent() {
    use serde::models::{Member, MemberChanges, NewMember};
    use support::{Email, Settings};

    let changes: MemberChanges =
        serde_json::from_str(r#"{"fullName": null, "old": {"theme": "x"}}"#).unwrap();
    assert_eq!((&changes.full_name, &changes.nick), (&Some(None), &None));
    assert_eq!(changes.old, Some(Some(Settings { theme: "x".to_owned() }.into())));
    assert_eq!(serde_json::to_string(&changes).unwrap(), r#"{"fullName":null,"old":{"theme":"x"}}"#);
    let new = r#"{"settings": {"theme": "x"}, "email": "a@b", "pass": "secret", "born": null}"#;
    let new: NewMember = serde_json::from_str(new).unwrap();
    assert_eq!((new.id, new.born, &new.email), (None, Some(None), &Email("a@b".to_owned())));
    let row = Member { id: 1, password: "secret".to_owned(), ..Member::default() };
    let text = serde_json::to_string(&row).unwrap();
    assert!(text.contains(r#""fullName":null"#) && !text.contains("secret"), "{text}");
    assert_eq!(serde_json::from_str::<Member>(&text).unwrap(), Member { password: String::new(), ..row });
}

#[test]
fn enums_are_written_by_serde_as_the_database_spells_them() {
    use serde::enums::Form;

    for value in Form::ALL {
        assert_eq!(serde_json::to_value(value).unwrap(), serde_json::json!(value.as_str()));
        assert_eq!(serde_json::from_value::<Form>(serde_json::json!(value.as_str())).unwrap(), value);
    }
}

#[test]
fn what_prismas_client_fills_in_is_filled_in() {
    let row = ids::models::NewIds::new();
    let lengths = [&row.uuid, &row.cuid, &row.cuid2, &row.nanoid, &row.short].map(String::len);
    assert_eq!(lengths, [36, 25, 24, 21, 7]);
    assert_eq!(row.ulid.map(|it| it.len()), Some(26));
    assert_eq!(row.seven.get_version_num(), 7);
    assert_eq!((row.both, row.optional), (row.at, Some(row.at)));
    let row = ids::models::NewClock::new(7);
    let at = row.zoned.map(|it| it.naive_utc()).unwrap();
    assert!((chrono::Utc::now().naive_utc() - at).num_seconds() < 60, "{at}");
    // As many digits as the column keeps: what was written equals what will be read.
    assert_eq!(at.and_utc().timestamp_subsec_nanos() % 1_000_000, 0);
    assert_eq!((row.now, row.at, row.changed), (7, Some(at), at));
    assert_eq!((row.day, row.time), (Some(at.date()), Some(at.time())));
}

#[test]
fn relations_are_queries_over_keys_of_any_width() {
    use keys::models::Composite;

    let row = Composite { tenant: "t".to_owned(), number: 1, note: None };
    let text = sql(&row.lines());
    assert!(text.contains(r#"WHERE (("Line"."tenant" = $1) AND ("Line"."number" = $2))"#), "{text}");
    let row = schemas::models::Label { id: 3 };
    let text = sql(&row.users());
    assert!(
        text.contains(
            r#"FROM "public"."User" WHERE ("public"."User"."id" = ANY(SELECT "sales"."_LabelToUser"."B""#
        ),
        "{text}"
    );
}
