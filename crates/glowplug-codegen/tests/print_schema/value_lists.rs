// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "Mood"))]
    pub struct Mood;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Mood;

    Value (id) {
        id -> Int4,
        texts -> Nullable<Array<Nullable<Text>>>,
        flags -> Nullable<Array<Nullable<Bool>>>,
        ints -> Nullable<Array<Nullable<Int4>>>,
        bigs -> Nullable<Array<Nullable<Int8>>>,
        doubles -> Nullable<Array<Nullable<Float8>>>,
        decimals -> Nullable<Array<Nullable<Numeric>>>,
        micros -> Nullable<Array<Nullable<Timestamp>>>,
        uuids -> Nullable<Array<Nullable<Uuid>>>,
        jsons -> Nullable<Array<Nullable<Jsonb>>>,
        blobs -> Nullable<Array<Nullable<Bytea>>>,
        moods -> Nullable<Array<Nullable<Mood>>>,
    }
}
