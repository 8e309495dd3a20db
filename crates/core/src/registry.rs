//! The registry: which driver opens which scheme.

use std::sync::Arc;

use crate::{Backend, BoxFuture, ConnectionConfig, Error, ErrorKind, PoolOptions, Result};

/// Opens databases of some schemes.
pub trait Opener: Send + Sync + 'static {
    /// Answers the schemes, in lower case.
    fn schemes(&self) -> &'static [&'static str];

    /// Opens a database.
    fn open<'a>(
        &'a self,
        config: &'a ConnectionConfig,
        pool: PoolOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Backend>>>;
}

/// The drivers an application has.
#[derive(Clone, Default)]
pub struct Registry {
    openers: Vec<Arc<dyn Opener>>,
}

impl Registry {
    /// Adds a driver; of two for one scheme the later one opens it.
    #[must_use]
    pub fn with(mut self, opener: impl Opener) -> Self {
        self.openers.insert(0, Arc::new(opener));
        self
    }

    /// Lists the schemes that can be opened.
    pub fn schemes(&self) -> impl Iterator<Item = &'static str> {
        self.openers.iter().flat_map(|opener| opener.schemes().iter().copied())
    }

    /// Opens a database by its configuration.
    ///
    /// # Errors
    /// `Config` for a scheme nobody opens; those of the driver.
    pub async fn open(
        &self,
        config: &ConnectionConfig,
        pool: PoolOptions,
    ) -> Result<Arc<dyn Backend>> {
        let scheme = config.database_type.as_str();
        match self.openers.iter().find(|opener| opener.schemes().contains(&scheme)) {
            Some(opener) => opener.open(config, pool).await,
            None => {
                let known: Vec<&str> = self.schemes().collect();
                let message =
                    format!("no driver opens `{scheme}:`; there are: {}", known.join(", "));
                Err(Error::new(ErrorKind::Config, message))
            }
        }
    }
}
