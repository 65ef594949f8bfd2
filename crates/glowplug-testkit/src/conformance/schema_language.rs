//! The suites `validate` and `format`: what the schema language accepts, and how it is formatted.

use super::{CaseResult, Verdict};
use glowplug_psl::diagnostics::{Severity, SourceFile};
use std::fs;
use std::path::{Path, PathBuf};

/// Runs every `.prisma` file under the suite's folder, in order of their paths.
///
/// A case passes when it is accepted or rejected as its trailing comments say; when it is
/// rejected, one of our errors has to stand on the line of the first error of the case.
pub fn run_validate(dir: &Path) -> Vec<CaseResult> {
    let mut files = Vec::new();
    collect_schemas(dir, &mut files);
    files.sort();
    let result = |path: &PathBuf| {
        let relative = path.strip_prefix(dir).unwrap_or(path);
        let verdict = match fs::read_to_string(path) {
            Ok(text) => judge_validation(&text),
            Err(error) => Verdict::Blocked(format!("cannot read `{}`: {error}", path.display())),
        };
        CaseResult { suite: "validate", case: relative.with_extension("").display().to_string(), verdict }
    };
    files.iter().map(result).collect()
}

/// Runs every folder with `input.prisma` and `formatted.prisma` under the suite's folder.
///
/// A case passes when formatting either of them gives the second one, byte for byte.
pub fn run_format(dir: &Path) -> Vec<CaseResult> {
    let mut cases: Vec<PathBuf> = entries(dir).into_iter().filter(|path| path.is_dir()).collect();
    cases.sort();
    let result = |path: &PathBuf| CaseResult {
        suite: "format",
        case: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        verdict: judge_format(path),
    };
    cases.iter().map(result).collect()
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn collect_schemas(dir: &Path, files: &mut Vec<PathBuf>) {
    for path in entries(dir) {
        if path.is_dir() {
            collect_schemas(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "prisma") {
            files.push(path);
        }
    }
}

fn judge_validation(text: &str) -> Verdict {
    let expected = expected_error(text);
    let sources = [SourceFile { path: "schema.prisma".to_owned(), text: text.to_owned() }];
    let (_, diagnostics) = glowplug_psl::parse(&sources);
    let errors: Vec<(usize, &str)> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| (sources[0].line_column(diagnostic.span.start).0, diagnostic.message.as_str()))
        .collect();
    match (expected, errors.first()) {
        (None, None) => Verdict::Passed,
        (None, Some((line, message))) => {
            Verdict::Failed(format!("should be accepted, but line {line} has the error: {message}"))
        }
        (Some(expected), None) => Verdict::Failed(format!("should be rejected: {}", expected.message)),
        (Some(expected), Some((line, message))) => {
            if expected.line.is_none_or(|wanted| errors.iter().any(|(line, _)| *line == wanted)) {
                return Verdict::Passed;
            }
            Verdict::Failed(format!(
                "should have an error on line {}, not on line {line} ({message}): {}",
                expected.line.unwrap_or_default(),
                expected.message
            ))
        }
    }
}

/// The first error that a case's trailing comments speak of.
struct ExpectedError {
    message: String,
    line: Option<usize>,
}

fn expected_error(text: &str) -> Option<ExpectedError> {
    let plain = without_colours(text);
    let mut comments = plain.lines().filter_map(|line| line.strip_prefix("//"));
    let message = comments.find_map(|comment| comment.trim_start().strip_prefix("error:").map(str::trim))?;
    // The position follows the message, before the next message starts.
    let position = comments
        .take_while(|comment| !comment.starts_with(" error:") && !comment.starts_with(" warning:"))
        .find_map(|comment| comment.trim_start().strip_prefix("-->"));
    let line = position.and_then(|position| position.rsplit(':').next()?.trim().parse().ok());
    Some(ExpectedError { message: message.to_owned(), line })
}

/// The text without the escape sequences that colour a terminal.
fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find('m').map_or(0, |at| at + 1);
        plain.push_str(&part[end..]);
    }
    plain
}

fn judge_format(case: &Path) -> Verdict {
    let read = |name: &str| {
        let path = case.join(name);
        fs::read_to_string(&path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
    };
    let (input, formatted) = match (read("input.prisma"), read("formatted.prisma")) {
        (Ok(input), Ok(formatted)) => (input, formatted),
        (Err(error), _) | (_, Err(error)) => return Verdict::Blocked(error),
    };
    for (name, text) in [("input", &input), ("formatted", &formatted)] {
        let ours = glowplug_psl::format(text);
        if ours != formatted {
            return Verdict::Failed(format!("format({name}): {}", first_difference(&formatted, &ours)));
        }
    }
    Verdict::Passed
}

fn first_difference(wanted: &str, found: &str) -> String {
    let mut lines = wanted.lines().zip(found.lines()).enumerate();
    match lines.find(|(_, (wanted, found))| wanted != found) {
        Some((index, (wanted, found))) => format!("line {}: wanted {wanted:?}, found {found:?}", index + 1),
        None => format!("wanted {} bytes, found {}", wanted.len(), found.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_first_expected_error() {
        let text = "model A {\n}\n// warning: w\n//   -->  schema.prisma:9\n// \u{1b}[1;91merror\u{1b}[0m: bad thing\n//   \u{1b}[1;94m-->\u{1b}[0m  schema.prisma:1\n// error: other\n//   -->  schema.prisma:2\n";
        let expected = expected_error(text).unwrap();
        assert_eq!((expected.message.as_str(), expected.line), ("bad thing", Some(1)));
        assert!(expected_error("model A {\n}\n// warning: w\n").is_none());
    }

    #[test]
    fn accepts_and_rejects() {
        assert_eq!(judge_validation("model A {\n  id Int @id\n}\n"), Verdict::Passed);
        let rejected = "model A {\n  id Itn @id\n}\n// error: no such type\n//   -->  schema.prisma:2\n";
        assert_eq!(judge_validation(rejected), Verdict::Passed);
        assert!(matches!(judge_validation(&rejected.replace(":2", ":1")), Verdict::Failed(_)));
        assert!(matches!(judge_validation("model A {\n  id Itn @id\n}\n"), Verdict::Failed(_)));
    }
}
