// @generated automatically by Diesel CLI.

diesel::table! {
    Group (slug) {
        slug -> Text,
    }
}

diesel::table! {
    Island (id) {
        id -> Int4,
    }
}

diesel::table! {
    Letter (id) {
        id -> Int4,
        writerId -> Int4,
        readerId -> Nullable<Int4>,
    }
}

diesel::table! {
    Passport (number) {
        number -> Text,
        personId -> Int4,
    }
}

diesel::table! {
    Person (id) {
        id -> Int4,
        bossId -> Nullable<Int4>,
        favouriteId -> Nullable<Int4>,
    }
}

diesel::table! {
    Stamp (code, country) {
        code -> Text,
        country -> Text,
        letterId -> Int4,
    }
}

diesel::table! {
    _GroupToPerson (A, B) {
        A -> Text,
        B -> Int4,
    }
}

diesel::table! {
    _friends (A, B) {
        A -> Int4,
        B -> Int4,
    }
}

diesel::joinable!(Passport -> Person (personId));
diesel::joinable!(Stamp -> Letter (letterId));
diesel::joinable!(_GroupToPerson -> Group (A));
diesel::joinable!(_GroupToPerson -> Person (B));

diesel::allow_tables_to_appear_in_same_query!(
    Group,
    Island,
    Letter,
    Passport,
    Person,
    Stamp,
    _GroupToPerson,
    _friends,
);
