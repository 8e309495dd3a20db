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
use crate::plan::{beginning, destroys};
use crate::query::{self, Sets};
use crate::response;
use crate::schema::migrate::{Entry, Planned, State, Version};
use crate::site::{Migrations, Mount};
use crate::sql::Dialect;

/// The most bytes of statements that are told of a file.
const STATEMENT_BYTES_MAX: usize = 256 * 1_024;

pub(super) async fn status(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let mount = asked.mount()?;
    let entries = match &mount.migrations {
        Some(migrations) => in_time(&asked, migrations, entries(&mount.db, migrations)).await?,
        None => Vec::new(),
    };
    let (pending, applied): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(entry, _)| entry.is_open());
    let current = applied.iter().rfind(|(entry, _)| !entry.version.is_repeatable());
    let current = current.map(|(entry, _)| entry.version.to_string());
    let told = |entries: Vec<(Entry, Value)>| -> Vec<Value> {
        entries.into_iter().map(|(_, told)| told).collect()
    };
    let (running, last_run) = asked.app.runs.told(&mount.name);
    let files = mount.migrations.as_ref().and_then(|migrations| migrations.files.as_ref());
    let document = json!({
        "success": true,
        "configured": mount.migrations.is_some(),
        "changeable": asked.app.config.api_key.is_some() && mount.migrations.is_some(),
        "has_models": files.is_some(),
        "current": current,
        "applied": told(applied),
        "pending": told(pending),
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
    let dialect = mount.db.engine().dialect;
    let planned = in_time(&asked, migrations, plan).await?;
    let planned: Vec<Value> = planned.iter().map(|one| told(one, dialect)).collect();
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

/// Answers all migrations, each with what is told of it.
async fn entries(
    db: &data::Database,
    migrations: &Migrations,
) -> data::Result<Vec<(Entry, Value)>> {
    let sets = Sets::read(migrations).await?;
    let entries = sets.status(db).await?;
    let is_stopped = |entry: &Entry| matches!(entry.state, State::Stopped { .. });
    let planned = match entries.iter().any(is_stopped) {
        // Where nothing can be planned, how many statements there are is not told.
        true => sets.plan(db, None, None).await.unwrap_or_default(),
        false => Vec::new(),
    };
    let told = entries.into_iter().map(|entry| {
        let mut told = json!(entry);
        told["repeatable"] = entry.version.is_repeatable().into();
        told["can_undo"] = sets.can_undo(&entry).into();
        let of_it = planned.iter().find(|one| one.filename == entry.filename);
        if let (true, Some(planned)) = (is_stopped(&entry), of_it) {
            told["statement_count"] = planned.statements.len().into();
        }
        (entry, told)
    });
    Ok(told.collect())
}

async fn in_time<T>(
    asked: &Asked,
    migrations: &Migrations,
    work: impl Future<Output = data::Result<T>>,
) -> Result<T, Error> {
    match asked.call.limit(work).await {
        Some(done) => {
            done.map_err(|error| query::within(migrations, query::migration_failed(&error)))
        }
        None => Err(Error::QueryTimeout),
    }
}

fn told(planned: &Planned, dialect: Dialect) -> Value {
    let mut bytes = 0;
    let statements: Vec<&String> = planned
        .statements
        .iter()
        .take_while(|statement| {
            bytes += statement.len();
            bytes <= STATEMENT_BYTES_MAX
        })
        .collect();
    let warnings = planned.statements.iter().zip(1..).filter_map(|(statement, number)| {
        let destroys = destroys(statement, dialect)?;
        Some(json!({
            "statement": number, "destroys": destroys, "sql": beginning(statement),
        }))
    });
    json!({
        "version": planned.version,
        "kind": planned.kind,
        "description": planned.description,
        "filename": planned.filename,
        "is_transaction": planned.is_transaction,
        "statement_count": planned.statements.len(),
        "warnings": warnings.collect::<Vec<_>>(),
        "truncated": statements.len() < planned.statements.len(),
        "statements": statements,
    })
}
