//! Questions to a person at a terminal. Every one of them has a flag for when nobody is there.

use dialoguer::{Confirm, Input, Select};
use glowplug_engine::ui::{Answer, Question};

/// Asks; `None` when the terminal went away.
pub(crate) fn ask(question: &Question) -> Option<Answer> {
    match question {
        Question::MigrationName { suggestion } => Input::<String>::new()
            .with_prompt("  Name of the new migration")
            .default(suggestion.clone())
            .interact_text()
            .ok()
            .map(Answer::Text),
        Question::Rename { message } => {
            let items = ["renamed: keep the data", "two changes: drop the old one and add the new one"];
            let chosen =
                Select::new().with_prompt(format!("  {message}")).items(items).default(0).interact().ok()?;
            Some(if chosen == 0 { Answer::Yes } else { Answer::No })
        }
        Question::Confirm { message } => {
            let prompt = format!("  {message}\n  Go on?");
            let yes = Confirm::new().with_prompt(prompt).default(false).interact().ok()?;
            Some(if yes { Answer::Yes } else { Answer::No })
        }
    }
}
