//! The commands of the workflow: one file each under [`commands`], and what they share.
//!
//! The engine knows no terminal, no environment variable and no dialect by name: all of that comes in
//! through [`Ctx`](ctx::Ctx). Two promises hold everywhere: `deploy` only ever applies what is pending (it
//! never resets anything and never needs a scratch database), and a refusal changes nothing.

pub mod apply;
pub mod branch;
pub mod commands;
pub mod copies;
pub mod ctx;
pub mod data;
pub mod draft;
pub mod drift;
pub mod drift_menu;
pub mod dump;
pub mod external;
pub mod failure;
pub mod fingerprint;
pub mod forks;
mod glob;
pub mod guard;
pub mod history;
pub mod ignored;
pub mod lint;
pub mod marks;
pub mod model;
mod naming;
pub mod objects;
pub mod owned;
pub mod paths;
mod patience;
pub mod phases;
pub mod plan;
pub mod prove;
pub mod renames;
pub mod replay;
pub mod report;
pub mod review;
mod rows_kept;
pub mod schema_files;
pub mod scripts;
pub mod selfcheck;
pub mod side;
pub mod summary;
pub mod take_back;
pub mod ui;
