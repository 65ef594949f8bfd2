//! enums.rs: a Rust enum for every enum of the schema, readable and writable by Diesel.
//!
//! The conversions go through Diesel's own for text, so the code fits every backend on which the
//! values of an enum travel as text.

use glowplug_psl::schema::Hint;

use super::Options;
use super::head::Head;
use crate::layout::{EnumLayout, Layout, diesel_attributes, diesel_derives};
use crate::rust::{doc_lines, guarded, put};

/// The body of the file.
pub(super) fn render(out: &mut String, layout: &Layout<'_>, options: &Options) {
    out.push_str("//! The enums of the database.\n");
    if layout.enums.is_empty() {
        return;
    }
    out.push_str("\nuse std::fmt;\nuse std::str::FromStr;\n\n");
    out.push_str("use diesel::backend::Backend;\n");
    out.push_str("use diesel::deserialize::{self, FromSql};\n");
    out.push_str("use diesel::serialize::{self, Output, ToSql};\n");
    out.push_str("use diesel::sql_types::Text;\n\n");
    out.push_str("use super::schema::sql_types;\n");
    for (i, it) in layout.enums.iter().enumerate() {
        let source = &layout.schema.enums[i];
        let db_name = source.db_name();
        declaration(out, it, db_name, &source.hints, options);
        methods(out, it);
        text(out, it, db_name);
        sql(out, it);
    }
}

/// What an enum derives in any case. All of it is cheap, and keys of maps need most of it.
const DERIVES: [&str; 8] = ["Debug", "Clone", "Copy", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"];

fn declaration(out: &mut String, it: &EnumLayout, db_name: &str, hints: &[Hint], options: &Options) {
    let mut head = Head::new(["diesel::deserialize::FromSqlRow", "diesel::expression::AsExpression"]);
    head.diesel(format!("sql_type = sql_types::{}", it.sql_type));
    head.more(DERIVES);
    head.more(options.derives.enums.iter().map(String::as_str));
    head.more(diesel_derives(hints, "derive"));
    if options.serde {
        head.more(["serde::Serialize", "serde::Deserialize"]);
    }
    head.attributes(diesel_attributes(hints, "attributes"));
    out.push('\n');
    guarded(out, "", |out| {
        doc_lines(out, "", &it.docs);
        if it.docs.is_empty() {
            put!(out, "/// A value of the enum `{db_name}`.\n");
        }
        head.render(out);
        put!(out, "pub enum {} {{\n", it.name);
        for variant in &it.variants {
            if variant.docs.is_empty() {
                put!(out, "    /// `{}`\n", variant.db_name);
            }
            doc_lines(out, "    ", &variant.docs);
            if options.serde && variant.name != variant.db_name {
                put!(out, "    #[serde(rename = {:?})]\n", variant.db_name);
            }
            put!(out, "    {},\n", variant.name);
        }
        out.push_str("}\n");
    });
}

fn methods(out: &mut String, it: &EnumLayout) {
    put!(out, "\nimpl {} {{\n    /// All values, in the order of the schema.\n", it.name);
    guarded(out, "    ", |out| {
        put!(out, "    pub const ALL: [Self; {}] = [\n", it.variants.len());
        let width = it.variants.iter().map(|it| it.name.chars().count()).max().unwrap_or(0);
        for variant in &it.variants {
            // The comment keeps the list at one value a line under every setting.
            let padding = " ".repeat(width - variant.name.chars().count());
            let value = variant.db_name.replace('\n', " ");
            put!(out, "        Self::{},{padding} // {value}\n", variant.name);
        }
        out.push_str("    ];\n");
    });
    out.push('\n');
    guarded(out, "    ", |out| {
        out.push_str("    /// The value as the database spells it.\n");
        out.push_str("    pub const fn as_str(self) -> &'static str {\n        match self {\n");
        for variant in &it.variants {
            put!(out, "            Self::{} => {:?},\n", variant.name, variant.db_name);
        }
        out.push_str("        }\n    }\n");
    });
    out.push_str("}\n");
}

fn text(out: &mut String, it: &EnumLayout, db_name: &str) {
    let name = &it.name;
    put!(
        out,
        "\nimpl fmt::Display for {name} {{\n    \
             fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{\n        \
                 f.write_str(self.as_str())\n    \
             }}\n\
         }}\n\n\
         impl FromStr for {name} {{\n    \
             type Err = String;\n\n"
    );
    guarded(out, "    ", |out| {
        out.push_str("    fn from_str(text: &str) -> Result<Self, Self::Err> {\n");
        out.push_str("        match text {\n");
        for variant in &it.variants {
            put!(out, "            {:?} => Ok(Self::{}),\n", variant.db_name, variant.name);
        }
        let message = format!("`{{other}}` is not a value of `{}`", db_name.replace(['{', '}'], ""));
        put!(out, "            other => Err(format!({message:?})),\n");
        out.push_str("        }\n    }\n");
    });
    out.push_str("}\n");
}

fn sql(out: &mut String, it: &EnumLayout) {
    let (name, sql_type) = (&it.name, &it.sql_type);
    out.push('\n');
    guarded(out, "", |out| {
        put!(
            out,
            "impl<DB> ToSql<sql_types::{sql_type}, DB> for {name}\n\
             where\n    DB: Backend,\n    str: ToSql<Text, DB>,\n\
             {{\n    \
                 fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {{\n        \
                     <str as ToSql<Text, DB>>::to_sql(self.as_str(), out)\n    \
                 }}\n\
             }}\n"
        );
    });
    out.push('\n');
    guarded(out, "", |out| {
        put!(
            out,
            "impl<DB> FromSql<sql_types::{sql_type}, DB> for {name}\n\
             where\n    DB: Backend,\n    String: FromSql<Text, DB>,\n\
             {{\n    \
                 fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {{\n        \
                     let text = <String as FromSql<Text, DB>>::from_sql(bytes)?;\n        \
                     Ok(text.parse::<Self>()?)\n    \
                 }}\n\
             }}\n"
        );
    });
}
