//! The tool from outside: what is typed, what is printed, what the database looks like afterwards.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod copies;
mod diesel_both_ways;
mod faults;
mod output;
mod processes;
mod sandbox;
mod sessions;
mod terminal;
mod tool;
