//! Models as a person writes them over the output of `diesel print-schema`: a row, a `New*` and a `*Changes` for every
//! table, with the derives that Diesel's own guides use, and the enums with their conversions.

use glowplug_codegen::GeneratedFile;
use glowplug_psl::schema::{Enum, Schema};

use crate::schema_code::{ColumnCode, SchemaCode, TableCode};

/// The crate: what was printed, and the models for it.
pub(super) fn files(schema: &Schema, printed: &str, code: &SchemaCode) -> Vec<GeneratedFile> {
    let file = |path: &str, text: String| GeneratedFile { path: path.to_owned(), text };
    let lib =
        "#![allow(non_snake_case, non_camel_case_types, dead_code)]\npub mod models;\npub mod schema;\n";
    vec![
        file("mod.rs", lib.to_owned()),
        file("models.rs", models(schema, code)),
        file("schema.rs", printed.to_owned()),
    ]
}

fn models(schema: &Schema, code: &SchemaCode) -> String {
    let provider = schema.datasource.as_ref().map_or("", |it| it.provider.as_str());
    let backend = if provider == "sqlite" { "diesel::sqlite::Sqlite" } else { "diesel::pg::Pg" };
    let mut res = "use diesel::prelude::*;\n".to_owned();
    for it in &schema.enums {
        // On SQLite an enum is a text.
        if let Some(sql_type) = code.types.get(it.db_name()) {
            res.push_str(&enumeration(it, sql_type));
        }
    }
    for table in code.tables.values() {
        res.push_str(&structs(schema, table, backend));
    }
    res
}

/// An enum; its name says so, as tables are called the same at times.
fn enum_name(it: &Enum) -> String {
    format!("{}Enum", type_name(&it.name))
}

fn enumeration(it: &Enum, sql_type: &str) -> String {
    let name = enum_name(it);
    let variants: Vec<(String, &str)> =
        it.values.iter().map(|value| (format!("V{}", type_name(&value.name)), value.db_name())).collect();
    let lines = |line: &dyn Fn(&(String, &str)) -> String| -> String { variants.iter().map(line).collect() };
    let declared = lines(&|(variant, _)| format!("    {variant},\n"));
    let written = lines(&|(variant, text)| format!("            Self::{variant} => {text:?},\n"));
    let read = lines(&|(variant, text)| format!("            {text:?} => Ok(Self::{variant}),\n"));
    format!(
        "#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]\n\
         #[diesel(sql_type = crate::schema::sql_types::{sql_type})]\n\
         pub enum {name} {{\n{declared}}}\n\
         impl diesel::serialize::ToSql<crate::schema::sql_types::{sql_type}, diesel::pg::Pg> for {name} {{\n    \
             fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {{\n        \
                 let text = match self {{\n{written}        }};\n        \
                 std::io::Write::write_all(out, text.as_bytes())?;\n        \
                 Ok(diesel::serialize::IsNull::No)\n    }}\n}}\n\
         impl diesel::deserialize::FromSql<crate::schema::sql_types::{sql_type}, diesel::pg::Pg> for {name} {{\n    \
             fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {{\n        \
                 match std::str::from_utf8(bytes.as_bytes())? {{\n{read}            \
                     _ => Err(\"unknown\".into()),\n        }}\n    }}\n}}\n"
    )
}

fn structs(schema: &Schema, table: &TableCode, backend: &str) -> String {
    let name = type_name(&table.ident);
    let known = |column: &&ColumnCode| rust_type(schema, &column.ty).is_some();
    let columns: Vec<&ColumnCode> = table.columns.iter().filter(known).collect();
    let key: Vec<String> =
        columns.iter().filter(|it| table.key.contains(&it.name)).map(|it| it.ident.clone()).collect();
    let module = format!("#[diesel(table_name = crate::schema::{})]\n", table.ident);
    let fields = |wrapped: &dyn Fn(&ColumnCode, String) -> Option<String>| -> String {
        let line = |column: &&ColumnCode| {
            let ty = wrapped(column, rust_type(schema, &column.ty).unwrap_or_default())?;
            Some(format!("    pub {}: {ty},\n", raw(&column.ident)))
        };
        columns.iter().filter_map(line).collect()
    };
    let row = fields(&|_, ty| Some(ty));
    let new = fields(&|_, ty| Some(if ty.starts_with("Option<") { ty } else { format!("Option<{ty}>") }));
    let changes = fields(&|column, ty| (!key.contains(&column.ident)).then(|| format!("Option<{ty}>")));
    let key = key.iter().map(|it| raw(it)).collect::<Vec<_>>().join(", ");
    // Without the whole key a row cannot be identified, with the key alone nothing can change.
    let identifiable = if key.is_empty() { "" } else { ", Identifiable" };
    let primary_key = if key.is_empty() { String::new() } else { format!("#[diesel(primary_key({key}))]\n") };
    let mut res = format!(
        "#[derive(Debug, Clone, PartialEq, Queryable, Selectable{identifiable})]\n{module}{primary_key}\
         #[diesel(check_for_backend({backend}))]\npub struct {name} {{\n{row}}}\n\
         #[derive(Debug, Clone, PartialEq, Insertable)]\n{module}pub struct New{name} {{\n{new}}}\n"
    );
    if !changes.is_empty() && !key.is_empty() {
        res.push_str(&format!(
            "#[derive(Debug, Clone, Default, PartialEq, AsChangeset)]\n{module}{primary_key}pub struct {name}Changes {{\n{changes}}}\n"
        ));
    }
    res
}

/// The Rust type of an SQL type, as Diesel's tables give it; none where there is none.
fn rust_type(schema: &Schema, ty: &str) -> Option<String> {
    if let Some(inner) = inside(ty, "Nullable<") {
        return Some(format!("Option<{}>", rust_type(schema, inner)?));
    }
    if let Some(inner) = inside(ty, "Array<") {
        return Some(format!("Vec<{}>", rust_type(schema, inner)?));
    }
    if let Some(name) = ty.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return schema.enums.iter().find(|it| it.db_name() == name).map(enum_name);
    }
    let known = match ty {
        "Int2" => "i16",
        "Int4" => "i32",
        "Int8" => "i64",
        "Float4" => "f32",
        "Float8" => "f64",
        "Numeric" => "bigdecimal::BigDecimal",
        "Text" | "Citext" => "String",
        "Bool" => "bool",
        "Bytea" => "Vec<u8>",
        "Date" => "chrono::NaiveDate",
        "Time" => "chrono::NaiveTime",
        "Timestamp" => "chrono::NaiveDateTime",
        "Timestamptz" => "chrono::DateTime<chrono::Utc>",
        "Json" | "Jsonb" => "serde_json::Value",
        "Uuid" => "uuid::Uuid",
        "Inet" | "Cidr" => "ipnetwork::IpNetwork",
        "Interval" => "diesel::data_types::PgInterval",
        _ => return None,
    };
    Some(known.to_owned())
}

fn inside<'a>(ty: &'a str, outer: &str) -> Option<&'a str> {
    ty.strip_prefix(outer)?.strip_suffix('>')
}

/// `user_role`, `userRole` and `USER_ROLE` as a type: `UserRole`.
fn type_name(name: &str) -> String {
    let mut res = String::new();
    let mut start = true;
    for c in name.chars() {
        match c {
            c if !c.is_alphanumeric() => start = true,
            c if start => {
                res.extend(c.to_uppercase());
                start = false;
            }
            c => res.push(c),
        }
    }
    res
}

/// The name as a field: some columns are called as Rust's words.
fn raw(ident: &str) -> String {
    let words = ["type", "ref", "match", "move", "use", "where", "in", "for", "if", "loop", "mod", "static"];
    if words.contains(&ident) { format!("r#{ident}") } else { ident.to_owned() }
}
