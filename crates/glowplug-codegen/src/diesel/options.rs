//! What a `generator` block with `provider = "glowplug-diesel"` may say.

use glowplug_psl::hints::is_path;
use glowplug_psl::schema::{Generator, Value};

use crate::file::Origin;
use crate::types::{DateTime, Types};

/// What a user may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What the header says.
    pub origin: Origin,
    /// Which tables may stand in one query.
    pub same_query: SameQuery,
    /// Which libraries' types columns have.
    pub types: Types,
    /// Whether rows, inserts, updates and enums can be written and read by serde.
    pub serde: bool,
    /// Whether rows have methods that lead along their relations.
    pub relations: bool,
    /// What types derive besides what Diesel needs.
    pub derives: Derives,
}

/// Paths of derives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derives {
    /// On rows, inserts and updates.
    pub all: Vec<String>,
    /// On rows, too.
    pub row: Vec<String>,
    /// On inserts, too.
    pub new: Vec<String>,
    /// On updates, too.
    pub changes: Vec<String>,
    /// On enums, too.
    pub enums: Vec<String>,
}

/// Which tables `allow_tables_to_appear_in_same_query!` names together. Its cost to the compiler
/// grows with the square of their number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SameQuery {
    /// All of them, as `diesel print-schema` does.
    #[default]
    All,
    /// Those that foreign keys connect, directly or through others.
    Related,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            origin: Origin::default(),
            same_query: SameQuery::default(),
            types: Types::default(),
            serde: false,
            relations: true,
            derives: Derives::default(),
        }
    }
}

impl Default for Derives {
    fn default() -> Self {
        Self {
            all: ["Debug", "Clone", "PartialEq"].map(str::to_owned).to_vec(),
            row: Vec::new(),
            new: Vec::new(),
            changes: Vec::new(),
            enums: Vec::new(),
        }
    }
}

impl Options {
    /// The options in a `generator` block; properties that are unknown or wrong come back as sentences.
    ///
    /// `provider` and `output` belong to every generator.
    pub fn from_generator(generator: &Generator, origin: Origin) -> (Self, Vec<String>) {
        let mut res = Self { origin, ..Self::default() };
        let mut wrong = Vec::new();
        let block = &generator.name;
        for (name, value) in &generator.properties {
            match res.set(name, value) {
                Ok(true) => {}
                Ok(false) => wrong.push(format!("generator `{block}` has no property `{name}`")),
                Err(wanted) => wrong.push(format!("`{name}` of generator `{block}` must be {wanted}")),
            }
        }
        if res.serde && res.types.date_time == DateTime::Jiff {
            wrong.push(format!(
                "`serde` of generator `{block}` leaves out types with dates: those of `jiff-diesel` have no serde"
            ));
        }
        (res, wrong)
    }

    /// Takes a property; whether there is one of that name. The error says what it must be.
    fn set(&mut self, name: &str, value: &Value) -> Result<bool, &'static str> {
        match name {
            "provider" | "output" => {}
            "sameQuery" => match text(value) {
                Some("all") => self.same_query = SameQuery::All,
                Some("related") => self.same_query = SameQuery::Related,
                Some(_) | None => return Err("`\"all\"` or `\"related\"`"),
            },
            "serde" => self.serde = flag(value)?,
            "relations" => self.relations = flag(value)?,
            "derives" => self.derives.all = paths(value)?,
            "rowDerives" => self.derives.row = paths(value)?,
            "newDerives" => self.derives.new = paths(value)?,
            "changesDerives" => self.derives.changes = paths(value)?,
            "enumDerives" => self.derives.enums = paths(value)?,
            name if Types::has(name) => self.types.set(name, value)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(_) | Value::Constant(_) | Value::Function(..) | Value::Array(_) => None,
    }
}

/// `true`, also in quotes: Prisma's own blocks have both.
fn flag(value: &Value) -> Result<bool, &'static str> {
    match value {
        Value::Constant(word) | Value::String(word) if word == "true" => Ok(true),
        Value::Constant(word) | Value::String(word) if word == "false" => Ok(false),
        Value::Constant(_) | Value::String(_) | Value::Number(_) | Value::Function(..) | Value::Array(_) => {
            Err("`true` or `false`")
        }
    }
}

fn paths(value: &Value) -> Result<Vec<String>, &'static str> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let path = |item| text(item).filter(|it| is_path(it)).map(str::to_owned);
    items
        .iter()
        .map(path)
        .collect::<Option<_>>()
        .ok_or("a list of paths of derives, `[\"Debug\", \"my::Derive\"]`")
}
