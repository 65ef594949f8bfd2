//! Rows whose columns line up.

/// The width of one step of indentation.
const INDENT: &str = "  ";

/// Name, type, attributes.
const COLUMNS: usize = 3;

/// Rows that are aligned together. One table serves all blocks of a file, so that it takes its
/// memory once.
#[derive(Default)]
pub(super) struct Table {
    /// What stands in the rows, one piece behind the other.
    text: String,
    rows: Vec<Row>,
}

/// A line of a table; its pieces are found by where they end in the table's text.
enum Row {
    /// Columns, and a comment behind them that is not aligned; pieces may be empty.
    Cells {
        /// Where the first cell starts.
        start: usize,
        /// Where each cell ends.
        ends: [usize; COLUMNS],
        /// Where the comment ends.
        end: usize,
    },
    /// A line that has no part in the alignment.
    Loose {
        /// Where it starts.
        start: usize,
        /// Where it ends.
        end: usize,
    },
    /// A line with nothing on it.
    Empty,
}

/// Writes the text of one cell.
type Write<'w> = &'w dyn Fn(&mut String);

impl Table {
    /// Adds a row of cells (those at the end may be left out) and a comment behind them.
    pub(super) fn push(&mut self, cells: &[Write<'_>], comment: &str) {
        let start = self.text.len();
        let mut ends = [start; COLUMNS];
        for (index, end) in ends.iter_mut().enumerate() {
            if let Some(write) = cells.get(index) {
                write(&mut self.text);
            }
            *end = self.text.len();
        }
        self.text.push_str(comment);
        self.rows.push(Row::Cells { start, ends, end: self.text.len() });
    }

    /// Adds a line that has no part in the alignment.
    pub(super) fn push_loose(&mut self, line: &str) {
        let start = self.text.len();
        self.text.push_str(line);
        self.rows.push(Row::Loose { start, end: self.text.len() });
    }

    /// Adds a line with nothing on it.
    pub(super) fn push_empty(&mut self) {
        self.rows.push(Row::Empty);
    }

    /// Writes all rows and forgets them.
    pub(super) fn render(&mut self, out: &mut String) {
        let widths = self.widths();
        for row in &self.rows {
            match row {
                Row::Cells { start, ends, end } => {
                    let comment = &self.text[ends[COLUMNS - 1]..*end];
                    render_cells(&self.cells(*start, ends), comment, &widths, out);
                }
                Row::Loose { start, end } => {
                    out.push_str(INDENT);
                    out.push_str(&self.text[*start..*end]);
                }
                Row::Empty => {}
            }
            out.push('\n');
        }
        self.rows.clear();
        self.text.clear();
    }

    fn cells(&self, mut start: usize, ends: &[usize; COLUMNS]) -> [&str; COLUMNS] {
        ends.map(|end| &self.text[std::mem::replace(&mut start, end)..end])
    }

    /// The width of each column, in bytes as Prisma counts them.
    fn widths(&self) -> [usize; COLUMNS] {
        let mut widths = [0; COLUMNS];
        for row in &self.rows {
            let Row::Cells { start, ends, .. } = row else { continue };
            let mut start = *start;
            for (width, end) in widths.iter_mut().zip(ends) {
                *width = (*width).max(end - start);
                start = *end;
            }
        }
        widths
    }
}

/// Writes a row; cells at its end that are empty take no room.
fn render_cells(cells: &[&str; COLUMNS], comment: &str, widths: &[usize; COLUMNS], out: &mut String) {
    let count = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    if count > 0 || !comment.is_empty() {
        out.push_str(INDENT);
    }
    for (index, cell) in cells[..count].iter().enumerate() {
        out.push_str(cell);
        if index + 1 < count {
            push_spaces(widths[index] - cell.len() + 1, out);
        }
    }
    if !comment.is_empty() {
        if count > 0 {
            out.push(' ');
        }
        out.push_str(comment);
    }
}

fn push_spaces(count: usize, out: &mut String) {
    const SPACES: &str = "                                ";
    let mut left = count;
    while left > 0 {
        let now = left.min(SPACES.len());
        out.push_str(&SPACES[..now]);
        left -= now;
    }
}
