//! What a migration would send, asked of it without a database.

use std::any::Any;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::Migration;

/// A connection that only listens.
#[derive(Default)]
struct Listener {
    heard: String,
}

impl SimpleConnection for Listener {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.heard.push_str(query);
        Ok(())
    }
}

impl<DB: Backend> BoxableConnection<DB> for Listener {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The text of a migration that is text, as those of `embed_migrations!` are. One that is a program of its
/// own may need a real connection, and gives none.
pub(super) fn text_of<DB: Backend>(migration: &dyn Migration<DB>) -> Option<String> {
    let mut listener = Listener::default();
    migration.run(&mut listener).ok().map(|()| listener.heard)
}
