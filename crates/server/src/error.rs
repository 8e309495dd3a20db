//! Every way a request can fail, each with a code that is never reused.

mod report;

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::data;
use report::Detail;

pub(crate) use report::Report;

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    Unauthorized,
    ForbiddenHost { host: String },
    ForbiddenOrigin { origin: String },
    NotFound { path: String },
    MethodNotAllowed { method: String },
    UrlTooLong { bytes_max: usize },
    BodyTooLarge { bytes_max: u64 },
    Overloaded { requests_max: usize },
    InvalidParameter { parameter: String, reason: String },
    InvalidPage { parameter: &'static str, value: String, expected: String },
    InvalidFilter { column: String, filter: String, reason: String },
    InvalidValue { column: String, value: String, expected: &'static str },
    LimitExceeded { what: &'static str, max: usize },
    ColumnNotFound { table: String, column: String, available: Vec<String> },
    TableNotFound { table: String, available: Vec<String> },
    DatabaseNotFound { database: String, available: Vec<String> },
    TableUnreadable { table: String, problem: String },
    ResponseTooLarge { bytes_max: usize },
    QueryTimeout,
    DatabaseUnavailable,
    Stopping,
    Unsupported { message: String },
    Internal,
}

/// The part of the system a failure belongs to, as `module` of the answer.
const DATABASE: &str = "core.database";
const SERVER: &str = "core.server";

impl Error {
    /// Answers everything that is told about the failure.
    pub(crate) fn report(&self) -> Report {
        match self {
            Self::Unauthorized
            | Self::ForbiddenHost { .. }
            | Self::ForbiddenOrigin { .. }
            | Self::NotFound { .. }
            | Self::MethodNotAllowed { .. }
            | Self::UrlTooLong { .. }
            | Self::BodyTooLarge { .. }
            | Self::Overloaded { .. } => self.report_of_server(),
            Self::InvalidParameter { .. }
            | Self::InvalidPage { .. }
            | Self::InvalidFilter { .. }
            | Self::InvalidValue { .. }
            | Self::LimitExceeded { .. }
            | Self::ColumnNotFound { .. } => self.report_of_request(),
            _ => self.report_of_database(),
        }
    }

    fn report_of_server(&self) -> Report {
        let report = |status, code, message: &str| Report::new(status, code, SERVER, message);
        match self {
            Self::Unauthorized => report(
                StatusCode::UNAUTHORIZED,
                "UNAUTHORIZED",
                "An API key is needed, as 'Authorization: Bearer …' or 'X-API-Key: …'",
            ),
            Self::ForbiddenHost { host } => report(
                StatusCode::FORBIDDEN,
                "FORBIDDEN_HOST",
                &format!("'{host}' is no name of this server; add it to the allowed hosts"),
            )
            .with("host", Detail::text(host)),
            Self::ForbiddenOrigin { origin } => report(
                StatusCode::FORBIDDEN,
                "FORBIDDEN_ORIGIN",
                &format!("Pages of '{origin}' may not ask; add it to the allowed origins"),
            )
            .with("origin", Detail::text(origin)),
            Self::NotFound { path } => {
                report(StatusCode::NOT_FOUND, "NOT_FOUND", &format!("Nothing is at '{path}'"))
                    .with("path", Detail::text(path))
            }
            Self::MethodNotAllowed { method } => report(
                StatusCode::METHOD_NOT_ALLOWED,
                "METHOD_NOT_ALLOWED",
                &format!("Method {method} is not allowed here; use GET"),
            )
            .with("method", Detail::text(method))
            .with("allowed", Detail::List(vec!["GET".to_owned(), "HEAD".to_owned()])),
            Self::UrlTooLong { bytes_max } => report(
                StatusCode::URI_TOO_LONG,
                "URL_TOO_LONG",
                &format!("The path and query are longer than {bytes_max} bytes"),
            )
            .with("url_bytes_max", Detail::count(*bytes_max)),
            Self::BodyTooLarge { bytes_max } => report(
                StatusCode::PAYLOAD_TOO_LARGE,
                "BODY_TOO_LARGE",
                &format!("The body is longer than {bytes_max} bytes"),
            )
            .with("body_bytes_max", Detail::Number(*bytes_max)),
            Self::Overloaded { requests_max } => report(
                StatusCode::SERVICE_UNAVAILABLE,
                "OVERLOADED",
                &format!("{requests_max} requests are under way; come back in a second"),
            )
            .with("requests_max", Detail::count(*requests_max)),
            _ => Self::Internal.report(),
        }
    }

    fn report_of_request(&self) -> Report {
        let report =
            |code, message: String| Report::new(StatusCode::BAD_REQUEST, code, DATABASE, &message);
        match self {
            Self::InvalidParameter { parameter, reason } => {
                report("INVALID_PARAMETER", format!("Parameter '{parameter}' {reason}"))
                    .with("parameter", Detail::text(parameter))
            }
            Self::InvalidPage { parameter, value, expected } => {
                report("INVALID_PAGE", format!("'{parameter}' must be {expected}, not '{value}'"))
                    .with("parameter", Detail::text(parameter))
                    .with("value", Detail::text(value))
            }
            Self::InvalidFilter { column, filter, reason } => {
                report("INVALID_FILTER", format!("Filter '{filter}' of '{column}' {reason}"))
                    .with("column", Detail::text(column))
                    .with("filter", Detail::text(filter))
            }
            Self::InvalidValue { column, value, expected } => {
                report("INVALID_VALUE", format!("'{value}' is not {expected}, as '{column}' takes"))
                    .with("column", Detail::text(column))
                    .with("value", Detail::text(value))
                    .with("expected", Detail::text(expected))
            }
            Self::LimitExceeded { what, max } => {
                report("LIMIT_EXCEEDED", format!("There are more than {max} {what}"))
                    .with("max", Detail::count(*max))
            }
            Self::ColumnNotFound { table, column, available } => {
                report("COLUMN_NOT_FOUND", format!("Column '{column}' not found in '{table}'"))
                    .with("table_name", Detail::text(table))
                    .with("column_name", Detail::text(column))
                    .with("available_columns", Detail::List(available.clone()))
            }
            _ => Self::Internal.report(),
        }
    }

    fn report_of_database(&self) -> Report {
        let report = |status, code, message: &str| Report::new(status, code, DATABASE, message);
        match self {
            Self::TableNotFound { table, available } => report(
                StatusCode::NOT_FOUND,
                "TABLE_NOT_FOUND",
                &format!("Table '{table}' not found in database"),
            )
            .with("table_name", Detail::text(table))
            .with("available_tables", Detail::List(available.clone())),
            Self::DatabaseNotFound { database, available } => report(
                StatusCode::NOT_FOUND,
                "DATABASE_NOT_FOUND",
                &format!("Database '{database}' not found"),
            )
            .with("database", Detail::text(database))
            .with("available_databases", Detail::List(available.clone())),
            Self::TableUnreadable { table, problem } => report(
                StatusCode::CONFLICT,
                "TABLE_UNREADABLE",
                &format!("The database cannot read '{table}': {problem}"),
            )
            .with("table_name", Detail::text(table)),
            Self::ResponseTooLarge { bytes_max } => report(
                StatusCode::BAD_REQUEST,
                "RESPONSE_TOO_LARGE",
                &format!("The rows exceed {bytes_max} bytes; ask for fewer or for fewer columns"),
            )
            .with("response_bytes_max", Detail::count(*bytes_max)),
            Self::QueryTimeout => report(
                StatusCode::GATEWAY_TIMEOUT,
                "QUERY_TIMEOUT",
                "The query took too long and was stopped; narrow it with filters",
            ),
            Self::DatabaseUnavailable => report(
                StatusCode::SERVICE_UNAVAILABLE,
                "DATABASE_UNAVAILABLE",
                "The database does not answer; try again",
            ),
            Self::Stopping => report(
                StatusCode::SERVICE_UNAVAILABLE,
                "SERVER_STOPPING",
                "The server is stopping and could not finish the request",
            ),
            Self::Unsupported { message } => {
                report(StatusCode::NOT_IMPLEMENTED, "UNSUPPORTED", message)
            }
            _ => report(
                StatusCode::INTERNAL_SERVER_ERROR,
                "INTERNAL",
                "Something went wrong inside; the log has it under the correlation id",
            ),
        }
    }
}

/// The gate turns the error into JSON or a page, once it knows who asked and how.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let report = self.report();
        let mut response = report.status.into_response();
        for (name, value) in report.headers() {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<data::Error> for Error {
    fn from(error: data::Error) -> Self {
        use data::ErrorKind::{
            Cancelled, Closed, Connection, Locked, PoolTimeout, Timeout, Unsupported,
        };
        match error.kind() {
            Timeout => Self::QueryTimeout,
            Cancelled => Self::Stopping,
            Connection | PoolTimeout | Locked | Closed => {
                tracing::warn!(target: "hypostyle::http", %error, "the database does not answer");
                Self::DatabaseUnavailable
            }
            Unsupported => Self::Unsupported { message: error.message().to_owned() },
            _ => {
                tracing::error!(target: "hypostyle::http", %error, "a request failed inside");
                Self::Internal
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_met_to_the_letter() {
        let error = Error::TableNotFound {
            table: "users".into(),
            available: vec!["modules".into(), "settings".into()],
        };
        assert_eq!(
            error.report().to_json("id"),
            "{\"error\":{\"code\":\"TABLE_NOT_FOUND\",\
             \"message\":\"Table 'users' not found in database\",\
             \"module\":\"core.database\",\
             \"details\":{\"table_name\":\"users\",\
             \"available_tables\":[\"modules\",\"settings\"]},\
             \"correlation_id\":\"id\"}}"
        );
    }

    #[test]
    fn an_engine_error_is_told_by_its_kind_and_never_by_its_message() {
        let check = |kind: data::ErrorKind, expect: &str| {
            let error = Error::from(data::Error::new(kind, "secret of the engine"));
            let report = error.report();
            let shown = format!("{} {}", report.status.as_u16(), report.code);
            assert_eq!(shown, expect);
            assert!(!report.to_json("").contains("secret"), "{shown}");
        };
        check(data::ErrorKind::Timeout, "504 QUERY_TIMEOUT");
        check(data::ErrorKind::PoolTimeout, "503 DATABASE_UNAVAILABLE");
        check(data::ErrorKind::Locked, "503 DATABASE_UNAVAILABLE");
        check(data::ErrorKind::Corrupt, "500 INTERNAL");
        check(data::ErrorKind::Query, "500 INTERNAL");
        check(data::ErrorKind::Other, "500 INTERNAL");
    }

    #[test]
    fn every_failure_stands_in_the_table_of_the_documentation() {
        let (name, text) = (String::new, String::new);
        let available = Vec::new;
        for error in [
            Error::Unauthorized,
            Error::ForbiddenHost { host: name() },
            Error::ForbiddenOrigin { origin: name() },
            Error::NotFound { path: name() },
            Error::MethodNotAllowed { method: name() },
            Error::UrlTooLong { bytes_max: 1 },
            Error::BodyTooLarge { bytes_max: 1 },
            Error::Overloaded { requests_max: 1 },
            Error::InvalidParameter { parameter: name(), reason: text() },
            Error::InvalidPage { parameter: "page", value: text(), expected: text() },
            Error::InvalidFilter { column: name(), filter: text(), reason: text() },
            Error::InvalidValue { column: name(), value: text(), expected: "" },
            Error::LimitExceeded { what: "", max: 1 },
            Error::ColumnNotFound { table: name(), column: name(), available: available() },
            Error::TableNotFound { table: name(), available: available() },
            Error::DatabaseNotFound { database: name(), available: available() },
            Error::TableUnreadable { table: name(), problem: text() },
            Error::ResponseTooLarge { bytes_max: 1 },
            Error::QueryTimeout,
            Error::DatabaseUnavailable,
            Error::Stopping,
            Error::Unsupported { message: text() },
            Error::Internal,
        ] {
            let report = error.report();
            let row = format!("| `{}` | {} | ", report.code, report.status.as_u16());
            assert!(include_str!("docs/rest.md").contains(&row), "no {row}");
        }
    }

    #[test]
    fn text_of_the_caller_is_escaped() {
        let json = Error::NotFound { path: "/\"</script>\n".into() }.report().to_json("i\"d");
        assert!(json.contains(r#"Nothing is at '/\"</script>\n'"#), "{json}");
        assert!(json.ends_with(r#""correlation_id":"i\"d"}}"#), "{json}");
    }
}
