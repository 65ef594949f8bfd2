//! The program's migrations, and what the database says about itself.

use std::collections::BTreeSet;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::migration::{Migration, MigrationSource};

use crate::catalog::Catalog;
use crate::listener::text_of;

#[cfg(feature = "migrate")]
/// The tool's ledger: `crates/glowplug-migrations/src/ledger.rs`.
pub(crate) const LEDGER: &str = "_glowplug_migrations";
/// Diesel's own table.
const DIESEL: &str = "__diesel_schema_migrations";
/// `diesel setup` writes a migration of this version, which is in no folder of the tool's.
const DIESEL_SETUP: &str = "00000000000000";

/// The head of a squashed migration says what it stands for: `crates/glowplug-migrations/src/replaces.rs`.
const REPLACES: &str = "-- replaces ";

/// What the database says.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Versions in Diesel's table.
    versions: BTreeSet<String>,
    /// Names that the ledger has as applied.
    applied: BTreeSet<String>,
    #[cfg(feature = "migrate")]
    /// Names that began and never finished, with what the server said.
    pub(crate) open: Vec<(String, Option<String>)>,
}

impl Known {
    /// Reads Diesel's table alone, which has all that is applied. Changes nothing.
    pub(crate) fn of_diesel<C>(conn: &mut C) -> QueryResult<Self>
    where
        C: LoadConnection,
        C::Backend: Catalog,
    {
        let versions = C::Backend::pairs(conn, DIESEL, "version AS key, NULL AS value")?.unwrap_or_default();
        Ok(Self { versions: versions.into_iter().map(|(version, _)| version).collect(), ..Self::default() })
    }

    #[cfg(feature = "migrate")]
    /// Reads both tables. Changes nothing.
    pub(crate) fn read<C>(conn: &mut C) -> QueryResult<Self>
    where
        C: LoadConnection,
        C::Backend: Catalog,
    {
        // Diesel's first: what is written between the two, the ledger shows.
        let mut known = Self::of_diesel(conn)?;
        let select = "name AS key, CASE WHEN rolled_back_at IS NOT NULL THEN NULL \
             WHEN finished_at IS NOT NULL THEN 'applied' ELSE 'open' || coalesce(log, '') END AS value";
        let rows = C::Backend::pairs(conn, LEDGER, select)?.unwrap_or_default();
        for (name, state) in rows {
            match state.as_deref() {
                Some("applied") => drop(known.applied.insert(name)),
                Some(open) => {
                    let log = open.trim_start_matches("open");
                    known.open.push((name, (!log.is_empty()).then(|| log.to_owned())));
                }
                None => {}
            }
        }
        Ok(known)
    }

    fn has(&self, name: &str, version: &str) -> bool {
        self.versions.contains(version) || self.applied.contains(name)
    }

    #[cfg(feature = "migrate")]
    /// The last version of all that are applied, the program's or not.
    pub(crate) fn last(&self) -> Option<String> {
        self.versions.iter().cloned().chain(self.applied.iter().map(|name| version_of(name))).max()
    }
}

/// A migration of the program.
pub(crate) struct Own<DB: Backend> {
    /// The folder's name.
    pub(crate) name: String,
    /// Diesel's version.
    pub(crate) version: String,
    /// The migration itself.
    pub(crate) migration: Box<dyn Migration<DB>>,
}

/// The program's migrations in Diesel's order: by version.
pub(crate) struct Program<DB: Backend>(Vec<Own<DB>>);

impl<DB: Backend> Program<DB> {
    /// Reads them.
    ///
    /// # Errors
    /// What Diesel says.
    pub(crate) fn read(source: &(impl MigrationSource<DB> + ?Sized)) -> Result<Self, String> {
        let migrations = source.migrations().map_err(|error| error.to_string())?;
        let mut own: Vec<Own<DB>> = migrations
            .into_iter()
            .map(|migration| Own {
                name: migration.name().to_string(),
                version: migration.name().version().to_string(),
                migration,
            })
            .collect();
        own.sort_by(|a, b| (&a.version, &a.name).cmp(&(&b.version, &b.name)));
        Ok(Self(own))
    }

    /// Those that the database does not have under their own names, and how it stands to them.
    pub(crate) fn pending(&self, known: &Known) -> Vec<(Standing, &Own<DB>)> {
        // Squashing leaves the database with migrations whose folders are gone: only then is it asked for.
        let has_others = !self.unknown(known).is_empty();
        let pending = self.0.iter().filter(|own| !known.has(&own.name, &own.version));
        let standing = |own| if has_others { standing(own, known) } else { Standing::Lacking };
        pending.map(|own| (standing(own), own)).collect()
    }

    #[cfg(feature = "migrate")]
    /// The name of the program's migration of a version.
    pub(crate) fn name_of(&self, version: &str) -> Option<&str> {
        self.0.iter().find(|it| it.version == version).map(|it| it.name.as_str())
    }

    /// Versions that the database has and the program does not.
    pub(crate) fn unknown(&self, known: &Known) -> Vec<String> {
        let own: BTreeSet<&str> = self.0.iter().map(|own| own.version.as_str()).collect();
        known
            .versions
            .iter()
            .filter(|version| !own.contains(version.as_str()) && *version != DIESEL_SETUP)
            .cloned()
            .collect()
    }
}

/// How a database stands to a migration that it does not have under its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It lacks it.
    Lacking,
    /// The migration stands for others, and the database has them all.
    HasAll,
    /// It has some of those, and lacks these.
    Lacks(Vec<String>),
}

fn standing<DB: Backend>(own: &Own<DB>, known: &Known) -> Standing {
    let replaced = replaced_by(&text_of(own.migration.as_ref()).unwrap_or_default());
    let lacks = |name: &&String| !known.has(name, &version_of(name));
    let lacking: Vec<String> = replaced.iter().filter(lacks).cloned().collect();
    match lacking.len() {
        same if same == replaced.len() => Standing::Lacking,
        0 => Standing::HasAll,
        _ => Standing::Lacks(lacking),
    }
}

fn replaced_by(text: &str) -> Vec<String> {
    let mut head = text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with("--"));
    let listed = head.find_map(|line| line.strip_prefix(REPLACES)).unwrap_or_default();
    listed.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Diesel's version of a folder name: the part before the first `_`, without `-`.
fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}
