//! The schema files of cases.

use std::fs;
use std::path::{Path, PathBuf};

use glowplug_psl::diagnostics::{Severity, SourceFile};
use glowplug_psl::schema::Schema;

/// A folder below `tests`.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// The schema of a case, which has no errors.
pub(crate) fn read(folder: &Path, case: &str) -> Schema {
    let path = folder.join(format!("{case}.prisma"));
    let text = fs::read_to_string(&path).expect("the case can be read");
    let (schema, findings) = glowplug_psl::parse(&[SourceFile { path: case.to_owned(), text }]);
    let errors: Vec<_> = findings.iter().filter(|it| it.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{case}: {errors:#?}");
    schema
}
