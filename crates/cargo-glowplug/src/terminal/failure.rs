//! A failure as text with the place in the file, or as JSON.

use std::fmt;

use glowplug_engine::commands::lint::Finding;
use glowplug_engine::failure::{Failure, Place};
use glowplug_psl::diagnostics::Severity;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use serde_json::{Value, json};

use super::is_unicode;

/// The failure for machines: the same facts as the text.
pub(crate) fn as_json(failure: &Failure) -> Value {
    let position = |path: &str, text: &str, start: usize| {
        let before = &text[..floor(text, start)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        json!({ "file": path, "line": line, "column": column })
    };
    let diagnostics: Vec<Value> = failure
        .diagnostics
        .iter()
        .map(|found| {
            let source = failure.sources.get(found.span.file as usize);
            json!({
                "code": found.code,
                "severity": match found.severity { Severity::Error => "error", Severity::Warning => "warning" },
                "what": found.message,
                "where": source.map(|s| position(&s.path, &s.text, found.span.start as usize)),
                "hint": found.hint,
            })
        })
        .collect();
    json!({
        "error": {
            "code": failure.code,
            "prisma_code": failure.prisma_code,
            "what": failure.message,
            "where": failure.place.as_ref().map(|p| position(&p.path, &p.text, p.start)),
            "why": failure.facts,
            "safe_next_commands": failure.hints,
            "diagnostics": diagnostics,
            "exit_code": failure.exit.code(),
        }
    })
}

/// The failure for people.
pub(crate) fn as_text(failure: &Failure, colour: bool) -> String {
    let mut text = String::new();
    for found in &failure.diagnostics {
        let Some(source) = failure.sources.get(found.span.file as usize) else { continue };
        let report = Report {
            code: found.code.to_owned(),
            message: found.message.clone(),
            help: found.hint.clone(),
            severity: match found.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
            place: Some(Place {
                path: source.path.clone(),
                text: source.text.clone(),
                start: found.span.start as usize,
                end: found.span.end as usize,
                label: String::new(),
            }),
        };
        text.push_str(&report.render(colour));
    }
    let code = match failure.prisma_code {
        Some(prisma) => format!("{} · {prisma}", failure.code),
        None => failure.code.to_owned(),
    };
    let report = Report {
        code,
        message: failure.message.clone(),
        help: (!failure.hints.is_empty()).then(|| aligned(&failure.hints)),
        severity: miette::Severity::Error,
        place: failure.place.clone(),
    };
    let rendered = report.render(colour);
    // Facts stand between what happened and what to do, where the eye passes.
    match (failure.facts.is_empty(), rendered.find("  help: ")) {
        (true, _) => text.push_str(&rendered),
        (false, Some(at)) => {
            text.push_str(&rendered[..at]);
            push_facts(&mut text, failure);
            text.push_str(&rendered[at..]);
        }
        (false, None) => {
            text.push_str(&rendered);
            push_facts(&mut text, failure);
        }
    }
    text
}

/// A finding of `lint` for people.
pub(crate) fn finding_as_text(finding: &Finding, colour: bool) -> String {
    let report = Report {
        code: finding.code.clone(),
        message: finding.message.clone(),
        help: finding.hint.clone(),
        severity: match finding.level {
            "error" => miette::Severity::Error,
            "warning" => miette::Severity::Warning,
            _ => miette::Severity::Advice,
        },
        place: Some(finding.place.clone()),
    };
    report.render(colour)
}

fn push_facts(text: &mut String, failure: &Failure) {
    for fact in &failure.facts {
        text.push_str(&format!("  {fact}\n"));
    }
}

/// Hints a line each; what stands behind a command begins in one column.
fn aligned(hints: &[String]) -> String {
    let commands =
        hints.iter().filter_map(|hint| hint.split_once("    ")).map(|(command, _)| command.chars().count());
    let width = commands.max().unwrap_or(0);
    let line = |hint: &String| match hint.split_once("    ") {
        Some((command, what)) => format!("{command:<width$}    {what}"),
        None => hint.clone(),
    };
    hints.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A handler whose mark before the message is `head`.
fn handler(head: String, colour: bool) -> GraphicalReportHandler {
    let plain = !colour || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let mut theme = match (is_unicode(), plain) {
        (true, false) => GraphicalTheme::unicode(),
        (true, true) => GraphicalTheme::unicode_nocolor(),
        (false, _) => GraphicalTheme::none(),
    };
    theme.characters.error.clone_from(&head);
    theme.characters.warning.clone_from(&head);
    theme.characters.advice = head;
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(110)
        .with_break_words(false)
        .with_wrap_lines(false)
}

/// What miette draws.
#[derive(Debug)]
struct Report {
    code: String,
    message: String,
    help: Option<String>,
    severity: miette::Severity,
    place: Option<Place>,
}

impl Report {
    fn render(self, colour: bool) -> String {
        let word = match self.severity {
            miette::Severity::Error => "error",
            miette::Severity::Warning => "warning",
            miette::Severity::Advice => "note",
        };
        let handler = handler(format!("{word}[{}]:", self.code), colour);
        let mut text = String::new();
        let drawn = Drawn {
            source: self.place.as_ref().map(|place| NamedSource::new(&place.path, place.text.clone())),
            report: self,
        };
        // Drawing into a String fails only on a broken span, and then the words must still be said.
        if handler.render_report(&mut text, &drawn).is_err() {
            text = format!("{}: {}\n", drawn.report.code, drawn.report.message);
        }
        text.trim_start_matches(['\n', ' ']).to_owned()
    }
}

#[derive(Debug)]
struct Drawn {
    report: Report,
    source: Option<NamedSource<String>>,
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report.message)
    }
}

impl std::error::Error for Drawn {}

impl miette::Diagnostic for Drawn {
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.report.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.report.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.report.place.as_ref()?;
        let start = floor(&place.text, place.start);
        let end = floor(&place.text, place.end.max(start));
        let label = (!place.label.is_empty()).then(|| place.label.clone());
        Some(Box::new(std::iter::once(LabeledSpan::new(label, start, end - start))))
    }
}

/// The nearest character boundary at or below an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
