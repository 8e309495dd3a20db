//! `POST /api/v1/db/query`: SQL of the caller's own, in a transaction that only reads.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::app::Asked;
use crate::body::JsonBody;
use crate::error::Error;
use crate::operation::{Json, Params};
use crate::query::{self, Ask, Rows};
use crate::response::{self, push_json_string};
use crate::site::Mount;

pub(crate) const ROWS_DEFAULT: usize = 1_000;
pub(crate) const ROWS_MAX: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    sql: String,
    #[serde(default)]
    params: Vec<Json>,
    limit: Option<usize>,
}

pub(super) async fn post(asked: Asked, JsonBody(body): JsonBody) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let config = &asked.app.config;
    if !config.sql_editor {
        return Err(Error::SqlDisabled);
    }
    let body: Body = serde_json::from_slice(&body).map_err(|error| Error::InvalidBody {
        reason: format!("is not what is expected: {error}"),
    })?;
    let rows_max = body.limit.unwrap_or(ROWS_DEFAULT);
    if !(1..=ROWS_MAX).contains(&rows_max) {
        let reason = format!("has a limit that is not from 1 to {ROWS_MAX}");
        return Err(Error::InvalidBody { reason });
    }
    let mount = asked.mount()?;
    let ask = Ask { sql: &body.sql, params: Params::Positional(body.params), rows_max };
    answer(&asked, mount, ask).await
}

/// Runs a query, once it is its turn, and writes its answer.
pub(super) async fn answer(asked: &Asked, mount: &Mount, ask: Ask<'_>) -> Result<Response, Error> {
    let (app, call) = (&asked.app, &asked.call);
    let bytes_max = app.config.response_bytes_max;
    let turn = call.limit(app.statements.acquire()).await.ok_or(Error::QueryTimeout)?;
    let mut rows = String::new();
    let answered = query::run(&mount.db, call, ask, |row| {
        rows.push_str(if rows.is_empty() { "" } else { "," });
        response::push_json_values(row, &mut rows);
        match rows.len() > bytes_max {
            true => Err(Error::ResponseTooLarge { bytes_max }),
            false => Ok(()),
        }
    });
    let answered = answered.await?;
    drop(turn);
    Ok(response::json(StatusCode::OK, document(&answered, &rows)))
}

fn document(answered: &Rows, rows: &str) -> String {
    let mut out = String::with_capacity(rows.len() + 256);
    out.push_str("{\"success\":true,\"columns\":[");
    for (at, column) in answered.columns.iter().enumerate() {
        out.push_str(if at == 0 { "{\"name\":" } else { ",{\"name\":" });
        push_json_string(&column.name, &mut out);
        out.push_str(&format!(",\"kind\":\"{}\"}}", column.kind.name()));
    }
    out.push_str("],\"rows\":[");
    out.push_str(rows);
    out.push_str(&format!(
        "],\"row_count\":{},\"truncated\":{},\"execution_time_ms\":{:.3}}}",
        answered.row_count,
        answered.truncated,
        answered.took.as_secs_f64() * 1e3
    ));
    out
}
