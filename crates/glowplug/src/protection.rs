//! A database knows whether it is protected: `_glowplug_meta` says so.
//!
//! The table has the columns `key` and `value`, both text. The rows read here are `environment`
//! (`production`, for instance) and `protected`; a database is protected unless `protected` is
//! missing or `false`.

use diesel::connection::LoadConnection;

use crate::catalog::Catalog;

/// What a database says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The row `environment`.
    pub environment: Option<String>,
    /// Whether it is protected.
    pub is_protected: bool,
}

/// Why something was not done to a database.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The database says that it is protected.
    #[error(
        "the database is protected{}",
        environment.as_ref().map(|it| format!(" (environment `{it}`)")).unwrap_or_default()
    )]
    Protected {
        /// The row `environment`.
        environment: Option<String>,
    },
    /// The database could not be asked. Not knowing is no permission.
    #[error("the database could not be asked whether it is protected: {0}")]
    Unknown(#[from] diesel::result::Error),
}

impl Refusal {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Refusal::Protected { .. } => "set DATABASE_URL to a database for development",
            Refusal::Unknown(_) => "check that the role may read the table `_glowplug_meta`",
        }
    }
}

/// Reads what the database says about itself. A database without `_glowplug_meta` says nothing.
///
/// # Errors
/// When the table is there and cannot be read.
pub fn facts<C>(conn: &mut C) -> Result<Facts, diesel::result::Error>
where
    C: LoadConnection,
    C::Backend: Catalog,
{
    let rows = C::Backend::pairs(conn, "_glowplug_meta", "key, value")?.unwrap_or_default();
    let value = |wanted: &str| rows.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.clone());
    Ok(Facts {
        environment: value("environment").flatten(),
        // Whatever else somebody wrote there, they did not mean "no".
        is_protected: value("protected").is_some_and(|it| it.as_deref() != Some("false")),
    })
}

/// Fails if the database is protected, or cannot be asked. To be called before anything that belongs
/// to development alone: seeds, test accounts, clean-ups.
///
/// # Errors
/// [`Refusal`]
pub fn refuse_if_protected<C>(conn: &mut C) -> Result<(), Refusal>
where
    C: LoadConnection,
    C::Backend: Catalog,
{
    let facts = facts(conn)?;
    if facts.is_protected {
        return Err(Refusal::Protected { environment: facts.environment });
    }
    Ok(())
}
