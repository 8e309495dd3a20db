//! `GET /api/v1/db/databases`: the databases, and the modules they belong to.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::app::{App, Asked};
use crate::error::Error;
use crate::query;
use crate::response;
use crate::site::{Module, Mount, Problem};

pub(super) async fn get(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&[])?;
    let app = &asked.app;
    let mut databases = Vec::with_capacity(app.site.mounts.len());
    for (at, mount) in app.site.mounts.iter().enumerate() {
        let is_ready = query::is_ready(&mount.db, &asked.call).await;
        databases.push(database(mount, at == 0, is_ready));
    }
    Ok(response::json(StatusCode::OK, document(app, databases).to_string()))
}

fn document(app: &App, databases: Vec<Value>) -> Value {
    json!({
        "success": true,
        "title": app.config.title,
        "version": env!("CARGO_PKG_VERSION"),
        "environment": app.site.environment,
        "sql_editor": app.config.sql_editor,
        "databases": databases,
        "modules": app.site.modules.iter().map(module).collect::<Vec<_>>(),
    })
}

fn database(mount: &Mount, is_default: bool, is_ready: bool) -> Value {
    let unanswered =
        || Problem { message: "The database does not answer".into(), ..Problem::default() };
    json!({
        "name": mount.name,
        "engine": mount.db.engine().name,
        "location": mount.db.engine().location,
        "default": is_default,
        "module": mount.module,
        "migrations": mount.migrations.is_some(),
        "state": state(is_ready),
        "problem": (!is_ready).then(|| problem(&unanswered())),
    })
}

/// Writes a module.
pub(super) fn module(module: &Module) -> Value {
    json!({
        "name": module.name,
        "database": module.database,
        "state": state(module.problem.is_none()),
        "problem": module.problem.as_ref().map(problem),
    })
}

fn state(is_ready: bool) -> &'static str {
    if is_ready { "ready" } else { "failed" }
}

fn problem(problem: &Problem) -> Value {
    json!({
        "message": problem.message,
        "file": problem.file,
        "line": problem.line,
        "expected": problem.expected,
    })
}
