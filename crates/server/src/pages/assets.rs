//! What pages are styled with: the same for everyone, so that a browser may keep it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::response;

pub(super) async fn style() -> Response {
    kept("text/css; charset=utf-8", include_str!("style.css"))
}

pub(super) async fn icon() -> Response {
    kept("image/svg+xml", include_str!("icon.svg"))
}

fn kept(media_type: &'static str, text: &'static str) -> Response {
    let mut response = response::with_type(StatusCode::OK, media_type, text);
    let an_hour = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(header::CACHE_CONTROL, an_hour);
    response
}
