//! Reference data in words.

use glowplug_dialect::words::counted_as;
use glowplug_engine::data::{DataPlan, RowChange};
use glowplug_engine::summary::Line;

use crate::terminal::Terminal;

/// How many rows are named; `--json` has all of them.
const MANY: usize = 30;

/// What came of the reference data beside something else; nothing, if all was there.
pub(crate) fn after(terminal: &Terminal, data: Option<&DataPlan>) {
    let Some(data) = data.filter(|data| !data.rows.is_empty()) else { return };
    terminal.line("Reference data");
    rows(terminal, data);
    counts(terminal, data);
}

/// What a deploy would do with it.
pub(crate) fn plan(terminal: &Terminal, data: Option<&DataPlan>) {
    let Some(data) = data.filter(|data| !data.is_empty()) else { return };
    terminal.gap();
    terminal.line("Reference data, in one transaction after the migrations");
    rows(terminal, data);
    if let Some(why) = &data.waits {
        terminal.line(&format!("  is compared after the migrations: {why}"));
    }
}

/// How the database stands to it.
pub(crate) fn state(terminal: &Terminal, data: Option<&DataPlan>) {
    let Some(data) = data else { return };
    if data.is_empty() {
        return terminal.line("Data      reference data is there as declared");
    }
    match &data.waits {
        Some(why) => terminal.line(&format!("Data      reference data cannot be compared yet: {why}")),
        None => terminal.line(&format!(
            "Data      {} not as the reference data",
            counted_as(data.rows.len(), "row is", "rows are")
        )),
    }
    rows(terminal, data);
}

pub(super) fn rows(terminal: &Terminal, data: &DataPlan) {
    let line = |row: &RowChange| Line { sign: row.sign, depth: 0, text: row.to_string() };
    let lines: Vec<_> = data.rows.iter().take(MANY).map(line).collect();
    terminal.changes(&lines);
    if data.rows.len() > MANY {
        terminal.line(&format!("  and {} more", data.rows.len() - MANY));
    }
}

pub(super) fn counts(terminal: &Terminal, data: &DataPlan) {
    let width = data.models.iter().map(|it| it.model.chars().count()).max().unwrap_or(0);
    for it in &data.models {
        let removed = if it.removed > 0 { format!("{} deleted, ", it.removed) } else { String::new() };
        terminal.line(&format!(
            "{:<width$}  {} written, {removed}{} as wanted",
            it.model, it.written, it.unchanged
        ));
    }
}
