//! Pages of other origins: those that are allowed may read answers, and ask beforehand what they
//! may send. All pure.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;

use crate::Config;
use crate::response;

const METHODS: &str = "GET, HEAD, POST, PATCH, DELETE";
const HEADERS: &str =
    "authorization, content-type, idempotency-key, x-api-key, x-database, x-request-id";
const EXPOSED: &str = "idempotency-replayed, location, x-request-id";
/// The seconds for which a browser need not ask again.
const KEPT: &str = "600";

/// Answers the origin whose page asks, where it is allowed by name.
pub(crate) fn allowed(config: &Config, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let text = origin.to_str().ok()?;
    let is_known = config.allowed_origins.iter().any(|one| one.eq_ignore_ascii_case(text));
    is_known.then(|| origin.clone())
}

/// Answers what a page may send, when that is all a browser asks.
pub(crate) fn preflight(method: &Method, headers: &HeaderMap) -> Option<Response> {
    let asks = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if method != Method::OPTIONS || !asks {
        return None;
    }
    let mut response = response::empty();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, KEPT),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}

/// Lets the page of an allowed origin read an answer.
pub(crate) fn open_to(origin: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}
