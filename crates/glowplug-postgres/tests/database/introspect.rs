//! Introspection: each file of `tests/cases/introspect` is SQL and the model that is read back.

use std::fmt::Write as _;

use glowplug_dialect::database::Connector;
use glowplug_postgres::connector::PostgresConnector;
use glowplug_sql::model::{
    Column, Default, ForeignKey, ForeignObject, Index, IndexKey, Literal, NativeType, SqlSchema, Table, Use,
};
use glowplug_testkit::postgres::TestDatabase;

use crate::cases;
use crate::{connect, major, options, with};

#[test]
fn every_case_is_read_as_expected() {
    cases::run("introspect", |case| {
        let database = TestDatabase::new();
        if !case.runs_on(major(&database)) {
            return Vec::new();
        }
        database.execute(case.section("setup.sql"));
        let mut db = connect(&database);
        let namespaces: Vec<_> = case.optional("namespaces").lines().map(str::to_owned).collect();
        let schema = db.introspect(&namespaces).unwrap();
        assert_eq!(schema, db.introspect(&namespaces).unwrap(), "read twice");
        vec![("schema.txt", text(&schema))]
    });
}

/// The model, short enough to be read by a person.
fn text(schema: &SqlSchema) -> String {
    let mut res = String::new();
    for name in &schema.namespaces {
        writeln!(res, "namespace {name}").unwrap();
    }
    for it in &schema.extensions {
        writeln!(res, "extension {} in {:?}", it.name, it.namespace).unwrap();
    }
    for it in &schema.enums {
        let values: Vec<_> = it.values.iter().map(|value| value.name.as_str()).collect();
        writeln!(res, "enum {}: {}", it.qualified_name(), values.join(", ")).unwrap();
    }
    for it in &schema.tables {
        table(&mut res, it);
    }
    for it in &schema.views {
        let kind = if it.is_materialized { "materialized view" } else { "view" };
        let query = it.definition.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(res, "{kind} {}{}: {query}", it.qualified_name(), comment(it.comment.as_deref())).unwrap();
        for it in &it.columns {
            writeln!(res, "  {}", column(it)).unwrap();
        }
    }
    for it in &schema.foreign {
        foreign(&mut res, it);
    }
    res
}

fn foreign(res: &mut String, object: &ForeignObject) {
    writeln!(res, "foreign {}: {}", object.kind, object.name).unwrap();
    if let Some(it) = &object.part_of {
        writeln!(res, "  part of {it}").unwrap();
    }
    for line in object.definition.iter().flat_map(|it| it.lines()) {
        writeln!(res, "  | {line}").unwrap();
    }
    for line in &object.belongings {
        writeln!(res, "  + {line}").unwrap();
    }
    for it in &object.uses {
        let (what, name) = match it {
            Use::Table(table) => ("table", table.to_string()),
            Use::Column(table, column) => ("column", format!("{table}.{column}")),
            Use::Key(table, key) => ("key", format!("{key} of {table}")),
            Use::Enum(name) => ("enum", name.to_string()),
            Use::Foreign { kind, name } => (kind.as_str(), name.clone()),
        };
        writeln!(res, "  uses {what} {name}").unwrap();
    }
    writeln!(res, "  - {}", object.removal.as_deref().unwrap_or("goes with its table")).unwrap();
}

fn table(res: &mut String, table: &Table) {
    let join = if table.is_join_table { " (join table)" } else { "" };
    writeln!(res, "table {}{join}{}", table.qualified_name(), comment(table.comment.as_deref())).unwrap();
    for it in &table.columns {
        writeln!(res, "  {}", column(it)).unwrap();
    }
    if let Some(key) = &table.primary_key {
        writeln!(res, "  key {}: {}", key.name.as_deref().unwrap_or("-"), key.columns.join(", ")).unwrap();
        if let Some(it) = &key.definition {
            writeln!(res, "    | {it}").unwrap();
        }
    }
    for it in &table.indexes {
        writeln!(res, "  {}", index(it)).unwrap();
    }
    for it in &table.foreign_keys {
        writeln!(res, "  {}", foreign_key(it)).unwrap();
    }
}

fn comment(comment: Option<&str>) -> String {
    comment.map(|text| format!(" -- {text}")).unwrap_or_default()
}

fn column(column: &Column) -> String {
    let native = match &column.ty.native {
        NativeType::Named { name, args } if args.is_empty() => name.clone(),
        NativeType::Named { name, args } => format!("{name}({})", args.join(",")),
        NativeType::Enum { namespace, name } => match namespace {
            Some(namespace) => format!("enum {namespace}.{name}"),
            None => format!("enum {name}"),
        },
        NativeType::Unsupported(text) => format!("unsupported {text}"),
    };
    let list = if column.ty.is_list { "[]" } else { "" };
    let null = if column.nullable { " null" } else { "" };
    let mut res = format!("{} {native}{list}{null}", column.name);
    match &column.default {
        None => {}
        Some(Default::Literal(it)) => write!(res, " default {}", literal(it)).unwrap(),
        Some(Default::List(list)) => {
            let list: Vec<_> = list.iter().map(literal).collect();
            write!(res, " default [{}]", list.join(", ")).unwrap();
        }
        Some(Default::Now) => res.push_str(" default now"),
        Some(Default::Expression(it)) => write!(res, " default expression `{it}`").unwrap(),
        Some(Default::Unspecified) => res.push_str(" default unspecified"),
    }
    if let Some(it) = &column.auto_increment {
        write!(res, " {it:?}").unwrap();
    }
    if let Some(it) = &column.generated {
        let kept = if it.is_virtual { "virtual" } else { "stored" };
        write!(res, " generated `{}` {kept}", it.expression).unwrap();
    }
    res.push_str(&comment(column.comment.as_deref()));
    res
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Text(it) => format!("text {it:?}"),
        Literal::Number(it) => format!("number {it}"),
        Literal::Boolean(it) => format!("boolean {it}"),
        Literal::Bytes(it) => format!("bytes {it}"),
        Literal::EnumLabel(it) => format!("label {it}"),
    }
}

fn index(index: &Index) -> String {
    let parts: Vec<_> = index
        .parts
        .iter()
        .map(|part| {
            let key = match &part.key {
                IndexKey::Column(name) => name.clone(),
                IndexKey::Expression(text) => format!("expression `{text}`"),
            };
            let class = part.operator_class.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
            format!("{key}{class}{}", if part.descending { " desc" } else { "" })
        })
        .collect();
    let mut res = String::new();
    for (holds, word) in [
        (index.unique, "unique "),
        (index.is_constraint, "constraint "),
        (!index.valid, "invalid "),
        (index.nulls_not_distinct, "nulls-not-distinct "),
        (!index.expressible, "inexpressible "),
    ] {
        res.push_str(if holds { word } else { "" });
    }
    write!(res, "index {} {} ({})", index.name, index.method, parts.join(", ")).unwrap();
    if !index.include.is_empty() {
        write!(res, " include ({})", index.include.join(", ")).unwrap();
    }
    if let Some(it) = &index.predicate {
        write!(res, " where `{it}`").unwrap();
    }
    if let Some(it) = &index.definition {
        write!(res, "\n    | {it}").unwrap();
    }
    res
}

fn foreign_key(key: &ForeignKey) -> String {
    let target = match &key.target_namespace {
        Some(namespace) => format!("{namespace}.{}", key.target_table),
        None => key.target_table.clone(),
    };
    let mut extras = String::new();
    for (holds, words) in [
        (key.extras.deferrable, " deferrable"),
        (key.extras.initially_deferred, " initially deferred"),
        (key.extras.match_full, " match full"),
        (key.extras.not_valid, " not valid"),
        (key.extras.not_enforced, " not enforced"),
        (key.extras.period, " period"),
    ] {
        extras.push_str(if holds { words } else { "" });
    }
    if !key.extras.delete_columns.is_empty() {
        write!(extras, " of {}", key.extras.delete_columns.join(", ")).unwrap();
    }
    let kind = if key.expressible { "" } else { "inexpressible " };
    format!(
        "{kind}foreign key {}: ({}) -> {target} ({}) delete {:?} update {:?}{extras}",
        key.name.as_deref().unwrap_or("-"),
        key.columns.join(", "),
        key.target_columns.join(", "),
        key.on_delete,
        key.on_update,
    )
}

#[test]
fn names_of_the_connections_namespace_have_none() {
    let database = TestDatabase::new();
    database.execute("CREATE TABLE public.outside (id int)");
    let url = with(&database.url(), "schema=tenant");
    let mut db = PostgresConnector.connect(&url, &options()).unwrap();
    db.execute(
        "CREATE TYPE color AS ENUM ('red'); CREATE TABLE inside (id int PRIMARY KEY, c color DEFAULT 'red')",
    )
    .unwrap();
    let schema = db.introspect(&[]).unwrap();
    assert_eq!(schema.default_namespace.as_deref(), Some("tenant"));
    assert_eq!(
        text(&schema),
        "enum color: red\ntable inside\n  id int4\n  c enum color null default label red\n  key inside_pkey: id\n"
    );
    let both = db.introspect(&["tenant".to_owned(), "public".to_owned()]).unwrap();
    assert_eq!(both.namespaces, ["public"]);
    let names: Vec<_> = both.tables.iter().map(|it| it.qualified_name().to_string()).collect();
    assert_eq!(names, ["inside", "public.outside"]);
}
