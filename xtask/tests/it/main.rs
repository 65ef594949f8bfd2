//! A newcomer's walk: the repository is copied, and every command that the documents show is typed there.

mod copy;
mod documents;
mod walk;
