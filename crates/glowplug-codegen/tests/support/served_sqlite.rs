//! Resolvers that answer from an SQLite file.

/// A module with the resolvers of a file, what they ask of an application, and `ask(file, query)`.
macro_rules! resolvers_over_sqlite {
    ($module:ident, $resolvers:literal) => {
        #[path = "."]
        mod $module {
            #[path = $resolvers]
            mod resolvers;

            use std::path::{Path, PathBuf};

            use async_graphql::{Context, EmptyMutation, EmptySubscription, Error, Result, Schema};
            use diesel::sqlite::SqliteConnection;
            use diesel_async::AsyncConnection;
            use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;

            pub(crate) type Api = Schema<resolvers::Query, EmptyMutation, EmptySubscription>;

            pub(crate) fn over(file: &Path) -> Api {
                let schema = Schema::build(resolvers::Query, EmptyMutation, EmptySubscription);
                schema.data(file.to_path_buf()).finish()
            }

            /// The answer to a query that has no errors.
            pub(crate) fn ask(file: &Path, query: &str) -> serde_json::Value {
                let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                let answer = runtime.block_on(over(file).execute(query));
                assert!(answer.errors.is_empty(), "{query}: {:?}", answer.errors);
                answer.data.into_json().expect("JSON")
            }

            async fn connection(ctx: &Context<'_>) -> Result<SyncConnectionWrapper<SqliteConnection>> {
                let file = ctx.data::<PathBuf>()?.display().to_string();
                Ok(SyncConnectionWrapper::establish(&file).await?)
            }

            fn database_error(error: &diesel::result::Error) -> Error {
                error.to_string().into()
            }
        }
    };
}
