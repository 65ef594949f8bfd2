// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood_kind"))]
    pub struct MoodKind;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "point", schema = "pg_catalog"))]
    pub struct Point;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "timetz", schema = "pg_catalog"))]
    pub struct Timetz;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "xml", schema = "pg_catalog"))]
    pub struct Xml;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::MoodKind;

    Lists (id) {
        id -> Int8,
        texts -> Nullable<Array<Nullable<Text>>>,
        flags -> Nullable<Array<Nullable<Bool>>>,
        ints -> Nullable<Array<Nullable<Int4>>>,
        bigs -> Nullable<Array<Nullable<Int8>>>,
        floats -> Nullable<Array<Nullable<Float8>>>,
        decimals -> Nullable<Array<Nullable<Numeric>>>,
        moments -> Nullable<Array<Nullable<Timestamp>>>,
        jsons -> Nullable<Array<Nullable<Jsonb>>>,
        bytes -> Nullable<Array<Nullable<Bytea>>>,
        moods -> Nullable<Array<Nullable<MoodKind>>>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Xml;
    use super::sql_types::Timetz;
    use super::sql_types::Point;

    Native (id) {
        id -> Int2,
        small -> Int2,
        oid -> Oid,
        real -> Float4,
        double -> Float8,
        price -> Numeric,
        #[max_length = 20]
        varchar -> Varchar,
        #[max_length = 2]
        char -> Bpchar,
        citext -> Citext,
        uuid -> Uuid,
        date -> Date,
        time -> Time,
        stamp -> Timestamp,
        stamptz -> Timestamptz,
        json -> Json,
        jsonb -> Jsonb,
        #[max_length = 4]
        bits -> Bit,
        xml -> Xml,
        money -> Money,
        timetz -> Timetz,
        place -> Nullable<Point>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::MoodKind;

    Nullable (id) {
        id -> Uuid,
        text -> Nullable<Text>,
        flag -> Nullable<Bool>,
        int -> Nullable<Int4>,
        big -> Nullable<Int8>,
        float -> Nullable<Float8>,
        decimal -> Nullable<Numeric>,
        moment -> Nullable<Timestamp>,
        json -> Nullable<Jsonb>,
        bytes -> Nullable<Bytea>,
        mood -> Nullable<MoodKind>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::MoodKind;

    Scalars (id) {
        id -> Int4,
        text -> Text,
        flag -> Bool,
        int -> Int4,
        big -> Int8,
        float -> Float8,
        decimal -> Numeric,
        moment -> Timestamp,
        json -> Jsonb,
        bytes -> Bytea,
        mood -> MoodKind,
        day -> Nullable<Date>,
        touched -> Timestamp,
        uuid -> Uuid,
        uuid7 -> Text,
        word -> Text,
        computed -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(Lists, Native, Nullable, Scalars,);
