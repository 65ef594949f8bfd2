//! The history on disk, and its comparison with the ledger: every state and their pairs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

use std::fs;
use std::path::Path;

use glowplug_migrations::checksum;
use glowplug_migrations::diagnose::{Diagnosis, Edited, Half, diagnose};
use glowplug_migrations::error::HistoryError;
use glowplug_migrations::folder::{Migration, read_history, version_of};
use glowplug_migrations::ledger::{Ledger, PrismaRow, Row};
use glowplug_migrations::write::{NewMigration, write_migration};
use tempfile::TempDir;

fn put(dir: &Path, name: &str, file: &str, text: &str) {
    fs::create_dir_all(dir.join(name)).unwrap();
    fs::write(dir.join(name).join(file), text).unwrap();
}

fn migration(name: &str, up: &str) -> Migration {
    Migration {
        name: name.to_owned(),
        version: version_of(name),
        path: name.into(),
        up_file: "up.sql".to_owned(),
        up: up.to_owned(),
        down: None,
        run_in_transaction: true,
        checksum: checksum::of(up),
    }
}

fn row(name: &str, up: &str, finished: bool, rolled_back: bool) -> Row {
    Row {
        id: name.to_owned(),
        name: name.to_owned(),
        checksum: checksum::of(up),
        started_at: "2026-01-01 00:00:00+00".to_owned(),
        finished_at: finished.then(|| "2026-01-01 00:00:01+00".to_owned()),
        rolled_back_at: rolled_back.then(|| "2026-01-01 00:00:02+00".to_owned()),
        log: (!finished).then(|| "no such table".to_owned()),
        up_sql: up.to_owned(),
        down_sql: None,
    }
}

fn ledger(rows: Vec<Row>) -> Ledger {
    Ledger { exists: true, rows, ..Ledger::default() }
}

#[test]
fn a_folder_is_read_as_diesel_reads_it() {
    let dir = TempDir::new().unwrap();
    put(dir.path(), "20260102000000_b", "up.sql", "B");
    put(dir.path(), "20260101000000_a", "up.sql", "A");
    put(dir.path(), "20260101000000_a", "down.sql", "-A");
    put(dir.path(), "20260101000000_a", "metadata.toml", "run_in_transaction = true\n");
    // Diesel's own default for a file without the key is false.
    put(dir.path(), "20260102000000_b", "metadata.toml", "");
    put(dir.path(), ".hidden", "up.sql", "H");
    fs::write(dir.path().join("migration_lock.toml"), "provider = \"x\"").unwrap();
    let history = read_history(dir.path()).unwrap();
    let told: Vec<_> = history
        .iter()
        .map(|m| (m.name.as_str(), m.version.as_str(), m.run_in_transaction, m.down.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("20260101000000_a", "20260101000000", true, Some("-A")),
            ("20260102000000_b", "20260102000000", false, None)
        ]
    );
}

#[test]
fn a_prisma_history_is_read_as_it_is() {
    let dir = TempDir::new().unwrap();
    put(dir.path(), "06_one", "migration.sql", "A");
    put(dir.path(), "06_two", "migration.sql", "B");
    let history = read_history(dir.path()).unwrap();
    assert_eq!(
        history.iter().map(|m| m.up_file.as_str()).collect::<Vec<_>>(),
        ["migration.sql", "migration.sql"]
    );
}

#[test]
fn no_folder_is_an_empty_history() {
    let dir = TempDir::new().unwrap();
    assert_eq!(read_history(&dir.path().join("nowhere")).unwrap(), []);
}

#[test]
fn two_folders_of_one_version_are_refused() {
    let dir = TempDir::new().unwrap();
    put(dir.path(), "20260101000000_a", "up.sql", "A");
    put(dir.path(), "2026-01-01-000000_b", "up.sql", "B");
    let error = read_history(dir.path()).unwrap_err();
    assert!(matches!(error, HistoryError::SameVersion { .. }), "{error}");
}

#[test]
fn a_new_migration_is_written_whole_or_not_at_all() {
    let dir = TempDir::new().unwrap();
    let new = NewMigration {
        name: "20260101000000_a".to_owned(),
        up: "A".to_owned(),
        down: "-A".to_owned(),
        run_in_transaction: false,
    };
    write_migration(dir.path(), &new).unwrap();
    let read = read_history(dir.path()).unwrap();
    assert_eq!(
        (read[0].up.as_str(), read[0].down.as_deref(), read[0].run_in_transaction),
        ("A", Some("-A"), false)
    );
    let again = write_migration(dir.path(), &NewMigration { up: "B".to_owned(), ..new });
    assert!(again.is_err());
    assert_eq!(
        read_history(dir.path()).unwrap(),
        read,
        "the first one is as it was, and nothing lies beside it"
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn every_state_is_told_apart() {
    let disk = [
        migration("1_applied", "A"),
        migration("2_late", "L"),
        migration("3_edited", "now"),
        migration("4_restyled", "B -- words"),
        migration("5_failed", "F"),
        migration("6_tried_again", "T"),
        migration("7_taken_back", "K"),
        migration("8_pending", "P"),
    ];
    let found = diagnose(
        &disk,
        &ledger(vec![
            row("1_applied", "A", true, false),
            row("3_edited", "then", true, false),
            row("4_restyled", "B", true, false),
            row("5_failed", "F", false, false),
            row("6_tried_again", "T", false, true),
            row("6_tried_again", "T", true, false),
            row("7_taken_back", "K", false, true),
            row("9_gone", "G", true, false),
        ]),
    );
    assert_eq!(found.applied, ["1_applied", "3_edited", "4_restyled", "6_tried_again"]);
    assert_eq!(found.pending, ["2_late", "7_taken_back", "8_pending"]);
    assert_eq!(found.out_of_order, ["2_late"]);
    assert_eq!(found.failed.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["5_failed"]);
    assert_eq!(found.edited.iter().map(|e| e.applied_sql.as_deref()).collect::<Vec<_>>(), [Some("then")]);
    assert_eq!(found.restyled, ["4_restyled"]);
    assert_eq!(found.missing, ["9_gone"]);
    assert!(!found.is_sound());
}

#[test]
fn what_diesel_or_prisma_ran_is_recognised() {
    let disk = [
        migration("20260101000000_a", "A"),
        migration("20260102000000_b", "B"),
        migration("20260103000000_c", "C"),
    ];
    let found = diagnose(
        &disk,
        &Ledger {
            diesel_versions: vec!["00000000000000".into(), "20260101000000".into(), "20250101000000".into()],
            prisma: vec![PrismaRow { name: "20260102000000_b".into(), checksum: String::new() }],
            ..Ledger::default()
        },
    );
    assert_eq!(found.applied, ["20260101000000_a", "20260102000000_b"]);
    assert_eq!(found.unrecorded, found.applied);
    assert_eq!(found.pending, ["20260103000000_c"]);
    assert_eq!(
        found.missing,
        ["20250101000000"],
        "Diesel's set-up migration is none of ours, the other one is news"
    );
}

#[test]
fn prisma_tells_an_edited_file_by_its_checksum() {
    let of_prisma =
        |name: &str, up: &str| Migration { up_file: "migration.sql".into(), ..migration(name, up) };
    let disk = [of_prisma("1_a", "DROP ENUM MyBoolean"), of_prisma("2_b", "CREATE TABLE b ();")];
    let stored = "822db1ee793d76eaa1319eb2c453a7ec92ab6ec235268b4d27ac395c6c5a6e0f";
    let prisma = |name: &str| PrismaRow { name: name.into(), checksum: stored.into() };
    let found = diagnose(&disk, &Ledger { prisma: vec![prisma("1_a"), prisma("2_b")], ..Ledger::default() });
    assert_eq!(found.applied, ["1_a", "2_b"]);
    assert_eq!(found.edited, [Edited { name: "2_b".into(), applied_sql: None }]);
}

#[test]
fn a_squashed_migration_stands_for_what_it_replaces() {
    let squashed = migration("3_all", "-- Squashed.\n-- replaces 1_a, 2_b, 3_c\nSELECT 1;");
    let with = |names: &[&str]| {
        let rows = names.iter().map(|name| row(name, "X", true, false)).collect();
        diagnose(std::slice::from_ref(&squashed), &ledger(rows))
    };
    let all = with(&["1_a", "2_b", "3_c"]);
    assert_eq!((all.applied, all.unrecorded), (vec!["3_all".to_owned()], vec!["3_all".to_owned()]));
    assert!(all.missing.is_empty() && all.half.is_empty());
    assert_eq!(with(&[]).pending, ["3_all"]);
    let half = with(&["1_a"]);
    assert_eq!(half.half, [Half { name: "3_all".into(), lacks: vec!["2_b".into(), "3_c".into()] }]);
    assert!(half.pending.is_empty() && half.missing.is_empty() && !half.is_sound());
    assert_eq!(with(&["1_a", "2_b", "3_c", "3_all"]).applied, ["3_all"], "once it has its own row");
}

#[test]
fn an_empty_world_is_sound() {
    assert_eq!(diagnose(&[], &Ledger::default()), Diagnosis::default());
    assert!(Diagnosis::default().is_sound());
}
