//! `GET /api/v1/db/catalog`: all tables of a database with their columns, keys and counts.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;

use crate::app::Asked;
use crate::error::Error;
use crate::query;
use crate::response::{self, push_json_string};

/// How long counting the rows may take; what is not counted by then stays so.
const COUNTING_MAX: Duration = Duration::from_secs(1);

pub(super) async fn get(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let mount = asked.mount()?;
    let tables = query::counted_tables(&mount.db, &asked.call, COUNTING_MAX).await?;
    let mut out = String::from("{\"success\":true,\"database\":");
    push_json_string(&mount.name, &mut out);
    out.push_str(",\"tables\":[");
    for (at, (table, _)) in tables.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        out.push_str(&table.to_json());
    }
    out.push_str("],\"row_counts\":{");
    for (at, (table, rows)) in tables.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        push_json_string(&table.name, &mut out);
        match rows {
            Some(rows) => out.push_str(&format!(":{rows}")),
            None => out.push_str(":null"),
        }
    }
    out.push_str("}}");
    Ok(response::json(StatusCode::OK, out))
}
