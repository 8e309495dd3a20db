//! What is told of requests that ask for something that cannot be.

use axum::http::StatusCode;

use super::report::Detail;
use super::{DATABASE, Error, Report};

pub(super) fn report(error: &Error) -> Report {
    let report =
        |code, message: String| Report::new(StatusCode::BAD_REQUEST, code, DATABASE, &message);
    match error {
        Error::InvalidParameter { parameter, reason } => {
            report("INVALID_PARAMETER", format!("Parameter '{parameter}' {reason}"))
                .with("parameter", Detail::text(parameter))
        }
        Error::InvalidPage { parameter, value, expected } => {
            report("INVALID_PAGE", format!("'{parameter}' must be {expected}, not '{value}'"))
                .with("parameter", Detail::text(parameter))
                .with("value", Detail::text(value))
        }
        Error::InvalidFilter { column, filter, reason } => {
            report("INVALID_FILTER", format!("Filter '{filter}' of '{column}' {reason}"))
                .with("column", Detail::text(column))
                .with("filter", Detail::text(filter))
        }
        Error::InvalidValue { column, value, expected } => {
            report("INVALID_VALUE", format!("'{value}' is not {expected}, as '{column}' takes"))
                .with("column", Detail::text(column))
                .with("value", Detail::text(value))
                .with("expected", Detail::text(expected))
        }
        Error::ValueTooPrecise => report(
            "INVALID_VALUE",
            "A value has more digits than the database compares exactly".to_owned(),
        ),
        Error::ValueRefused => report(
            "INVALID_VALUE",
            "A value is none of its column's type, as the database reads it".to_owned(),
        ),
        Error::Incomparable => report(
            "INVALID_PARAMETER",
            "The database knows no order, or no equality, for the type of a column asked for"
                .to_owned(),
        ),
        Error::InvalidBody { reason } => report("INVALID_BODY", format!("The body {reason}")),
        Error::InvalidKey { key, columns } => report(
            "INVALID_KEY",
            format!(
                "'{key}' is not a key of ({}), as in 'a,b' with quotes around a comma",
                columns.join(", ")
            ),
        )
        .with("key", Detail::text(key))
        .with("columns", Detail::List(columns.clone())),
        Error::QueryFailed { message, place } => {
            let report = report("QUERY_FAILED", message.clone());
            match place {
                Some((line, column)) => {
                    report.with("line", Detail::count(*line)).with("column", Detail::count(*column))
                }
                None => report,
            }
        }
        Error::LimitExceeded { what, max } => {
            report("LIMIT_EXCEEDED", format!("There are more than {max} {what}"))
                .with("max", Detail::count(*max))
        }
        Error::ColumnNotFound { table, column, available } => {
            report("COLUMN_NOT_FOUND", format!("Column '{column}' not found in '{table}'"))
                .with("table_name", Detail::text(table))
                .with("column_name", Detail::text(column))
                .with("available_columns", Detail::List(available.clone()))
        }
        _ => Error::Internal.report(),
    }
}
