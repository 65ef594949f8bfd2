//! What comes before the fixtures in a check: the tool writes it into a folder.
//!
//! A file for each stage, in the order of their names: its name behind `--` in the first line, then a statement after
//! the other, with a zero byte in between.

use std::fs;
use std::io;
use std::path::Path;

/// Names the folder.
pub(super) const VARIABLE: &str = "GLOWPLUG_SEED_STAGES";

/// A part of a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stage {
    pub(super) name: String,
    pub(super) statements: Vec<String>,
}

/// Reads the folder.
pub(super) fn read(folder: &Path) -> io::Result<Vec<Stage>> {
    let mut paths = fs::read_dir(folder)?.map(|it| Ok(it?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    paths.iter().map(|path| Ok(stage(&fs::read_to_string(path)?))).collect()
}

fn stage(text: &str) -> Stage {
    let (head, rest) = text.split_once('\n').unwrap_or((text, ""));
    let statements = rest.split('\0').filter(|it| !it.trim().is_empty()).map(str::to_owned).collect();
    Stage { name: head.trim_start_matches("-- ").to_owned(), statements }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_a_name_and_statements() {
        let found = stage("-- prisma/seed/1.sql\nSELECT 1;\n-- two\0SELECT 2");
        assert_eq!(found.name, "prisma/seed/1.sql");
        assert_eq!(found.statements, ["SELECT 1;\n-- two", "SELECT 2"]);
        assert_eq!(stage("-- empty\n").statements, Vec::<String>::new());
    }
}
