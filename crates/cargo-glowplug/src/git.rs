//! What git says about the workspace: which files a branch changes.

use std::collections::BTreeSet;
use std::path::Path;

use glowplug_engine::failure::{Failure, Result};
use xshell::{Shell, cmd};

/// Branches that others start from, the likeliest first.
const DEFAULT_BRANCHES: &[&str] = &["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/// The branch that the work of others comes together in, by its name; none outside of a repository, or in a clone
/// that has one branch only under another name.
pub(crate) fn default_branch(folder: &Path) -> Option<String> {
    let shell = shell(folder).ok()?;
    let exists = |name: &&&str| {
        let commit = format!("{name}^{{commit}}");
        cmd!(shell, "git rev-parse --verify --quiet {commit}").quiet().ignore_stderr().read().is_ok()
    };
    let found = DEFAULT_BRANCHES.iter().find(exists)?;
    // `origin/HEAD` says nothing to a reader; the branch that it points to does.
    let name = cmd!(shell, "git rev-parse --abbrev-ref {found}").quiet().ignore_stderr().read();
    Some(name.ok().filter(|name| !name.is_empty()).unwrap_or_else(|| (*found).to_owned()))
}

/// The folders directly below `folder` with a file that is not as it was where this branch left `since`: committed,
/// changed or new.
///
/// # Errors
/// No git, no repository, no such commit, or nothing in common with it.
pub(crate) fn changed_folders(folder: &Path, since: &str) -> Result<BTreeSet<String>> {
    let shell = shell(folder)?;
    let commit = format!("{since}^{{commit}}");
    let known = cmd!(shell, "git rev-parse --verify --quiet --end-of-options {commit}")
        .quiet()
        .ignore_stderr()
        .read()
        .map_err(|_| {
            Failure::new("GP4210", format!("git knows no commit `{since}` here"))
                .hint("in a shallow clone the history has to be fetched first: git fetch --unshallow")
                .hint("with actions/checkout: fetch-depth: 0")
        })?;
    let base = cmd!(shell, "git merge-base {known} HEAD").quiet().ignore_stderr().read().map_err(|_| {
        Failure::new("GP4210", format!("git finds no commit that `{since}` and this branch have in common"))
            .hint("in a shallow clone the history has to be fetched first: git fetch --unshallow")
            .hint("with actions/checkout: fetch-depth: 0")
    })?;
    let failed =
        |error: xshell::Error| Failure::new("GP4210", "git cannot list the files").fact(error.to_string());
    let changed =
        cmd!(shell, "git diff --name-only --relative -z {base} -- .").quiet().read().map_err(failed)?;
    let new =
        cmd!(shell, "git ls-files --others --exclude-standard -z -- .").quiet().read().map_err(failed)?;
    let paths = changed.split('\0').chain(new.split('\0'));
    Ok(paths.filter_map(|path| path.split_once('/')).map(|(folder, _)| folder.to_owned()).collect())
}

fn shell(folder: &Path) -> Result<Shell> {
    let failed =
        |error: xshell::Error| Failure::new("GP4210", "git cannot be started").fact(error.to_string());
    let shell = Shell::new().map_err(failed)?;
    shell.change_dir(folder);
    Ok(shell)
}
