//! `GET /api/v1/db/is-ready`: one database answers.

use axum::response::Response;

use super::health::readiness;
use crate::app::Asked;
use crate::error::Error;
use crate::query;

pub(super) async fn get(asked: Asked) -> Result<Response, Error> {
    Ok(readiness(query::is_ready(&asked.database()?.db, &asked.call).await))
}
