//! Where relations lead, on rows that plain SQL wrote: with Diesel, and with diesel-async.

#[path = "../generated/keys/mod.rs"]
mod keys;
// The file of that name is in every folder.
#[allow(clippy::module_inception)]
#[path = "../generated/relations/mod.rs"]
mod relations;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use tokio::runtime::{Builder, Runtime};

use crate::support::Both;
use keys::models::{Composite, Line};
use relations::models::{Group, Letter, Passport, Person, Stamp};
use relations::schema::{group, letter, passport, person, stamp};

/// The database of a case of `tests/cases`, with a connection for each of the two.
struct Ways {
    both: Both,
    runtime: Runtime,
    asynchronous: AsyncPgConnection,
}

impl Ways {
    fn new(case: &str, rows: &str) -> Self {
        let both = Both::in_folder("cases", case);
        both.database.execute(rows);
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let url = both.database.url();
        let asynchronous = runtime.block_on(AsyncPgConnection::establish(&url)).expect("a connection");
        Self { both, runtime, asynchronous }
    }
}

/// Both ways load the rows with these keys: `leads!(ways, query => Row, key: [..])`.
macro_rules! leads {
    ($ways:expr, $query:expr => $row:ident, $key:ident: $expected:expr) => {{
        let ways: &mut Ways = $ways;
        let query = || $query.select($row::as_select());
        let rows: Vec<$row> = diesel::RunQueryDsl::load(query(), &mut ways.both.connection).expect("rows");
        let loading = diesel_async::RunQueryDsl::load(query(), &mut ways.asynchronous);
        let others: Vec<$row> = ways.runtime.block_on(loading).expect("rows");
        for rows in [rows, others] {
            let mut keys: Vec<_> = rows.into_iter().map(|row| row.$key).collect();
            keys.sort();
            assert_eq!(keys, $expected, "{}", stringify!($query));
        }
    }};
}

/// Ada leads Bob and Cyn, who are friends of each other on one side only.
const PEOPLE: &str = r#"
INSERT INTO "Person" ("id", "bossId") VALUES (1, NULL), (2, 1), (3, 1);
INSERT INTO "Passport" ("number", "personId") VALUES ('P1', 1), ('P2', 2);
INSERT INTO "Letter" ("id", "writerId", "readerId") VALUES (10, 1, 2), (11, 1, NULL), (12, 3, 2);
INSERT INTO "Stamp" ("code", "country", "letterId") VALUES ('a', 'AT', 10), ('b', 'AT', 10), ('a', 'CH', 11);
UPDATE "Person" SET "favouriteId" = 12 WHERE "id" IN (1, 2);
INSERT INTO "Group" ("slug") VALUES ('chess'), ('rowing');
INSERT INTO "_GroupToPerson" ("A", "B") VALUES ('chess', 1), ('chess', 2), ('rowing', 2);
INSERT INTO "_friends" ("A", "B") VALUES (2, 3), (2, 1);
"#;

#[test]
fn of_one_column_and_through_join_tables() {
    let ways = &mut Ways::new("relations", PEOPLE);
    let nobody: [i32; 0] = [];
    let mut people: Vec<Person> = person::table
        .order(person::id)
        .select(Person::as_select())
        .load(&mut ways.both.connection)
        .expect("people");
    let (cyn, bob, ada) = (people.remove(2), people.remove(1), people.remove(0));

    leads!(ways, ada.passport() => Passport, number: ["P1"]);
    leads!(ways, cyn.passport() => Passport, number: [""; 0]);
    leads!(ways, ada.written() => Letter, id: [10, 11]);
    leads!(ways, bob.received() => Letter, id: [10, 12]);
    leads!(ways, bob.boss() => Person, id: [1]);
    leads!(ways, ada.boss() => Person, id: nobody);
    leads!(ways, ada.staff() => Person, id: [2, 3]);
    leads!(ways, cyn.staff() => Person, id: nobody);
    // `friends` are those in the column A of rows that have this one in B.
    leads!(ways, cyn.friends() => Person, id: [2]);
    leads!(ways, bob.friends() => Person, id: nobody);
    leads!(ways, bob.friend_of() => Person, id: [1, 3]);
    leads!(ways, bob.groups() => Group, slug: ["chess", "rowing"]);
    leads!(ways, cyn.groups() => Group, slug: [""; 0]);
    leads!(ways, ada.favourite() => Letter, id: [12]);
    leads!(ways, cyn.favourite() => Letter, id: nobody);
    // They are queries, which go on.
    leads!(ways, ada.written().filter(letter::reader_id.is_null()) => Letter, id: [11]);

    let connection = &mut ways.both.connection;
    let letters: Vec<Letter> =
        letter::table.order(letter::id).select(Letter::as_select()).load(connection).expect("letters");
    let stamped: Stamp =
        stamp::table.find(("a", "CH")).select(Stamp::as_select()).first(connection).expect("a stamp");
    let chess: Group =
        group::table.find("chess").select(Group::as_select()).first(connection).expect("a group");
    let passport: Passport =
        passport::table.find("P2").select(Passport::as_select()).first(connection).expect("a passport");

    leads!(ways, letters[0].writer() => Person, id: [1]);
    leads!(ways, letters[0].reader() => Person, id: [2]);
    leads!(ways, letters[1].reader() => Person, id: nobody);
    leads!(ways, letters[2].liked_by() => Person, id: [1, 2]);
    leads!(ways, letters[0].stamps() => Stamp, code: ["a", "b"]);
    leads!(ways, stamped.letter() => Letter, id: [11]);
    leads!(ways, chess.members() => Person, id: [1, 2]);
    leads!(ways, passport.person() => Person, id: [2]);
}

#[test]
fn of_several_columns() {
    let rows = r#"
        INSERT INTO "Composite" ("tenant", "number") VALUES ('a', 1), ('a', 2), ('b', 1);
        INSERT INTO "Line" ("tenant", "number", "position") VALUES ('a', 1, 7), ('a', 1, 8), ('a', 2, 9), ('b', 1, 10);
    "#;
    let ways = &mut Ways::new("keys", rows);
    let composites = keys::schema::composite::table.find(("a", 1)).select(Composite::as_select());
    let composite: Composite = composites.first(&mut ways.both.connection).expect("a row");
    let lines = keys::schema::line::table.find(("a", 2, 9)).select(Line::as_select());
    let line: Line = lines.first(&mut ways.both.connection).expect("a row");
    leads!(ways, composite.lines() => Line, position: [7, 8]);
    leads!(ways, line.composite() => Composite, number: [2]);
}
