//! `GET /api/v1/db/migrations/status`: this version runs no migrations, and says so.

use axum::http::StatusCode;
use axum::response::Response;

use crate::app::Asked;
use crate::error::Error;
use crate::response;

pub(super) async fn status(asked: Asked) -> Result<Response, Error> {
    asked.mount()?;
    let document =
        "{\"success\":true,\"configured\":false,\"current\":null,\"applied\":[],\"pending\":[]}";
    Ok(response::json(StatusCode::OK, document.to_owned()))
}
