//! The rules about the text of migrations: each file of `tests/cases/lint` is a text, what ran before it, and what the
//! rules find. A real server must take both, so that no case is about SQL that does not exist.

use std::fmt::Write as _;

use glowplug_dialect::dialect::Dialect as _;
use glowplug_dialect::lint::Subject;
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_testkit::postgres::TestDatabase;

use crate::{cases, connect};

#[test]
fn every_case_is_found_as_expected() {
    let rules = PostgresDialect.lint_rules();
    cases::run("lint", |case| {
        let sql = case.section("up.sql");
        let in_transaction = case.optional("metadata.toml").trim() != "run_in_transaction = false";
        let database = TestDatabase::new();
        let mut db = connect(&database);
        db.execute(case.optional("before.sql")).unwrap();
        let before = db.introspect(&[]).unwrap();
        let knows = !case.has("text only");
        if !case.has("broken") {
            for statement in glowplug_postgres::split::split(sql) {
                db.execute(statement.text).unwrap_or_else(|error| panic!("{error:?}\n{}", statement.text));
            }
        }
        let before = knows.then_some(&before);
        let linted = PostgresDialect.lint(&Subject { sql, in_transaction, before, has_run: knows });
        let mut text = String::new();
        for found in &linted.findings {
            let rule = rules.iter().find(|rule| rule.code == found.code);
            let rule = rule.unwrap_or_else(|| panic!("`{}` is no rule", found.code));
            if !rule.is_on {
                continue;
            }
            let line = sql[..found.place.start].matches('\n').count() + 1;
            let first = sql[found.place.clone()].lines().next().unwrap_or_default();
            writeln!(text, "{line} {:?} {}: {}\n    {first}", rule.level, found.code, found.message).unwrap();
        }
        for allowed in &linted.allowances {
            let scope = if allowed.whole_file { "the file" } else { "the next statement" };
            writeln!(text, "allowed in {scope}: {}", allowed.rules.join(", ")).unwrap();
        }
        vec![("findings.txt", text)]
    });
}

#[test]
fn every_rule_has_one_code_and_a_line_in_the_book() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src/reference/checks/squawk.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rules = PostgresDialect.lint_rules();
    let mut missing = Vec::new();
    for rule in &rules {
        let name = rule.alias.as_ref().unwrap_or(&rule.code);
        if let Some(name) = name.strip_prefix("squawk/") {
            let row = page.lines().find(|line| line.starts_with(&format!("| {name} |")));
            let column = row.and_then(|line| line.split('|').nth(2)).map(str::trim);
            let said = match (&rule.alias, rule.is_on, rule.level) {
                (Some(_), ..) => rule.code.as_str(),
                (None, false, _) => "off",
                (None, true, glowplug_dialect::finding::Level::Notice) => "notice",
                (None, true, _) => "warning",
            };
            if column != Some(said) {
                missing.push(format!("| {name} | {said} |"));
            }
        }
        assert_eq!(rules.iter().filter(|it| it.code == rule.code).count(), 1, "{}", rule.code);
    }
    assert!(missing.is_empty(), "docs/src/reference/checks/squawk.md:\n{}", missing.join("\n"));
}

#[test]
fn nothing_panics_wherever_a_text_ends() {
    let all = "-- squawk-ignore ban-drop-table\nCREATE TABLE \"ä\" (a int REFERENCES b(c), d text[] DEFAULT '{}');\n\
               /* ⛽ */ ALTER TABLE b DROP CONSTRAINT \"x_fkey\", ADD COLUMN e int NOT NULL; DROP VIEW v; $$;$$ '";
    for (end, _) in all.char_indices() {
        let subject = Subject { sql: &all[..end], in_transaction: true, before: None, has_run: false };
        for found in PostgresDialect.lint(&subject).findings {
            assert!(all[..end].get(found.place.clone()).is_some(), "{end}: {found:?}");
        }
    }
}
