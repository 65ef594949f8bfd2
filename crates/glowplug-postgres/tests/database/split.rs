//! The cutting of SQL: each file of `tests/cases/split` is a text and the statements that it is cut into.
//! Unless the case says that it is broken, a real server must take the pieces one by one.

use std::fmt::Write as _;

use glowplug_postgres::split::split;
use glowplug_testkit::postgres::TestDatabase;

use crate::{cases, connect, major};

#[test]
fn every_case_is_cut_as_expected() {
    cases::run("split", |case| {
        let sql = case.section("input.sql");
        let statements = split(sql);
        let mut text = String::new();
        for statement in &statements {
            assert_eq!(&sql[statement.start..][..statement.text.len()], statement.text);
            assert_eq!(split(statement.text).len(), 1, "cut again: {}", statement.text);
            writeln!(text, "[{}] {}", statement.start, statement.text).unwrap();
        }
        let database = TestDatabase::new();
        if case.optional("broken").is_empty() && case.runs_on(major(&database)) {
            let mut db = connect(&database);
            for statement in &statements {
                db.execute(statement.text).unwrap_or_else(|error| panic!("{error:?}\n{}", statement.text));
            }
        }
        vec![("statements.txt", text)]
    });
}

#[test]
fn nothing_is_lost_and_nothing_panics_wherever_a_text_ends() {
    let all = r#"SELECT 'a'';b', E'\';', "x"";", $$;$$, $a$;$b$;$a$ /* ; /* ; */ ; */ -- ;
        ; CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END; ünï "#;
    for (end, _) in all.char_indices() {
        let text = &all[..end];
        let mut last = 0;
        for statement in split(text) {
            assert!(statement.start >= last && !statement.text.is_empty(), "{text}");
            assert_eq!(statement.text.trim(), statement.text, "{text}");
            last = statement.start + statement.text.len();
        }
    }
}
