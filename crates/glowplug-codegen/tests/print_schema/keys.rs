// @generated automatically by Diesel CLI.

diesel::table! {
    Composite (tenant, number) {
        tenant -> Text,
        number -> Int4,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    FloatKey (id) {
        id -> Float8,
    }
}

diesel::table! {
    KeysOnly (a, b) {
        a -> Int4,
        b -> Int4,
    }
}

diesel::table! {
    Line (tenant, number, position) {
        tenant -> Text,
        number -> Int4,
        position -> Int4,
        quantity -> Int4,
    }
}

diesel::table! {
    Secret (id) {
        id -> Int4,
        hidden -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(Composite, FloatKey, KeysOnly, Line, Secret,);
