//! How many SQL statements a query costs. Alone in its program: the counter sees every connection.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use api::{database, graphql, seed};
use diesel::connection::{InstrumentationEvent, set_default_instrumentation};

static STATEMENTS: AtomicUsize = AtomicUsize::new(0);

fn counter() -> Option<Box<dyn diesel::connection::Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            // Opening and checking a connection costs statements without a table.
            let reads_a_table = query.to_string().contains(" FROM ");
            STATEMENTS.fetch_add(usize::from(reads_a_table), Ordering::SeqCst);
        }
    }))
}

#[test]
fn a_relation_is_one_statement_however_many_rows_it_serves() {
    let database = support::migrated();
    seed::run(&mut *support::connect(&database)).expect("the seed runs");
    set_default_instrumentation(counter).expect("nobody else counts");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let statements = |query: &str| {
        runtime.block_on(async {
            let schema = graphql::schema(database::pool(&database.url()).expect("a pool"));
            let before = STATEMENTS.load(Ordering::SeqCst);
            let answer = schema.execute(graphql::with_budget(query.into())).await;
            assert!(answer.errors.is_empty(), "{:?}", answer.errors);
            STATEMENTS.load(Ordering::SeqCst) - before
        })
    };
    assert_eq!(statements("{ courses { title } }"), 1);
    assert_eq!(statements("{ courses { lessons { title } } }"), 2);
    let all = "{ courses { author { name } lessons { title } tags { name } category { name }
                 enrollments { user { name profile { bio } } } } }";
    assert_eq!(statements(all), 8);
    // The same question for a single course costs the same.
    assert_eq!(statements(&all.replace("courses {", "courses(limit: 1) {")), 8);
}
