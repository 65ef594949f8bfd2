//! What a `schema.rs` says, whoever wrote it: tables, columns and joins by their names in the database.
//!
//! [`SchemaCode::read`] reads the text, [`compare::compare`] holds two of them against each other.

pub mod compare;
pub mod print;
mod read;

use std::collections::{BTreeMap, BTreeSet};

/// The meaning of a `schema.rs`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaCode {
    /// Tables by their name in the database, behind their namespace and a dot where one is named.
    pub tables: BTreeMap<String, TableCode>,
    /// SQL types of the file itself: the name in the database and the type's name in Rust.
    pub types: BTreeMap<String, String>,
    /// `joinable!`: child, parent, column of the child, by their names in the database.
    pub joinables: BTreeSet<(String, String, String)>,
    /// Pairs of tables that may stand in one query, the smaller name first.
    pub same_query: BTreeSet<(String, String)>,
}

/// A `table!`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableCode {
    /// Its module.
    pub ident: String,
    /// The columns of its key, by their names in the database.
    pub key: Vec<String>,
    /// The columns in order.
    pub columns: Vec<ColumnCode>,
}

/// A column of a `table!`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnCode {
    /// Its type in Rust's namespace.
    pub ident: String,
    /// Its name in the database.
    pub name: String,
    /// Its SQL type in one spelling; a type of the file itself is its name in the database, quoted.
    pub ty: String,
}

impl TableCode {
    /// The column of that name in the database.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&ColumnCode> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl SchemaCode {
    /// Reads a `schema.rs`.
    ///
    /// # Errors
    /// A sentence about what is no Rust, or no macro that we know.
    pub fn read(text: &str) -> Result<Self, String> {
        read::read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::SchemaCode;

    fn meaning(code: &SchemaCode) -> String {
        let mut res = String::new();
        for (name, table) in &code.tables {
            let columns: Vec<String> =
                table.columns.iter().map(|it| format!("{} {}", it.name, it.ty)).collect();
            res.push_str(&format!("{name} ({}): {}\n", table.key.join(", "), columns.join(", ")));
        }
        for (child, parent, column) in &code.joinables {
            res.push_str(&format!("{child} -> {parent} ({column})\n"));
        }
        for (a, b) in &code.same_query {
            res.push_str(&format!("{a} with {b}\n"));
        }
        res
    }

    #[test]
    fn names_are_those_of_the_database_and_types_have_one_spelling() {
        let ours = r#"
            pub mod sql_types {
                #[derive(diesel::sql_types::SqlType)]
                #[diesel(postgres_type(name = "Role"))]
                pub struct Role_;
            }
            diesel::table! {
                use diesel::sql_types::*;
                use super::sql_types::Role_;
                /// Somebody.
                #[sql_name = "User"]
                user (id, role_) {
                    id -> Int4,
                    #[sql_name = "createdAt"]
                    created_at -> Nullable<Timestamp>,
                    #[sql_name = "role"]
                    role_ -> Role_,
                }
            }
            diesel::table! { audit.entry (id) { id -> Int8, #[sql_name = "userId"] user_id -> Integer, } }
            diesel::joinable!(entry -> user (user_id));
            diesel::allow_tables_to_appear_in_same_query!(entry, user,);
        "#;
        let theirs = r#"
            // @generated automatically by Diesel CLI.
            pub mod sql_types {
                #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
                #[diesel(postgres_type(name = "Role"))]
                pub struct Role;
            }
            diesel::table! {
                use diesel::sql_types::*;
                use super::sql_types::Role;
                User (id, role) {
                    id -> Integer,
                    createdAt -> Nullable<Timestamp>,
                    role -> Role,
                }
            }
            diesel::table! { audit.entry (id) { id -> BigInt, userId -> Int4, } }
            diesel::joinable!(entry -> User (userId));
            diesel::allow_tables_to_appear_in_same_query!(User, entry);
        "#;
        let expected = r#"User (id, role): id Int4, createdAt Nullable<Timestamp>, role "Role"
audit.entry (id): id Int8, userId Int4
audit.entry -> User (userId)
User with audit.entry
"#;
        for text in [ours, theirs] {
            assert_eq!(meaning(&SchemaCode::read(text).expect("it is read")), expected);
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let broken = "diesel::table! { user { id -> Int4, } }";
        assert_eq!(SchemaCode::read(broken), Err("`table!` of `user`: no key".to_owned()));
    }
}
