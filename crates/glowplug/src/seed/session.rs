//! A Diesel connection as the comparison of rows wants it.

use diesel::connection::LoadConnection;
use glowplug_rowdiff::{Rows, Session};

use crate::catalog::Catalog;

pub(super) struct Open<'a, C>(pub(super) &'a mut C);

impl<C> Session for Open<'_, C>
where
    C: LoadConnection,
    C::Backend: Catalog,
{
    type Error = diesel::result::Error;

    fn execute(&mut self, sql: &str) -> diesel::QueryResult<()> {
        self.0.batch_execute(sql)
    }

    fn query(&mut self, sql: &str) -> diesel::QueryResult<Rows> {
        C::Backend::texts(self.0, sql)
    }
}
