//! The databases of an application by name.

use super::Database;
use super::runtime::wait;
use crate::{Initialized, Result, Service};

/// The databases of an application by name, whose calls wait. Cheap to clone.
///
/// # Examples
/// ```
/// use hypostyle::blocking::Services;
///
/// let services = Services::default();
/// services.register("shop", "sqlite::memory:")?;
/// services.initialize()?;
/// services.database("shop")?.execute("CREATE TABLE item (id INTEGER PRIMARY KEY)", ())?;
/// services.close()?;
/// # Ok::<(), hypostyle::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Services {
    inner: crate::Services,
}

impl Services {
    /// Registers a database under a name. Nothing is opened yet.
    ///
    /// # Errors
    /// As [`crate::Services::register`].
    pub fn register(&self, name: impl Into<String>, service: impl Into<Service>) -> Result<()> {
        self.inner.register(name, service)
    }

    /// Opens and initialises every database that is not ready yet.
    ///
    /// # Errors
    /// As [`crate::Services::initialize`].
    pub fn initialize(&self) -> Result<Vec<(String, Initialized)>> {
        wait(self.inner.initialize())
    }

    /// Answers a database.
    ///
    /// # Errors
    /// As [`crate::Services::database`].
    pub fn database(&self, name: &str) -> Result<Database> {
        self.inner.database(name).map(Database::from)
    }

    /// Answers the URL of a database, with passwords and tokens masked.
    ///
    /// # Errors
    /// As [`crate::Services::url`].
    pub fn url(&self, name: &str) -> Result<String> {
        self.inner.url(name)
    }

    /// Answers the names in the order in which they were registered.
    pub fn names(&self) -> Vec<String> {
        self.inner.names()
    }

    /// Closes every database that is open.
    ///
    /// # Errors
    /// As [`crate::Services::close`].
    pub fn close(&self) -> Result<()> {
        wait(self.inner.close())
    }
}

impl From<crate::Services> for Services {
    fn from(inner: crate::Services) -> Self {
        Self { inner }
    }
}

impl From<Services> for crate::Services {
    fn from(services: Services) -> Self {
        services.inner
    }
}
