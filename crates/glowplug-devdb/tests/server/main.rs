//! The life of a local server, each time with a real PostgreSQL.
//!
//! Run as root, these tests also go the way of root (another account, folders it cannot reach); what only
//! root can set up lies in `root.rs` and says so there.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that meets an error has failed")]

mod crashes;
mod life;
mod root;
mod support;
mod together;
