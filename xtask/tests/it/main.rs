//! A newcomer's walk: the repository is copied, and every command that the documents show is typed there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod copy;
mod documents;
mod walk;
