// @generated automatically by Diesel CLI.

diesel::table! {
    Event (at) {
        at -> Timestamp,
        moment -> Timestamptz,
        day -> Date,
        time -> Time,
        price -> Numeric,
        stamps -> Nullable<Array<Nullable<Timestamp>>>,
        prices -> Nullable<Array<Nullable<Numeric>>>,
        maybe -> Nullable<Timestamptz>,
        changed -> Timestamp,
        touched -> Timestamptz,
        dayOf -> Nullable<Date>,
        timeOf -> Time,
        booked -> Nullable<Tsrange>,
        span -> Nullable<Interval>,
    }
}

diesel::table! {
    Note (id) {
        id -> Int4,
        eventAt -> Timestamp,
    }
}

diesel::joinable!(Note -> Event (eventAt));

diesel::allow_tables_to_appear_in_same_query!(Event, Note,);
