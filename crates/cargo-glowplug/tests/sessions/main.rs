//! Sessions with the tool, as a person would have them: each `tests/cases/*.case` is a small workspace, a
//! fresh database, and a transcript of what was typed and what came of it.

mod sandbox;

use std::path::Path;

use glowplug_testkit::case;

use crate::sandbox::Sandbox;

#[test]
fn sessions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let wanted = std::env::var("CASE").ok();
    let mut failures = Vec::new();
    for mut case in case::all_in(&folder) {
        let name = case.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if wanted.as_ref().is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        let transcript = Sandbox::new(&case).replay(case.section("session").unwrap_or_default());
        if let Some(difference) = case.expect("session", &transcript) {
            failures.push(format!("{name}: {difference}\n--- whole session:\n{transcript}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}
