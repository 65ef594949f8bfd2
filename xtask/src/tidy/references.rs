//! Reference pages: every code that the tool can print is explained, every data-loss check has its page.

use std::collections::BTreeSet;

use super::Repo;

const ERRORS: &str = "docs/src/reference/errors.md";
const CHECKS: &str = "docs/src/reference/checks";

pub(crate) fn check(repo: &Repo) -> Vec<String> {
    let mut used: BTreeSet<String> = BTreeSet::new();
    for file in repo.below("crates/", ".rs").filter(|file| file.contains("/src/")) {
        used.extend(codes(&repo.text(file)));
    }
    let explained: BTreeSet<String> = codes(&repo.text(ERRORS));
    let mut problems: Vec<String> =
        used.difference(&explained).map(|code| format!("{ERRORS}: `{code}` is not explained")).collect();
    problems.extend(explained.difference(&used).map(|code| format!("{ERRORS}: nothing prints `{code}`")));
    for file in repo.below("crates/glowplug-checks/src/", ".rs") {
        let text = repo.text(file);
        let Some(name) = text.split("name: \"").nth(1).and_then(|rest| rest.split('"').next()) else {
            continue;
        };
        if !repo.has(&format!("{CHECKS}/{name}.md")) {
            problems.push(format!("{CHECKS}/{name}.md: the page of `{file}` is missing"));
        }
    }
    problems
}

/// Every `GP1234` in a text.
fn codes(text: &str) -> BTreeSet<String> {
    text.match_indices("GP")
        .filter_map(|(at, _)| text.get(at..at + 6))
        .filter(|code| code[2..].bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}
