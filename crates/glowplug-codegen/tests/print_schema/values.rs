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
        text -> Nullable<Text>,
        #[max_length = 300]
        varchar -> Nullable<Varchar>,
        #[max_length = 3]
        fixed -> Nullable<Bpchar>,
        citext -> Nullable<Citext>,
        flag -> Nullable<Bool>,
        small -> Nullable<Int2>,
        int -> Nullable<Int4>,
        big -> Nullable<Int8>,
        oid -> Nullable<Oid>,
        real -> Nullable<Float4>,
        double -> Nullable<Float8>,
        decimal -> Nullable<Numeric>,
        price -> Nullable<Numeric>,
        money -> Nullable<Money>,
        stamp -> Nullable<Timestamp>,
        micro -> Nullable<Timestamp>,
        zoned -> Nullable<Timestamptz>,
        date -> Nullable<Date>,
        time -> Nullable<Time>,
        uuid -> Nullable<Uuid>,
        json -> Nullable<Json>,
        jsonb -> Nullable<Jsonb>,
        bytes -> Nullable<Bytea>,
        inet -> Nullable<Inet>,
        mood -> Nullable<Mood>,
    }
}
