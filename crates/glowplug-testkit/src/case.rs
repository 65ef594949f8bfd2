//! Case files: a sentence, then sections, each under a line `-- name --` (the txtar format).
//!
//! `UPDATE_EXPECT=1` writes what came out into the file instead of comparing it.

use std::path::{Path, PathBuf};

/// A case file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Where it is.
    pub path: PathBuf,
    /// What the case shows, in words.
    pub about: String,
    /// The sections in order: name and text.
    pub sections: Vec<(String, String)>,
}

impl Case {
    /// Reads one file.
    ///
    /// # Panics
    /// When it cannot be read: a test without its case must fail.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("failed to read `{}`: {error}", path.display()));
        let mut about = String::new();
        let mut sections: Vec<(String, String)> = Vec::new();
        for line in text.split_inclusive('\n') {
            match (section_name(line), sections.last_mut()) {
                (Some(name), _) => sections.push((name.to_owned(), String::new())),
                (None, Some((_, body))) => body.push_str(line),
                (None, None) => about.push_str(line),
            }
        }
        Self { path: path.to_owned(), about, sections }
    }

    /// The file's name without its ending: the name of what is shown.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The text of a section, if it is there.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&str> {
        self.sections.iter().find(|(section, _)| section == name).map(|(_, text)| text.as_str())
    }

    /// Whether a server of that major version can run it. The section `server` names the first that can, or the
    /// first and the last: `15`, `13..17`.
    ///
    /// # Panics
    /// When the section says something else.
    #[must_use]
    pub fn runs_on(&self, major: u32) -> bool {
        let Some(text) = self.section("server") else { return true };
        let (first, last) = text.trim().split_once("..").unwrap_or((text.trim(), ""));
        let number = |text: &str| {
            text.parse::<u32>().unwrap_or_else(|_| panic!("`{}`: no version: {text}", self.path.display()))
        };
        number(first) <= major && (last.is_empty() || major <= number(last))
    }

    /// Compares a section with what came out; with `UPDATE_EXPECT=1` writes that into the file. Gives a
    /// sentence when they differ.
    pub fn expect(&mut self, name: &str, actual: &str) -> Option<String> {
        if self.section(name) == Some(actual) {
            return None;
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            match self.sections.iter_mut().find(|(section, _)| section == name) {
                Some((_, text)) => actual.clone_into(text),
                None => self.sections.push((name.to_owned(), actual.to_owned())),
            }
            self.write();
            return None;
        }
        Some(first_difference(self.section(name).unwrap_or_default(), actual))
    }

    fn write(&self) {
        let mut text = self.about.clone();
        for (name, body) in &self.sections {
            text.push_str(&format!("-- {name} --\n{body}"));
        }
        if let Err(error) = std::fs::write(&self.path, text) {
            panic!("failed to write `{}`: {error}", self.path.display());
        }
    }
}

/// Every file that ends in `.case` in a folder, in order.
///
/// # Panics
/// When there is none: a runner without cases must fail.
#[must_use]
pub fn all_in(folder: &Path) -> Vec<Case> {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("failed to read `{}`: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "case"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no case in `{}`", folder.display());
    paths.iter().map(|path| Case::read(path)).collect()
}

fn section_name(line: &str) -> Option<&str> {
    line.trim_end().strip_prefix("-- ")?.strip_suffix(" --").map(str::trim)
}

/// The first line that differs, with its neighbours.
fn first_difference(expected: &str, actual: &str) -> String {
    let (mut left, mut right) = (expected.lines(), actual.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (left.next(), right.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => return "the texts differ in their line ends".to_owned(),
            (a, b) => {
                return format!(
                    "line {number}\n  expected: {}\n  came out: {}",
                    a.unwrap_or("<nothing>"),
                    b.unwrap_or("<nothing>")
                );
            }
        }
    }
}
