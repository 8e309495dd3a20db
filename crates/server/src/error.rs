//! Every way a request can fail, each with a code that is never reused.

mod of_database;
mod of_migrations;
mod of_operation;
mod of_request;
mod of_server;
mod of_write;
mod report;

use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};

use crate::data;
use crate::operation::Refusal;

pub(crate) use of_migrations::{MigrationFailure, MigrationPlace};
pub(crate) use of_write::{Action, WriteFailure};
pub(crate) use report::Report;

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    Unauthorized,
    ForbiddenHost {
        host: String,
    },
    ForbiddenOrigin {
        origin: String,
    },
    NotFound {
        path: String,
    },
    MethodNotAllowed {
        method: String,
    },
    UrlTooLong {
        bytes_max: usize,
    },
    BodyTooLarge {
        bytes_max: u64,
    },
    UnsupportedMediaType {
        given: String,
    },
    Overloaded {
        requests_max: usize,
    },
    InvalidParameter {
        parameter: String,
        reason: String,
    },
    InvalidPage {
        parameter: &'static str,
        value: String,
        expected: String,
    },
    InvalidFilter {
        column: String,
        filter: String,
        reason: String,
    },
    InvalidValue {
        column: String,
        value: String,
        expected: &'static str,
    },
    ValueTooPrecise,
    ValueRefused,
    Incomparable,
    InvalidBody {
        reason: String,
    },
    InvalidOperation {
        reason: String,
    },
    UnknownOperation {
        operation: String,
    },
    InvalidKey {
        key: String,
        columns: Vec<String>,
    },
    LimitExceeded {
        what: &'static str,
        max: usize,
    },
    ColumnNotFound {
        table: String,
        column: String,
        available: Vec<String>,
    },
    ColumnNotWritable {
        table: String,
        column: String,
    },
    TableNotFound {
        table: String,
        available: Vec<String>,
    },
    DatabaseNotFound {
        database: String,
        available: Vec<String>,
    },
    PanelNotFound {
        panel: String,
        available: Vec<String>,
    },
    RecordNotFound {
        table: String,
        key: String,
    },
    NoPrimaryKey {
        table: String,
    },
    AmbiguousKey {
        table: String,
        key: String,
    },
    RowsUnexpected {
        table: String,
        expected: u64,
        found: u64,
    },
    /// A failure of one of the operations of a transaction, counted from 0.
    At {
        at: usize,
        failure: Box<Error>,
    },
    WritesDisabled {
        database: String,
        table: String,
    },
    TableNotWritable {
        table: String,
        kind: &'static str,
    },
    WriteFailed(WriteFailure),
    IdempotencyKeyReused {
        key: String,
    },
    SqlDisabled,
    MigrationsNeedKey,
    NoMigrations {
        database: String,
    },
    MigrationRunning {
        database: String,
        since: String,
    },
    MigrationFailed(MigrationFailure),
    QueryFailed {
        message: String,
        place: Option<(usize, usize)>,
    },
    TableUnreadable {
        table: String,
        problem: String,
    },
    ResponseTooLarge {
        bytes_max: usize,
    },
    QueryTimeout,
    DatabaseUnavailable,
    Conflict,
    Stopping,
    Unsupported {
        message: String,
    },
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
            | Self::UnsupportedMediaType { .. }
            | Self::SqlDisabled
            | Self::Overloaded { .. } => of_server::report(self),
            Self::InvalidParameter { .. }
            | Self::InvalidPage { .. }
            | Self::InvalidFilter { .. }
            | Self::InvalidValue { .. }
            | Self::ValueTooPrecise
            | Self::ValueRefused
            | Self::Incomparable
            | Self::InvalidBody { .. }
            | Self::InvalidKey { .. }
            | Self::LimitExceeded { .. }
            | Self::ColumnNotFound { .. }
            | Self::QueryFailed { .. } => of_request::report(self),
            Self::ColumnNotWritable { .. }
            | Self::NoPrimaryKey { .. }
            | Self::AmbiguousKey { .. }
            | Self::WritesDisabled { .. }
            | Self::TableNotWritable { .. }
            | Self::WriteFailed(_)
            | Self::IdempotencyKeyReused { .. } => of_write::report(self),
            Self::InvalidOperation { .. }
            | Self::UnknownOperation { .. }
            | Self::RowsUnexpected { .. }
            | Self::At { .. } => of_operation::report(self),
            Self::MigrationsNeedKey
            | Self::NoMigrations { .. }
            | Self::MigrationRunning { .. }
            | Self::MigrationFailed(_) => of_migrations::report(self),
            _ => of_database::report(self),
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
            Cancelled, Closed, Conflict, Connection, Locked, Parameter, PoolTimeout, Timeout,
            Unsupported,
        };
        if let Some(refusal) = Refusal::of(&error) {
            return refusal.into();
        }
        match error.kind() {
            Timeout => Self::QueryTimeout,
            // The server of the database has cancelled it, at a limit of its own.
            Cancelled if error.code().is_some() => Self::QueryTimeout,
            Conflict => Self::Conflict,
            Cancelled => Self::Stopping,
            Connection | PoolTimeout | Locked | Closed => {
                tracing::warn!(target: "hypostyle::http", %error, "the database does not answer");
                Self::DatabaseUnavailable
            }
            // The server binds as many values as a statement takes: one of them is what does not fit.
            Parameter => Self::ValueTooPrecise,
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
        check(data::ErrorKind::Conflict, "503 DATABASE_UNAVAILABLE");
        check(data::ErrorKind::Cancelled, "503 SERVER_STOPPING");
        check(data::ErrorKind::Corrupt, "500 INTERNAL");
        check(data::ErrorKind::Query, "500 INTERNAL");
        check(data::ErrorKind::Parameter, "400 INVALID_VALUE");
        check(data::ErrorKind::Other, "500 INTERNAL");
    }

    fn write_failed(action: Action) -> Error {
        let error = data::Error::new(data::ErrorKind::CheckViolation, "secret");
        WriteFailure::of(action, "t", &error).map(Error::WriteFailed).unwrap()
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
            Error::UnsupportedMediaType { given: name() },
            Error::InvalidBody { reason: text() },
            Error::InvalidOperation { reason: text() },
            Error::UnknownOperation { operation: name() },
            Error::InvalidKey { key: text(), columns: available() },
            Error::ColumnNotWritable { table: name(), column: name() },
            Error::PanelNotFound { panel: name(), available: available() },
            Error::RecordNotFound { table: name(), key: text() },
            Error::NoPrimaryKey { table: name() },
            Error::AmbiguousKey { table: name(), key: text() },
            Error::RowsUnexpected { table: name(), expected: 1, found: 0 },
            Error::At { at: 1, failure: Box::new(Error::Conflict) },
            Error::WritesDisabled { database: name(), table: name() },
            Error::TableNotWritable { table: name(), kind: "view" },
            write_failed(Action::Create),
            write_failed(Action::Update),
            write_failed(Action::Delete),
            Error::IdempotencyKeyReused { key: text() },
            Error::SqlDisabled,
            Error::MigrationsNeedKey,
            Error::NoMigrations { database: name() },
            Error::MigrationRunning { database: name(), since: text() },
            Error::MigrationFailed(MigrationFailure::default()),
            Error::QueryFailed { message: text(), place: None },
            Error::UrlTooLong { bytes_max: 1 },
            Error::BodyTooLarge { bytes_max: 1 },
            Error::Overloaded { requests_max: 1 },
            Error::InvalidParameter { parameter: name(), reason: text() },
            Error::InvalidPage { parameter: "page", value: text(), expected: text() },
            Error::InvalidFilter { column: name(), filter: text(), reason: text() },
            Error::InvalidValue { column: name(), value: text(), expected: "" },
            Error::ValueTooPrecise,
            Error::ValueRefused,
            Error::Incomparable,
            Error::LimitExceeded { what: "", max: 1 },
            Error::ColumnNotFound { table: name(), column: name(), available: available() },
            Error::TableNotFound { table: name(), available: available() },
            Error::DatabaseNotFound { database: name(), available: available() },
            Error::TableUnreadable { table: name(), problem: text() },
            Error::ResponseTooLarge { bytes_max: 1 },
            Error::QueryTimeout,
            Error::DatabaseUnavailable,
            Error::Conflict,
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
    fn a_migration_that_failed_is_told_with_its_place_and_what_remains() {
        let place = MigrationPlace {
            file: "V2__x.sql".into(),
            line: Some(3),
            remains: "nothing",
            done: vec!["V1__a.sql".into()],
            ..MigrationPlace::default()
        };
        let message = "no such table: x".into();
        let error =
            Error::MigrationFailed(MigrationFailure { message, place: Some(Box::new(place)) });
        let json = error.report().to_json("id");
        assert!(
            json.contains("V2__x.sql:3: no such table: x. Nothing of the file remains"),
            "{json}"
        );
        let details = r#"{"file":"V2__x.sql","line":3,"remains":"nothing","done":["V1__a.sql"]}"#;
        assert!(json.contains(details), "{json}");
    }

    #[test]
    fn text_of_the_caller_is_escaped() {
        let json = Error::NotFound { path: "/\"</script>\n".into() }.report().to_json("i\"d");
        assert!(json.contains(r#"Nothing is at '/\"</script>\n'"#), "{json}");
        assert!(json.ends_with(r#""correlation_id":"i\"d"}}"#), "{json}");
    }
}
