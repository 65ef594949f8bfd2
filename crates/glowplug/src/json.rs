//! JSON columns as types of your own.
//!
//! ```
//! use glowplug::json::Json;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
//! struct Settings {
//!     theme: String,
//!     columns: Vec<u8>,
//! }
//!
//! diesel::table! {
//!     profile (id) {
//!         id -> Integer,
//!         settings -> Jsonb,
//!     }
//! }
//!
//! #[derive(diesel::Queryable, diesel::Insertable)]
//! #[diesel(table_name = profile)]
//! struct Profile {
//!     id: i32,
//!     settings: Json<Settings>,
//! }
//!
//! let settings = Json(Settings { theme: "dark".to_owned(), columns: vec![1, 2] });
//! assert_eq!(settings.theme, "dark");
//! assert_eq!(serde_json::to_string(&settings).unwrap(), r#"{"theme":"dark","columns":[1,2]}"#);
//! ```
//!
//! It is read from and written to `Json` and `Jsonb` on PostgreSQL, and `Json` (text) on SQLite. A value that
//! the type cannot hold is an error of the query that says what is wrong and where, never a panic.

use std::ops::{Deref, DerefMut};

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types;
use serde::{Deserialize, Serialize};

/// A value that a column keeps as JSON. To serde it is the value itself.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    FromSqlRow,
    AsExpression,
)]
#[serde(transparent)]
#[diesel(sql_type = sql_types::Json)]
#[diesel(sql_type = sql_types::Jsonb)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use std::fmt::Debug;
    use std::io::Write;

    use diesel::deserialize::{self, FromSql};
    use diesel::pg::{Pg, PgValue};
    use diesel::serialize::{self, IsNull, Output, ToSql};
    use diesel::sql_types;
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::Json;

    /// The first byte of a jsonb value on the wire. Source: `jsonb_send` of the server.
    const JSONB_VERSION: u8 = 1;

    impl<T: DeserializeOwned> FromSql<sql_types::Json, Pg> for Json<T> {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            Ok(Self(serde_json::from_slice(value.as_bytes())?))
        }
    }

    impl<T: DeserializeOwned> FromSql<sql_types::Jsonb, Pg> for Json<T> {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            match value.as_bytes() {
                [JSONB_VERSION, text @ ..] => Ok(Self(serde_json::from_slice(text)?)),
                _ => Err("a jsonb value of a version that is not known here".into()),
            }
        }
    }

    impl<T: Serialize + Debug> ToSql<sql_types::Json, Pg> for Json<T> {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            serde_json::to_writer(out, &self.0)?;
            Ok(IsNull::No)
        }
    }

    impl<T: Serialize + Debug> ToSql<sql_types::Jsonb, Pg> for Json<T> {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            out.write_all(&[JSONB_VERSION])?;
            serde_json::to_writer(out, &self.0)?;
            Ok(IsNull::No)
        }
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use std::fmt::Debug;

    use diesel::deserialize::{self, FromSql};
    use diesel::serialize::{self, IsNull, Output, ToSql};
    use diesel::sql_types;
    use diesel::sqlite::{Sqlite, SqliteValue};
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::Json;

    impl<T: DeserializeOwned> FromSql<sql_types::Json, Sqlite> for Json<T> {
        fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
            let text = <String as FromSql<sql_types::Text, Sqlite>>::from_sql(value)?;
            Ok(Self(serde_json::from_str(&text)?))
        }
    }

    impl<T: Serialize + Debug> ToSql<sql_types::Json, Sqlite> for Json<T> {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            out.set_value(serde_json::to_string(&self.0)?);
            Ok(IsNull::No)
        }
    }
}
