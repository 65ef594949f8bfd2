// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "point", schema = "pg_catalog"))]
    pub struct Point;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "varbit", schema = "pg_catalog"))]
    pub struct Varbit;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Varbit;
    use super::sql_types::Point;
    use super::sql_types::Tsvector;

    Beyond (id) {
        id -> Int4,
        inet -> Inet,
        varbit -> Nullable<Varbit>,
        cidr -> Nullable<Cidr>,
        macaddr -> Nullable<Macaddr>,
        macaddr8 -> Nullable<Macaddr8>,
        interval -> Nullable<Interval>,
        ints -> Nullable<Int4range>,
        bigs -> Nullable<Int8range>,
        nums -> Nullable<Numrange>,
        days -> Nullable<Daterange>,
        stamps -> Nullable<Tsrange>,
        moments -> Nullable<Tstzrange>,
        point -> Nullable<Point>,
        vector -> Nullable<Tsvector>,
        hidden -> Nullable<Array<Nullable<Int4>>>,
        cidrs -> Nullable<Array<Nullable<Cidr>>>,
        ranges -> Nullable<Array<Nullable<Int4range>>>,
        addresses -> Nullable<Array<Nullable<Inet>>>,
    }
}
