//! The runtime that blocking calls share, and how they use it.

use std::future::Future;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::{Error, ErrorKind, QueryResult, Result};

static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("hypostyle-blocking")
        .enable_all()
        .build()
});

/// Waits for a call, polling it on this thread.
pub(super) fn wait<T, E: From<Error>>(call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    runtime()?.block_on(call)
}

/// Waits for a call whose failure is part of its answer.
pub(super) fn wait_for_result(call: impl Future<Output = QueryResult>) -> QueryResult {
    match runtime() {
        Ok(runtime) => runtime.block_on(call),
        Err(error) => QueryResult {
            success: false,
            rows: Vec::new(),
            row_count: 0,
            error_message: Some(error.to_string()),
            execution_time_ms: 0.0,
            error: Some(error),
        },
    }
}

/// Answers the runtime to a thread that may wait.
fn runtime() -> Result<&'static Handle> {
    if Handle::try_current().is_ok() {
        let message = "a blocking call inside an asynchronous runtime would stop it; use \
                       hypostyle::Database there, or call from a thread of its own";
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    match &*RUNTIME {
        Ok(runtime) => Ok(runtime.handle()),
        Err(error) => {
            let message = format!("the runtime of blocking calls cannot start: {error}");
            Err(Error::new(ErrorKind::Io, message))
        }
    }
}

/// A value that is dropped inside the runtime, so that what it undoes can wait for the engine.
/// It is `Some` until then.
pub(super) struct Entered<T>(Option<T>);

impl<T> Entered<T> {
    pub(super) fn new(value: T) -> Self {
        Self(Some(value))
    }

    #[expect(clippy::expect_used, reason = "taken only here and by drop")]
    pub(super) fn into_inner(mut self) -> T {
        self.0.take().expect("the value is there until it is taken")
    }
}

impl<T> Deref for Entered<T> {
    type Target = T;

    #[expect(clippy::expect_used, reason = "taken only by drop")]
    fn deref(&self) -> &T {
        self.0.as_ref().expect("the value is there until it is dropped")
    }
}

impl<T> DerefMut for Entered<T> {
    #[expect(clippy::expect_used, reason = "taken only by drop")]
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().expect("the value is there until it is dropped")
    }
}

impl<T> Drop for Entered<T> {
    fn drop(&mut self) {
        let _context = RUNTIME.as_ref().ok().map(Runtime::enter);
        drop(self.0.take());
    }
}
