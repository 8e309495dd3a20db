//! The web console: its page for every one of its addresses, and the files the page loads.
//!
//! The files are those of `console/dist` when this crate was built; without them the server still
//! serves REST and says so here.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use rust_embed::RustEmbed;

use crate::app::App;
use crate::call::random_id;
use crate::error::Error;
use crate::response;

#[derive(RustEmbed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";

/// What the page has in the place of the nonce of its styles.
const NONCE: &str = "__CSP_NONCE__";

const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Hypostyle</title>\
<h1>Hypostyle serves REST here</h1><p>The console is not part of this program: it was built without \
Node.js. Build it with <code>./dev console</code>, then build the program again.\
<p>Begin with <a href=/api/v1/db/databases>the databases</a> or \
<a href=/openapi.json>the OpenAPI document</a>.";

/// The addresses of the console's page, and its files.
pub(crate) fn routes() -> Router<Arc<App>> {
    let mut routes = Router::new()
        .route("/assets/{*file}", get(asset))
        .route("/icon.svg", get(async || file("icon.svg", &HeaderMap::new())))
        .route("/favicon.ico", get(async || file("icon.svg", &HeaderMap::new())));
    for address in ["/", "/overview", "/sql", "/health", "/d/{*rest}"] {
        routes = routes.route(address, get(async || page()));
    }
    routes
}

/// Answers the page of the console.
pub(crate) fn page() -> Response {
    let Some(page) = Files::get(PAGE) else {
        return response::html(StatusCode::OK, NOT_BUILT.to_owned());
    };
    let nonce = random_id();
    let text = String::from_utf8_lossy(&page.data).replace(NONCE, &nonce);
    let mut response = response::html(StatusCode::OK, text);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let name = format!("assets/{path}");
    // Only the names of files, not other ways to them.
    match Files::iter().any(|known| known == name) {
        true => file(&name, &headers),
        false => Err(Error::NotFound { path: format!("/{name}") }),
    }
}

/// Answers a file; the names of those under `assets/` change with their content, so a browser may
/// keep them for good.
fn file(name: &str, headers: &HeaderMap) -> Result<Response, Error> {
    let found = Files::get(name).ok_or_else(|| Error::NotFound { path: format!("/{name}") })?;
    let tag = format!("\"{}\"", response::hex(&found.metadata.sha256_hash()));
    let given = headers.get(header::IF_NONE_MATCH).and_then(|given| given.to_str().ok());
    let is_known = given.is_some_and(|given| given.split(',').any(|one| one.trim() == tag));
    let mut response = match is_known {
        true => response::with_type(StatusCode::NOT_MODIFIED, media_type(name), ""),
        false => response::with_type(StatusCode::OK, media_type(name), found.data.into_owned()),
    };
    let kept = match name.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "public, max-age=3600",
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" | "map" => "application/json",
        "woff2" => "font/woff2",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
