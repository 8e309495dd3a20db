//! `GET /api/v1/db/tables/{table}`: a page of rows.

use axum::http::StatusCode;
use axum::response::Response;

use super::PathNames;
use crate::app::Asked;
use crate::error::Error;
use crate::query::{self, Found};
use crate::request::ReadRequest;
use crate::response::{self, push_json_row, push_json_string};

pub(super) async fn get(asked: Asked, path: PathNames) -> Result<Response, Error> {
    let config = &asked.app.config;
    let request = ReadRequest::read(&asked.parameters, config)?;
    let db = &asked.mount()?.db;
    let mut records = String::new();
    let found = query::read(db, &asked.call, path.get("table"), &request, |row| {
        records.push_str(if records.is_empty() { "" } else { "," });
        push_json_row(row, &mut records);
        match records.len() > config.response_bytes_max {
            true => Err(Error::ResponseTooLarge { bytes_max: config.response_bytes_max }),
            false => Ok(()),
        }
    });
    let found = found.await?;
    Ok(response::json(StatusCode::OK, document(&found, &request, &records)))
}

fn document(found: &Found, request: &ReadRequest, records: &str) -> String {
    let total_pages = found.total_records.div_ceil(request.page_size);
    let mut out = String::with_capacity(records.len() + 256);
    out.push_str("{\"success\":true,\"table\":");
    push_json_string(&found.table.name, &mut out);
    out.push_str(&format!(
        ",\"page\":{},\"page_size\":{},\"total_records\":{},\"total_pages\":{},\"has_next\":{}",
        request.page,
        request.page_size,
        found.total_records,
        total_pages,
        request.page < total_pages
    ));
    out.push_str(",\"records\":[");
    out.push_str(records);
    out.push_str("]}");
    out
}
