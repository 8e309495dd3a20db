//! The REST resources, one file each.

mod catalog;
mod databases;
mod figures;
mod health;
mod is_ready;
mod migrations;
mod openapi;
mod operations;
mod panels;
mod records;
mod sql;
mod status;
mod table;
mod table_schema;
mod tables;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::routing::{MethodRouter, get, post};

use crate::app::App;
use crate::error::Error;

pub(crate) use sql::{ROWS_DEFAULT as SQL_ROWS_DEFAULT, ROWS_MAX as SQL_ROWS_MAX};

/// The routes.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/v1/db/status", get(status::get))
        .route("/api/v1/db/is-ready", get(is_ready::get))
        .route("/api/v1/db/tables", get(tables::get))
        .route("/api/v1/db/tables/{table}", get(table::get))
        .route("/api/v1/db/tables/{table}/schema", get(table_schema::get))
        .route("/api/v1/db/tables/{table}/records", records(get(table::get).post(records::create)))
        .route("/api/v1/db/tables/{table}/records/{key}", one_record())
        // A key that is an empty text.
        .route("/api/v1/db/tables/{table}/records/", one_record())
        .route("/api/v1/db/databases", get(databases::get))
        .route("/api/v1/db/catalog", get(catalog::get))
        .route("/api/v1/db/query", post(sql::post))
        .route("/api/v1/db/operations", post(operations::post))
        .route("/api/v1/db/panels", get(panels::list))
        .route("/api/v1/db/panels/{panel}", get(panels::get))
        .route("/api/v1/db/health", get(figures::get))
        .route("/openapi.json", get(openapi::get))
        .route("/api/v1/db/migrations/status", get(migrations::status))
        .route("/api/v1/db/migrations/plan", get(migrations::plan))
        .route("/api/v1/db/migrations/run", post(migrations::run))
        .route("/api/v1/db/migrations/downgrade", post(migrations::downgrade))
        .route("/api/v1/db/migrations/resume", post(migrations::resume))
        .route("/api/v1/db/migrations/generate", post(migrations::generate))
}

fn one_record() -> MethodRouter<Arc<App>> {
    records(get(records::get).patch(records::update).delete(records::delete))
}

/// A route of records: which methods it takes is the table's matter.
fn records(route: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    route.fallback(records::refuse_method)
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
