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
use crate::data;
use crate::error::Error;
use crate::query;
use crate::response;
use crate::runs::Work;
use crate::schema::GeneratedMigration;
use crate::schema::diff::{Answer, OpenQuestions};

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
        let found = match query::generated(&mount.db, files, &renames).await {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(unchanged()),
            Err(error) => return questions(&error).ok_or(error),
        };
        let written = match body.dry_run {
            true => Vec::new(),
            false => query::write_generated(files, body.message, &found).await?,
        };
        Ok(document(&found, &written))
    };
    let done = in_time(&asked, migrations, work).await;
    run.end(done.as_ref().err(), asked.call.id());
    Ok(response::json(StatusCode::OK, done?.to_string()))
}

fn unchanged() -> Value {
    json!({ "success": true, "changed": false, "files": [], "questions": [] })
}

/// Answers what is asked where it is open whether something was renamed; nothing for another error.
fn questions(error: &data::Error) -> Option<Value> {
    let open = OpenQuestions::of(error)?;
    let questions: Vec<String> = open.0.iter().map(ToString::to_string).collect();
    Some(json!({ "success": true, "changed": true, "files": [], "questions": questions }))
}

fn document(found: &GeneratedMigration, written: &[PathBuf]) -> Value {
    let names = written.iter().filter_map(|path| path.file_name());
    // The file that undoes the other stands behind it.
    let files = names.zip([&found.up, &found.undo]);
    let files = files.map(|(name, sql)| json!({ "name": name.to_string_lossy(), "sql": sql }));
    json!({
        "success": true,
        "changed": true,
        "files": files.collect::<Vec<_>>(),
        "questions": [],
        "changes": found.plan.summary,
        "risks": found.plan.risks,
        "adopted": found.adopted,
        "up": found.up,
        "undo": found.undo,
    })
}
