//! `GET /openapi.json`: the routes and tables of a database as OpenAPI 3.1.

use axum::http::StatusCode;
use axum::response::Response;

use crate::app::Asked;
use crate::error::Error;
use crate::openapi::{self, Scope};
use crate::query;
use crate::response;

pub(super) async fn get(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let mount = asked.mount()?;
    let tables = query::all_tables(&mount.db, &asked.call).await?;
    let document = openapi::document(&Scope::of(&asked.app, mount), &tables);
    Ok(response::json(StatusCode::OK, document.to_string()))
}
