//! Comment lines in the head of a migration's files: what it starts from, what the tool wrote, what is proven.
//!
//! They are comments, so that Diesel and Prisma read the files as they are, and no checksum counts them.

use glowplug_migrations::checksum;
use glowplug_sql::model::SqlSchema;

use crate::fingerprint;

const START: &str = "-- starts from schema ";
const WRITTEN: &str = ", written as ";
const SUM: &str = "-- written as ";

/// up.sql with the line that says which schema it starts from, and what was written here.
pub fn with_start(up: &str, prev: &SqlSchema) -> String {
    let line = format!("{START}{}{WRITTEN}{}\n", fingerprint::of(prev), written_sum(up));
    after_head(&without_start(up), &line)
}

/// up.sql with the line that says what was written here, of a migration that only follows another one.
pub fn with_sum(up: &str) -> String {
    after_head(up, &format!("{SUM}{}\n", written_sum(up)))
}

/// Whether it only follows the migration before it, and goes wherever that goes.
pub fn follows(up: &str) -> bool {
    comments(up).any(|line| line.starts_with(SUM))
}

/// up.sql with another start. What the tool wrote stays as it is, with all that a person did to it.
pub fn with_other_start(up: &str, start: &str) -> String {
    match self::start(up) {
        Some(old) => up.replacen(&format!("{START}{old}"), &format!("{START}{start}"), 1),
        None => after_head(up, &format!("{START}{start}\n")),
    }
}

/// The schema that a migration starts from, where its file says so.
pub fn start(up: &str) -> Option<&str> {
    let line = comments(up).find_map(|line| line.strip_prefix(START))?;
    Some(line.split_once(WRITTEN).map_or(line, |(start, _)| start).trim())
}

/// Whether the file's meaning is still what this tool wrote; `None` for one that it did not write.
pub fn is_as_written(up: &str) -> Option<bool> {
    let with_start = comments(up).find_map(|line| line.strip_prefix(START)?.split_once(WRITTEN));
    let sum = match with_start {
        Some((_, sum)) => sum,
        None => comments(up).find_map(|line| line.strip_prefix(SUM))?,
    };
    Some(sum.trim() == written_sum(up))
}

/// What down.sql says about itself: `proven: exact`, `irreversible: ...`.
pub fn verdict(down: &str) -> Option<&str> {
    let said = comments(down).filter_map(|line| line.strip_prefix("-- "));
    let mut said = said.filter(|text| {
        ["proven: ", "irreversible: ", "not proven: "].iter().any(|start| text.starts_with(start))
    });
    said.next()
}

/// A text with a line after its first comment.
pub fn after_head(text: &str, line: &str) -> String {
    match text.split_once('\n') {
        Some((head, rest)) if head.starts_with("--") => format!("{head}\n{line}{rest}"),
        _ => format!("{line}{text}"),
    }
}

/// The comments before the first statement.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with("--"))
}

/// up.sql without the line that says what it starts from.
pub fn without_start(up: &str) -> String {
    let Some(line) = comments(up).find(|line| line.starts_with(START)) else { return up.to_owned() };
    up.replacen(&format!("{line}\n"), "", 1)
}

fn written_sum(up: &str) -> String {
    checksum::of(up)[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: &str = "-- Written.\n\n-- alter\nALTER TABLE t ADD c INT;\n";

    #[test]
    fn the_start_stands_in_the_head() {
        let marked = with_start(UP, &SqlSchema::default());
        assert!(
            marked.starts_with("-- Written.\n-- starts from schema e3b0c44298fc1c14, written as "),
            "{marked}"
        );
        assert_eq!(start(&marked), Some("e3b0c44298fc1c14"));
        assert_eq!(is_as_written(&marked), Some(true));
        assert_eq!(is_as_written(&format!("{marked}DROP TABLE t;")), Some(false));
        assert_eq!(is_as_written(&format!("{marked}-- a word")), Some(true));
        assert_eq!(is_as_written(&with_sum(UP)), Some(true));
        assert!(follows(&with_sum(UP)) && !follows(&marked));
        assert_eq!(with_start(&marked, &SqlSchema::default()), marked, "once is enough");
        assert_eq!((start(UP), is_as_written(UP)), (None, None));
        assert_eq!(start("SELECT 1;\n-- starts from schema x"), None, "only in the head");
    }

    #[test]
    fn a_verdict_is_found_again() {
        assert_eq!(
            verdict("-- Takes up.sql back.\n-- proven: exact (x)\nDROP TABLE t;"),
            Some("proven: exact (x)")
        );
        assert_eq!(verdict("DROP TABLE t;"), None);
    }
}
