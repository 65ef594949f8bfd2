//! Documents: paths that they name exist, commands that they show can be typed, versions are said once.

use clap::CommandFactory;

use super::Repo;
use crate::Cli;

pub(crate) fn check(repo: &Repo) -> Vec<String> {
    let mut problems = Vec::new();
    for file in repo.below("", ".md").filter(|file| !file.contains("/tests/")) {
        let text = repo.text(file);
        for (number, line) in text.lines().enumerate() {
            let place = format!("{file}:{}", number + 1);
            problems.extend(paths(repo, &place, line));
            problems.extend(commands(&place, line));
        }
        problems.extend(fences(file, &text));
    }
    let version = env!("CARGO_PKG_VERSION");
    let said =
        repo.text("CHANGELOG.md").lines().filter(|line| line.starts_with(&format!("## {version}"))).count();
    if said != 1 {
        problems.push(format!(
            "CHANGELOG.md: the current version {version} should have one heading, and has {said}"
        ));
    }
    problems
}

/// `crates/...`, `docs/...` and so on in backticks must exist.
fn paths(repo: &Repo, place: &str, line: &str) -> Vec<String> {
    const ROOTS: &[&str] = &["crates/", "docs/", "apps/", "prisma/", "scripts/", "xtask/", ".ci/", ".cargo/"];
    let mut problems = Vec::new();
    for code in line.split('`').skip(1).step_by(2) {
        let path = code.split([':', ' ']).next().unwrap_or_default();
        let is_pattern = path.contains(['<', '*', '{', '…']) || path.contains("...");
        if ROOTS.iter().any(|root| path.starts_with(root)) && !is_pattern && !repo.has(path) {
            problems.push(format!("{place}: `{path}` does not exist"));
        }
    }
    problems
}

/// `cargo xtask ...` and `cargo glowplug ...`, in backticks or on a line of a console block, must be
/// something that clap accepts as far as subcommands and long options go.
fn commands(place: &str, line: &str) -> Vec<String> {
    let mut shown: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
    shown.push(line.trim_start().trim_start_matches("$ "));
    let mut problems = Vec::new();
    for text in shown {
        for (start, inside_db) in [("cargo xtask ", false), ("cargo glowplug ", true)] {
            if let Some(rest) = text.strip_prefix(start)
                && let Err(word) = understood(rest, inside_db)
            {
                problems.push(format!("{place}: `{start}{rest}`: there is no `{word}`"));
            }
        }
    }
    problems
}

/// Walks the words down the tree of subcommands; gives the first that is unknown.
fn understood(words: &str, inside_db: bool) -> Result<(), String> {
    let mut cli = Cli::command();
    cli.build();
    let mut at = &cli;
    if inside_db {
        at = at.find_subcommand("db").unwrap_or(at);
    }
    let mut options: Vec<String> = long_options(at);
    for word in words.split_whitespace() {
        if ["#", "|", ">", "&&", "--", "..."].contains(&word) {
            break;
        }
        let word = word.trim_end_matches([',', '.', ')', '`']);
        if let Some(option) = word.strip_prefix("--") {
            let name = option.split('=').next().unwrap_or_default();
            if !options.iter().any(|known| known == name) && name != "help" && name != "version" {
                return Err(word.to_owned());
            }
        } else if let Some(next) = at.find_subcommand(word) {
            at = next;
            options.extend(long_options(at));
        } else if at.has_subcommands() && !word.starts_with(['-', '<', '[', '…']) && !is_value(at, word) {
            // `migrate` may be followed by prose in a sentence that starts with a command; a console line not.
            return Err(word.to_owned());
        } else if !at.has_subcommands() {
            // Values of options, arguments, comments: clap's business.
        }
    }
    Ok(())
}

fn long_options(command: &clap::Command) -> Vec<String> {
    command.get_arguments().filter_map(|argument| argument.get_long().map(str::to_owned)).collect()
}

/// Whether a word may be the value of an option of the command: then nothing can be said about it.
fn is_value(command: &clap::Command, _word: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_action().takes_values() && !argument.is_global_set())
}

/// Every fenced block says its language.
fn fences(file: &str, text: &str) -> Vec<String> {
    let mut open = false;
    let mut problems = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some(language) = line.trim_start().strip_prefix("```") else { continue };
        if !open && language.trim().is_empty() {
            problems.push(format!("{file}:{}: a fenced block without a language", number + 1));
        }
        open = !open;
    }
    problems
}
