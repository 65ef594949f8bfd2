//! The schema-first database workflow for Rust and Diesel, as a cargo subcommand
