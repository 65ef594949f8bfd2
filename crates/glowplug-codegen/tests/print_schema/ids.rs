// @generated automatically by Diesel CLI.

diesel::table! {
    Ids (uuid) {
        uuid -> Text,
        seven -> Uuid,
        cuid -> Text,
        #[max_length = 24]
        cuid2 -> Varchar,
        ulid -> Nullable<Text>,
        nanoid -> Text,
        #[max_length = 7]
        short -> Bpchar,
        at -> Timestamp,
        both -> Timestamp,
        optional -> Nullable<Timestamp>,
    }
}
