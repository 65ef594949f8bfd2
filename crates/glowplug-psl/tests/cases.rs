//! Runs the case files: `validate/*.prisma` with their findings in trailing comments, and
//! `format/*.input.prisma` beside `*.formatted.prisma`. `UPDATE_EXPECT=1` writes what is found.

use glowplug_psl::diagnostics::{Severity, SourceFile};
use std::fs;
use std::path::{Path, PathBuf};

fn cases(folder: &str, ending: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let entries = fs::read_dir(&dir).expect("the folder of cases exists");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(ending));
    paths.sort();
    assert!(!paths.is_empty(), "no cases in {}", dir.display());
    paths
}

/// The findings as comments, one a line, hints below.
fn render(text: &str) -> String {
    let source = SourceFile { path: "schema.prisma".to_owned(), text: text.to_owned() };
    let (_, diagnostics) = glowplug_psl::parse(std::slice::from_ref(&source));
    let mut out = String::new();
    for diagnostic in diagnostics {
        let (line, column) = source.line_column(diagnostic.span.start);
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        out.push_str(&format!("// {severity}[{}] {line}:{column} {}\n", diagnostic.code, diagnostic.message));
        if let Some(hint) = diagnostic.hint {
            out.push_str(&format!("//   hint: {hint}\n"));
        }
    }
    out
}

/// The schema without the findings at its end.
fn without_findings(text: &str) -> &str {
    let is_finding =
        |line: &str| ["// error[", "// warning[", "//   hint: "].iter().any(|start| line.starts_with(start));
    let mut end = text.len();
    for line in text.lines().rev() {
        if !is_finding(line) {
            break;
        }
        end -= line.len() + 1;
    }
    &text[..end]
}

#[test]
fn findings_are_as_the_cases_say() {
    let mut wrong = Vec::new();
    for path in cases("validate", ".prisma") {
        let text = fs::read_to_string(&path).unwrap();
        let schema = without_findings(&text);
        let found = format!("{schema}{}", render(schema));
        if found != text && std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &found).unwrap();
        } else if found != text {
            wrong.push(format!("{}:\n{}", path.display(), &found[schema.len()..]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn formatting_is_as_the_cases_say() {
    for path in cases("format", ".input.prisma") {
        let formatted = PathBuf::from(path.to_string_lossy().replace(".input.", ".formatted."));
        let found = glowplug_psl::format(&fs::read_to_string(&path).unwrap());
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&formatted, &found).unwrap();
        }
        assert_eq!(found, fs::read_to_string(&formatted).unwrap(), "{}", path.display());
        assert_eq!(glowplug_psl::format(&found), found, "{} twice", path.display());
    }
}
