//! Two databases, compared in everything: each file of `tests/cases/drift` has a history (`history.sql`), what
//! somebody did by hand after it (`by_hand.sql`), and gets the difference, the SQL that keeps it and the SQL
//! that takes it back. Both prove themselves: afterwards nothing differs.

use std::path::Path;

use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::plan::{Plan, PlanOptions};
use glowplug_postgres::dialect::PostgresDialect;
use glowplug_sql::diff::diff;
use glowplug_sql::hints::RenameHints;
use glowplug_sql::model::SqlSchema;
use glowplug_sql::pair::Pair;
use glowplug_testkit::case::{Case, all_in};
use glowplug_testkit::postgres::{TestDatabase, major};

use crate::{assert_whole, connect, describe, empty_difference, introspect, sql};

#[test]
fn what_was_done_by_hand_is_seen_kept_and_taken_back() {
    let cases = all_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/drift"));
    let failures: Vec<String> = cases
        .into_iter()
        .filter(|case| case.runs_on(major()))
        .flat_map(|mut case| {
            run(&mut case).into_iter().map(move |failure| format!("{}: {failure}", case.name()))
        })
        .collect();
    assert!(failures.is_empty(), "{}\nUPDATE_EXPECT=1 accepts texts as they are now", failures.join("\n"));
}

fn run(case: &mut Case) -> Vec<String> {
    let (history, live) = (TestDatabase::new(), TestDatabase::new());
    for database in [&history, &live] {
        database.execute(case.section("history.sql").unwrap_or_default());
    }
    live.execute(case.section("by_hand.sql").unwrap_or_default());
    let (expected, found) = (read(&history), read(&live));
    let there = diff(Pair::new(&expected, &found), PostgresDialect.compare(), &RenameHints::default());
    let back = diff(Pair::new(&found, &expected), PostgresDialect.compare(), &RenameHints::default());
    let plan = |changes: &_| -> Plan {
        PostgresDialect
            .plan(changes, &PlanOptions { allow_recreate: true, way_back: false, ..PlanOptions::default() })
    };
    let (adopt, revert) = (plan(&there), plan(&back));
    assert_whole(case, &there, &adopt);
    assert_whole(case, &back, &revert);
    let texts = [
        ("changes.txt", describe::changes(&there)),
        ("adopt.sql", describe::plan(&adopt)),
        ("revert.sql", describe::plan(&revert)),
    ];
    let mut failures = Vec::new();
    for (name, text) in texts {
        failures.extend(case.expect(name, &text).map(|difference| format!("{name}: {difference}")));
    }
    for (name, database, plan) in [("adopt", &history, &adopt), ("revert", &live, &revert)] {
        if !plan.refused.is_empty() {
            continue;
        }
        match database.try_execute(&sql(plan)) {
            Err(error) => failures.push(format!("{name}: {error}\n{}", sql(plan))),
            Ok(()) => {
                let wanted = if name == "adopt" { &found } else { &expected };
                failures.extend(empty_difference(name, &read(database), wanted).err());
            }
        }
    }
    failures
}

fn read(database: &TestDatabase) -> SqlSchema {
    introspect(connect(database).as_mut(), &[]).unwrap()
}
