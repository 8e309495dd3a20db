//! `GET /api/v1/db/status`: the database, its tables, its pool.

use axum::http::StatusCode;
use axum::response::Response;

use crate::app::Asked;
use crate::error::Error;
use crate::query;
use crate::response::{self, push_json_list, push_json_string};
use crate::site::Mount;

pub(super) async fn get(asked: Asked) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let mount = asked.mount()?;
    let tables = query::tables(&mount.db, &asked.call).await?;
    let document = document(mount, &asked.app.database_names(), &tables);
    Ok(response::json(StatusCode::OK, document))
}

fn document(mount: &Mount, databases: &[String], tables: &[String]) -> String {
    let mut out = String::from("{\"status\":\"connected\",\"engine\":");
    push_json_string(&mount.db.engine().location, &mut out);
    out.push_str(",\"initialization\":{\"ready\":true,\"database\":");
    push_json_string(&mount.name, &mut out);
    out.push_str(",\"databases\":");
    push_json_list(databases, &mut out);
    let pool = mount.db.pool();
    out.push_str(&format!(
        ",\"pool\":{{\"active\":{},\"idle\":{},\"waiting\":{},\"max\":{}}}}}",
        pool.active, pool.idle, pool.waiting, pool.max
    ));
    out.push_str(",\"tables\":");
    push_json_list(tables, &mut out);
    out.push_str(&format!(",\"table_count\":{}}}", tables.len()));
    out
}
