//! The one small tokio runtime that drives every connection of the process.

use std::future::Future;
use std::sync::OnceLock;

use diesel_async::async_connection_wrapper::BlockOn;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// The runtime: one worker thread, because a connection must be read from while nobody waits for it.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("glowplug-postgres")
            .enable_io()
            .enable_time()
            .build()
            .expect("the system gives a thread and a poll handle")
    })
}

/// Runs a future to its end. Must not be called inside an async task: everything of this crate that
/// does IO is blocking, and async callers use `spawn_blocking`.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    runtime().block_on(future)
}

/// Starts a future in the background.
pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    runtime().spawn(future)
}

/// Lets Diesel's blocking wrapper use the shared runtime instead of one of its own.
pub(crate) struct SharedRuntime;

impl BlockOn for SharedRuntime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        block_on(future)
    }

    fn get_runtime() -> Self {
        SharedRuntime
    }
}
