// @generated automatically by Diesel CLI.

diesel::table! {
    Value (id) {
        id -> Int4,
        stamp -> Nullable<Timestamp>,
        micro -> Nullable<Timestamp>,
        zoned -> Nullable<Timestamptz>,
        date -> Nullable<Date>,
        time -> Nullable<Time>,
        price -> Nullable<Numeric>,
        micros -> Nullable<Array<Nullable<Timestamp>>>,
    }
}
