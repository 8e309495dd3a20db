//! `GET /healthz` and `GET /readyz`: for whoever watches the process. Open to all, so they name
//! nothing.

use axum::http::StatusCode;
use axum::response::Response;

use crate::app::Asked;
use crate::query;
use crate::response;
use crate::site::Site;

/// The process is alive.
pub(super) async fn alive() -> Response {
    response::json(StatusCode::OK, "{\"status\":\"alive\"}".to_owned())
}

/// Every database answers.
pub(super) async fn ready(asked: Asked) -> Response {
    for mount in &asked.app.site.mounts {
        if !query::is_ready(&mount.db, &asked.call).await {
            return readiness(false, &asked.app.site, "");
        }
    }
    readiness(true, &asked.app.site, "")
}

/// Answers whether databases are ready: as well as they can be, where a module could not be loaded.
/// `more` stands behind, as fields with a comma before each.
pub(super) fn readiness(ready: bool, site: &Site, more: &str) -> Response {
    let is_whole = site.modules.iter().all(|module| module.problem.is_none());
    let (code, status) = match (ready, is_whole) {
        (true, true) => (StatusCode::OK, "ready"),
        (true, false) => (StatusCode::OK, "degraded"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
    };
    response::json(code, format!("{{\"ready\":{ready},\"status\":\"{status}\"{more}}}"))
}
