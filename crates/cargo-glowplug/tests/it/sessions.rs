//! Sessions with the tool, as a person would have them: each `tests/cases/*.case` is a small workspace, a
//! fresh database, and a transcript of what was typed and what came of it.

use std::path::Path;
use std::sync::Mutex;

use glowplug_testkit::case::{self, Case};

use crate::sandbox::Sandbox;

#[test]
fn sessions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let wanted = std::env::var("CASE").ok();
    let cases: Vec<Case> = case::all_in(&folder)
        .into_iter()
        .filter(|case| wanted.as_ref().is_none_or(|wanted| case.name().contains(wanted.as_str())))
        .collect();
    let queue = Mutex::new(cases);
    let failures = Mutex::new(Vec::new());
    // Most of a session is waiting for processes and the server, so a few run side by side.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(mut case) = next(&queue) {
                    failures.lock().unwrap().extend(replay(&mut case));
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

fn next(queue: &Mutex<Vec<Case>>) -> Option<Case> {
    queue.lock().unwrap().pop()
}

fn replay(case: &mut Case) -> Option<String> {
    let transcript = Sandbox::new(case).replay(case.section("session").unwrap_or_default());
    let difference = case.expect("session", &transcript)?;
    Some(format!("{}: {difference}\n--- whole session:\n{transcript}", case.name()))
}
