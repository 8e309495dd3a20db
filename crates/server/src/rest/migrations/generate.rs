//! `POST …/generate`: the next file, from what the models want.

use std::path::PathBuf;

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::change::read;
use super::{check_has_key, in_time, migrations};
use crate::app::Asked;
use crate::body::JsonBody;
use crate::error::Error;
use crate::query;
use crate::response;
use crate::runs::Work;
use crate::schema::GeneratedMigration;
use crate::schema::diff::Answer;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    message: String,
    /// What became of tables and columns, as `table.old=new`.
    #[serde(default)]
    renames: Vec<String>,
    /// Answers the files, and writes none.
    #[serde(default)]
    dry_run: bool,
}

pub(crate) async fn generate(asked: Asked, JsonBody(body): JsonBody) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    check_has_key(&asked)?;
    let body: Body = read(&body)?;
    let renames = body.renames.iter().map(|text| {
        let reason = format!("has a rename that is none: {text}");
        text.parse::<Answer>().map_err(|_| Error::InvalidBody { reason })
    });
    let renames = renames.collect::<Result<Vec<_>, _>>()?;
    let (mount, migrations) = migrations(&asked)?;
    let Some(files) = &migrations.files else {
        return Err(Error::NoMigrations { database: mount.name.clone() });
    };
    let run = asked.app.runs.begin(&mount.name, Work::Generate)?;
    let work = async {
        let found = query::generated(&mount.db, files, &renames).await?;
        let Some(found) = found else { return Ok((None, Vec::new())) };
        let written = match body.dry_run {
            true => Vec::new(),
            false => query::write_generated(files, body.message, &found).await?,
        };
        Ok((Some(found), written))
    };
    let done = in_time(&asked, work).await;
    run.end(done.as_ref().map(|(_, files)| files.len()).map_err(|_| String::new()));
    let (found, written) = done?;
    let document = match &found {
        Some(found) => document(found, &written),
        None => json!({ "success": true, "changed": false }),
    };
    Ok(response::json(StatusCode::OK, document.to_string()))
}

fn document(found: &GeneratedMigration, written: &[PathBuf]) -> Value {
    let names: Vec<_> = written.iter().filter_map(|path| path.file_name()).collect();
    let names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
    json!({
        "success": true,
        "changed": true,
        "files": names,
        "changes": found.plan.summary,
        "risks": found.plan.risks,
        "adopted": found.adopted,
        "up": found.up,
        "undo": found.undo,
    })
}
