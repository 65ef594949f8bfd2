//! `diesel print-schema`.

use std::path::Path;
use std::process::Command;

/// What the program prints of a database. It refuses tables without a primary key on PostgreSQL: those are passed over.
///
/// # Errors
/// What the program says.
pub fn print(program: &Path, url: &str) -> Result<String, String> {
    let mut without_key: Vec<String> = Vec::new();
    loop {
        let mut command = Command::new(program);
        command.args(["print-schema", "--database-url", url]).current_dir(std::env::temp_dir());
        if !without_key.is_empty() {
            command.arg("--except-tables").args(&without_key);
        }
        let output = command.output().map_err(|error| format!("`{}`: {error}", program.display()))?;
        if output.status.success() {
            return String::from_utf8(output.stdout).map_err(|error| format!("diesel print-schema: {error}"));
        }
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        match table_without_key(&errors) {
            Some(table) if !without_key.contains(&table) => without_key.push(table),
            Some(_) | None => return Err(format!("diesel print-schema: {}", errors.trim())),
        }
    }
}

/// The table that the program refuses. Source: diesel_cli 2.3, "Diesel only supports tables with primary keys. Table
/// `x` has no primary key".
fn table_without_key(errors: &str) -> Option<String> {
    let (before, _) = errors.split_once("` has no primary key")?;
    before.rsplit_once('`').map(|(_, table)| table.to_owned())
}
