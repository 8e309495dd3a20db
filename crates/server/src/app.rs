//! What all requests share.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::request::Parts;
use tokio::sync::Semaphore;

use crate::Config;
use crate::call::Call;
use crate::data::CancellationToken;
use crate::error::Error;
use crate::request::Parameters;
use crate::runs::Runs;
use crate::site::{Mount, Site};

/// Chooses a database, as the parameter `db` does.
const X_DATABASE: HeaderName = HeaderName::from_static("x-database");

/// What all requests share.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) site: Site,
    pub(crate) began: Instant,
    pub(crate) permits: Arc<Semaphore>,
    /// Those of callers' own SQL.
    pub(crate) statements: Semaphore,
    pub(crate) runs: Arc<Runs>,
    /// Cancelled when requests under way have taken too long for a server that is to stop.
    pub(crate) stop: CancellationToken,
}

impl App {
    /// Finds a database by name; without a name, the default one.
    pub(crate) fn mount(&self, name: Option<&str>) -> Result<&Mount, Error> {
        let mounts = &self.site.mounts;
        let found = match name {
            Some(name) => mounts.iter().find(|mount| mount.name == name),
            None => mounts.first(),
        };
        found.ok_or_else(|| Error::DatabaseNotFound {
            database: name.unwrap_or_default().to_owned(),
            available: self.database_names(),
        })
    }

    pub(crate) fn database_names(&self) -> Vec<String> {
        self.site.mounts.iter().map(|mount| mount.name.clone()).collect()
    }
}

/// What a handler is given: the call, the parameters and what all requests share.
pub(crate) struct Asked {
    pub(crate) app: Arc<App>,
    pub(crate) call: Call,
    pub(crate) parameters: Parameters,
    /// The database named by a header.
    named: Option<String>,
}

impl Asked {
    /// Finds the database that the parameter `db` or the header `X-Database` names.
    pub(crate) fn mount(&self) -> Result<&Mount, Error> {
        let name = self.parameters.only("db")?.or(self.named.as_deref());
        self.app.mount(name)
    }
}

impl FromRequestParts<Arc<App>> for Asked {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        // The gate lets no request through without a call.
        let call = parts.extensions.get::<Call>().cloned().ok_or(Error::Internal)?;
        let parameters = Parameters::read(parts.uri.query().unwrap_or_default())?;
        let named = match parts.headers.get(X_DATABASE).map(|name| name.to_str()) {
            Some(Ok(name)) => Some(name.to_owned()),
            Some(Err(_)) => return Err(not_text()),
            None => None,
        };
        Ok(Self { app: app.clone(), call, parameters, named })
    }
}

fn not_text() -> Error {
    let reason = "is not visible ASCII".to_owned();
    Error::InvalidParameter { parameter: X_DATABASE.to_string(), reason }
}
