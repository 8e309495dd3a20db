//! `GET /api/v1/db/migrations/status`: which migrations of a database were applied.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::app::Asked;
use crate::error::Error;
use crate::query;
use crate::response;
use crate::schema::migrate::Entry;

pub(super) async fn status(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let mount = asked.mount()?;
    let entries = match &mount.migrations {
        Some(migrations) => query::migrations(&mount.db, &asked.call, migrations).await?,
        None => Vec::new(),
    };
    let document = document(mount.migrations.is_some(), &entries);
    Ok(response::json(StatusCode::OK, document.to_string()))
}

fn document(configured: bool, entries: &[Entry]) -> Value {
    let (pending, applied): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| entry.is_open());
    let current = applied.iter().rfind(|entry| !entry.version.is_repeatable());
    json!({
        "success": true,
        "configured": configured,
        "current": current.map(|entry| entry.version.to_string()),
        "applied": applied,
        "pending": pending,
    })
}
