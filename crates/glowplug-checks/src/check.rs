//! What a check is made of, and what the checks share.

use glowplug_dialect::finding::{Facts, Level, Probe};
use glowplug_sql::change::{Change, ChangeSet};
use glowplug_sql::ids::{ColumnId, TableId};
use glowplug_sql::model::{Column, Table};

/// One check.
pub struct Check {
    /// Permanent code, `GP21xx`.
    pub code: &'static str,
    /// Kebab-case name, that of its file and of its page.
    pub name: &'static str,
    /// The questions to a live database that decide it.
    pub(crate) probes: fn(&Cx<'_>, &Change) -> Vec<Probe>,
    /// The verdict, with the answers that are known.
    pub(crate) run: fn(&Cx<'_>, &Change) -> Option<Found>,
}

/// What a check sees.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// The change set.
    pub changes: &'a ChangeSet<'a>,
    /// What is known about the rows.
    pub facts: &'a Facts,
}

/// A check's verdict, before it is labelled.
pub(crate) struct Found {
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Found {
    pub(crate) fn notice(message: String) -> Self {
        Self { level: Level::Notice, message, hint: None }
    }

    pub(crate) fn warning(message: String) -> Self {
        Self { level: Level::Warning, message, hint: None }
    }

    pub(crate) fn impossible(message: String) -> Self {
        Self { level: Level::Impossible, message, hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Cx<'_> {
    pub(crate) fn prev_table(&self, id: TableId) -> &Table {
        self.changes.schemas.prev.table(id)
    }

    pub(crate) fn next_table(&self, id: TableId) -> &Table {
        self.changes.schemas.next.table(id)
    }

    pub(crate) fn prev_column(&self, id: ColumnId) -> &Column {
        self.changes.schemas.prev.column(id)
    }

    pub(crate) fn next_column(&self, id: ColumnId) -> &Column {
        self.changes.schemas.next.column(id)
    }

    /// The table as it is called now, before the change: what a probe must ask for. `None` if it is new.
    pub(crate) fn before(&self, next: TableId) -> Option<&Table> {
        let renamed = self.changes.changes.iter().find_map(|change| {
            if let Change::RenameTable(ids) = change
                && ids.next == next
            {
                return Some(ids.prev);
            }
            None
        });
        let name = self.next_table(next).qualified_name();
        match renamed {
            Some(prev) => Some(self.prev_table(prev)),
            None => self.changes.schemas.prev.tables.iter().find(|table| table.qualified_name() == name),
        }
    }

    /// The column as it is called now, before the change, in a table that exists. `None` if it is new.
    pub(crate) fn column_before(&self, next: TableId, name: &str) -> Option<&Column> {
        let renamed = self.changes.changes.iter().find_map(|change| {
            if let Change::RenameColumn(ids) = change
                && ids.next.table == next
                && self.next_column(ids.next).name == name
            {
                return Some(self.prev_column(ids.prev).name.as_str());
            }
            None
        });
        let is_new = self.changes.changes.iter().any(|change| {
            matches!(change, Change::AddColumn(id) if id.table == next && self.next_column(*id).name == name)
        });
        let table = self.before(next).filter(|_| !is_new)?;
        table.find_column(renamed.unwrap_or(name)).map(|(_, column)| column)
    }

    /// The column before the change if its values stay as they are: then those of today tell something.
    pub(crate) fn kept_column(&self, next: TableId, name: &str) -> Option<&Column> {
        let is_retyped = self.changes.changes.iter().any(|change| {
            matches!(change, Change::AlterColumn(ids, delta)
                if delta.ty.is_some() && ids.next.table == next && self.next_column(ids.next).name == name)
        });
        self.column_before(next, name).filter(|_| !is_retyped)
    }
}
