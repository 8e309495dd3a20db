//! `GET /api/v1/db/tables`: the names of tables and views.

use axum::http::StatusCode;
use axum::response::Response;

use crate::app::Asked;
use crate::error::Error;
use crate::query;
use crate::response::{self, push_json_list};

pub(super) async fn get(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let tables = query::tables(&asked.mount()?.db, &asked.call).await?;
    let mut out = String::from("{\"success\":true,\"tables\":");
    push_json_list(&tables, &mut out);
    out.push('}');
    Ok(response::json(StatusCode::OK, out))
}
