//! Responses: JSON written value by value, never through a float.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::data::{Row, write_json, write_json_string};

/// Answers a JSON document.
pub(crate) fn json(status: StatusCode, document: String) -> Response {
    with_type(status, "application/json", document)
}

/// Answers a page.
pub(crate) fn html(status: StatusCode, page: String) -> Response {
    with_type(status, "text/html; charset=utf-8", page)
}

/// Answers nothing but headers.
pub(crate) fn empty() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Answers a document of a media type.
pub(crate) fn with_type(
    status: StatusCode,
    media_type: &'static str,
    document: impl Into<Body>,
) -> Response {
    let mut response = Response::new(document.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Appends a JSON string.
pub(crate) fn push_json_string(text: &str, out: &mut String) {
    // Writing to a string does not fail.
    let _ = write_json_string(text, out);
}

/// Appends a JSON array of strings.
pub(crate) fn push_json_list<T: AsRef<str>>(items: &[T], out: &mut String) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        push_json_string(item.as_ref(), out);
    }
    out.push(']');
}

/// Appends a row as a JSON object.
pub(crate) fn push_json_row(row: Row<'_>, out: &mut String) {
    // Writing to a string does not fail.
    let _ = row.write_json(out);
}

/// Appends the values of a row as a JSON array.
pub(crate) fn push_json_values(row: Row<'_>, out: &mut String) {
    for (at, value) in row.values().enumerate() {
        out.push(if at == 0 { '[' } else { ',' });
        // Writing to a string does not fail.
        let _ = write_json(value, out);
    }
    out.push(']');
}

/// Writes bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
