//! The GraphQL schema, and what its generated resolvers ask of the application.

use async_graphql::{Context, EmptyMutation, EmptySubscription, Error, Result};

use crate::database::{Pool, PooledConnection};

pub mod generated;

pub use generated::{Budget, Query};

/// The schema that is served; `schema.graphql` is its text.
pub type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

/// How deep a query may nest. Deeper ones lead in circles.
const MAX_DEPTH: usize = 12;

/// How many fields a query may name.
const MAX_FIELDS: usize = 500;

/// How many rows the lists of one answer may hold together.
const MAX_ROWS: usize = 20_000;

/// The schema over a pool of connections.
pub fn schema(pool: Pool) -> Schema {
    Schema::build(Query, EmptyMutation, EmptySubscription)
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_FIELDS)
        .data(pool)
        .finish()
}

/// A request with the budget that each one has.
pub fn with_budget(request: async_graphql::Request) -> async_graphql::Request {
    request.data(Budget::new(MAX_ROWS))
}

/// A connection for one statement of a resolver.
async fn connection(ctx: &Context<'_>) -> Result<PooledConnection> {
    ctx.data::<Pool>()?.get().await.map_err(|error| hidden(&error))
}

/// What a client gets to see of a failing statement.
fn database_error(error: &diesel::result::Error) -> Error {
    hidden(error)
}

/// The cause goes to the log: messages of the database may hold data that the client must not see.
fn hidden(error: &dyn std::error::Error) -> Error {
    eprintln!("error: a query failed: {error}");
    Error::new("the database does not answer this query; the server's log says why")
}
