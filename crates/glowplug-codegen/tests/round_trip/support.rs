//! A database for one case, with two ways to its rows: generated code on Diesel's connection, and plain SQL on another.

use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_testkit::postgres::TestDatabase;

use crate::{schema, tables};

/// A connection as generated code takes it.
pub(crate) type Connection = AsyncConnectionWrapper<AsyncPgConnection>;

/// A database with the tables of a schema.
pub(crate) struct Both {
    /// For generated code.
    pub(crate) connection: Connection,
    /// For plain SQL.
    pub(crate) database: TestDatabase,
}

impl Both {
    /// The tables of a case of `round_trip`, in a fresh database.
    pub(crate) fn new(case: &str) -> Self {
        Self::in_folder("round_trip/cases", case)
    }

    /// The tables of a case of another folder of tests.
    pub(crate) fn in_folder(folder: &str, case: &str) -> Self {
        let schema = schema::read(&schema::folder(folder), case);
        let database = TestDatabase::new();
        for statement in tables::statements(&PostgresDialect, &schema) {
            database.execute(&statement);
        }
        // What a moment looks like must not depend on where the test runs.
        let name = database.name();
        database.execute(&format!("ALTER DATABASE \"{name}\" SET timezone = 'UTC'"));
        let connection = diesel::Connection::establish(&database.url()).expect("a connection");
        Self { connection, database }
    }

    /// What plain SQL reads of a column, as text.
    pub(crate) fn read(&self, column: &str, ty: &str, id: i32) -> Option<String> {
        let sql = format!("SELECT \"{column}\"::{ty}::text FROM \"Value\" WHERE id = {id}");
        self.database.query_text(&sql).remove(0).remove(0)
    }

    /// A row that plain SQL writes; gives its id.
    pub(crate) fn write(&self, column: &str, ty: &str, text: &str) -> i32 {
        let literal = text.replace('\'', "''");
        let sql = format!("INSERT INTO \"Value\" (\"{column}\") VALUES ('{literal}'::{ty}) RETURNING id");
        let id = self.database.query_text(&sql).remove(0).remove(0);
        id.and_then(|id| id.parse().ok()).expect("a number")
    }
}

/// Both ways for every value: `edges!(both, column: "type", [(value, "its text"), ...])`. The type is what plain SQL
/// casts to on its way; `value`, `NewValue` and `Value` are those of the caller. Values are compared as Rust prints
/// them, so that NaN is itself and zero has its sign.
#[macro_export]
macro_rules! edges {
    ($both:expr, $column:ident: $ty:literal, [$(($value:expr, $text:expr)),+ $(,)?]) => {{
        let both: &mut $crate::support::Both = $both;
        let name = stringify!($column);
        for (given, text) in [$(($value, String::from($text))),+] {
            let row = NewValue { $column: Some(given.clone()), ..NewValue::new() };
            let id: i32 = diesel::insert_into(value::table)
                .values(&row)
                .returning(value::id)
                .get_result(&mut both.connection)
                .unwrap_or_else(|error| panic!("{name} takes {given:?}: {error}"));
            assert_eq!(both.read(name, $ty, id).as_deref(), Some(text.as_str()), "{name}, written as {given:?}");
            let id = both.write(name, $ty, &text);
            let row: Value = value::table
                .find(id)
                .select(Value::as_select())
                .first(&mut both.connection)
                .unwrap_or_else(|error| panic!("{name} reads {text}: {error}"));
            assert_eq!(format!("{:?}", row.$column), format!("{:?}", Some(given)), "{name}, read from {text}");
        }
    }};
}
