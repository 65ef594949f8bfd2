//! Compares the history on disk with what the database says about itself. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::checksum;
use crate::folder::{Migration, own_version_of, version_of};
use crate::ledger::{Ledger, PrismaRow, Row};
use crate::replaces::{self, Standing};

/// Where disk and database stand to each other. All names are folder names, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// On disk and in the database.
    pub applied: Vec<String>,
    /// On disk, not in the database.
    pub pending: Vec<String>,
    /// Begun outside a transaction and never finished.
    pub failed: Vec<Failed>,
    /// Applied with another meaning than the file has now.
    pub edited: Vec<Edited>,
    /// Applied with another layout or other comments than the file has now: to be stamped anew, silently.
    pub restyled: Vec<String>,
    /// In the database, not on disk.
    pub missing: Vec<String>,
    /// Of `applied`: those that Diesel or Prisma ran, which the ledger does not know yet.
    pub unrecorded: Vec<String>,
    /// Neither applied nor pending: the database has some of the migrations that they stand for.
    pub half: Vec<Half>,
    /// Of `pending`: those that sort before one that is applied.
    pub out_of_order: Vec<String>,
}

/// A migration that failed half-way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The ledger's row.
    pub id: String,
    /// The folder's name.
    pub name: String,
    /// When it began, as the database prints it.
    pub started_at: String,
    /// What the server said.
    pub log: Option<String>,
    /// Whether an application began it, which keeps no journal and writes no checksum (`glowplug::migrate`).
    pub by_application: bool,
}

/// An applied migration whose file has another meaning now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The folder's name.
    pub name: String,
    /// The SQL that was applied; none where only Prisma's checksum says that it was another.
    pub applied_sql: Option<String>,
}

/// A migration that stands for others, some of which the database lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Half {
    /// The folder's name.
    pub name: String,
    /// Those that the database lacks.
    pub lacks: Vec<String>,
}

impl Diagnosis {
    /// Whether nothing stands in the way of applying what is pending.
    pub fn is_sound(&self) -> bool {
        self.failed.is_empty() && self.edited.is_empty() && self.missing.is_empty() && self.half.is_empty()
    }
}

/// Compares the two.
pub fn diagnose(disk: &[Migration], ledger: &Ledger) -> Diagnosis {
    let current = current_rows(ledger);
    let mut diagnosis = Diagnosis::default();
    for migration in disk {
        match replaces::standing(migration, ledger) {
            Standing::All => {
                diagnosis.applied.push(migration.name.clone());
                diagnosis.unrecorded.push(migration.name.clone());
                continue;
            }
            Standing::None => {
                diagnosis.pending.push(migration.name.clone());
                continue;
            }
            Standing::Lacks(lacks) => {
                diagnosis.half.push(Half { name: migration.name.clone(), lacks });
                continue;
            }
            Standing::Itself => {}
        }
        match current.get(migration.name.as_str()) {
            Some(row) if row.is_failed() => diagnosis.failed.push(failed(row)),
            Some(row) => {
                diagnosis.applied.push(migration.name.clone());
                if row.checksum != migration.checksum {
                    diagnosis
                        .edited
                        .push(Edited { name: migration.name.clone(), applied_sql: Some(row.up_sql.clone()) });
                } else if row.up_sql != migration.up {
                    diagnosis.restyled.push(migration.name.clone());
                }
            }
            None if was_run_by_others(migration, ledger) => {
                diagnosis.applied.push(migration.name.clone());
                diagnosis.unrecorded.push(migration.name.clone());
                if !is_as_prisma_ran_it(migration, ledger) {
                    diagnosis.edited.push(Edited { name: migration.name.clone(), applied_sql: None });
                }
            }
            None => diagnosis.pending.push(migration.name.clone()),
        }
    }
    let replaced: Vec<String> = disk.iter().flat_map(|migration| replaces::all(&migration.up)).collect();
    let on_disk: BTreeSet<&str> =
        disk.iter().map(|m| m.name.as_str()).chain(replaced.iter().map(String::as_str)).collect();
    for (name, row) in &current {
        if !on_disk.contains(name) {
            if row.is_failed() {
                diagnosis.failed.push(failed(row));
            } else {
                diagnosis.missing.push((*name).to_owned());
            }
        }
    }
    diagnosis.missing.extend(unknown_diesel_versions(disk, &replaced, ledger));
    if let Some(last) = diagnosis.applied.last() {
        diagnosis.out_of_order = diagnosis.pending.iter().filter(|name| *name < last).cloned().collect();
    }
    diagnosis
}

/// The row that counts for each name: an open one before a finished one; those rolled back never do.
fn current_rows(ledger: &Ledger) -> BTreeMap<&str, &Row> {
    let mut current: BTreeMap<&str, &Row> = BTreeMap::new();
    for row in ledger.rows.iter().filter(|row| row.rolled_back_at.is_none()) {
        match current.get(row.name.as_str()) {
            Some(known) if known.is_failed() => {}
            _ => {
                current.insert(&row.name, row);
            }
        }
    }
    current
}

fn failed(row: &Row) -> Failed {
    Failed {
        id: row.id.clone(),
        name: row.name.clone(),
        started_at: row.started_at.clone(),
        log: row.log.clone(),
        by_application: row.checksum.is_empty(),
    }
}

fn was_run_by_others(migration: &Migration, ledger: &Ledger) -> bool {
    // What was taken back here stays so: Prisma's table does not hear of it.
    let known = ledger.rows.iter().any(|row| row.name == migration.name);
    (prisma_row(migration, ledger).is_some() && !known)
        || (migration.up_file == "up.sql" && ledger.diesel_versions.contains(&migration.version))
}

fn prisma_row<'a>(migration: &Migration, ledger: &'a Ledger) -> Option<&'a PrismaRow> {
    ledger.prisma.iter().find(|row| row.name == migration.name)
}

/// Whether the file is the one that Prisma applied. Of a file that is no longer Prisma's nobody can say.
fn is_as_prisma_ran_it(migration: &Migration, ledger: &Ledger) -> bool {
    migration.up_file != "migration.sql"
        || prisma_row(migration, ledger)
            .is_none_or(|row| checksum::matches_prisma(&migration.up, &row.checksum))
}

/// Versions that only Diesel's table knows and no folder has. A version of a row of the ledger is not
/// news: the ledger has its full name.
fn unknown_diesel_versions(disk: &[Migration], replaced: &[String], ledger: &Ledger) -> Vec<String> {
    let known: BTreeSet<String> = disk
        .iter()
        .map(|m| m.version.clone())
        .chain(ledger.rows.iter().flat_map(|row| [version_of(&row.name), own_version_of(&row.name)]))
        .chain(replaced.iter().map(|name| version_of(name)))
        .collect();
    // Diesel's own set-up migration has this version; it is in no folder of ours unless `diesel setup` made it.
    let diesel_setup = "00000000000000";
    ledger.diesel_versions.iter().filter(|v| !known.contains(*v) && *v != diesel_setup).cloned().collect()
}
