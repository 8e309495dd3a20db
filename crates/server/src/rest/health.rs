//! `GET /healthz` and `GET /readyz`: for whoever watches the process. Open to all, so they name
//! nothing.

use axum::http::StatusCode;
use axum::response::Response;

use crate::app::Asked;
use crate::query;
use crate::response;

/// The process is alive.
pub(super) async fn alive() -> Response {
    response::json(StatusCode::OK, "{\"status\":\"alive\"}".to_owned())
}

/// Every database answers.
pub(super) async fn ready(asked: Asked) -> Response {
    for named in &asked.app.databases {
        if !query::is_ready(&named.db, &asked.call).await {
            return readiness(false);
        }
    }
    readiness(true)
}

/// Answers whether databases are ready.
pub(super) fn readiness(ready: bool) -> Response {
    match ready {
        true => response::json(StatusCode::OK, r#"{"ready":true,"status":"ready"}"#.to_owned()),
        false => response::json(
            StatusCode::SERVICE_UNAVAILABLE,
            r#"{"ready":false,"status":"not_ready"}"#.to_owned(),
        ),
    }
}
