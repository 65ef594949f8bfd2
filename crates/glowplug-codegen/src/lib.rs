//! Diesel and GraphQL code from a schema
