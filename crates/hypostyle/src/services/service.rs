//! One database among those of an application, before it is opened.

use std::fmt;
use std::sync::Arc;

use crate::{ConnectionConfig, Database, Initialize, Initialized, Manager, Options, Result};

/// What a database is opened by, and what is applied to it then.
///
/// # Examples
/// ```
/// use hypostyle::{Database, Initialize, Service};
/// let service = Service::new("sqlite:shop.db")
///     .options(|| Database::options().connections_max(4))
///     .initialize(Initialize::default().app_migrations("modules/shop/migrations"));
/// # drop(service);
/// ```
#[derive(Clone)]
pub struct Service {
    source: Source,
    initialize: Initialize,
}

#[derive(Clone)]
enum Source {
    Url { url: String, options: Arc<dyn Fn() -> Options + Send + Sync> },
    Open(Database),
}

impl Service {
    /// Takes the URL of a database that is to be opened.
    pub fn new(url: impl Into<String>) -> Self {
        let source = Source::Url { url: url.into(), options: Arc::new(Options::default) };
        Self { source, initialize: Initialize::default() }
    }

    /// Sets the options, made anew for each try to open the database. A database that is open keeps
    /// its own.
    #[must_use]
    pub fn options(mut self, make: impl Fn() -> Options + Send + Sync + 'static) -> Self {
        if let Source::Url { options, .. } = &mut self.source {
            *options = Arc::new(make);
        }
        self
    }

    /// Sets what is applied when the database is opened.
    #[must_use]
    pub fn initialize(self, initialize: Initialize) -> Self {
        Self { initialize, ..self }
    }

    /// Answers the URL, masked.
    pub(super) fn shown(&self) -> Result<String> {
        match &self.source {
            Source::Url { url, .. } => Ok(ConnectionConfig::parse(url)?.to_string()),
            Source::Open(database) => Ok(Manager::from(database.clone()).url().to_owned()),
        }
    }

    /// Opens and initialises. A database opened here is closed again when that fails.
    pub(super) async fn start(&self) -> Result<(Database, Initialized)> {
        let manager = match &self.source {
            Source::Url { url, options } => Manager::open_with(options(), url).await?,
            Source::Open(database) => Manager::from(database.clone()),
        };
        let done = manager.initialize(&self.initialize).await;
        if done.is_err() && matches!(self.source, Source::Url { .. }) {
            // The first error says more than a failure to close.
            let _ = manager.close().await;
        }
        Ok((manager.database().clone(), done?))
    }
}

impl From<&str> for Service {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for Service {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

/// Takes a database that is open.
impl From<Database> for Service {
    fn from(database: Database) -> Self {
        Self { source: Source::Open(database), initialize: Initialize::default() }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Service");
        shown.field("url", &self.shown().unwrap_or_else(|_| "no URL".to_owned()));
        shown.field("initialize", &self.initialize).finish_non_exhaustive()
    }
}
