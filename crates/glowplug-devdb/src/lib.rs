//! A local PostgreSQL for development and tests, found and started for you.
//!
//! [`DevServer::of_workspace`] describes the server of a workspace; [`DevServer::ensure`] makes sure that it
//! runs and says how to reach it. This crate knows nothing of schemas or migrations: whoever wants a database
//! on the server creates it.
//!
//! ```no_run
//! use glowplug_devdb::DevServer;
//!
//! let server = DevServer::of_workspace(std::path::Path::new(".")).ensure(&mut |_event| {})?;
//! let address = server.url("postgres");
//! # Ok::<(), glowplug_devdb::DevDbError>(())
//! ```
//!
//! # Which PostgreSQL
//!
//! The programs of the machine, version 12 or newer: `GLOWPLUG_POSTGRES_BIN`, PATH, `pg_config --bindir`, and
//! the usual places of Debian, Red Hat, Homebrew and Postgres.app. Where there are none, an embedded
//! PostgreSQL (see `embedded.rs` for what it cannot do), which is a program of its own: nobody else compiles
//! it. `GLOWPLUG_POSTGRES=local` or `=embedded` asks for one kind. Data chooses for itself: a cluster is
//! always served by the kind, and the major version, that wrote it.
//!
//! # Who can reach it
//!
//! It listens on 127.0.0.1 only, without a socket file, and asks for a random password, which lies in a file
//! of mode 600. Trust would be simpler, but every account of the machine could then act as a superuser, and a
//! superuser of PostgreSQL can run programs as the developer.
//!
//! # Where things are
//!
//! | file in `.glowplug` | what |
//! |---|---|
//! | `postgres/data` | the cluster; it gets this name only when `initdb` is complete |
//! | `postgres/server.json` | port and password; when it is lost, a new password is set |
//! | `postgres/server.conf` | our settings, written at every start; your own go into `data/postgresql.conf` |
//! | `postgres/postgres.log` | the server's log |
//! | `postgres-location` | the folder to use instead of `postgres`, where the server's account cannot reach that |
//! | `postgres.lock` | lets one tool at a time create, start and stop |
//! | `embedded/` | the same for the embedded PostgreSQL |
//!
//! # As root
//!
//! PostgreSQL refuses root, so its programs run as another account: the owner of the data or of the workspace,
//! else `postgres`, else `nobody`, else any that `/etc/passwd` names. If that account cannot reach the workspace (a home of
//! mode 700), the cluster lies in `/var/lib/glowplug` or `/var/tmp`.

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
