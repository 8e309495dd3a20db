//! What is told of requests that the server itself refuses.

use axum::http::StatusCode;

use super::report::Detail;
use super::{Error, Report, SERVER};

pub(super) fn report(error: &Error) -> Report {
    let report = |status, code, message: &str| Report::new(status, code, SERVER, message);
    match error {
        Error::Unauthorized => report(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "An API key is needed, as 'Authorization: Bearer …' or 'X-API-Key: …'",
        ),
        Error::ForbiddenHost { host } => report(
            StatusCode::FORBIDDEN,
            "FORBIDDEN_HOST",
            &format!("'{host}' is no name of this server; add it to the allowed hosts"),
        )
        .with("host", Detail::text(host)),
        Error::ForbiddenOrigin { origin } => report(
            StatusCode::FORBIDDEN,
            "FORBIDDEN_ORIGIN",
            &format!("Pages of '{origin}' may not ask; add it to the allowed origins"),
        )
        .with("origin", Detail::text(origin)),
        Error::NotFound { path } => {
            report(StatusCode::NOT_FOUND, "NOT_FOUND", &format!("Nothing is at '{path}'"))
                .with("path", Detail::text(path))
        }
        Error::MethodNotAllowed { method } => report(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            &format!("Method {method} is not allowed here; the header Allow lists those that are"),
        )
        .with("method", Detail::text(method)),
        Error::UrlTooLong { bytes_max } => report(
            StatusCode::URI_TOO_LONG,
            "URL_TOO_LONG",
            &format!("The path and query are longer than {bytes_max} bytes"),
        )
        .with("url_bytes_max", Detail::count(*bytes_max)),
        Error::BodyTooLarge { bytes_max } => report(
            StatusCode::PAYLOAD_TOO_LARGE,
            "BODY_TOO_LARGE",
            &format!("The body is longer than {bytes_max} bytes"),
        )
        .with("body_bytes_max", Detail::Number(*bytes_max)),
        Error::UnsupportedMediaType { given } => report(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "A body is JSON, sent as 'Content-Type: application/json'",
        )
        .with("content_type", Detail::text(given)),
        Error::SqlDisabled => report(
            StatusCode::FORBIDDEN,
            "SQL_DISABLED",
            "This server runs no SQL of its callers; the setting server.sql_editor allows it",
        ),
        Error::Overloaded { requests_max } => report(
            StatusCode::SERVICE_UNAVAILABLE,
            "OVERLOADED",
            &format!("{requests_max} requests are under way; come back in a second"),
        )
        .with("requests_max", Detail::count(*requests_max)),
        _ => Error::Internal.report(),
    }
}
