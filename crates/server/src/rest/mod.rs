//! The REST resources, one file each.

mod health;
mod is_ready;
mod migrations;
mod status;
mod table;
mod table_schema;
mod tables;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::routing::get;

use crate::app::App;
use crate::error::Error;

/// The routes, all of them reads.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/v1/db/status", get(status::get))
        .route("/api/v1/db/is-ready", get(is_ready::get))
        .route("/api/v1/db/tables", get(tables::get))
        .route("/api/v1/db/tables/{table}", get(table::get))
        .route("/api/v1/db/tables/{table}/schema", get(table_schema::get))
        .route("/api/v1/db/migrations/status", get(migrations::status))
}

/// The names in a path, decoded.
pub(crate) struct PathNames(Vec<(String, String)>);

impl PathNames {
    /// Answers the name in a place of the path.
    pub(crate) fn get(&self, place: &str) -> &str {
        self.0.iter().find(|(name, _)| name == place).map_or("", |(_, value)| value)
    }
}

impl FromRequestParts<Arc<App>> for PathNames {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params = params.map_err(|_| Error::InvalidParameter {
            parameter: parts.uri.path().to_owned(),
            reason: "is not UTF-8".to_owned(),
        })?;
        let pairs = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Self(pairs.collect()))
    }
}
