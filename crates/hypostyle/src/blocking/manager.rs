//! A database with everything that belongs to it.

use super::Database;
use super::runtime::wait;
use crate::migrate::Entry;
use crate::{Error, Initialize, Initialized, Options, Result};

/// A database with its migrations and tables, whose calls wait. Cheap to clone.
///
/// # Examples
/// ```
/// use hypostyle::blocking::Manager;
/// use hypostyle::{Error, Initialize};
///
/// let answer = Manager::scoped("sqlite::memory:", |manager| {
///     manager.initialize(&Initialize::default().app_migrations("migrations"))?;
///     manager.database().fetch_value::<i64>("SELECT 6 * 7", ())
/// })?;
/// assert_eq!(answer, 42);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Manager {
    inner: crate::Manager,
    database: Database,
}

impl Manager {
    /// Opens a database by its URL, with the default options.
    ///
    /// # Errors
    /// As [`Options::open`].
    pub fn open(url: &str) -> Result<Self> {
        Self::open_with(Options::default(), url)
    }

    /// Opens a database by its URL.
    ///
    /// # Errors
    /// As [`Options::open`].
    pub fn open_with(options: Options, url: &str) -> Result<Self> {
        wait(crate::Manager::open_with(options, url)).map(Self::from)
    }

    /// Opens a database, hands it to a body, and closes it when the body has ended, well or not.
    ///
    /// # Errors
    /// As [`Options::open`]; those of the body; then as [`Manager::close`].
    pub fn scoped<T, E: From<Error>>(
        url: &str,
        body: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        Self::scoped_with(Options::default(), url, body)
    }

    /// As [`Manager::scoped`], with a choice of options.
    ///
    /// # Errors
    /// As [`Manager::scoped`].
    pub fn scoped_with<T, E: From<Error>>(
        options: Options,
        url: &str,
        body: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let closing = Closing { manager: Self::open_with(options, url)? };
        let done = body(&closing.manager)?;
        closing.manager.close()?;
        Ok(done)
    }

    /// Applies the system migrations, then those of the application, then makes the tables that a
    /// model file wants.
    ///
    /// # Errors
    /// As [`crate::Manager::initialize`].
    pub fn initialize(&self, initialize: &Initialize) -> Result<Initialized> {
        wait(self.inner.initialize(initialize))
    }

    /// Answers how each migration stands. Writes nothing.
    ///
    /// # Errors
    /// As [`crate::Manager::status`].
    pub fn status(&self, initialize: &Initialize) -> Result<Vec<Entry>> {
        wait(self.inner.status(initialize))
    }

    /// Answers the database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Answers the URL, with passwords and tokens masked.
    pub fn url(&self) -> &str {
        self.inner.url()
    }

    /// Refuses new calls, waits for those under way and closes the connections.
    ///
    /// # Errors
    /// As [`core::Database::close`](crate::core::Database::close).
    pub fn close(&self) -> Result<()> {
        wait(self.inner.close())
    }
}

impl From<crate::Manager> for Manager {
    fn from(inner: crate::Manager) -> Self {
        Self { database: inner.database().clone().into(), inner }
    }
}

/// Closes a database however its use ends, a panic included.
struct Closing {
    manager: Manager,
}

impl Drop for Closing {
    fn drop(&mut self) {
        // What failed before says more; after a success it is closed already.
        let _ = self.manager.close();
    }
}
