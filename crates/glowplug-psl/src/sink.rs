//! Collects findings while a schema is read.

use crate::codes::Code;
use crate::diagnostics::{Diagnostic, Severity, Span};

/// Where every pass reports what it found.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    found: Vec<Diagnostic>,
}

/// The finding just reported, to hang a hint on.
pub(crate) struct Reported<'a>(&'a mut Diagnostic);

impl Sink {
    /// Reports what makes the schema unusable.
    pub(crate) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) -> Reported<'_> {
        self.report(code, Severity::Error, span, message.into())
    }

    /// Reports what deserves a look.
    pub(crate) fn warning(&mut self, code: Code, span: Span, message: impl Into<String>) -> Reported<'_> {
        self.report(code, Severity::Warning, span, message.into())
    }

    fn report(&mut self, code: Code, severity: Severity, span: Span, message: String) -> Reported<'_> {
        self.found.push(Diagnostic { code: code.id, severity, message, span, hint: None });
        let last = self.found.len() - 1;
        Reported(&mut self.found[last])
    }

    /// Everything found, in the order of the files, each finding once.
    pub(crate) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| {
            (a.span.file, a.span.start, a.span.end, a.code).cmp(&(
                b.span.file,
                b.span.start,
                b.span.end,
                b.code,
            ))
        });
        self.found.dedup();
        self.found
    }
}

impl Reported<'_> {
    /// What to do about it.
    pub(crate) fn hint(self, hint: impl Into<String>) {
        self.0.hint = Some(hint.into());
    }

    /// What to do about it, if there is something to say.
    pub(crate) fn maybe_hint(self, hint: Option<String>) {
        self.0.hint = hint;
    }
}
