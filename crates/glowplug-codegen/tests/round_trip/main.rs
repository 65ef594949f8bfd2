//! Values at the edges of every type: what generated code writes, plain SQL reads, and the other way round.
//!
//! The code is that of `tests/round_trip/cases`, beside them in `generated`; the tests of `cases.rs` hold it to what is
//! generated.

#[path = "../support/schema.rs"]
mod schema;
#[path = "../support/tables.rs"]
mod tables;

mod beyond;
mod chrono_values;
mod jiff_values;
mod lists;
mod relations;
mod sqlite;
mod support;
mod time_values;
mod values;
