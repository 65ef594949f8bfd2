//! GraphQL: the SDL of a schema, and resolvers for async-graphql over the generated Diesel rows.
//!
//! Every model is a type, every column and relation a field, except what says
//! `/// @graphql(hide: true)`, and columns that GraphQL has no type for (bytes). `Query` has a list
//! (`courses(limit, offset)`) and a field for every key (`course(id)`, `courseBySlug(slug)`).
//! `/// @graphql(orderBy: "position")` on a model or a list says in which order its rows come.

mod api;
mod resolvers;
mod scalars;
mod sdl;

use glowplug_dialect::dialect::Dialect;
use glowplug_psl::schema::{Generator, Schema, Value};

use crate::file::{Comment, GeneratedFile, Origin};
use crate::layout::Layout;
use crate::parallel;
use crate::types::Types;

/// What a user may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What the header says.
    pub origin: Origin,
    /// Where the SDL goes, relative to the generator's output folder.
    pub sdl: String,
    /// Where the resolvers go, relative to the generator's output folder; none, if not wanted.
    pub resolvers: Option<String>,
    /// Path of the module with the generated Diesel code, as the resolvers see it.
    pub database: String,
    /// How many rows a list gives when the query does not say.
    pub default_limit: u32,
    /// How many rows a query may ask a list for.
    pub max_limit: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            origin: Origin::default(),
            sdl: "schema.graphql".to_owned(),
            resolvers: None,
            database: "crate::db".to_owned(),
            default_limit: 50,
            max_limit: 200,
        }
    }
}

impl Options {
    /// The options in a `generator` block; properties that are unknown or wrong come back as sentences.
    ///
    /// `provider` and `output` (a folder) belong to every generator; `sdl` and `resolvers` are file
    /// names in that folder, `database` is a Rust path, `defaultLimit` and `maxLimit` are numbers.
    pub fn from_generator(generator: &Generator, origin: Origin) -> (Self, Vec<String>) {
        let mut res = Self { origin, ..Self::default() };
        let mut wrong = Vec::new();
        for (name, value) in &generator.properties {
            let block = &generator.name;
            match (name.as_str(), value) {
                ("provider" | "output", _) => {}
                ("sdl", Value::String(text)) => res.sdl.clone_from(text),
                ("resolvers", Value::String(text)) => res.resolvers = Some(text.clone()),
                ("database", Value::String(text)) => res.database.clone_from(text),
                ("defaultLimit" | "maxLimit", Value::Number(text)) => match text.parse() {
                    Ok(number) if name == "maxLimit" => res.max_limit = number,
                    Ok(number) => res.default_limit = number,
                    Err(_) => wrong.push(format!("`{name}` of generator `{block}` must be a whole number")),
                },
                ("sdl" | "resolvers" | "database", _) => {
                    wrong.push(format!("`{name}` of generator `{block}` must be a string"));
                }
                ("defaultLimit" | "maxLimit", _) => {
                    wrong.push(format!("`{name}` of generator `{block}` must be a number"));
                }
                (other, _) => wrong.push(format!("generator `{block}` has no property `{other}`")),
            }
        }
        res.default_limit = res.default_limit.min(res.max_limit);
        (res, wrong)
    }
}

/// The files: the SDL, and the resolvers when asked for. `schema` must be free of errors.
pub fn generate(schema: &Schema, dialect: &dyn Dialect, options: &Options) -> Vec<GeneratedFile> {
    let layout = Layout::new(schema, dialect, Types::of_schema(schema));
    let api = api::Api::new(&layout);
    let file = |path: &str, comment, body: &dyn Fn(&mut String)| {
        GeneratedFile::new(path, &options.origin, comment, body)
    };
    let backend = dialect.backend_code();
    let (resolvers, sdl) = parallel::both(
        || {
            let path = options.resolvers.as_ref()?;
            Some(file(path, Comment::Rust, &|out| resolvers::render(out, &api, options, backend)))
        },
        || file(&options.sdl, Comment::Graphql, &|out| sdl::render(out, &api, options)),
    );
    [sdl].into_iter().chain(resolvers).collect()
}
