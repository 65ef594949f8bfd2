//! What a seed did, table by table.

use std::fmt;

/// What a seed did, table by table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    tables: Vec<(String, Counts)>,
}

/// What happened to the rows of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that were inserted or changed.
    pub written: usize,
    /// Rows that were as wanted.
    pub unchanged: usize,
}

impl Report {
    /// Nothing done yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what happened to `rows` rows of a table, of which `written` were written.
    pub fn add(&mut self, table: &str, rows: usize, written: usize) {
        let counts = match self.tables.iter().position(|(name, _)| name == table) {
            Some(index) => &mut self.tables[index].1,
            None => {
                self.tables.push((table.to_owned(), Counts::default()));
                let last = self.tables.len() - 1;
                &mut self.tables[last].1
            }
        };
        counts.written += written;
        counts.unchanged += rows.saturating_sub(written);
    }

    /// Rows that were inserted or changed, over all tables.
    pub fn written(&self) -> usize {
        self.tables.iter().map(|(_, it)| it.written).sum()
    }

    /// The tables in the order in which they were added.
    pub fn tables(&self) -> &[(String, Counts)] {
        &self.tables
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.tables.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, counts) in &self.tables {
            writeln!(f, "{name:width$}  {} written, {} as they were", counts.written, counts.unchanged)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_adds_up_in_order() {
        let mut report = Report::new();
        report.add("User", 3, 3);
        report.add("Course", 2, 0);
        report.add("User", 1, 0);
        assert_eq!(report.written(), 3);
        assert_eq!(
            report.to_string(),
            "User    3 written, 1 as they were\nCourse  0 written, 2 as they were\n"
        );
    }
}
