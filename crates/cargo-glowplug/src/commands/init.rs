//! `init`: from an empty workspace to a database in one command.

use std::path::Path;
use std::process::ExitCode;

use glowplug_engine::failure::{Failure, Result};
use glowplug_engine::schema_files::SchemaFiles;

use super::{Session, migrate};
use crate::args::{DevArgs, InitArgs};
use crate::providers;

/// Local state and the files of a database are nobody else's business.
const IGNORED: &[&str] = &[".glowplug/", "prisma/*.db", "prisma/*.db-*"];

/// Writes a schema file, then does what `migrate --name init` does.
pub(crate) fn run(session: &mut Session<'_>, args: &InitArgs) -> Result<ExitCode> {
    providers::find(&args.provider)?;
    let schema = session.config.paths.schema.clone();
    if schema.exists() {
        let shown = session.config.paths.show(&schema);
        return Err(Failure::refused("GP4208", format!("`{shown}` is there already"))
            .fact("nothing was changed")
            .hint(format!("{}    goes on with it", session.command("migrate"))));
    }
    let root = session.config.paths.root.clone();
    write(&schema, &starter(&args.provider, root.join("src").is_dir()))?;
    ignore(&root.join(".gitignore"))?;
    session.terminal.line(&format!("Written {}", session.config.paths.show(&schema)));
    session.terminal.gap();
    session.schema = SchemaFiles::new(&session.config.paths);
    let code = migrate::dev(session, DevArgs { name: Some("init".to_owned()), ..DevArgs::default() })?;
    let edit = (session.command("migrate"), "after every edit of the schema file");
    session.terminal.next(&[edit]);
    Ok(code)
}

fn starter(provider: &str, has_source: bool) -> String {
    let generator = if has_source {
        "generator diesel {\n  provider = \"glowplug-diesel\"\n  output   = \"../src/db\"\n}\n\n"
    } else {
        ""
    };
    format!(
        "datasource db {{\n  provider = \"{provider}\"\n}}\n\n{generator}\
         model User {{\n  \
           id        Int      @id @default(autoincrement())\n  \
           email     String   @unique\n  \
           name      String?\n  \
           createdAt DateTime @default(now())\n\
         }}\n"
    )
}

fn write(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().unwrap_or(file);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(file, text))
        .map_err(|error| Failure::new("GP4006", format!("failed to write `{}`: {error}", file.display())))
}

/// Adds what is missing; what is there stays as it is.
fn ignore(file: &Path) -> Result<()> {
    let mut text = std::fs::read_to_string(file).unwrap_or_default();
    let missing: Vec<&str> =
        IGNORED.iter().copied().filter(|entry| !text.lines().any(|line| line.trim() == *entry)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    missing.iter().for_each(|entry| text.push_str(&format!("{entry}\n")));
    write(file, &text)
}
