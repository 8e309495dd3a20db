//! `POST …/run`, `/downgrade`, `/resume`: runs that go on when nobody waits any more.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{check_has_key, migrations};
use crate::app::Asked;
use crate::body::JsonBody;
use crate::error::Error;
use crate::query::{self, MigrationAsk as Ask, Sets};
use crate::response;
use crate::runs::Work;
use crate::schema::migrate::{Applied, Report, Version};

/// How long before its deadline a request says that its run goes on.
const LEFT: Duration = Duration::from_millis(500);

/// Where a run is to lead: a version, or `head`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Target {
    Text(String),
    Number(u64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RunBody {
    #[serde(default)]
    target: Option<Target>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DowngradeBody {
    target: Target,
    #[serde(default)]
    confirm: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResumeBody {
    #[serde(default)]
    assume: Option<Assume>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Assume {
    Ran,
    NotRun,
}

impl Target {
    /// Answers the version; `None` for the newest.
    fn version(self) -> Result<Option<Version>, Error> {
        let text = match self {
            Self::Text(text) if text == "head" => return Ok(None),
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        };
        let reason = format!("has a target that is no version: {text}");
        text.parse().map(Some).map_err(|_| Error::InvalidBody { reason })
    }
}

pub(crate) async fn run(asked: Asked, JsonBody(body): JsonBody) -> Result<Response, Error> {
    let RunBody { target } = read(&body)?;
    let target = target.map(Target::version).transpose()?.flatten();
    change(&asked, Work::Run, Ask::Up(target)).await
}

pub(crate) async fn downgrade(asked: Asked, JsonBody(body): JsonBody) -> Result<Response, Error> {
    let DowngradeBody { target, confirm } = read(&body)?;
    let Some(target) = target.version()? else {
        let reason = "has the target head, which is no way down".to_owned();
        return Err(Error::InvalidBody { reason });
    };
    if !confirm {
        let reason = "undoes migrations, and data with them: say \"confirm\": true".to_owned();
        return Err(Error::InvalidBody { reason });
    }
    change(&asked, Work::Downgrade, Ask::Down(target)).await
}

pub(crate) async fn resume(asked: Asked, JsonBody(body): JsonBody) -> Result<Response, Error> {
    let ResumeBody { assume } = read(&body)?;
    let assume_ran = assume.map(|assume| matches!(assume, Assume::Ran));
    change(&asked, Work::Resume, Ask::Resume(assume_ran)).await
}

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body)
        .map_err(|error| Error::InvalidBody { reason: format!("is not what is expected: {error}") })
}

/// Runs in a task of its own, and waits for it as long as the request may take.
async fn change(asked: &Asked, work: Work, ask: Ask) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    check_has_key(asked)?;
    let (mount, migrations) = migrations(asked)?;
    let run = asked.app.runs.begin(&mount.name, work)?;
    let (send, ended) = oneshot::channel();
    let (database, migrations) = (mount.db.without_timeout(), migrations.clone());
    let (context, stop) = (Arc::clone(&asked.call.context), asked.call.stop.clone());
    tokio::spawn(async move {
        let done = match Sets::read(&migrations).await {
            Ok(sets) => sets.change(&database, ask, &run, &stop).await,
            Err(error) => Err(query::migration_failed(&error)),
        };
        let done = done.map_err(|error| query::within(&migrations, error));
        let id = &context.correlation_id;
        run.end(done.as_ref().err(), id);
        match &done {
            Ok(report) => {
                let files = report.applied.len();
                tracing::info!(target: "hypostyle::http", ?work, files, %id, "migrations were run");
            }
            Err(error) => {
                let error = error.report().message;
                tracing::warn!(target: "hypostyle::http", ?work, %error, %id, "a migration failed");
            }
        }
        // Nobody may be waiting any more.
        let _ = send.send(done);
    });
    let patience = asked.call.deadline.checked_sub(LEFT).unwrap_or(asked.call.deadline);
    match tokio::time::timeout_at(patience.into(), ended).await {
        Ok(Ok(done)) => answer(done),
        Ok(Err(_)) => Err(Error::Internal),
        Err(_) => {
            let (running, _) = asked.app.runs.told(&mount.name);
            let document = json!({ "success": true, "running": running });
            Ok(response::json(StatusCode::ACCEPTED, document.to_string()))
        }
    }
}

fn answer(done: Result<Report, Error>) -> Result<Response, Error> {
    let report = done?;
    let files: Vec<Value> = report.applied.iter().map(told).collect();
    let document = json!({
        "success": true,
        "applied": files,
        "applied_elsewhere": report.applied_elsewhere,
    });
    Ok(response::json(StatusCode::OK, document.to_string()))
}

fn told(applied: &Applied) -> Value {
    json!({
        "version": applied.version,
        "kind": applied.kind,
        "description": applied.description,
        "filename": applied.filename,
        "statement_count": applied.statements,
        "execution_time_ms": applied.took.as_secs_f64() * 1e3,
    })
}
