// @generated automatically by Diesel CLI.

diesel::table! {
    Author (id) {
        id -> Int4,
    }
}

diesel::table! {
    Book (id) {
        id -> Int4,
        title -> Text,
        authorId -> Int4,
    }
}

diesel::joinable!(Book -> Author (authorId));

diesel::allow_tables_to_appear_in_same_query!(Author, Book,);
