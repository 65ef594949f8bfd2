//! The command lines that the documents show.

use std::fs;
use std::path::Path;

use crate::copy::repository;

/// Every `$ ...` line of the console blocks in README.md, the book and the pages under scripts, with its page.
pub(crate) fn shown() -> Vec<(String, String)> {
    let mut pages = vec!["README.md".to_owned()];
    collect(&repository().join("docs/src"), &mut pages);
    collect(&repository().join("scripts"), &mut pages);
    let mut lines = Vec::new();
    for page in pages {
        let text = fs::read_to_string(repository().join(&page)).unwrap();
        let commands = text.lines().filter_map(|line| line.strip_prefix("$ "));
        lines.extend(
            commands.map(|line| (page.clone(), line.split(" #").next().unwrap_or(line).trim().to_owned())),
        );
    }
    assert!(!lines.is_empty());
    lines
}

fn collect(folder: &Path, pages: &mut Vec<String>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path.strip_prefix(repository()).unwrap().to_string_lossy().into_owned());
        }
    }
}
