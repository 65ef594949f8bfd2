//! A local PostgreSQL for development and tests, found and started for you.
//!
//! [`DevServer::of_workspace`] describes the server of a workspace; [`DevServer::ensure`] makes sure that it
//! runs and says how to reach it. The cluster is private to the workspace, listens on the loopback address
//! only, asks for a random password, and keeps running when the tool ends.
//!
//! This crate knows nothing of schemas or migrations: whoever wants a database on the server creates it.

#[cfg(not(unix))]
compile_error!("glowplug-devdb needs a Unix system (Linux, macOS, or WSL on Windows)");

mod account;
mod cluster;
mod dev_server;
mod embedded;
mod error;
mod event;
mod local;
mod place;
mod postmaster;
mod process;
mod programs;
mod server;
mod state;

pub use dev_server::{DevServer, Kind, Status};
pub use embedded::TemporaryServer;
pub use error::DevDbError;
pub use event::Event;
pub use process::process_is_alive;
pub use server::Server;
