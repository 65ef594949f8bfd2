// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "Title"))]
    pub struct Title;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Title;

    Account (id) {
        id -> Int4,
        title -> Title,
        balance -> Money,
    }
}

diesel::table! {
    Person (id) {
        id -> Int4,
        nickname -> Nullable<Text>,
        fullName -> Nullable<Text>,
        born -> Nullable<Timestamp>,
        settings -> Jsonb,
        old -> Nullable<Json>,
        many -> Nullable<Array<Nullable<Jsonb>>>,
        email -> Text,
        second -> Nullable<Text>,
        password -> Text,
        mentorMail -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(Account, Person,);
