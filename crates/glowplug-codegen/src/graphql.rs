//! GraphQL: the SDL of a schema, and resolvers for async-graphql over the Diesel models.
