//! The `schema.rs` that is generated from a schema file against the one that `diesel print-schema` reads from the
//! database: what differs, and why it does where that is on purpose.

use std::collections::BTreeSet;
use std::fmt;

use glowplug_psl::schema::{Model, Schema};

use super::{ColumnCode, SchemaCode, TableCode};

/// Something that only one of the two says, or that both say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Table, or table and column.
    pub place: String,
    /// What the two say.
    pub what: String,
    /// Why that is on purpose; `None` if nobody knows.
    pub reason: Option<Reason>,
}

/// Why two files differ on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The database has it, the schema file does not.
    NotInFile,
    /// `@ignore`, `@@ignore`, `Unsupported`, or no type of Diesel's.
    LeftOut,
    /// `print-schema` reads one namespace at a time.
    OtherNamespace,
    /// `print-schema` (2.3) leaves out views.
    View,
    /// `print-schema` refuses tables without a primary key on PostgreSQL, and takes the `rowid` on SQLite; a required
    /// unique key identifies rows as well.
    UniqueKey,
    /// Diesel takes every element of a list for nullable; Prisma's lists hold no NULL.
    ListElement,
    /// A relation whose foreign key is not in the database, by `relationMode`, or because it has drifted.
    Relation,
    /// The file says more of a column of SQLite than its declared type: an enum, JSON, a moment.
    DeclaredType,
    /// An enum that is called as one of Diesel's SQL types, for which `print-schema` takes it.
    EnumName,
    /// The database has drifted from the file: another nullability.
    Nullability,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::NotInFile => "not in the schema file",
            Reason::LeftOut => "left out with a note",
            Reason::OtherNamespace => "in another namespace",
            Reason::View => "a view",
            Reason::UniqueKey => "no primary key, but a unique one",
            Reason::ListElement => "lists hold no NULL",
            Reason::Relation => "a relation of the schema file",
            Reason::DeclaredType => "the schema file knows more than the declared type",
            Reason::EnumName => "an enum that is called as a type of Diesel's",
            Reason::Nullability => "the schema file says otherwise than the database",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        match self.reason {
            Some(reason) => write!(f, " ({reason})"),
            None => write!(f, " (unexplained)"),
        }
    }
}

/// Every difference between generated code and printed code of one schema, in order of places.
#[must_use]
pub fn compare(schema: &Schema, generated: &SchemaCode, printed: &SchemaCode) -> Vec<Difference> {
    let mut cx = Comparison { schema, generated, printed, found: BTreeSet::new() };
    cx.tables();
    cx.joinables();
    cx.same_query();
    cx.found.into_iter().collect()
}

struct Comparison<'a> {
    schema: &'a Schema,
    generated: &'a SchemaCode,
    printed: &'a SchemaCode,
    found: BTreeSet<Difference>,
}

impl Comparison<'_> {
    fn tables(&mut self) {
        for (name, table) in &self.generated.tables {
            match self.printed.tables.get(plain(name)) {
                Some(printed) => self.table(plain(name), table, printed),
                None => self.note(name, "generated alone".to_owned(), self.only_generated(name)),
            }
        }
        let generated: BTreeSet<&str> = self.generated.tables.keys().map(|name| plain(name)).collect();
        for name in self.printed.tables.keys().filter(|name| !generated.contains(plain(name))) {
            let reason = if self.model(name).is_some() { Reason::LeftOut } else { Reason::NotInFile };
            self.note(name, "printed alone".to_owned(), Some(reason));
        }
    }

    fn only_generated(&self, name: &str) -> Option<Reason> {
        let model = self.model(plain(name));
        if model.is_some_and(|it| it.is_view) {
            Some(Reason::View)
        } else if name.contains('.') && plain(name) == name {
            Some(Reason::OtherNamespace)
        } else if model.is_none_or(|it| it.primary_key.is_none()) {
            // A join table of a many-to-many relation is no model; in its older form it has a unique index alone.
            Some(Reason::UniqueKey)
        } else {
            None
        }
    }

    fn table(&mut self, name: &str, generated: &TableCode, printed: &TableCode) {
        if generated.key != printed.key {
            let what = format!("key ({}), printed ({})", generated.key.join(", "), printed.key.join(", "));
            // SQLite's own number of a row, which is another after a restored dump.
            let reason = (printed.key == ["rowid"]).then_some(Reason::UniqueKey);
            self.note(name, what, reason);
        }
        for ColumnCode { name: column, ty, .. } in &generated.columns {
            let place = format!("{name}.{column}");
            match printed.column(column).map(|it| it.ty.as_str()) {
                None => self.note(&place, "generated alone".to_owned(), None),
                Some(theirs) if theirs == ty => {}
                Some(theirs) => {
                    let reason = self.type_reason(ty, theirs);
                    self.note(&place, format!("{ty}, printed {theirs}"), reason);
                }
            }
        }
        for ColumnCode { name: column, ty, .. } in &printed.columns {
            let is_number_of_row = printed.key == ["rowid"] && column == "rowid";
            if generated.column(column).is_none() && !is_number_of_row {
                let reason = self.printed_column_reason(name, column);
                self.note(&format!("{name}.{column}"), format!("printed alone, {ty}"), Some(reason));
            }
        }
    }

    fn printed_column_reason(&self, table: &str, column: &str) -> Reason {
        let fields = self.model(table).into_iter().flat_map(|model| &model.fields);
        let is_known = fields.filter(|field| field.is_column()).any(|field| field.db_name() == column);
        if is_known { Reason::LeftOut } else { Reason::NotInFile }
    }

    fn type_reason(&self, ty: &str, theirs: &str) -> Option<Reason> {
        let bare = |text: &str| text.replace("Nullable<", "").replace('>', "");
        if theirs.contains("Array<Nullable<") && bare(ty) == bare(theirs) {
            return Some(Reason::ListElement);
        }
        if bare(ty) == bare(theirs) {
            return Some(Reason::Nullability);
        }
        if self.schema.datasource.as_ref().is_some_and(|it| it.provider == "sqlite") {
            return Some(Reason::DeclaredType);
        }
        (bare(ty).replace('"', "") == bare(theirs)).then_some(Reason::EnumName)
    }

    fn joinables(&mut self) {
        let ours: BTreeSet<_> =
            self.generated.joinables.iter().map(|(a, b, c)| (plain(a), plain(b), c)).collect();
        let theirs: BTreeSet<_> =
            self.printed.joinables.iter().map(|(a, b, c)| (plain(a), plain(b), c)).collect();
        let shown = |name: &str| self.both_have(name);
        let mut found = Vec::new();
        for (child, parent, column) in ours.symmetric_difference(&theirs) {
            let who = if ours.contains(&(*child, *parent, *column)) { "generated" } else { "printed" };
            if shown(child) && shown(parent) {
                found.push((format!("{child}.{column}"), format!("joinable to {parent} {who} alone"), who));
            }
        }
        for (place, what, who) in found {
            // The database has a key that the file has not, or the other way round.
            let emulated = self.schema.datasource.as_ref().is_some_and(|it| it.relation_mode_prisma);
            let reason = (emulated || who == "printed").then_some(Reason::Relation);
            self.note(&place, what, reason);
        }
    }

    fn same_query(&mut self) {
        let ours: BTreeSet<_> =
            self.generated.same_query.iter().map(|(a, b)| pair(plain(a), plain(b))).collect();
        let mut missing = Vec::new();
        for (a, b) in &self.printed.same_query {
            let (a, b) = pair(plain(a), plain(b));
            if self.both_have(a) && self.both_have(b) && !ours.contains(&(a, b)) {
                missing.push((a.to_owned(), format!("not in one query with {b}")));
            }
        }
        for (place, what) in missing {
            self.note(&place, what, None);
        }
    }

    fn both_have(&self, name: &str) -> bool {
        let generated = self.generated.tables.keys().any(|it| plain(it) == name);
        generated && self.printed.tables.keys().any(|it| plain(it) == name)
    }

    fn model(&self, name: &str) -> Option<&Model> {
        self.schema.models.iter().find(|model| model.db_name() == plain(name))
    }

    fn note(&mut self, place: &str, what: String, reason: Option<Reason>) {
        self.found.insert(Difference { place: place.to_owned(), what, reason });
    }
}

/// The name without PostgreSQL's default namespace.
fn plain(name: &str) -> &str {
    name.strip_prefix("public.").unwrap_or(name)
}

fn pair<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a < b { (a, b) } else { (b, a) }
}
