//! Rows whose columns line up.

/// The width of one step of indentation.
pub(super) const INDENT: &str = "  ";

/// Rows that are aligned together.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Row>,
}

/// A line of a table.
pub(super) enum Row {
    /// Columns, and a comment behind them that is not aligned.
    Cells {
        /// Name, type, attributes; empty ones at the end take no room.
        cells: Vec<String>,
        /// The comment, or nothing.
        comment: String,
    },
    /// A line that has no part in the alignment.
    Loose(String),
    /// A line with nothing on it.
    Empty,
}

impl Table {
    /// A table that starts with an empty line.
    pub(super) fn after_empty_line() -> Table {
        Table { rows: vec![Row::Empty] }
    }

    pub(super) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Writes all rows and forgets them.
    pub(super) fn render(&mut self, out: &mut String) {
        let widths = self.widths();
        for row in self.rows.drain(..) {
            match row {
                Row::Cells { cells, comment } => render_cells(&cells, &comment, &widths, out),
                Row::Loose(text) => {
                    out.push_str(INDENT);
                    out.push_str(&text);
                }
                Row::Empty => {}
            }
            out.push('\n');
        }
    }

    /// The width of each column, in bytes as Prisma counts them.
    fn widths(&mut self) -> Vec<usize> {
        let mut widths: Vec<usize> = Vec::new();
        for row in &mut self.rows {
            let Row::Cells { cells, .. } = row else { continue };
            while cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            for (index, cell) in cells.iter().enumerate() {
                match widths.get_mut(index) {
                    Some(width) => *width = cell.len().max(*width),
                    None => widths.push(cell.len()),
                }
            }
        }
        widths
    }
}

fn render_cells(cells: &[String], comment: &str, widths: &[usize], out: &mut String) {
    if !cells.is_empty() || !comment.is_empty() {
        out.push_str(INDENT);
    }
    for (index, cell) in cells.iter().enumerate() {
        out.push_str(cell);
        if index + 1 < cells.len() {
            let spaces = widths[index] - cell.len() + 1;
            out.extend(std::iter::repeat_n(' ', spaces));
        }
    }
    if !comment.is_empty() {
        if !cells.is_empty() {
            out.push(' ');
        }
        out.push_str(comment);
    }
}
