//! A database that is closed however its use ends.

use std::future::Future;

use tokio::runtime::Handle;

use super::Manager;
use crate::{Database, Error, Options, Result};

impl Manager {
    /// Opens a database, hands it to a body, and closes it when the body has ended, well or not.
    ///
    /// # Errors
    /// As [`Options::open`]; those of the body; then as [`Manager::close`].
    ///
    /// # Cancellation
    /// A dropped call, or a body that panics, closes the database in the background: new calls are
    /// refused, and connections close as soon as they are free.
    ///
    /// # Examples
    /// ```
    /// # use hypostyle::{Error, Manager};
    /// # #[tokio::main]
    /// # async fn main() -> hypostyle::Result<()> {
    /// let kept = Manager::scoped("sqlite::memory:", async |manager| {
    ///     Ok::<_, Error>(manager.database().clone())
    /// })
    /// .await?;
    /// assert!(kept.execute("SELECT 1", ()).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn scoped<T, E, F>(url: &str, body: impl FnOnce(Self) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        Self::scoped_with(Options::default(), url, body).await
    }

    /// As [`Manager::scoped`], with a choice of options.
    ///
    /// # Errors
    /// As [`Manager::scoped`].
    pub async fn scoped_with<T, E, F>(
        options: Options,
        url: &str,
        body: impl FnOnce(Self) -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let manager = Self::open_with(options, url).await?;
        let mut closing = Closing { database: Some(manager.database.clone()) };
        let done = body(manager).await;
        let closed = match &closing.database {
            Some(database) => database.close().await,
            None => Ok(()),
        };
        closing.database = None;
        // The body's own error says more than a failure to close.
        let done = done?;
        closed?;
        Ok(done)
    }
}

/// Closes a database when it is dropped before its time.
struct Closing {
    database: Option<Database>,
}

impl Drop for Closing {
    fn drop(&mut self) {
        if let (Some(database), Ok(runtime)) = (self.database.take(), Handle::try_current()) {
            runtime.spawn(async move {
                // Nobody is left to be told.
                let _ = database.close().await;
            });
        }
    }
}
