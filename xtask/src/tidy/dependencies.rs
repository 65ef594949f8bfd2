//! The dependency table of ARCHITECTURE.md, held against `cargo metadata`: the one architecture test that
//! cannot lie.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

use super::Repo;

/// Crates from outside that only the crates named may use.
const ONLY_HERE: &[(&str, &[&str])] = &[
    ("clap", &["cargo-glowplug", "xtask", "api"]),
    ("miette", &["cargo-glowplug"]),
    ("dialoguer", &["cargo-glowplug", "api"]),
    ("anstream", &["cargo-glowplug"]),
    ("dotenvy", &["cargo-glowplug", "api"]),
    ("tokio-postgres", &["glowplug-postgres", "glowplug-testkit", "api"]),
    ("async-graphql", &["api", "glowplug-codegen"]),
];

pub(crate) fn check(repo: &Repo) -> Vec<String> {
    let metadata = match MetadataCommand::new().no_deps().current_dir(&repo.root).exec() {
        Ok(metadata) => metadata,
        Err(error) => return vec![format!("cargo metadata: {error}")],
    };
    let table = table(&repo.text("ARCHITECTURE.md"));
    let members: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let mut problems = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let used: Vec<&str> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .map(|dependency| dependency.name.as_str())
            .collect();
        match table.get(name) {
            None => problems.push(format!("ARCHITECTURE.md: the table of crates has no row for `{name}`")),
            Some(allowed) => {
                for other in
                    used.iter().filter(|other| members.contains(*other) && !allowed.contains(**other))
                {
                    problems.push(format!(
                        "`{name}` uses `{other}`, which the table in ARCHITECTURE.md does not allow"
                    ));
                }
            }
        }
        for (outside, only) in ONLY_HERE {
            if used.contains(outside) && !only.contains(&name) {
                problems
                    .push(format!("`{name}` uses `{outside}`, which belongs to {} alone", only.join(", ")));
            }
        }
    }
    for name in table.keys().filter(|name| !members.contains(name.as_str())) {
        problems
            .push(format!("ARCHITECTURE.md: the table names `{name}`, which is no crate of the workspace"));
    }
    problems
}

/// Rows of the table under the heading "Crates": the first cell is the crate, the third what it may use.
fn table(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let section = text.split("\n## ").find(|section| section.starts_with("Crates")).unwrap_or_default();
    let mut table = BTreeMap::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
        if let (Some(name), Some(may_use)) = (cells.first(), cells.get(2)) {
            let names =
                |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
            for crate_name in names(name) {
                table.insert(crate_name, names(may_use));
            }
        }
    }
    table
}
