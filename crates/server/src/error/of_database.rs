//! What is told of databases that lack something, or do not answer.

use axum::http::StatusCode;

use super::report::Detail;
use super::{DATABASE, Error, Report};

pub(super) fn report(error: &Error) -> Report {
    let report = |status, code, message: &str| Report::new(status, code, DATABASE, message);
    match error {
        Error::TableNotFound { table, available } => report(
            StatusCode::NOT_FOUND,
            "TABLE_NOT_FOUND",
            &format!("Table '{table}' not found in database"),
        )
        .with("table_name", Detail::text(table))
        .with("available_tables", Detail::List(available.clone())),
        Error::DatabaseNotFound { database, available } => report(
            StatusCode::NOT_FOUND,
            "DATABASE_NOT_FOUND",
            &format!("Database '{database}' not found"),
        )
        .with("database", Detail::text(database))
        .with("available_databases", Detail::List(available.clone())),
        Error::PanelNotFound { panel, available } => {
            report(StatusCode::NOT_FOUND, "PANEL_NOT_FOUND", &format!("Panel '{panel}' not found"))
                .with("panel", Detail::text(panel))
                .with("available_panels", Detail::List(available.clone()))
        }
        Error::RecordNotFound { table, key } => report(
            StatusCode::NOT_FOUND,
            "RECORD_NOT_FOUND",
            &format!("Table '{table}' has no record with the key '{key}'"),
        )
        .with("table_name", Detail::text(table))
        .with("key", Detail::text(key)),
        Error::TableUnreadable { table, problem } => report(
            StatusCode::CONFLICT,
            "TABLE_UNREADABLE",
            &format!("The database cannot read '{table}': {problem}"),
        )
        .with("table_name", Detail::text(table)),
        Error::ResponseTooLarge { bytes_max } => report(
            StatusCode::BAD_REQUEST,
            "RESPONSE_TOO_LARGE",
            &format!("The rows exceed {bytes_max} bytes; ask for fewer or for fewer columns"),
        )
        .with("response_bytes_max", Detail::count(*bytes_max)),
        Error::QueryTimeout => report(
            StatusCode::GATEWAY_TIMEOUT,
            "QUERY_TIMEOUT",
            "The query took too long and was stopped; narrow it with filters",
        ),
        Error::DatabaseUnavailable => report(
            StatusCode::SERVICE_UNAVAILABLE,
            "DATABASE_UNAVAILABLE",
            "The database does not answer; try again",
        ),
        Error::Conflict => report(
            StatusCode::SERVICE_UNAVAILABLE,
            "DATABASE_UNAVAILABLE",
            "Others write the same records; try again",
        ),
        Error::Stopping => report(
            StatusCode::SERVICE_UNAVAILABLE,
            "SERVER_STOPPING",
            "The server is stopping and could not finish the request",
        ),
        Error::Unsupported { message } => {
            report(StatusCode::NOT_IMPLEMENTED, "UNSUPPORTED", message)
        }
        _ => report(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL",
            "Something went wrong inside; the log has it under the correlation id",
        ),
    }
}
