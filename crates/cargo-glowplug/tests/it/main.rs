//! The tool from outside: what is typed, what is printed, what the database looks like afterwards.

mod diesel_both_ways;
mod processes;
mod sandbox;
mod sessions;
mod tool;
