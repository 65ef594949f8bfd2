//! The migration lock.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use glowplug_dialect::database::Connector;
use glowplug_dialect::error::ErrorKind;
use glowplug_sqlite::connector::SqliteConnector;

use crate::{File, options};

#[test]
fn one_at_a_time_and_the_other_learns_who() {
    let file = File::new();
    let (mut one, mut two) = (file.open(), file.open());
    one.lock(&mut |_, _| panic!("nobody holds it")).unwrap();
    one.lock(&mut |_, _| panic!("it is ours already")).unwrap();
    let mut told = None;
    let timeout = two
        .lock(&mut |holder, waited| {
            told = Some(holder.clone());
            waited < Duration::from_millis(500)
        })
        .unwrap_err();
    assert_eq!(timeout.kind, ErrorKind::LockTimeout);
    let holder = told.unwrap();
    assert_eq!(holder.pid, Some(i64::from(std::process::id())));
    assert_eq!(holder.application.as_deref(), Some("glowplug tests"));
    assert!(holder.since.unwrap().starts_with("20"));
    // The database itself is free for everybody.
    file.application().batch_execute("CREATE TABLE a (id int)").unwrap();
    one.unlock().unwrap();
    two.lock(&mut |_, _| false).unwrap();
    drop(two);
    one.lock(&mut |_, _| false).unwrap();
    drop(one);
    assert_eq!(std::fs::read_dir(file.folder.path()).unwrap().count(), 1, "the lock's file is gone");
}

#[test]
fn many_take_turns() {
    let file = File::new();
    let inside = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let mut db = file.open();
                    db.lock(&mut |_, _| true).unwrap();
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two are inside");
                    std::thread::sleep(Duration::from_millis(2));
                    inside.fetch_sub(1, Ordering::SeqCst);
                }
            });
        }
    });
}

#[test]
fn it_ends_with_the_process() {
    let file = File::new();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "lock::child_that_holds_the_lock", "--ignored", "--nocapture"])
        .env("GLOWPLUG_TEST_URL", file.url())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|it| it.unwrap().contains("the lock is held")));
    let mut db = file.open();
    assert!(
        db.lock(&mut |holder, _| {
            assert_eq!(holder.pid, Some(i64::from(child.id())));
            false
        })
        .is_err()
    );
    child.kill().unwrap();
    child.wait().unwrap();
    db.lock(&mut |_, waited| waited < Duration::from_secs(5)).unwrap();
}

#[test]
#[ignore = "the other half of `it_ends_with_the_process`, which starts it"]
#[expect(clippy::print_stdout, reason = "this is how the parent knows")]
fn child_that_holds_the_lock() {
    let mut db = SqliteConnector.connect(&std::env::var("GLOWPLUG_TEST_URL").unwrap(), &options()).unwrap();
    db.lock(&mut |_, _| true).unwrap();
    println!("the lock is held");
    std::thread::sleep(Duration::from_secs(60));
}
