//! Everything that is printed. Results go to standard output, news and errors to standard error.
//!
//! Colour only underlines what the words already say: with NO_COLOR, or in a log, every screen reads the same.

mod failure;
mod output;
mod questions;

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use glowplug_dialect::unit::Blocker;
use glowplug_dialect::words::{counted, size};
use glowplug_engine::commands::lint::Finding;
use glowplug_engine::failure::{Failure, Result};
use glowplug_engine::phases::Part;
use glowplug_engine::report::Found;
use glowplug_engine::summary::Line;
use glowplug_engine::ui::{Answer, Event, Question, Ui};
use serde::Serialize;

use output::Output;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const CAREFUL: Style = AnsiColor::Yellow.on_default();
const QUIET: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Longer lists are cut; `--json` has all of them.
const MANY: usize = 12;

/// The person's end.
pub(crate) struct Terminal {
    /// What was typed to get here.
    pub(crate) program: &'static str,
    /// One JSON object on standard output instead of text.
    pub(crate) json: bool,
    interactive: bool,
    width: usize,
    output: Output,
}

impl Terminal {
    pub(crate) fn new(program: &'static str, json: bool) -> Self {
        let interactive = !json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        Self { program, json, interactive, width: 0, output: Output::default() }
    }

    /// A line of the result.
    pub(crate) fn line(&self, text: &str) {
        if !self.json {
            self.output.write(&format!("  {text}\n"));
        }
    }

    /// An empty line between parts of the result.
    pub(crate) fn gap(&self) {
        if !self.json {
            self.output.write("\n");
        }
    }

    /// News while something takes its time.
    pub(crate) fn news(&self, text: &str) {
        if !self.json {
            output::news(&format!("  {text}\n"));
        }
    }

    /// A warning that stops nothing.
    pub(crate) fn warn(&self, text: &str) {
        output::news(&format!("{CAREFUL}warning{CAREFUL:#}: {text}\n"));
    }

    /// What is dangerous about a plan, or worth knowing.
    pub(crate) fn findings(&self, findings: &[Found]) {
        for Found { code, level, message, .. } in findings {
            match *level {
                "notice" => self.line(&format!("note {code}: {message}")),
                _ => self.warn(&format!("{code}: {message}")),
            }
        }
    }

    /// What was found in a file, with an excerpt.
    pub(crate) fn finding(&self, finding: &Finding) {
        if !self.json {
            self.output
                .write(&format!("{}\n", failure::finding_as_text(finding, std::io::stdout().is_terminal())));
        }
    }

    /// A line that says that something is as it should be.
    pub(crate) fn good(&self, text: &str) {
        self.line(&format!("{GOOD}{text}{GOOD:#}"));
    }

    /// Objects outside the schema's language.
    pub(crate) fn foreign(&self, objects: &[String]) {
        self.left_alone("Foreign", "outside the schema's language, left alone", objects);
    }

    /// Objects that others look after.
    pub(crate) fn external(&self, objects: &[String]) {
        self.left_alone("External", "of others, left alone", objects);
    }

    /// A list of objects that nobody touched, and why.
    pub(crate) fn left_alone(&self, title: &str, why: &str, objects: &[String]) {
        if objects.is_empty() {
            return;
        }
        self.line(&format!("{title:<9} {} {why}", counted(objects.len(), "object")));
        for object in objects.iter().take(MANY) {
            self.line(&format!("    {object}"));
        }
        if objects.len() > MANY {
            self.line(&format!("    and {} more", objects.len() - MANY));
        }
    }

    /// What to type next: commands and what they are for, aligned.
    pub(crate) fn next(&self, commands: &[(String, &str)]) {
        if commands.is_empty() {
            return;
        }
        let width = commands.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
        self.gap();
        for (index, (command, what)) in commands.iter().enumerate() {
            let head = if index == 0 { "Next" } else { "" };
            self.line(&format!("{STRONG}{head:<4}{STRONG:#}  {command:<width$}  {QUIET}{what}{QUIET:#}"));
        }
    }

    /// The lines of a change summary, indented.
    pub(crate) fn changes(&self, lines: &[Line]) {
        for line in lines {
            let style = match line.sign {
                '+' => GOOD,
                '-' => BAD,
                _ => CAREFUL,
            };
            let indent = "    ".repeat(usize::from(line.depth) + 1);
            self.line(&format!("{}{style}{}{style:#} {}", &indent[2..], line.sign, line.text));
        }
    }

    /// A result as JSON, if that was asked for.
    pub(crate) fn object<T: Serialize>(&self, result: &T) {
        if self.json {
            // Only plain values are printed, so this cannot fail; if it does, the text says so.
            let text = serde_json::to_string_pretty(result)
                .unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"));
            self.output.write(&format!("{text}\n"));
        }
    }

    /// Sends the result to a file from now on; news and errors stay where they are.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn divert(&self, path: &Path) -> Result<()> {
        self.output
            .divert(path)
            .map_err(|error| Failure::new("GP4006", format!("failed to write `{}`: {error}", path.display())))
    }

    /// A text that is the result, as it is: SQL, an address. Not with `--json`.
    pub(crate) fn text(&self, text: &str) {
        if !self.json {
            self.output.write(text);
        }
    }

    /// Fails if a part of the result could not be written. A reader that went away is no failure.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn finish(&self) -> Result<()> {
        match self.output.failure() {
            None => Ok(()),
            Some(error) => Err(Failure::new("GP4006", format!("failed to write the result: {error}"))),
        }
    }

    /// Above a list of migrations, whose lines come one by one.
    fn list(&mut self, doing: &str, names: &[&str]) {
        self.width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        self.news(&format!("{doing} {}", counted(names.len(), "migration")));
    }

    /// Who keeps a migration waiting.
    fn blockers(&self, blockers: &[Blocker]) {
        for blocker in blockers {
            self.news(&format!("    by {}", blocker.words()));
        }
    }

    /// What there is of a migration that stopped half-way.
    pub(crate) fn parts(&self, name: &str, parts: &[Part]) {
        if parts.is_empty() {
            return;
        }
        self.news(&format!("Migration `{name}` had stopped:"));
        for part in parts {
            self.news(&format!("    {:<13}  {:>3}  {}", part.state, part.statement, part.sql));
            if let Some(log) = &part.log {
                self.news(&format!("                        {log}"));
            }
        }
    }

    /// Prints a failure and gives its exit code.
    pub(crate) fn fail(&self, failure: &Failure) -> ExitCode {
        if self.json {
            self.object(&failure::as_json(failure));
        } else {
            output::news(&failure::as_text(failure, std::io::stderr().is_terminal()));
        }
        ExitCode::from(failure.exit.code())
    }
}

impl Ui for Terminal {
    fn report(&mut self, event: &Event<'_>) {
        match event {
            Event::DatabaseCreated { name } => self.news(&format!("Database `{name}` created")),
            Event::WaitingForLock { holder, waited } => {
                let mut who = holder.application.clone().unwrap_or_else(|| "another session".to_owned());
                if let Some(host) = &holder.host {
                    who.push_str(&format!(" on {host}"));
                }
                if let Some(pid) = holder.pid {
                    who.push_str(&format!(" (server process {pid})"));
                }
                self.news(&format!(
                    "Waiting for the migration lock, held by {who} for {} s",
                    waited.as_secs()
                ));
            }
            Event::LockTaken => self.news("The migration lock is ours now"),
            Event::Blocked { name, blockers, tried, tries, pause } => {
                self.news(&format!(
                    "`{name}` was kept from a table, and rolled back; try {tried} of {tries}, the next in {}",
                    duration(*pause)
                ));
                self.blockers(blockers);
            }
            Event::Held { name, blockers, waited } => {
                self.news(&format!("`{name}` waits for others for {} s", waited.as_secs()));
                self.blockers(blockers);
            }
            Event::Stopped { name, parts } => self.parts(name, parts),
            Event::TakenUp { name, from, of } if from > of => {
                self.news(&format!("`{name}` had stopped: all of its statements have landed"));
            }
            Event::TakenUp { name, from, of } => {
                self.news(&format!("`{name}` had stopped: going on with statement {from} of {of}"));
            }
            Event::Replaying { migrations } => {
                self.news(&format!("Replaying {} on a scratch database", counted(*migrations, "migration")));
            }
            Event::Copied { file } => self.news(&format!("Copied the database to {file}")),
            Event::Copying { bytes } => {
                self.news(&format!(
                    "Copying the database, which takes {} of the server's disk",
                    size(*bytes)
                ));
            }
            Event::CopiedBeside { name, bytes, took } => {
                let bytes = bytes.map_or_else(String::new, |it| format!("{}, ", size(it)));
                self.news(&format!("Copied the database to `{name}` ({bytes}{})", duration(*took)));
            }
            Event::Applying { names } => self.list("Applying", names),
            Event::TakingBack { names } => self.list("Taking back", names),
            Event::Applied { name, took } | Event::TakenBack { name, took } => {
                let (width, took) = (self.width, duration(*took));
                self.news(&format!("  {GOOD}{}{GOOD:#} {name:<width$}  {QUIET}{took:>8}{QUIET:#}", tick()));
            }
            Event::ApplyFailed { name } => self.news(&format!("  {BAD}{}{BAD:#} {name}\n", cross())),
            Event::Settled { message } => self.news(message),
            Event::Warning { message } => self.warn(message),
        }
    }

    fn ask(&mut self, question: &Question) -> Option<Answer> {
        self.interactive.then(|| questions::ask(question)).flatten()
    }
}

/// A duration as people read it.
pub(crate) fn duration(took: Duration) -> String {
    let milliseconds = took.as_millis();
    if milliseconds < 10_000 { format!("{milliseconds} ms") } else { format!("{:.1} s", took.as_secs_f64()) }
}

/// Symbols have an ASCII form for terminals that are not UTF-8.
fn is_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|value| {
        let value = value.to_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    })
}

fn tick() -> &'static str {
    if is_unicode() { "✓" } else { "ok" }
}

fn cross() -> &'static str {
    if is_unicode() { "✗" } else { "x" }
}
