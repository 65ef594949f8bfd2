//! `cargo xtask tidy`: what the compiler cannot check. One file a topic; each gives sentences, and none
//! means that all is well.

mod dependencies;
mod documents;
mod references;
mod sources;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The repository as the checks see it.
pub(crate) struct Repo {
    root: PathBuf,
    /// Files that git tracks or would track, relative to the root, sorted.
    files: Vec<String>,
}

pub(crate) fn run() -> ExitCode {
    let repo = match Repo::open() {
        Ok(repo) => repo,
        Err(message) => return report(&[message]),
    };
    let mut problems = Vec::new();
    problems.extend(dependencies::check(&repo));
    problems.extend(sources::check(&repo));
    problems.extend(documents::check(&repo));
    problems.extend(references::check(&repo));
    report(&problems)
}

fn report(problems: &[String]) -> ExitCode {
    #![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task of the repository speaks here")]
    for problem in problems {
        eprintln!("tidy: {problem}");
    }
    if problems.is_empty() {
        println!("tidy: all is well");
        return ExitCode::SUCCESS;
    }
    eprintln!("tidy: {} to mend", problems.len());
    ExitCode::FAILURE
}

impl Repo {
    fn open() -> Result<Self, String> {
        let shell = xshell::Shell::new().map_err(|error| error.to_string())?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned();
        shell.change_dir(&root);
        let listed = xshell::cmd!(shell, "git ls-files --cached --others --exclude-standard")
            .quiet()
            .read()
            .map_err(|error| error.to_string())?;
        let mut files: Vec<String> =
            listed.lines().filter(|file| root.join(file).is_file()).map(str::to_owned).collect();
        files.sort();
        files.dedup();
        Ok(Self { root, files })
    }

    /// The files below `folder` that end in `ending`.
    fn below<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = &'a str> {
        self.files
            .iter()
            .map(String::as_str)
            .filter(move |file| file.starts_with(folder) && file.ends_with(ending))
    }

    /// A file's text; empty where it is no text.
    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.root.join(file)).unwrap_or_default()
    }

    /// Whether a file or folder of that name is in the repository.
    fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.iter().any(|file| file == path || file.starts_with(&folder))
    }
}
