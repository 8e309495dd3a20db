//! `GET /api/v1/db/health`: how the databases do: pools, figures, slow statements.

use std::time::Instant;

use axum::http::StatusCode;
use axum::response::Response;
use hypostyle::SlowStatement;
use serde_json::{Value, json};

use crate::app::Asked;
use crate::clock;
use crate::data::Timestamp;
use crate::error::Error;
use crate::query;
use crate::response;
use crate::site::Mount;

pub(super) async fn get(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&[])?;
    let mut databases = Vec::new();
    for mount in &asked.app.site.mounts {
        let is_ready = query::is_ready(&mount.db, &asked.call).await;
        databases.push(database(mount, is_ready));
    }
    let document = json!({
        "success": true,
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": asked.app.began.elapsed().as_secs(),
        "databases": databases,
    });
    Ok(response::json(StatusCode::OK, document.to_string()))
}

fn database(mount: &Mount, is_ready: bool) -> Value {
    let (pool, figures) = (mount.db.pool(), mount.db.figures().unwrap_or_default());
    json!({
        "name": mount.name,
        "engine": mount.db.engine().name,
        "location": mount.db.engine().location,
        "ready": is_ready,
        "pool": {
            "active": pool.active, "idle": pool.idle, "waiting": pool.waiting, "max": pool.max,
        },
        "figures": {
            "queries": figures.queries,
            "in_flight": figures.active,
            "errors": figures.errors,
            "slow": figures.slow,
            "mean_ms": figures.mean().as_secs_f64() * 1e3,
        },
        "slow_after_ms": mount.db.slow_limit().map(|limit| limit.as_secs_f64() * 1e3),
        "slow_statements": mount.db.slow_statements().iter().map(slow).collect::<Vec<_>>(),
    })
}

fn slow(slow: &SlowStatement) -> Value {
    json!({
        "sql": slow.statement,
        "elapsed_ms": slow.elapsed.as_secs_f64() * 1e3,
        "at": at(slow.ended).map(|at| at.iso("Z").to_string()),
        "origin": slow.origin.to_string(),
        "correlation_id": slow.correlation_id,
    })
}

/// Answers the wall-clock time of a moment in the past.
fn at(moment: Instant) -> Option<Timestamp> {
    let elapsed = i64::try_from(moment.elapsed().as_micros()).ok()?;
    clock::now().micros_exact()?.checked_sub(elapsed).map(Timestamp::from_micros)
}
