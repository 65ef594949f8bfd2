//! The verdict on a migration, in words and for the head of down.sql.

use glowplug_dialect::words::counted;
use serde::Serialize;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// How well down.sql takes up.sql back.
    pub verdict: Verdict,
    /// What does not come back.
    pub lost: Vec<String>,
    /// Why it is irreversible, or not proven.
    pub why: Option<String>,
    /// With how many rows it was tried.
    pub rows: usize,
    /// In how many tables.
    pub tables: usize,
    /// What else was seen.
    pub notes: Vec<String>,
}

/// How well down.sql takes up.sql back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The catalog and every row are as they were.
    Exact,
    /// The catalog is as it was, some values are not.
    SchemaOnly,
    /// It fails, or leaves something else behind.
    Irreversible,
    /// Nobody tried.
    NotProven,
}

impl Proof {
    /// A proof that could not be made, or was not wanted.
    pub fn none(why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..Self::of(Verdict::NotProven) }
    }

    pub(super) fn of(verdict: Verdict) -> Self {
        Self { verdict, lost: Vec::new(), why: None, rows: 0, tables: 0, notes: Vec::new() }
    }

    /// The verdict in words.
    pub fn words(&self) -> String {
        let why = self.why.as_deref().unwrap_or_default();
        match self.verdict {
            Verdict::Exact => "proven: exact".to_owned(),
            Verdict::SchemaOnly => format!("proven: schema only, without {}", self.lost.join("; ")),
            Verdict::Irreversible => format!("irreversible: {why}"),
            Verdict::NotProven => format!("not proven: {why}"),
        }
    }

    /// The lines for the head of down.sql.
    pub fn comment(&self) -> String {
        let tried = match (self.verdict, self.rows) {
            (Verdict::NotProven, _) => String::new(),
            (_, 0) => " (up, down and up again on a scratch database)".to_owned(),
            (_, rows) => {
                let place = counted(self.tables, "table");
                format!(
                    " (up, down and up again on a scratch database, with {} in {place})",
                    counted(rows, "row")
                )
            }
        };
        let one_line = |text: &str| text.replace(['\n', '\r'], " ");
        let mut text = format!("-- {}{tried}\n", one_line(&self.words()));
        for note in &self.notes {
            text.push_str(&format!("-- note: {}\n", one_line(note)));
        }
        text
    }

    /// Whether it may say more of how it was tried than of the migration.
    pub(super) fn is_doubtful(&self) -> bool {
        matches!(self.verdict, Verdict::Irreversible | Verdict::NotProven)
    }
}
