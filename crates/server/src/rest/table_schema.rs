//! `GET /api/v1/db/tables/{table}/schema`: what a table looks like.

use axum::http::StatusCode;
use axum::response::Response;

use super::PathNames;
use crate::app::Asked;
use crate::error::Error;
use crate::query;
use crate::response::{self, push_json_string};

pub(super) async fn get(asked: Asked, path: PathNames) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let db = &asked.mount()?.db;
    let table = query::table(db, &asked.call, path.get("table")).await?;
    let mut out = String::from("{\"success\":true,\"table\":");
    push_json_string(&table.name, &mut out);
    out.push_str(",\"schema_definition\":");
    out.push_str(&table.to_json());
    out.push('}');
    Ok(response::json(StatusCode::OK, out))
}
