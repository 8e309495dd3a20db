//! Everything around a handler: who may ask, how much at a time, for how long; the log line; the
//! headers of every answer.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

use crate::app::App;
use crate::call::{Call, X_REQUEST_ID};
use crate::error::{Error, Report};
use crate::{Config, auth, cors, response};

const HEADERS: [(header::HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Lets a request in, or tells why not, and finishes the response.
pub(crate) async fn pass(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let call = Call::begin(request.headers(), app.config.request_timeout, app.stop.clone());
    let span = tracing::info_span!(
        target: "hypostyle::http", "request", correlation_id = call.id()
    );
    let seen = Seen::of(&app.config, &request);
    request.extensions_mut().insert(call.clone());
    let response = match admit(&app, &seen, &request) {
        Ok(Entry::Answered(response)) => response,
        Ok(Entry::Admitted(permit)) => {
            let response = call.limit(next.run(request).instrument(span.clone())).await;
            let response = response.unwrap_or_else(|| Error::QueryTimeout.into_response());
            held_until_sent(response, permit).await
        }
        Err(error) => error.into_response(),
    };
    let (response, code) = finish(&call, &seen, response);
    tracing::info!(
        target: "hypostyle::http",
        parent: &span,
        method = %seen.method,
        path = %seen.path,
        status = response.status().as_u16(),
        code,
        ms = began.elapsed().as_secs_f64() * 1e3,
        correlation_id = call.id(),
        "request"
    );
    response
}

/// What is still to be known of a request once it is gone.
struct Seen {
    method: Method,
    path: String,
    /// The origin whose page asks, where it is another that is allowed.
    origin: Option<HeaderValue>,
}

impl Seen {
    fn of(config: &Config, request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            origin: cors::allowed(config, request.headers()),
        }
    }
}

/// What becomes of a request that is let in.
enum Entry {
    /// It was a question about questions.
    Answered(Response),
    /// It counts among those under way; but for whether the process lives.
    Admitted(Option<OwnedSemaphorePermit>),
}

fn admit(app: &App, seen: &Seen, request: &Request) -> Result<Entry, Error> {
    let (config, uri, headers) = (&app.config, request.uri(), request.headers());
    let url_bytes = uri.path_and_query().map_or(0, |url| url.as_str().len());
    if url_bytes > config.url_bytes_max {
        return Err(Error::UrlTooLong { bytes_max: config.url_bytes_max });
    }
    auth::check_host(config, uri, headers)?;
    auth::check_origin(config, headers)?;
    // A browser asks beforehand without the key.
    if seen.origin.is_some()
        && let Some(answer) = cors::preflight(&seen.method, headers)
    {
        return Ok(Entry::Answered(answer));
    }
    auth::check_key(config, uri.path(), headers)?;
    if body_bytes(request, headers) > config.body_bytes_max {
        return Err(Error::BodyTooLarge { bytes_max: config.body_bytes_max });
    }
    if uri.path() == "/healthz" {
        return Ok(Entry::Admitted(None));
    }
    let overloaded = |_| Error::Overloaded { requests_max: config.requests_max };
    let permit = app.permits.clone().try_acquire_owned().map_err(overloaded)?;
    Ok(Entry::Admitted(Some(permit)))
}

/// The length the request says; a body without one is cut off while it is read.
fn body_bytes(request: &Request, headers: &HeaderMap) -> u64 {
    let said = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let said = said.and_then(|length| length.parse().ok()).unwrap_or(0);
    said.max(request.body().size_hint().lower())
}

/// Counts a request among those under way until its answer was taken: a client that reads slowly
/// keeps the memory of its answer.
async fn held_until_sent(response: Response, permit: Option<OwnedSemaphorePermit>) -> Response {
    let Some(permit) = permit else { return response };
    let (parts, body) = response.into_parts();
    // Answers are whole in memory already: nothing is waited for, and nothing is copied.
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            let bytes = Bytes::from_owner(Held { bytes, _permit: permit });
            Response::from_parts(parts, Body::from(bytes))
        }
        Err(_) => Error::Internal.into_response(),
    }
}

struct Held {
    bytes: Bytes,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Gives a failure its form and every response its headers; answers the code of a failure, too.
fn finish(call: &Call, seen: &Seen, mut response: Response) -> (Response, Option<&'static str>) {
    let report = response.extensions_mut().remove::<Error>().map(|error| error.report());
    if let Some(report) = &report {
        response = render(call, report, response.headers());
    }
    let headers = response.headers_mut();
    if let Some(origin) = &seen.origin {
        cors::open_to(origin.clone(), headers);
    }
    for (name, value) in HEADERS {
        // The console says itself what its page may load.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(call.id()) {
        headers.insert(X_REQUEST_ID, id);
    }
    (response, report.map(|report| report.code))
}

fn render(call: &Call, report: &Report, headers: &HeaderMap) -> Response {
    let mut response = response::json(report.status, report.to_json(call.id()));
    for (name, value) in headers {
        if !response.headers().contains_key(name) && name != header::CONTENT_LENGTH {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}
