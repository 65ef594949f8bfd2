//! From the catalog's answers to the physical model, in canonical order.

use std::collections::BTreeMap;

use glowplug_dialect::database::Result;
use glowplug_psl::schema::Scalar;
use glowplug_sql::model::{
    Action, AutoIncrement, Column, ColumnType, Default, ForeignKey, ForeignKeyExtras, ForeignObject,
    Generated, Index, IndexKey, IndexPart, Literal, NativeType, PrimaryKey, QualifiedName, SqlSchema, Table,
    Use, View,
};

use super::Catalog;
use super::declared::{self, DeclaredTable};
use super::enums::Enums;
use crate::defaults::parse_default;
use crate::error;
use crate::expression;
use crate::lift;
use crate::names;
use crate::plan::extras;
use crate::types::{default_type, is_integer, parse_type};

/// Tables that keep the history of migrations: ours, Diesel's, Prisma's.
const BOOKKEEPING: &[&str] = &[
    "_glowplug_migrations",
    "_glowplug_steps",
    "_glowplug_meta",
    "__diesel_schema_migrations",
    "_prisma_migrations",
];

/// What every table of SQLite compares texts by, unless told otherwise.
const PLAIN_COLLATION: &str = "BINARY";

/// Puts the model together.
pub(super) fn build(catalog: &Catalog) -> Result<SqlSchema> {
    let mut tables: BTreeMap<String, Builder> = BTreeMap::new();
    for row in &catalog.tables {
        let cells = Cells(row);
        let name = cells.text(0)?;
        if !BOOKKEEPING.contains(&name.as_str()) {
            tables.insert(name.clone(), Builder::new(name, &cells.text(1)?, cells.flag(2), cells.flag(3)));
        }
    }
    let mut enums = Enums::default();
    for row in &catalog.columns {
        let cells = Cells(row);
        if let Some(table) = tables.get_mut(&cells.text(0)?) {
            table.column(&cells, &mut enums)?;
        }
    }
    for row in &catalog.indexes {
        let cells = Cells(row);
        if let Some(table) = tables.get_mut(&cells.text(0)?) {
            table.index_part(&cells)?;
        }
    }
    for row in &catalog.foreign_keys {
        let cells = Cells(row);
        if let Some(table) = tables.get_mut(&cells.text(0)?) {
            table.foreign_key_column(&cells)?;
        }
    }
    let keys: BTreeMap<String, Vec<String>> =
        tables.iter().map(|(name, builder)| (name.to_lowercase(), builder.key_columns())).collect();
    let mut foreign = Vec::new();
    for row in &catalog.foreign {
        foreign.extend(object(&Cells(row), tables.keys())?);
    }
    let views = views(catalog)?;
    let mut res = Vec::new();
    for (_, builder) in tables {
        foreign.extend(builder.extras());
        res.push(builder.finish(&keys));
    }
    foreign.sort();
    lift::mark_inexpressible(&mut res);
    Ok(SqlSchema {
        default_namespace: None,
        namespaces: Vec::new(),
        extensions: Vec::new(),
        enums: enums.finish(),
        tables: res,
        views,
        foreign,
        owns_foreign: true,
        owns_partial_indexes: true,
    })
}

fn views(catalog: &Catalog) -> Result<Vec<View>> {
    let mut views: Vec<View> = Vec::new();
    for row in &catalog.views {
        let cells = Cells(row);
        let (view, name) = (cells.text(0)?, cells.text(1)?);
        if views.last().is_none_or(|last| last.name != view) {
            views.push(View {
                namespace: None,
                name: view,
                columns: Vec::new(),
                definition: cells.text(3)?,
                is_materialized: false,
                comment: None,
            });
        }
        if let Some(view) = views.last_mut() {
            view.columns.push(Column {
                name,
                ty: parse_type(cells.optional(2).unwrap_or_default()),
                nullable: true,
                default: None,
                auto_increment: None,
                filled_by_application: false,
                generated: None,
                comment: None,
            });
        }
    }
    Ok(views)
}

fn named(table: &str) -> QualifiedName {
    QualifiedName { namespace: None, name: table.to_owned() }
}

fn object<'a>(cells: &Cells<'_>, tables: impl Iterator<Item = &'a String>) -> Result<Option<ForeignObject>> {
    let (kind, name, table) = (cells.text(0)?, cells.text(1)?, cells.text(2)?);
    if BOOKKEEPING.contains(&table.as_str()) {
        return Ok(None);
    }
    let statement = cells.text(3)?;
    let uses =
        tables.filter(|other| expression::mentions(&statement, other)).map(|other| Use::Table(named(other)));
    let is_part = kind == "trigger";
    Ok(Some(ForeignObject {
        removal: Some(format!(
            "DROP {} {};",
            if kind == "virtual table" { "table" } else { &kind }.to_uppercase(),
            names::quoted(&name)
        )),
        name: if is_part { format!("{table}.{name}") } else { name },
        part_of: is_part.then(|| named(&table)),
        definition: Some(format!("{statement};")),
        belongings: Vec::new(),
        uses: uses.collect(),
        kind,
    }))
}

/// A row of the catalog.
struct Cells<'a>(&'a [Option<String>]);

impl Cells<'_> {
    fn optional(&self, at: usize) -> Option<&str> {
        self.0.get(at)?.as_deref()
    }

    fn text(&self, at: usize) -> Result<String> {
        let value = self.optional(at).map(str::to_owned);
        value.ok_or_else(|| {
            error::catalog(format!("the catalog has no value where one must be (column {at})"))
        })
    }

    fn number(&self, at: usize) -> Result<i64> {
        let text = self.text(at)?;
        text.parse().map_err(|_| error::catalog(format!("the catalog has `{text}` where a number must be")))
    }

    fn flag(&self, at: usize) -> bool {
        self.optional(at).is_some_and(|text| text != "0")
    }
}

/// A table that is being put together.
struct Builder {
    table: Table,
    declared: DeclaredTable,
    without_rowid: bool,
    strict: bool,
    /// Columns of the primary key with their places in it.
    key: Vec<(i64, String)>,
    /// The foreign keys with the catalog's numbers; `None` for a target column that is not named.
    keys: Vec<(i64, ForeignKey, Vec<Option<String>>)>,
}

impl Builder {
    fn new(name: String, sql: &str, without_rowid: bool, strict: bool) -> Self {
        Self {
            table: Table {
                namespace: None,
                name,
                columns: Vec::new(),
                primary_key: None,
                indexes: Vec::new(),
                foreign_keys: Vec::new(),
                is_join_table: false,
                comment: None,
            },
            declared: declared::table(sql),
            without_rowid,
            strict,
            key: Vec::new(),
            keys: Vec::new(),
        }
    }

    fn column(&mut self, cells: &Cells<'_>, enums: &mut Enums) -> Result<()> {
        let name = cells.text(1)?;
        let mut ty = parse_type(cells.optional(2).unwrap_or_default());
        let place = cells.number(5)?;
        if place > 0 {
            self.key.push((place, name.clone()));
        }
        let declared = self.declared.columns.get(&name).cloned().unwrap_or_default();
        match declared.enum_check {
            Some(check) if ty.native == default_type(Scalar::String) => ty = enums.column_type(&check),
            Some(check) => self.declared.checks.push(check.clause),
            None => {}
        }
        let hidden = cells.number(6)?;
        let is_generated = matches!(hidden, 2 | 3);
        self.table.columns.push(Column {
            default: cells.optional(4).and_then(|text| parse_default(text, &ty)).map(|it| of_enum(it, &ty)),
            nullable: !cells.flag(3),
            auto_increment: declared.counts.then_some(AutoIncrement::RowId { reuses: false }),
            comment: None,
            filled_by_application: false,
            generated: is_generated.then(|| Generated {
                expression: declared.generated.unwrap_or_default(),
                is_virtual: hidden == 2,
            }),
            name,
            ty,
        });
        Ok(())
    }

    fn index_part(&mut self, cells: &Cells<'_>) -> Result<()> {
        let (name, origin) = (cells.text(1)?, cells.text(3)?);
        if origin == "pk" {
            return Ok(());
        }
        let (texts, predicate) = cells.optional(4).map_or((Vec::new(), None), declared::index);
        if self.table.indexes.last().is_none_or(|index| index.name != name) {
            self.table.indexes.push(Index {
                name,
                unique: cells.flag(2),
                is_constraint: origin == "u",
                method: "btree".to_owned(),
                parts: Vec::new(),
                include: Vec::new(),
                predicate,
                nulls_not_distinct: false,
                valid: true,
                expressible: true,
                definition: None,
            });
        }
        let own = |column: &str| self.declared.columns.get(column).and_then(|it| it.collation.clone());
        let (column, collation) = (cells.optional(5), cells.text(7)?);
        let usual = column.and_then(own).unwrap_or_else(|| PLAIN_COLLATION.to_owned());
        let Some(index) = self.table.indexes.last_mut() else { return Ok(()) };
        let other_collation = !collation.eq_ignore_ascii_case(&usual);
        index.expressible &= column.is_some() && !other_collation;
        let key = match column {
            Some(column) => IndexKey::Column(column.to_owned()),
            None => IndexKey::Expression(texts.get(index.parts.len()).cloned().unwrap_or_default()),
        };
        let operator_class = other_collation.then_some(collation);
        index.parts.push(IndexPart { key, descending: cells.flag(6), operator_class });
        Ok(())
    }

    fn foreign_key_column(&mut self, cells: &Cells<'_>) -> Result<()> {
        let id = cells.number(1)?;
        if self.keys.last().is_none_or(|(last, ..)| *last != id) {
            // They come from the first declared one on.
            let declared = self.declared.foreign_keys.get(self.keys.len()).cloned().unwrap_or_default();
            let key = ForeignKey {
                name: declared.name,
                columns: Vec::new(),
                target_namespace: None,
                target_table: cells.text(2)?,
                target_columns: Vec::new(),
                on_delete: action(&cells.text(5)?)?,
                on_update: action(&cells.text(6)?)?,
                extras: ForeignKeyExtras {
                    deferrable: declared.deferred,
                    initially_deferred: declared.deferred,
                    ..ForeignKeyExtras::default()
                },
                expressible: true,
            };
            self.keys.push((id, key, Vec::new()));
        }
        let (from, to) = (cells.text(3)?, cells.optional(4).map(str::to_owned));
        if let Some((_, key, targets)) = self.keys.last_mut() {
            key.columns.push(
                self.table
                    .columns
                    .iter()
                    .find(|it| it.name.eq_ignore_ascii_case(&from))
                    .map_or(from, |it| it.name.clone()),
            );
            targets.push(to);
        }
        Ok(())
    }

    fn key_columns(&self) -> Vec<String> {
        let mut key = self.key.clone();
        key.sort();
        key.into_iter().map(|(_, name)| name).collect()
    }

    /// What stands in the declaration that the language has no word for.
    fn extras(&self) -> Vec<ForeignObject> {
        let mut res = Vec::new();
        // Numbered by their texts, so that the order of declaration makes no difference.
        let mut checks = self.declared.checks.clone();
        checks.sort();
        for (number, (check, clause)) in checks.iter().enumerate() {
            let own = check.clone().unwrap_or_else(|| format!("check_{}", number + 1));
            let used = self.table.columns.iter().filter(|column| expression::mentions(clause, &column.name));
            let used = used.map(|column| column.name.clone()).collect();
            res.push(self.extra(extras::CHECK, &own, clause.clone(), used));
        }
        for (column, declared) in &self.declared.columns {
            if let Some(collation) =
                declared.collation.as_ref().filter(|it| !it.eq_ignore_ascii_case(PLAIN_COLLATION))
            {
                let clause = format!("COLLATE {collation}");
                res.push(self.extra(extras::COLLATION, column, clause, vec![column.clone()]));
            }
        }
        for (is_set, option) in [(self.strict, "STRICT"), (self.without_rowid, "WITHOUT ROWID")] {
            if is_set {
                res.push(self.extra(extras::OPTION, option, option.to_owned(), Vec::new()));
            }
        }
        res
    }

    /// A clause of the table, which comes and goes with it.
    fn extra(&self, kind: &str, name: &str, clause: String, columns: Vec<String>) -> ForeignObject {
        let table = named(&self.table.name);
        ForeignObject {
            kind: kind.to_owned(),
            name: format!("{}.{name}", self.table.name),
            definition: Some(clause),
            removal: None,
            belongings: Vec::new(),
            uses: columns.into_iter().map(|column| Use::Column(table.clone(), column)).collect(),
            part_of: Some(table),
        }
    }

    /// `keys` are the primary keys of all tables, by their names in lower case.
    fn finish(mut self, keys: &BTreeMap<String, Vec<String>>) -> Table {
        let columns = self.key_columns();
        if let [only] = columns.as_slice()
            && let Some(column) = self.table.columns.iter_mut().find(|column| column.name == *only)
            && (is_integer(&column.ty) || self.without_rowid)
        {
            // The row's number is never NULL, whatever the declaration says.
            column.nullable = false;
            if !self.without_rowid && column.auto_increment.is_none() {
                column.auto_increment = Some(AutoIncrement::RowId { reuses: true });
            }
        }
        self.table.primary_key =
            (!columns.is_empty()).then_some(PrimaryKey { name: None, columns, definition: None });
        for (_, mut key, targets) in self.keys {
            // A key that names no columns means the primary key.
            let implied = keys.get(&key.target_table.to_lowercase());
            key.target_columns = targets
                .into_iter()
                .enumerate()
                .map(|(at, named)| {
                    named.or_else(|| implied.and_then(|it| it.get(at).cloned())).unwrap_or_default()
                })
                .collect();
            self.table.foreign_keys.push(key);
        }
        self.table
            .foreign_keys
            .sort_by(|a, b| (&a.columns, &a.target_table).cmp(&(&b.columns, &b.target_table)));
        self.table.is_join_table = is_join_table(&self.table);
        self.table
    }
}

/// The default of a column of an enum is one of its labels.
fn of_enum(default: Default, ty: &ColumnType) -> Default {
    match (default, &ty.native) {
        (Default::Literal(Literal::Text(label)), NativeType::Enum { .. }) => {
            Default::Literal(Literal::EnumLabel(label))
        }
        (other, _) => other,
    }
}

/// The table of an implicit many-to-many relation, by its shape.
fn is_join_table(table: &Table) -> bool {
    table.name.starts_with('_')
        && table.columns.len() == 2
        && table.find_column("A").is_some()
        && table.find_column("B").is_some()
        && table.indexes.iter().any(|index| index.name == names::join_unique(&table.name))
}

fn action(text: &str) -> Result<Action> {
    Ok(match text {
        "NO ACTION" => Action::NoAction,
        "RESTRICT" => Action::Restrict,
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        other => return Err(error::catalog(format!("the action `{other}` of a foreign key is not known"))),
    })
}
