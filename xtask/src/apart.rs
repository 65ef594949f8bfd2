//! Another cargo, started from this program.

use xshell::Cmd;

/// The command without what cargo has told this program of its own package.
pub(crate) fn apart(command: Cmd<'_>) -> Cmd<'_> {
    cargo_glowplug::variables_of_cargo().fold(command, Cmd::env_remove)
}
