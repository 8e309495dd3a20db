//! `/api/v1/db/migrations`: how migrations stand, what a run would do, and runs.

mod change;
mod generate;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

pub(super) use self::change::{downgrade, resume, run};
pub(super) use self::generate::generate;
use crate::app::Asked;
use crate::data;
use crate::error::Error;
use crate::query::Sets;
use crate::response;
use crate::schema::migrate::{Entry, Planned, Version};
use crate::site::{Migrations, Mount};

/// The most bytes of statements that are told of a file.
const STATEMENT_BYTES_MAX: usize = 256 * 1_024;

pub(super) async fn status(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let mount = asked.mount()?;
    let entries = match &mount.migrations {
        Some(migrations) => {
            in_time(&asked, async { Sets::read(migrations).await?.status(&mount.db).await }).await?
        }
        None => Vec::new(),
    };
    let (pending, applied): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| entry.is_open());
    let current = applied.iter().rfind(|entry| !entry.version.is_repeatable());
    let (running, last_run) = asked.app.runs.told(&mount.name);
    let files = mount.migrations.as_ref().and_then(|migrations| migrations.files.as_ref());
    let document = json!({
        "success": true,
        "configured": mount.migrations.is_some(),
        "changeable": asked.app.config.api_key.is_some() && mount.migrations.is_some(),
        "has_models": files.is_some(),
        "current": current.map(|entry| entry.version.to_string()),
        "applied": applied,
        "pending": pending,
        "running": running,
        "last_run": last_run,
    });
    Ok(response::json(StatusCode::OK, document.to_string()))
}

pub(super) async fn plan(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&["db", "target", "down_to"])?;
    let (mount, migrations) = migrations(&asked)?;
    let version = |name: &'static str| match asked.parameters.only(name)? {
        Some("head") | None => Ok(None),
        Some(text) => text.parse::<Version>().map(Some).map_err(|_| Error::InvalidParameter {
            parameter: name.to_owned(),
            reason: "is no version".to_owned(),
        }),
    };
    let (to, down_to) = (version("target")?, version("down_to")?);
    if to.is_some() && down_to.is_some() {
        let reason = "goes the other way than target".to_owned();
        return Err(Error::InvalidParameter { parameter: "down_to".to_owned(), reason });
    }
    let plan = async { Sets::read(migrations).await?.plan(&mount.db, to, down_to).await };
    let planned: Vec<Value> = in_time(&asked, plan).await?.iter().map(told).collect();
    let document = json!({ "success": true, "plan": planned });
    Ok(response::json(StatusCode::OK, document.to_string()))
}

/// Finds the database asked for and its migrations.
fn migrations(asked: &Asked) -> Result<(&Mount, &Migrations), Error> {
    let mount = asked.mount()?;
    match &mount.migrations {
        Some(migrations) => Ok((mount, migrations)),
        None => Err(Error::NoMigrations { database: mount.name.clone() }),
    }
}

/// So that nobody changes a schema by a page that happens to reach the server.
fn check_has_key(asked: &Asked) -> Result<(), Error> {
    match asked.app.config.api_key {
        Some(_) => Ok(()),
        None => Err(Error::MigrationsNeedKey),
    }
}

async fn in_time<T>(
    asked: &Asked,
    work: impl Future<Output = data::Result<T>>,
) -> Result<T, Error> {
    match asked.call.limit(work).await {
        Some(done) => done.map_err(|error| failed(&error)),
        None => Err(Error::QueryTimeout),
    }
}

/// What is wrong with migrations is told to those who may see them, with the engine's own words.
fn failed(error: &data::Error) -> Error {
    use data::ErrorKind::{Closed, Connection, PoolTimeout};
    match error.kind() {
        Connection | PoolTimeout | Closed => {
            tracing::warn!(target: "hypostyle::http", %error, "the database does not answer");
            Error::DatabaseUnavailable
        }
        _ => Error::MigrationFailed { message: error.message().to_owned() },
    }
}

fn told(planned: &Planned) -> Value {
    let mut bytes = 0;
    let statements: Vec<&String> = planned
        .statements
        .iter()
        .take_while(|statement| {
            bytes += statement.len();
            bytes <= STATEMENT_BYTES_MAX
        })
        .collect();
    json!({
        "version": planned.version,
        "kind": planned.kind,
        "description": planned.description,
        "filename": planned.filename,
        "is_transaction": planned.is_transaction,
        "statement_count": planned.statements.len(),
        "truncated": statements.len() < planned.statements.len(),
        "statements": statements,
    })
}
