//! Diesel's own tool, for comparisons: that of PATH, else one that is compiled for this.

use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

/// The program. It is compiled with a libpq and a SQLite of its own where it is missing, which takes minutes.
pub(crate) fn program(shell: &Shell) -> Result<PathBuf, xshell::Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::env::split_paths(&path).map(|dir| dir.join("diesel")).find(|it| it.is_file());
    if let Some(program) = installed {
        return Ok(program);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.glowplug/tools");
    let program = root.join("bin/diesel");
    if !program.is_file() {
        let features = "postgres-bundled,sqlite-bundled";
        cmd!(
            shell,
            "cargo install diesel_cli --no-default-features --features {features} --locked --root {root}"
        )
        .run()?;
    }
    Ok(program)
}
