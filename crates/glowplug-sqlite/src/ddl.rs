//! The statements that plans are made of, and how they are written.

use std::fmt::{Display, Formatter, Result};

use glowplug_sql::model::{
    Action, AutoIncrement, Column, ForeignKey, Generated, Index, IndexKey, IndexPart, Table,
};

use crate::defaults;
use crate::names::{list, literal, quoted};
use crate::types;

/// A statement. `Display` gives its SQL with the `;`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Statement {
    /// `CREATE TABLE` with its keys; indexes are statements of their own.
    CreateTable(Box<TableText>),
    /// `DROP TABLE`
    DropTable(String),
    /// `ALTER TABLE ... RENAME TO`
    RenameTable {
        /// The table.
        from: String,
        /// Its next name.
        to: String,
    },
    /// The last act of a rebuild: the new table takes the name of the old one. Views, triggers and foreign
    /// keys of others are left as they are, because they mean the old name.
    TakePlace {
        /// The new table.
        from: String,
        /// The name of the old one.
        to: String,
    },
    /// `ALTER TABLE ... RENAME COLUMN`
    RenameColumn {
        /// The table.
        table: String,
        /// The column.
        from: String,
        /// Its next name.
        to: String,
    },
    /// `ALTER TABLE ... ADD COLUMN`
    AddColumn {
        /// The table.
        table: String,
        /// The column.
        column: Box<Column>,
        /// The `CHECK` of its enum.
        check: Option<String>,
        /// The foreign key over it alone.
        foreign_key: Option<Box<ForeignKey>>,
    },
    /// `ALTER TABLE ... DROP COLUMN`
    DropColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// `CREATE INDEX`
    CreateIndex {
        /// The table.
        table: String,
        /// The index.
        index: Box<Index>,
    },
    /// `DROP INDEX`
    DropIndex(String),
    /// Copies the rows of a table.
    Copy {
        /// The new table.
        to: String,
        /// The old one.
        from: String,
        /// Columns of the new table, each with its value.
        columns: Vec<(String, String)>,
    },
    /// Lets a new table count on where the old one has come to.
    KeepCounting {
        /// The new table.
        to: String,
        /// The old one.
        from: String,
    },
    /// Rows are looked at when the transaction ends, not in between.
    DeferForeignKeys,
    /// SQL that is written elsewhere, with its `;`.
    Verbatim(String),
}

/// A table as `CREATE TABLE` writes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TableText {
    /// Columns, primary key, foreign keys, and unique constraints among the indexes.
    pub(crate) table: Table,
    /// What the schema language has no word for.
    pub(crate) extras: Extras,
}

/// What stands in a `CREATE TABLE` that the schema language has no word for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Extras {
    /// Columns with something behind their constraints: `COLLATE NOCASE`, the `CHECK` of an enum.
    pub(crate) columns: Vec<(String, String)>,
    /// Constraints of the table: `CHECK (...)`.
    pub(crate) constraints: Vec<String>,
    /// Behind the closing parenthesis: `STRICT`, `WITHOUT ROWID`.
    pub(crate) options: Vec<String>,
}

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::CreateTable(text) => write!(f, "{text};"),
            Self::DropTable(table) => write!(f, "DROP TABLE {};", quoted(table)),
            Self::RenameTable { from, to } => {
                write!(f, "ALTER TABLE {} RENAME TO {};", quoted(from), quoted(to))
            }
            Self::TakePlace { from, to } => write!(
                f,
                "PRAGMA legacy_alter_table=ON;\nALTER TABLE {} RENAME TO {};\nPRAGMA legacy_alter_table=OFF;",
                quoted(from),
                quoted(to)
            ),
            Self::RenameColumn { table, from, to } => {
                write!(f, "ALTER TABLE {} RENAME COLUMN {} TO {};", quoted(table), quoted(from), quoted(to))
            }
            Self::AddColumn { table, column, check, foreign_key } => {
                let check = check.as_deref().unwrap_or_default();
                write!(
                    f,
                    "ALTER TABLE {} ADD COLUMN {}",
                    quoted(table),
                    column_sql(column, Key::None, check)
                )?;
                if let Some(key) = foreign_key {
                    f.write_str(" ")?;
                    constraint_name(f, key)?;
                    references(f, key)?;
                }
                f.write_str(";")
            }
            Self::DropColumn { table, column } => {
                write!(f, "ALTER TABLE {} DROP COLUMN {};", quoted(table), quoted(column))
            }
            Self::CreateIndex { table, index } => {
                let unique = if index.unique { "UNIQUE " } else { "" };
                let parts = parts_sql(&index.parts);
                write!(f, "CREATE {unique}INDEX {} ON {}({parts})", quoted(&index.name), quoted(table))?;
                match &index.predicate {
                    Some(predicate) => write!(f, " WHERE {predicate};"),
                    None => f.write_str(";"),
                }
            }
            Self::DropIndex(name) => write!(f, "DROP INDEX {};", quoted(name)),
            Self::Copy { to, from, columns } => {
                let (names, values): (Vec<String>, Vec<String>) =
                    columns.iter().map(|(name, value)| (quoted(name), value.clone())).unzip();
                write!(
                    f,
                    "INSERT OR ROLLBACK INTO {} ({})\n    SELECT {}\n    FROM {};",
                    quoted(to),
                    names.join(", "),
                    values.join(", "),
                    quoted(from)
                )
            }
            Self::KeepCounting { to, from } => write!(
                f,
                "INSERT INTO \"sqlite_sequence\" (\"name\", \"seq\")\n    \
                 SELECT {}, \"seq\" FROM \"sqlite_sequence\" WHERE \"name\" = {};",
                literal(to),
                literal(from)
            ),
            Self::DeferForeignKeys => f.write_str("PRAGMA defer_foreign_keys=ON;"),
            Self::Verbatim(sql) => f.write_str(sql),
        }
    }
}

impl Display for TableText {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Table { name, columns, primary_key, indexes, foreign_keys, .. } = &self.table;
        write!(f, "CREATE TABLE {} (", quoted(name))?;
        let key = primary_key.as_ref().map_or(&[][..], |key| key.columns.as_slice());
        for (at, column) in columns.iter().enumerate() {
            let place = match key {
                [only] if *only == column.name && column.auto_increment == COUNTED => Key::Counted,
                [only] if *only == column.name => Key::Alone,
                _ => Key::None,
            };
            let extras = self.extras.columns.iter().filter(|(name, _)| *name == column.name);
            let extra: Vec<&str> = extras.map(|(_, extra)| extra.as_str()).collect();
            write!(
                f,
                "{}\n    {}",
                if at == 0 { "" } else { "," },
                column_sql(column, place, &extra.join(" "))
            )?;
        }
        if key.len() > 1 {
            write!(f, ",\n\n    PRIMARY KEY ({})", list(key))?;
        }
        for index in indexes.iter().filter(|index| index.is_constraint) {
            write!(f, ",\n    UNIQUE ({})", parts_sql(&index.parts))?;
        }
        for key in foreign_keys {
            f.write_str(",\n    ")?;
            constraint_name(f, key)?;
            write!(f, "FOREIGN KEY ({}) ", list(&key.columns))?;
            references(f, key)?;
        }
        for constraint in &self.extras.constraints {
            write!(f, ",\n    {constraint}")?;
        }
        f.write_str("\n)")?;
        if self.extras.options.is_empty() { Ok(()) } else { write!(f, " {}", self.extras.options.join(", ")) }
    }
}

const COUNTED: Option<AutoIncrement> = Some(AutoIncrement::RowId { reuses: false });

/// What a column is to its table's primary key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// Nothing, or a part of it.
    None,
    /// All of it.
    Alone,
    /// All of it, and counted up without ever taking a number again.
    Counted,
}

fn column_sql(column: &Column, key: Key, extra: &str) -> String {
    let mut sql = quoted(&column.name);
    let mut add = |text: &str| {
        if !text.is_empty() {
            sql.push(' ');
            sql.push_str(text);
        }
    };
    add(&types::type_sql(&column.ty));
    if let Some(Generated { expression, is_virtual }) = &column.generated {
        let kept = if *is_virtual { "VIRTUAL" } else { "STORED" };
        add(&format!("GENERATED ALWAYS AS ({expression}) {kept}"));
    }
    if !column.nullable {
        add("NOT NULL");
    }
    match key {
        Key::None => {}
        Key::Alone => add("PRIMARY KEY"),
        Key::Counted => add("PRIMARY KEY AUTOINCREMENT"),
    }
    if column.generated.is_none()
        && let Some(value) = column.default.as_ref().and_then(defaults::default_sql)
    {
        add(&format!("DEFAULT {value}"));
    }
    add(extra);
    sql
}

fn constraint_name(f: &mut Formatter<'_>, key: &ForeignKey) -> Result {
    match &key.name {
        Some(name) => write!(f, "CONSTRAINT {} ", quoted(name)),
        None => Ok(()),
    }
}

fn references(f: &mut Formatter<'_>, key: &ForeignKey) -> Result {
    write!(
        f,
        "REFERENCES {} ({}) ON DELETE {} ON UPDATE {}",
        quoted(&key.target_table),
        list(&key.target_columns),
        action(key.on_delete),
        action(key.on_update)
    )?;
    if key.extras.initially_deferred { f.write_str(" DEFERRABLE INITIALLY DEFERRED") } else { Ok(()) }
}

fn action(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NO ACTION",
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    }
}

/// The parts of an index. What is called the operator class in the model is the collation here.
fn parts_sql(parts: &[IndexPart]) -> String {
    let part = |part: &IndexPart| {
        let mut sql = match &part.key {
            IndexKey::Column(name) => quoted(name),
            IndexKey::Expression(text) => text.clone(),
        };
        if let Some(collation) = &part.operator_class {
            sql.push_str(&format!(" COLLATE {collation}"));
        }
        if part.descending {
            sql.push_str(" DESC");
        }
        sql
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}
