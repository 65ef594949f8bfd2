//! enums.rs: a Rust enum for every enum of the schema, readable and writable by Diesel.
//!
//! The conversions go through Diesel's own for text, so the code fits every backend on which the
//! values of an enum travel as text.

use glowplug_psl::schema::Hint;

use super::Options;
use super::head::Head;
use crate::layout::{EnumLayout, Layout, diesel_attributes, diesel_derives};
use crate::rust::{doc_lines, guarded, literal};

/// The body of the file.
pub(super) fn render(layout: &Layout<'_>, options: &Options) -> String {
    let mut res = "//! The enums of the database.\n".to_owned();
    if layout.enums.is_empty() {
        return res;
    }
    res.push_str("\nuse std::fmt;\nuse std::str::FromStr;\n\n");
    res.push_str("use diesel::backend::Backend;\n");
    res.push_str("use diesel::deserialize::{self, FromSql};\n");
    res.push_str("use diesel::serialize::{self, Output, ToSql};\n");
    res.push_str("use diesel::sql_types::Text;\n\n");
    res.push_str("use super::schema::sql_types;\n");
    for (i, it) in layout.enums.iter().enumerate() {
        let source = &layout.schema.enums[i];
        let db_name = source.db_name();
        for item in
            [declaration(it, db_name, &source.hints, options), methods(it), text(it, db_name), sql(it)]
        {
            res.push('\n');
            res.push_str(&item);
        }
    }
    res
}

/// What an enum derives in any case. All of it is cheap, and keys of maps need most of it.
const DERIVES: [&str; 8] = ["Debug", "Clone", "Copy", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"];

fn declaration(it: &EnumLayout, db_name: &str, hints: &[Hint], options: &Options) -> String {
    let mut head = Head::new(["diesel::deserialize::FromSqlRow", "diesel::expression::AsExpression"]);
    head.diesel(format!("sql_type = sql_types::{}", it.sql_type));
    head.more(DERIVES);
    head.more(options.derives.enums.iter().map(String::as_str));
    head.more(diesel_derives(hints, "derive"));
    if options.serde {
        head.more(["serde::Serialize", "serde::Deserialize"]);
    }
    head.attributes(diesel_attributes(hints, "attributes"));
    let mut item = doc_lines("", &it.docs);
    if it.docs.is_empty() {
        item.push_str(&format!("/// A value of the enum `{db_name}`.\n"));
    }
    item.push_str(&head.render());
    item.push_str(&format!("pub enum {} {{\n", it.name));
    for variant in &it.variants {
        if variant.docs.is_empty() {
            item.push_str(&format!("    /// `{}`\n", variant.db_name));
        } else {
            item.push_str(&doc_lines("    ", &variant.docs));
        }
        if options.serde && variant.name != variant.db_name {
            item.push_str(&format!("    #[serde(rename = {})]\n", literal(&variant.db_name)));
        }
        item.push_str(&format!("    {},\n", variant.name));
    }
    item.push_str("}\n");
    guarded("", &item)
}

fn methods(it: &EnumLayout) -> String {
    let mut res = format!("impl {} {{\n", it.name);
    res.push_str("    /// All values, in the order of the schema.\n");
    let mut all = format!("    pub const ALL: [Self; {}] = [\n", it.variants.len());
    let width = it.variants.iter().map(|it| it.name.chars().count()).max().unwrap_or(0);
    for variant in &it.variants {
        // The comment keeps the list at one value a line under every setting.
        let padding = " ".repeat(width - variant.name.chars().count());
        let value = variant.db_name.replace('\n', " ");
        all.push_str(&format!("        Self::{},{padding} // {value}\n", variant.name));
    }
    all.push_str("    ];\n");
    res.push_str(&guarded("    ", &all));
    res.push('\n');
    let mut method = "    /// The value as the database spells it.\n".to_owned();
    method.push_str("    pub const fn as_str(self) -> &'static str {\n        match self {\n");
    for variant in &it.variants {
        let value = literal(&variant.db_name);
        method.push_str(&format!("            Self::{} => {value},\n", variant.name));
    }
    method.push_str("        }\n    }\n");
    res.push_str(&guarded("    ", &method));
    res.push_str("}\n");
    res
}

fn text(it: &EnumLayout, db_name: &str) -> String {
    let name = &it.name;
    let mut from = "    fn from_str(text: &str) -> Result<Self, Self::Err> {\n".to_owned();
    from.push_str("        match text {\n");
    for variant in &it.variants {
        let value = literal(&variant.db_name);
        from.push_str(&format!("            {value} => Ok(Self::{}),\n", variant.name));
    }
    let message = literal(&format!("`{{other}}` is not a value of `{}`", db_name.replace(['{', '}'], "")));
    from.push_str(&format!("            other => Err(format!({message})),\n"));
    from.push_str("        }\n    }\n");
    format!(
        "impl fmt::Display for {name} {{\n    \
             fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{\n        \
                 f.write_str(self.as_str())\n    \
             }}\n\
         }}\n\n\
         impl FromStr for {name} {{\n    \
             type Err = String;\n\n\
         {}}}\n",
        guarded("    ", &from)
    )
}

fn sql(it: &EnumLayout) -> String {
    let (name, sql_type) = (&it.name, &it.sql_type);
    let to_sql = format!(
        "impl<DB> ToSql<sql_types::{sql_type}, DB> for {name}\n\
         where\n    DB: Backend,\n    str: ToSql<Text, DB>,\n\
         {{\n    \
             fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {{\n        \
                 <str as ToSql<Text, DB>>::to_sql(self.as_str(), out)\n    \
             }}\n\
         }}\n"
    );
    let from_sql = format!(
        "impl<DB> FromSql<sql_types::{sql_type}, DB> for {name}\n\
         where\n    DB: Backend,\n    String: FromSql<Text, DB>,\n\
         {{\n    \
             fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {{\n        \
                 let text = <String as FromSql<Text, DB>>::from_sql(bytes)?;\n        \
                 Ok(text.parse::<Self>()?)\n    \
             }}\n\
         }}\n"
    );
    format!("{}\n{}", guarded("", &to_sql), guarded("", &from_sql))
}
