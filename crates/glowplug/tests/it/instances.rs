//! Several instances of an application that start at once, and one that is killed.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel_migrations::FileBasedMigrations;
use glowplug::migrate::{self, Options};
use glowplug_testkit::postgres::TestDatabase;

use crate::support::{Folder, pg, tool};

const URL: &str = "GLOWPLUG_TEST_INSTANCE_URL";
const FOLDER: &str = "GLOWPLUG_TEST_INSTANCE_FOLDER";

/// The instance itself: these tests start this program again with these two variables.
#[test]
fn an_instance() {
    let (Ok(url), Ok(folder)) = (std::env::var(URL), std::env::var(FOLDER)) else { return };
    let source = FileBasedMigrations::from_path(folder).unwrap();
    let done = migrate::run(&mut pg(&url), &source, Options::default()).unwrap();
    #[expect(clippy::print_stdout, reason = "whoever started it reads that")]
    {
        println!("APPLIED {}", done.applied.len());
    }
}

fn start(database: &TestDatabase, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "instances::an_instance", "--nocapture"])
        .env(URL, format!("{}?application_name=instance", database.url()))
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn applied(child: Child) -> usize {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let count = text.split("APPLIED ").nth(1).and_then(|it| it.split_whitespace().next());
    count.unwrap_or_else(|| panic!("{text}")).parse().unwrap()
}

#[test]
fn four_start_at_once_and_one_works() {
    let database = TestDatabase::new();
    let folder = Folder::new(&[
        ("2024-01-01-000000_a", "CREATE TABLE a (id int);\nSELECT pg_sleep(0.5);\n"),
        ("2024-01-02-000000_b", "INSERT INTO a VALUES (1);\n"),
        ("2024-01-03-000000_c", "-- loose\nCREATE INDEX CONCURRENTLY a_id ON a (id);\n"),
    ]);
    let instances: Vec<Child> = (0..4).map(|_| start(&database, folder.path())).collect();
    let mut counts: Vec<usize> = instances.into_iter().map(applied).collect();
    counts.sort_unstable();
    assert_eq!(counts, [0, 0, 0, 3]);
    assert_eq!(database.query_text("SELECT id::text FROM a"), [[Some("1".to_owned())]]);
    assert!(folder.diagnosis(tool(&database).as_mut()).is_sound());
}

#[test]
fn one_that_is_killed_leaves_nothing_and_the_next_goes_on() {
    let database = TestDatabase::new();
    let folder = Folder::new(&[
        ("2024-01-01-000000_a", "CREATE TABLE a (id int);\n"),
        ("2024-01-02-000000_b", "CREATE TABLE b (id int);\nSELECT pg_sleep(2);\nINSERT INTO b VALUES (1);\n"),
    ]);
    let mut killed = start(&database, folder.path());
    let sleeping = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
        AND application_name = 'instance' AND query ~ 'pg_sleep'";
    let until = Instant::now() + Duration::from_secs(30);
    while database.query_text(sleeping).is_empty() {
        assert!(Instant::now() < until, "it never came to the second migration");
        std::thread::sleep(Duration::from_millis(20));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let seen = database.query_text("SELECT to_regclass('a')::text, to_regclass('b')::text");
    assert_eq!(seen, [[Some("a".to_owned()), None]]);

    // The server may still be busy with the statement of the dead one, whose session has the lock meanwhile.
    assert_eq!(applied(start(&database, folder.path())), 1);
    assert_eq!(database.query_text("SELECT id::text FROM b"), [[Some("1".to_owned())]]);
    assert!(folder.diagnosis(tool(&database).as_mut()).is_sound());
}
