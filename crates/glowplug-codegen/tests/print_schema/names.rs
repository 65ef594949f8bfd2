// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "Kind"))]
    pub struct Kind;
}

diesel::table! {
    NewUser (id) {
        id -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Kind;

    Option (id) {
        id -> Int4,
        #[sql_name = "type"]
        type_ -> Text,
        #[sql_name = "match"]
        match_ -> Bool,
        #[sql_name = "table"]
        table_ -> Int4,
        star -> Int4,
        bool -> Bool,
        str -> Nullable<Text>,
        self_ -> Text,
        dsl -> Text,
        kind -> Nullable<Kind>,
    }
}

diesel::table! {
    Owner (id) {
        id -> Int4,
        #[sql_name = "größeId"]
        gr_eId -> Int4,
    }
}

diesel::table! {
    diesel (diesel_) {
        #[sql_name = "diesel"]
        diesel_ -> Text,
        value -> Int4,
    }
}

diesel::table! {
    #[sql_name = "größe"]
    gr_e (_2nd) {
        #[sql_name = "2nd"]
        _2nd -> Int4,
        #[sql_name = "Länge"]
        L_nge -> Float8,
        #[sql_name = "---"]
        __ -> Nullable<Text>,
        #[sql_name = "a.b"]
        a_b -> Nullable<Text>,
        #[sql_name = "a b"]
        a_b -> Nullable<Text>,
        _hidden -> Nullable<Text>,
        __two__ -> Nullable<Text>,
        cloneId -> Nullable<Int4>,
    }
}

diesel::table! {
    http_request_log_entry_with_a_rather_long_name_for_a_table (id) {
        id -> Int4,
        a_column_with_a_name_as_long_as_postgresql_lets_it_be_0123 -> Nullable<Timestamptz>,
        another -> Text,
    }
}

diesel::table! {
    #[sql_name = "people of the house"]
    people_of_the_house (user_key) {
        user_key -> Int4,
        userId -> Int4,
        user_id -> Int4,
        user -> Text,
        #[sql_name = "E-Mail Address"]
        E_Mail_Address -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    NewUser,
    Option,
    Owner,
    diesel,
    gr_e,
    http_request_log_entry_with_a_rather_long_name_for_a_table,
    people_of_the_house,
);
