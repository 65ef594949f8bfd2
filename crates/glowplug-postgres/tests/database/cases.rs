//! Case files: a line that says what is tested, then sections under `-- name --`.

use std::fs;
use std::path::{Path, PathBuf};

/// One file.
pub(crate) struct Case {
    path: PathBuf,
    title: String,
    sections: Vec<(String, String)>,
}

impl Case {
    /// A section that must be there.
    pub(crate) fn section(&self, name: &str) -> &str {
        self.find(name).unwrap_or_else(|| panic!("{} has no section `{name}`", self.path.display()))
    }

    /// A section, or nothing.
    pub(crate) fn optional(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// Whether it has a section.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Whether a server of that major version can run it: the section `server` names the first that can.
    pub(crate) fn runs_on(&self, major: u32) -> bool {
        self.find("server").is_none_or(|it| it.trim().parse::<u32>().unwrap() <= major)
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.sections.iter().find(|(it, _)| it == name).map(|(_, text)| text.as_str())
    }

    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let (title, rest) = text.split_once('\n').unwrap();
        let mut sections: Vec<(String, String)> = Vec::new();
        for line in rest.split_inclusive('\n') {
            let name = line.trim_end().strip_prefix("-- ").and_then(|it| it.strip_suffix(" --"));
            match (name, sections.last_mut()) {
                (Some(name), _) => sections.push((name.to_owned(), String::new())),
                (None, Some((_, text))) => text.push_str(line),
                (None, None) => panic!("{}: text before the first section", path.display()),
            }
        }
        Self { path: path.to_owned(), title: title.to_owned(), sections }
    }

    fn write(&self) {
        let mut text = format!("{}\n", self.title);
        for (name, section) in &self.sections {
            text.push_str(&format!("-- {name} --\n{section}"));
        }
        fs::write(&self.path, text).unwrap();
    }
}

/// Compares what `check` gives for every file of a folder with the sections of those names.
/// `UPDATE_EXPECT=1` writes them instead.
pub(crate) fn run(folder: &str, check: impl Fn(&Case) -> Vec<(&'static str, String)>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.retain(|it| it.extension().is_some_and(|it| it == "case"));
    paths.sort();
    assert!(!paths.is_empty(), "no cases in {}", folder.display());
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut failures = String::new();
    for path in paths {
        let mut case = Case::read(&path);
        for (name, actual) in check(&case) {
            let expected = case.optional(name);
            if update {
                case.sections.retain(|(it, _)| it != name);
                case.sections.push((name.to_owned(), actual));
                case.write();
            } else if expected != actual {
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                failures.push_str(&format!("{file}: {name}\nexpected:\n{expected}\nactual:\n{actual}\n"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}UPDATE_EXPECT=1 accepts what is there now");
}
