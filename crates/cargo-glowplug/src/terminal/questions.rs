//! Questions to a person at a terminal. Every one of them has a flag for when nobody is there.

use console::Term;
use dialoguer::{Confirm, Input, Select};
use glowplug_dialect::words::counted;
use glowplug_engine::ui::{Answer, Question, Way};

/// Asks; `None` when the terminal went away.
pub(crate) fn ask(question: &Question) -> Option<Answer> {
    let screen = screen();
    match question {
        Question::MigrationName { suggestion } => Input::<String>::new()
            .with_prompt("  Name of the new migration")
            .default(suggestion.clone())
            .interact_text_on(&screen)
            .ok()
            .map(Answer::Text),
        Question::Rename { message } => {
            let items = ["renamed: keep the data", "two changes: drop the old one and add the new one"];
            let chosen = choose(&screen, format!("  {message}"), items)?;
            Some(if chosen == 0 { Answer::Yes } else { Answer::No })
        }
        Question::Drift { object, changes, back, ways } => {
            let prompt = format!("  No migration made this:\n      {}\n  {object}", changes.join("\n      "));
            let items = ways.iter().map(|way| words(*way, back));
            let chosen = choose(&screen, prompt, items)?;
            ways.get(chosen).copied().map(Answer::Way)
        }
        Question::StartOver { message, copied } => {
            let reset = match copied {
                true => "start over: copy the database, drop everything in it, run the history",
                false => "start over: drop everything in the database, run the history",
            };
            let items = ["stop here", reset];
            let chosen = choose(&screen, format!("  {message}"), items)?;
            Some(if chosen == 1 { Answer::Yes } else { Answer::No })
        }
        Question::Confirm { message } => {
            // Of a prompt of several lines, all but the last would stay where they are, and come again.
            screen.write_line(&format!("  {}", message.replace('\n', "\n    "))).ok()?;
            let yes = Confirm::new().with_prompt("  Go on?").default(false).interact_on(&screen).ok()?;
            Some(if yes { Answer::Yes } else { Answer::No })
        }
    }
}

/// Which of the items was chosen; none if nobody chose.
fn choose<T: ToString>(screen: &Term, prompt: String, items: impl IntoIterator<Item = T>) -> Option<usize> {
    Select::new().with_prompt(prompt).items(items).default(0).interact_on(screen).ok()
}

/// A way out of drift, as it is offered.
fn words(way: Way, back: &[String]) -> String {
    match way {
        Way::Adopt => "keep it: write a migration from it, marked as applied here".to_owned(),
        Way::Revert => match back {
            [one] => format!("take it back: {}", one.lines().next().unwrap_or_default()),
            many => format!("take it back: {}", counted(many.len(), "statement")),
        },
        Way::Ignore => "let it be from now on, and say so in the repository".to_owned(),
        Way::Leave => "decide later".to_owned(),
    }
}

/// Standard error, on which the cursor is never hidden: an interrupt ends the program where it is, and nobody would
/// show it again.
#[cfg(unix)]
fn screen() -> Term {
    Term::read_write_pair(std::io::stdin(), WithCursor(std::io::stderr()))
}

#[cfg(not(unix))]
fn screen() -> Term {
    Term::stderr()
}

#[cfg(unix)]
#[derive(Debug)]
struct WithCursor(std::io::Stderr);

#[cfg(unix)]
impl std::io::Write for WithCursor {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        const HIDE: &[u8] = b"\x1b[?25l";
        if bytes == HIDE { Ok(HIDE.len()) } else { self.0.write(bytes) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for WithCursor {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        self.0.as_raw_fd()
    }
}
