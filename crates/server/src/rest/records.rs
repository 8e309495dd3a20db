//! `/api/v1/db/tables/{table}/records`: records created; `…/records/{key}`: one record read,
//! changed or deleted. Each request changes all it says or nothing.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::PathNames;
use crate::app::{App, Asked};
use crate::body::JsonBody;
use crate::error::Error;
use crate::query::{self, Change, Idempotency, Records, Work, Write, Written};
use crate::request::{NewRecords, record};
use crate::response::{self, push_json_string};
use crate::schema::Table;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;

/// What is known of a request that writes, besides its body.
pub(super) struct Asking {
    method: Method,
    uri: String,
    idempotency_key: Option<String>,
}

pub(super) async fn create(
    asked: Asked,
    path: PathNames,
    asking: Asking,
    body: Result<JsonBody, Error>,
) -> Result<Response, Error> {
    let body = body_for(&asked, &path, body).await?;
    let records = NewRecords::read(&body, asked.app.config.records_max)?;
    write(&asked, &path, asking, &body, Change::Create(&records), records.is_one).await
}

pub(super) async fn update(
    asked: Asked,
    path: PathNames,
    asking: Asking,
    body: Result<JsonBody, Error>,
) -> Result<Response, Error> {
    let body = body_for(&asked, &path, body).await?;
    let record = &record(&body)?;
    let change = Change::Update { key: path.get("key"), record };
    write(&asked, &path, asking, &body, change, true).await
}

pub(super) async fn delete(
    asked: Asked,
    path: PathNames,
    asking: Asking,
) -> Result<Response, Error> {
    write(&asked, &path, asking, &[], Change::Delete { key: path.get("key") }, true).await
}

pub(super) async fn get(asked: Asked, path: PathNames) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let mut record = String::new();
    let (table, key) = (path.get("table"), path.get("key"));
    let table = query::one(&asked.mount()?.db, &asked.call, table, key, |row| {
        response::push_json_row(row, &mut record);
    });
    let table = table.await?;
    Ok(response::json(StatusCode::OK, document(&asked, &table, &[record], true)?))
}

/// Refuses a method; a table that takes no writes allows fewer than the route.
pub(super) async fn refuse_method(asked: Asked, path: PathNames, method: Method) -> Response {
    let refused = Error::MethodNotAllowed { method: method.to_string() };
    let mut response = refused.into_response();
    if let Ok(mount) = asked.mount()
        && let Err(Error::WritesDisabled { .. } | Error::TableNotWritable { .. }) =
            query::check_takes_writes(mount, &asked.call, path.get("table")).await
    {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET,HEAD"));
    }
    response
}

/// Takes the body; what is wrong with it matters only where the table takes writes at all.
async fn body_for(
    asked: &Asked,
    path: &PathNames,
    body: Result<JsonBody, Error>,
) -> Result<Bytes, Error> {
    match body {
        Ok(JsonBody(bytes)) => Ok(bytes),
        Err(error) => {
            query::check_takes_writes(asked.mount()?, &asked.call, path.get("table")).await?;
            Err(error)
        }
    }
}

async fn write(
    asked: &Asked,
    path: &PathNames,
    asking: Asking,
    body: &[u8],
    change: Change<'_>,
    is_one: bool,
) -> Result<Response, Error> {
    asked.parameters.only_these(&["db"])?;
    let mount = asked.mount()?;
    let creates = matches!(change, Change::Create(_));
    let idempotency = asking.idempotency(&mount.name, body);
    let limits = asked.app.config.limits();
    let answer = |table: &Table, records: Vec<String>, key: Option<String>| {
        Ok(Written {
            status: if creates { 201 } else { 200 },
            location: key.filter(|_| creates && is_one).map(|key| location(table, &key)),
            body: document(asked, table, &records, is_one)?,
            replayed: false,
        })
    };
    let work = Work::Records(Records { table: path.get("table"), change, answer: &answer });
    let request = Write { work, limits, idempotency };
    respond(query::write(mount, &asked.call, &request).await?)
}

impl Asking {
    /// Makes the fingerprint of the request; the same key with another one is a mistake.
    pub(super) fn idempotency(self, database: &str, body: &[u8]) -> Option<Idempotency> {
        let key = self.idempotency_key?;
        let mut digest = Sha256::new();
        for part in [self.method.as_str(), database, &self.uri] {
            digest.update(part);
            digest.update([0]);
        }
        digest.update(body);
        let fingerprint = response::hex(&digest.finalize());
        Some(Idempotency { key, fingerprint })
    }
}

impl FromRequestParts<Arc<App>> for Asking {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let invalid = || Error::InvalidParameter {
            parameter: IDEMPOTENCY_KEY.to_string(),
            reason: format!("takes 1 to {IDEMPOTENCY_KEY_BYTES_MAX} visible ASCII characters"),
        };
        let is_sane = |key: &&str| {
            (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len())
                && key.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let idempotency_key = match parts.headers.get(IDEMPOTENCY_KEY) {
            Some(key) => {
                let key = key.to_str().ok().filter(is_sane).ok_or_else(invalid)?;
                Some(key.to_owned())
            }
            None => None,
        };
        // Never fails: the router put it there, or the URI itself is answered.
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(parts, app).await;
        Ok(Self { method: parts.method.clone(), uri: uri.to_string(), idempotency_key })
    }
}

fn document(
    asked: &Asked,
    table: &Table,
    records: &[String],
    is_one: bool,
) -> Result<String, Error> {
    let bytes_max = asked.app.config.response_bytes_max;
    if records.iter().map(String::len).sum::<usize>() > bytes_max {
        return Err(Error::ResponseTooLarge { bytes_max });
    }
    let mut out = String::from("{\"success\":true,\"table\":");
    push_json_string(&table.name, &mut out);
    match is_one {
        true => {
            out.push_str(",\"record\":");
            out.push_str(records.first().map_or("null", String::as_str));
        }
        false => {
            out.push_str(",\"records\":[");
            out.push_str(&records.join(","));
            out.push(']');
        }
    }
    out.push('}');
    Ok(out)
}

fn location(table: &Table, key: &str) -> String {
    let table = utf8_percent_encode(&table.name, NON_ALPHANUMERIC);
    let key = utf8_percent_encode(key, NON_ALPHANUMERIC);
    format!("/api/v1/db/tables/{table}/records/{key}")
}

pub(super) fn respond(written: Written) -> Result<Response, Error> {
    let status = StatusCode::from_u16(written.status).map_err(|_| Error::Internal)?;
    let mut response = response::json(status, written.body);
    let headers = response.headers_mut();
    if let Some(location) = written.location {
        let location = HeaderValue::from_str(&location).map_err(|_| Error::Internal)?;
        headers.insert(header::LOCATION, location);
    }
    if written.replayed {
        headers.insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}
