//! What is told of operations that are refused, and refusals as failures of requests.

use axum::http::StatusCode;

use super::report::Detail;
use super::{DATABASE, Error, Report, WriteFailure};
use crate::operation::Refusal;

pub(super) fn report(error: &Error) -> Report {
    let report = |status, code, message: &str| Report::new(status, code, DATABASE, message);
    match error {
        Error::InvalidOperation { reason } => {
            report(StatusCode::BAD_REQUEST, "INVALID_OPERATION", reason)
        }
        Error::UnknownOperation { operation } => report(
            StatusCode::BAD_REQUEST,
            "UNKNOWN_OPERATION",
            &format!("Unknown operation: {operation}"),
        )
        .with("operation", Detail::text(operation)),
        Error::RowsUnexpected { table, expected, found } => report(
            StatusCode::CONFLICT,
            "ROWS_UNEXPECTED",
            &format!(
                "{expected} records of '{table}' were to be changed, and {found} met the \
                 conditions; nothing was changed"
            ),
        )
        .with("table_name", Detail::text(table))
        .with("expected", Detail::Number(*expected))
        .with("found", Detail::Number(*found)),
        Error::At { at, failure } => failure.report().with("operation_index", Detail::count(*at)),
        _ => Error::Internal.report(),
    }
}

impl From<&Refusal> for Error {
    fn from(refusal: &Refusal) -> Self {
        match refusal.clone() {
            Refusal::InvalidDocument { reason } => Self::InvalidOperation { reason },
            Refusal::UnknownOperation { operation } => Self::UnknownOperation { operation },
            Refusal::TableNotFound { table, available } => Self::TableNotFound { table, available },
            Refusal::TableUnreadable { table, problem } => Self::TableUnreadable { table, problem },
            Refusal::TableNotWritable { table, kind } => Self::TableNotWritable { table, kind },
            Refusal::WritesDisabled { table } => {
                Self::WritesDisabled { database: String::new(), table }
            }
            Refusal::ColumnNotFound { table, column, available } => {
                Self::ColumnNotFound { table, column, available }
            }
            Refusal::ColumnNotWritable { table, column } => {
                Self::ColumnNotWritable { table, column }
            }
            Refusal::ColumnTwice { .. } => Self::InvalidParameter {
                parameter: "select".to_owned(),
                reason: "names a column twice".to_owned(),
            },
            Refusal::NoPrimaryKey { table } => Self::NoPrimaryKey { table },
            Refusal::InvalidKey { key, columns } => Self::InvalidKey { key, columns },
            Refusal::InvalidFilter { column, filter, reason } => {
                Self::InvalidFilter { column, filter, reason }
            }
            Refusal::InvalidValue { column, value, expected } => {
                Self::InvalidValue { column, value, expected }
            }
            Refusal::InvalidRecord { reason } => Self::InvalidBody { reason },
            Refusal::RecordIgnored { table } => Self::WriteFailed(WriteFailure::ignored(&table)),
            Refusal::ValueRefused => Self::ValueRefused,
            Refusal::Incomparable => Self::Incomparable,
            Refusal::AnswerTooLarge { bytes_max } => Self::ResponseTooLarge { bytes_max },
            Refusal::LimitExceeded { what, max } => Self::LimitExceeded { what, max },
            Refusal::RowsUnexpected { table, expected, found } => {
                Self::RowsUnexpected { table, expected, found }
            }
            Refusal::SqlDisabled { .. } => Self::SqlDisabled,
            Refusal::QueryFailed { message, place } => Self::QueryFailed { message, place },
            Refusal::Unsupported { message } => Self::Unsupported { message },
            refusal => Self::InvalidOperation { reason: refusal.to_string() },
        }
    }
}
