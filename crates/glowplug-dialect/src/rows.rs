//! A few rows for chosen tables of a model, that respect its keys: what a migration is tried on.
//!
//! A value of a key depends on its type and the number of the row alone, so a foreign key finds the row of the
//! same number in the other table. Values are written as text, which every database reads for every type.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_sql::ids::TableId;
use glowplug_sql::model::{
    AutoIncrement, Column, ColumnType, ForeignKey, IndexKey, NativeType, SqlSchema, Table,
};

/// What the values are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sample {
    /// Long texts, large numbers, times to the microsecond, and rows without a value where that is allowed.
    Rich,
    /// Short values that most other types can hold, and no row without a value.
    Plain,
}

/// The rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRows {
    /// Which.
    pub table: TableId,
    /// The statement that inserts them, ended by `;`.
    pub insert: String,
    /// How many.
    pub count: usize,
}

/// How many rows a table gets, if its keys allow it.
const COUNT: usize = 2;

/// Rows for `wanted`, in an order in which they can be inserted. A table whose rows must refer to one without
/// rows has none; one whose rows may, refers to nothing.
pub fn rows(schema: &SqlSchema, wanted: &BTreeSet<TableId>, sample: Sample) -> Vec<TableRows> {
    let mut maker = Maker { schema, sample, referred: referred(schema), counts: BTreeMap::new() };
    let mut left: Vec<TableId> = wanted.iter().copied().collect();
    let mut res = Vec::new();
    while !left.is_empty() {
        let waits = |id: &TableId, only_required: bool| {
            let table = schema.table(*id);
            table.foreign_keys.iter().any(|key| {
                let target = target(schema, key);
                target != Some(*id)
                    && target.is_some_and(|target| left.contains(&target))
                    && (!only_required || is_required(table, key))
            })
        };
        let next = left
            .iter()
            .position(|id| !waits(id, false))
            .or_else(|| left.iter().position(|id| !waits(id, true)));
        // Tables that require each other have no first row.
        let Some(at) = next else { break };
        let id = left.remove(at);
        let count = maker.count(id);
        maker.counts.insert(id, count);
        if count > 0 {
            res.push(TableRows { table: id, insert: maker.insert(id, count), count });
        }
    }
    res
}

/// The tables that `tables` refer to, over as many steps as it takes, and `tables` themselves.
pub fn with_targets(schema: &SqlSchema, tables: &BTreeSet<TableId>) -> BTreeSet<TableId> {
    let mut res = BTreeSet::new();
    let mut left: Vec<TableId> = tables.iter().copied().collect();
    while let Some(id) = left.pop() {
        if res.insert(id) {
            left.extend(schema.table(id).foreign_keys.iter().filter_map(|key| target(schema, key)));
        }
    }
    res
}

/// The table that a foreign key refers to.
pub fn target(schema: &SqlSchema, key: &ForeignKey) -> Option<TableId> {
    schema.find_table(key.target_namespace.as_deref(), &key.target_table)
}

/// The name of a table in SQL.
pub fn table_sql(table: &Table) -> String {
    let namespace = table.namespace.as_deref().map_or_else(String::new, |name| format!("{}.", quoted(name)));
    format!("{namespace}{}", quoted(&table.name))
}

/// A name in SQL.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Columns that some foreign key wants to find values in.
type Referred = BTreeSet<(TableId, String)>;

fn referred(schema: &SqlSchema) -> Referred {
    let keys = schema.tables.iter().flat_map(|table| &table.foreign_keys);
    keys.filter_map(|key| Some((target(schema, key)?, &key.target_columns)))
        .flat_map(|(id, columns)| columns.iter().map(move |column| (id, column.clone())))
        .collect()
}

/// Whether every row must refer to a row of the other table.
fn is_required(table: &Table, key: &ForeignKey) -> bool {
    !key.columns.iter().any(|name| table.find_column(name).is_some_and(|(_, column)| column.nullable))
}

struct Maker<'a> {
    schema: &'a SqlSchema,
    sample: Sample,
    referred: Referred,
    /// How many rows the tables have that had their turn.
    counts: BTreeMap<TableId, usize>,
}

impl Maker<'_> {
    fn count(&self, id: TableId) -> usize {
        let table = self.schema.table(id);
        let required = table.foreign_keys.iter().filter(|key| is_required(table, key));
        let targets = required.map(|key| match target(self.schema, key) {
            Some(target) if target == id => COUNT,
            Some(target) => self.counts.get(&target).copied().unwrap_or(0),
            None => 0,
        });
        let single = self.has_single_key(table);
        targets.chain([if single { 1 } else { COUNT }]).min().unwrap_or(COUNT)
    }

    /// Whether a key has a type of one value only.
    fn has_single_key(&self, table: &Table) -> bool {
        keys(table).any(|columns| {
            columns.iter().all(|name| match table.find_column(name).map(|(_, column)| &column.ty.native) {
                Some(NativeType::Enum { namespace, name }) => self
                    .schema
                    .find_enum(namespace.as_deref(), name)
                    .is_some_and(|id| self.schema.enum_type(id).values.len() < COUNT),
                Some(NativeType::Named { .. } | NativeType::Unsupported(_)) | None => false,
            })
        })
    }

    fn insert(&self, id: TableId, count: usize) -> String {
        let table = self.schema.table(id);
        let columns: Vec<&Column> = table.columns.iter().filter(|column| !is_left_out(column)).collect();
        let name = table_sql(table);
        if columns.is_empty() {
            return format!("INSERT INTO {name} DEFAULT VALUES;");
        }
        let row = |row| {
            let values: Vec<String> = columns.iter().map(|column| self.value(id, column, row)).collect();
            format!("({})", values.join(", "))
        };
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let rows: Vec<String> = (0..count).map(row).collect();
        format!("INSERT INTO {name} ({}) VALUES {};", names.join(", "), rows.join(", "))
    }

    fn value(&self, id: TableId, column: &Column, row: usize) -> String {
        let table = self.schema.table(id);
        let own_keys = || table.foreign_keys.iter().filter(|key| key.columns.contains(&column.name));
        let finds_nothing = own_keys().any(|key| {
            let target = target(self.schema, key);
            target != Some(id) && target.and_then(|it| self.counts.get(&it)).is_none_or(|count| *count <= row)
        });
        let is_referred = self.referred.contains(&(id, column.name.clone()));
        let all_or_none = own_keys().any(|key| key.extras.match_full && is_mixed(table, key));
        let may_be_empty = self.sample == Sample::Rich && row > 0 && !is_referred && !all_or_none;
        let unknown = matches!(column.ty.native, NativeType::Unsupported(_));
        if column.nullable && (finds_nothing || may_be_empty || unknown) {
            return "NULL".to_owned();
        }
        let in_key = is_referred
            || own_keys().next().is_some()
            || keys(table).any(|columns| columns.contains(&column.name.as_str()));
        let sample = if in_key { Sample::Plain } else { self.sample };
        literal(&self.text(&column.ty, row, sample))
    }

    fn text(&self, ty: &ColumnType, row: usize, sample: Sample) -> String {
        let text = match &ty.native {
            NativeType::Enum { namespace, name } => {
                let id = self.schema.find_enum(namespace.as_deref(), name);
                let values = id.map_or(&[][..], |id| &self.schema.enum_type(id).values);
                values.get(row % values.len().max(1)).map_or_else(String::new, |value| value.name.clone())
            }
            NativeType::Named { name, args } => named(&name.to_lowercase(), args, row, sample),
            NativeType::Unsupported(_) => (row + 1).to_string(),
        };
        if ty.is_list { format!("{{\"{}\"}}", text.replace('\\', "\\\\").replace('"', "\\\"")) } else { text }
    }
}

/// A column that the database fills, or of which nobody knows what it holds.
fn is_left_out(column: &Column) -> bool {
    column.generated.is_some()
        || matches!(column.auto_increment, Some(AutoIncrement::Identity { always: true, .. }))
        || (matches!(column.ty.native, NativeType::Unsupported(_)) && column.default.is_some())
}

/// Whether some columns of the key must have a value and others need not.
fn is_mixed(table: &Table, key: &ForeignKey) -> bool {
    let nullable = |name: &String| table.find_column(name).is_some_and(|(_, column)| column.nullable);
    key.columns.iter().any(nullable) && !key.columns.iter().all(nullable)
}

/// The columns of everything that forbids duplicates.
fn keys(table: &Table) -> impl Iterator<Item = Vec<&str>> {
    let primary = table.primary_key.iter().map(|key| key.columns.iter().map(String::as_str).collect());
    let unique = table.indexes.iter().filter(|index| index.unique).map(|index| {
        let columns = index.parts.iter().filter_map(|part| match &part.key {
            IndexKey::Column(name) => Some(name.as_str()),
            IndexKey::Expression(_) => None,
        });
        columns.collect()
    });
    primary.chain(unique).filter(|columns: &Vec<&str>| !columns.is_empty())
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value of a built-in type. Names are the canonical ones of the models.
fn named(name: &str, args: &[String], row: usize, sample: Sample) -> String {
    let number = row + 1;
    let rich = sample == Sample::Rich;
    let argument = |at: usize| args.get(at).and_then(|text| text.trim().parse::<usize>().ok());
    match name {
        "text" | "varchar" | "bpchar" | "char" | "citext" | "name" => {
            let text = if rich {
                format!("{number}: it's \"Ünïcode\", long enough to be cut")
            } else {
                number.to_string()
            };
            text.chars().take(argument(0).unwrap_or(usize::MAX)).collect()
        }
        "uuid" => format!("00000000-0000-4000-8000-0000000000{number:02}"),
        "inet" => format!("10.0.0.{number}"),
        "cidr" => format!("10.{number}.0.0/16"),
        "macaddr" => format!("08:00:2b:01:02:0{number}"),
        "bit" => format!("{number:0>width$b}", width = argument(0).unwrap_or(1)),
        "varbit" => format!("{number:b}"),
        "xml" => format!("<a>{number}</a>"),
        "bool" | "boolean" => {
            (row + 1).is_multiple_of(2).to_string().replace("true", "1").replace("false", "0")
        }
        "int8" | "bigint" if rich => format!("{number}000000000"),
        "int4" if rich => format!("{number}00000"),
        "float4" | "float8" | "real" | "double" if rich => format!("{number}.5"),
        "numeric" | "decimal" if rich => {
            let (precision, scale) =
                (argument(0).unwrap_or(10), argument(1).unwrap_or(if args.is_empty() { 2 } else { 0 }));
            let whole = if precision > scale { number } else { 0 };
            if scale == 0 { whole.to_string() } else { format!("{whole}.{number:0<scale$}") }
        }
        "timestamp" | "timestamptz" | "datetime" if rich => format!("2020-01-0{number} 13:14:15.678901"),
        "timestamp" | "timestamptz" | "datetime" => format!("2020-01-0{number} 00:00:00"),
        "date" => format!("2020-01-0{number}"),
        "time" | "timetz" if rich => format!("0{number}:30:15.678901"),
        "time" | "timetz" => format!("0{number}:00:00"),
        "interval" => format!("{number} days"),
        "json" | "jsonb" => format!("{{\"a\": {number}}}"),
        "bytea" | "blob" => format!("\\x0{number}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glowplug_sql::model::{Action, ForeignKeyExtras, PrimaryKey};

    fn column(name: &str, ty: &str, nullable: bool) -> Column {
        Column {
            name: name.to_owned(),
            ty: ColumnType {
                native: NativeType::Named { name: ty.to_owned(), args: Vec::new() },
                is_list: false,
            },
            nullable,
            default: None,
            auto_increment: None,
            filled_by_application: false,
            generated: None,
            comment: None,
        }
    }

    fn table(name: &str, columns: Vec<Column>, keys: &[(&str, &str)]) -> Table {
        let key = |(column, target): &(&str, &str)| ForeignKey {
            name: None,
            columns: vec![(*column).to_owned()],
            target_namespace: None,
            target_table: (*target).to_owned(),
            target_columns: vec!["id".to_owned()],
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            extras: ForeignKeyExtras::default(),
            expressible: true,
        };
        Table {
            namespace: None,
            name: name.to_owned(),
            columns,
            primary_key: Some(PrimaryKey { name: None, columns: vec!["id".to_owned()], definition: None }),
            indexes: Vec::new(),
            foreign_keys: keys.iter().map(key).collect(),
            is_join_table: false,
            comment: None,
        }
    }

    fn inserts(tables: Vec<Table>, wanted: &[usize]) -> Vec<String> {
        let schema = SqlSchema { tables, ..SqlSchema::default() };
        let wanted = wanted.iter().map(|id| TableId(*id)).collect();
        rows(&schema, &wanted, Sample::Plain).into_iter().map(|it| it.insert).collect()
    }

    #[test]
    fn a_row_comes_after_the_one_it_refers_to() {
        let post = table(
            "post",
            vec![column("id", "int4", false), column("author", "int4", false)],
            &[("author", "user")],
        );
        let user = table("user", vec![column("id", "int4", false)], &[]);
        assert_eq!(
            inserts(vec![post.clone(), user.clone()], &[0, 1]),
            [
                "INSERT INTO \"user\" (\"id\") VALUES ('1'), ('2');",
                "INSERT INTO \"post\" (\"id\", \"author\") VALUES ('1', '1'), ('2', '2');"
            ]
        );
        assert!(inserts(vec![post, user], &[0]).is_empty(), "nothing to refer to");
    }

    #[test]
    fn a_circle_begins_where_it_may_be_open() {
        let user = table(
            "user",
            vec![column("id", "int4", false), column("best", "int4", true)],
            &[("best", "post")],
        );
        let post = table(
            "post",
            vec![column("id", "int4", false), column("author", "int4", false)],
            &[("author", "user")],
        );
        assert_eq!(
            inserts(vec![user.clone(), post.clone()], &[0, 1]),
            [
                "INSERT INTO \"user\" (\"id\", \"best\") VALUES ('1', NULL), ('2', NULL);",
                "INSERT INTO \"post\" (\"id\", \"author\") VALUES ('1', '1'), ('2', '2');"
            ]
        );
        let closed = table(
            "user",
            vec![column("id", "int4", false), column("best", "int4", false)],
            &[("best", "post")],
        );
        assert!(inserts(vec![closed, post], &[0, 1]).is_empty());
    }

    #[test]
    fn rich_values_have_gaps_and_keys_do_not() {
        let plain = table("t", vec![column("id", "text", false), column("note", "text", true)], &[]);
        let schema = SqlSchema { tables: vec![plain], ..SqlSchema::default() };
        let [rows] = &rows(&schema, &BTreeSet::from([TableId(0)]), Sample::Rich)[..] else { panic!() };
        assert!(
            rows.insert.ends_with("('1', '1: it''s \"Ünïcode\", long enough to be cut'), ('2', NULL);"),
            "{}",
            rows.insert
        );
    }
}
