//! Which rows a piece of work changed: all tables are remembered in temporary ones, and compared later.
//!
//! It is right for tables without a key and for every type, because rows are compared as the literals that the
//! database itself makes of their values, and counted. The tool and the runtime library share it, so it knows no
//! driver: whoever can run SQL and read texts is a [`Session`]. All of it belongs into one transaction that is
//! rolled back.

mod sql;

pub use sql::Sql;

/// Rows as text, `None` for NULL.
pub type Rows = Vec<Vec<Option<String>>>;

/// Something that runs SQL, inside of a transaction.
pub trait Session {
    /// What goes wrong.
    type Error;

    /// Runs statements.
    ///
    /// # Errors
    /// Whatever the database answers.
    fn execute(&mut self, sql: &str) -> Result<(), Self::Error>;

    /// Runs a query of [`COLUMNS`] columns, all of them texts with the names in that list.
    ///
    /// # Errors
    /// Whatever the database answers.
    fn query(&mut self, sql: &str) -> Result<Rows, Self::Error>;
}

/// The names of the columns of every query here.
pub const COLUMNS: [&str; 4] = ["c0", "c1", "c2", "c3"];

/// How many differing rows of a table are named.
const SHOWN: usize = 20;

/// A table that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// As people know it.
    pub(crate) name: String,
    /// As SQL names it.
    pub(crate) sql: String,
    /// Its columns, in order.
    pub(crate) columns: Vec<Column>,
}

/// A column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) is_key: bool,
    /// Whether it is a part of some other unique key: a number alone tells nobody which row it is.
    pub(crate) is_unique: bool,
}

/// The rows of all tables at one moment.
#[derive(Debug)]
pub struct Snapshot {
    sql: Sql,
    tables: Vec<Table>,
}

/// A row that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table, as people know it.
    pub table: String,
    /// What happened.
    pub kind: Kind,
    /// Its key and what else is unique about it; all of its values, where the table has no key.
    pub row: String,
    /// The columns that changed.
    pub columns: Vec<String>,
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is new.
    Added,
    /// It has other values.
    Changed,
    /// It is gone.
    Removed,
}

impl Kind {
    /// `+`, `~` or `-`.
    pub fn sign(self) -> char {
        match self {
            Kind::Added => '+',
            Kind::Changed => '~',
            Kind::Removed => '-',
        }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.kind.sign(), self.table, self.row)?;
        if self.columns.is_empty() { Ok(()) } else { write!(f, ": {}", self.columns.join(", ")) }
    }
}

impl Snapshot {
    /// Remembers every table that this session may read.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub fn take<S: Session>(sql: Sql, session: &mut S) -> Result<Self, S::Error> {
        let tables = tables(session.query(sql.tables())?);
        for (at, table) in tables.iter().enumerate() {
            session.execute(&sql.remember(at, table))?;
        }
        Ok(Self { sql, tables })
    }

    /// The rows that differ now, at most a few of each table. A table that has come since is not looked at.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub fn compare<S: Session>(&self, session: &mut S) -> Result<Vec<Difference>, S::Error> {
        let mut res = Vec::new();
        for (at, table) in self.tables.iter().enumerate() {
            let rows = session.query(&self.sql.compare(at, table, SHOWN))?;
            res.extend(rows.into_iter().filter_map(|row| difference(table, row)));
        }
        Ok(res)
    }
}

/// What the table is called whose row keeps a transaction from being committed: it stands in the message of a
/// `COMMIT` that is sent all the same.
pub const GUARD: &str = "glowplug_no_commit";

/// What came of running something twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Twice {
    /// It ran; the rows that the second run changed, each with the number of the stage that did it.
    Ran(Vec<(usize, Difference)>),
    /// The stage of that number ended the transaction, so nothing can be said, and what it did is kept or not.
    Ended(usize),
}

/// Runs all stages twice, and tells which rows the second run changes, stage by stage. A transaction must be open; to
/// take it back is the caller's business. Until then a `COMMIT` fails, whoever sends it.
///
/// # Errors
/// Whatever a stage or the database says.
pub fn twice<S, E>(
    sql: Sql,
    session: &mut S,
    stages: usize,
    run: &mut dyn FnMut(&mut S, usize) -> Result<(), E>,
) -> Result<Twice, E>
where
    S: Session,
    E: From<S::Error>,
{
    session.execute(sql.forbid_commit())?;
    for stage in 0..stages {
        run(session, stage)?;
        if session.query(sql.guard())?.is_empty() {
            return Ok(Twice::Ended(stage));
        }
    }
    let after_first = Snapshot::take(sql, session)?;
    let mut found: Vec<(usize, Difference)> = Vec::new();
    for stage in 0..stages {
        run(session, stage)?;
        if session.query(sql.guard())?.is_empty() {
            return Ok(Twice::Ended(stage));
        }
        for difference in after_first.compare(session)? {
            // What an earlier stage has changed is not the fault of a later one.
            if !found.iter().any(|(_, it)| *it == difference) {
                found.push((stage, difference));
            }
        }
    }
    Ok(Twice::Ran(found))
}

/// A row a column: table, its SQL, column, `1` for a part of the key, `2` for a part of another unique one.
fn tables(rows: Rows) -> Vec<Table> {
    let mut res: Vec<Table> = Vec::new();
    for row in rows {
        let [Some(name), Some(sql), Some(column), key] = row.as_slice() else { continue };
        if res.last().is_none_or(|last| last.sql != *sql) {
            res.push(Table { name: name.clone(), sql: sql.clone(), columns: Vec::new() });
        }
        if let Some(last) = res.last_mut() {
            let is = |what: &str| key.as_deref() == Some(what);
            last.columns.push(Column { name: column.clone(), is_key: is("1"), is_unique: is("2") });
        }
    }
    res
}

fn difference(table: &Table, row: Vec<Option<String>>) -> Option<Difference> {
    let mut values = row.into_iter();
    let mut next = || values.next().flatten();
    let kind = match next()?.as_str() {
        "+" => Kind::Added,
        "-" => Kind::Removed,
        _ => Kind::Changed,
    };
    let row = next().unwrap_or_default();
    let places = next().unwrap_or_default();
    let column = |place: &str| table.columns.get(place.parse::<usize>().ok()?).map(|it| it.name.clone());
    let columns = places.split(' ').filter_map(column).collect();
    Some(Difference { table: table.name.clone(), kind, row: shortened(&row), columns })
}

/// A row without a key may be long.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 160;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{cut}...")
}
