//! `GET /api/v1/db/is-ready`: one database answers; modules that could not be loaded are named.

use axum::response::Response;

use super::databases;
use super::health::readiness;
use crate::app::Asked;
use crate::error::Error;
use crate::query;

pub(super) async fn get(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let is_ready = query::is_ready(&asked.mount()?.db, &asked.call).await;
    let site = &asked.app.site;
    let failed = site.modules.iter().filter(|module| module.problem.is_some());
    let failed: Vec<String> = failed.map(|module| databases::module(module).to_string()).collect();
    let more = match failed.as_slice() {
        [] => String::new(),
        failed => format!(",\"failed\":[{}]", failed.join(",")),
    };
    Ok(readiness(is_ready, site, &more))
}
