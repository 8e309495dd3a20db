//! `POST /api/v1/db/operations`: an operation document.

use axum::http::StatusCode;
use axum::response::Response;

use super::records::{Asking, respond};
use crate::app::Asked;
use crate::body::JsonBody;
use crate::error::Error;
use crate::operation::Operation;
use crate::query::{self, Operate, Work, Write};
use crate::response;

pub(super) async fn post(
    asked: Asked,
    asking: Asking,
    JsonBody(body): JsonBody,
) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let (app, call, mount) = (&asked.app, &asked.call, asked.mount()?);
    let limits = app.config.limits();
    let document = std::str::from_utf8(&body)
        .map_err(|_| Error::InvalidBody { reason: "is not UTF-8".to_owned() })?;
    let operation = &Operation::parse(document, &limits)?;
    if operation.writes() {
        let idempotency = asking.idempotency(&mount.name, &body);
        let work = Work::Operate(Operate { operation });
        let request = Write { work, limits, idempotency };
        return respond(query::write(mount, call, &request).await?);
    }
    // SQL of callers' own waits for its turn.
    let _turn = match operation.has_sql() {
        true => Some(call.limit(app.statements.acquire()).await.ok_or(Error::QueryTimeout)?),
        false => None,
    };
    let answer = query::read_operation(mount, call, operation, &limits).await?;
    Ok(response::json(StatusCode::OK, answer))
}
