//! What is told of writes that are refused, by the server or by the database.

use axum::http::StatusCode;

use super::report::Detail;
use super::{DATABASE, Error, Report};
use crate::data::{self, ErrorKind};

/// The codes of what triggers raise: SQLite's (`SQLITE_CONSTRAINT_TRIGGER`), and PostgreSQL's
/// (`raise_exception`).
const RAISED: [&str; 2] = ["SQLITE_CONSTRAINT(1811)", "P0001"];

/// PostgreSQL's code for the syntax of SQL and of values that are a language of their own, as
/// `tsquery`. That of SQL of ours is right.
const VALUE_SYNTAX: &str = "42601";

/// What was to be done to records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    Update,
    Delete,
}

/// A write that the database refused; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WriteFailure {
    action: Action,
    reason: Reason,
    table: String,
    columns: Vec<String>,
    constraint: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Unique,
    ForeignKey,
    NotNull,
    Check,
    /// A trigger refuses it, in words of the application's own.
    Trigger(String),
    /// A trigger left it out and said nothing.
    Ignored,
    Type,
    /// The engine denies it to the role of the server, or a policy of the table does.
    Permission,
    ReadOnly,
    Full,
    SequenceExhausted,
}

impl WriteFailure {
    /// Tells a refusal by the kind of the error; `None` for what is no refusal.
    pub(crate) fn of(action: Action, table: &str, error: &data::Error) -> Option<Self> {
        let reason = match error.kind() {
            ErrorKind::UniqueViolation => Reason::Unique,
            ErrorKind::ForeignKeyViolation => Reason::ForeignKey,
            ErrorKind::NotNullViolation => Reason::NotNull,
            _ if error.code().is_some_and(|code| RAISED.contains(&code)) => {
                Reason::Trigger(error.message().to_owned())
            }
            ErrorKind::CheckViolation => Reason::Check,
            ErrorKind::Data | ErrorKind::Parameter | ErrorKind::Limit => Reason::Type,
            ErrorKind::Query if error.code() == Some(VALUE_SYNTAX) => Reason::Type,
            ErrorKind::Permission => Reason::Permission,
            ErrorKind::ReadOnly => Reason::ReadOnly,
            ErrorKind::Full => Reason::Full,
            ErrorKind::SequenceExhausted => Reason::SequenceExhausted,
            _ => return None,
        };
        Some(Self {
            action,
            reason,
            table: error.table().unwrap_or(table).to_owned(),
            columns: error.columns().to_vec(),
            constraint: error.constraint().map(str::to_owned),
        })
    }

    /// A record that was to be created and is not there.
    pub(crate) fn ignored(table: &str) -> Self {
        Self {
            action: Action::Create,
            reason: Reason::Ignored,
            table: table.to_owned(),
            columns: Vec::new(),
            constraint: None,
        }
    }

    fn report(&self) -> Report {
        let code = match self.action {
            Action::Create => "CREATE_FAILED",
            Action::Update => "UPDATE_FAILED",
            Action::Delete => "DELETE_FAILED",
        };
        let (name, message) = self.reason.told(&self.columns.join(", "));
        let status = match self.reason {
            Reason::Full => StatusCode::INSUFFICIENT_STORAGE,
            _ => StatusCode::CONFLICT,
        };
        let report = Report::new(status, code, DATABASE, &message)
            .with("reason", Detail::text(name))
            .with("table_name", Detail::text(&self.table))
            .with("columns", Detail::List(self.columns.clone()));
        match &self.constraint {
            Some(constraint) => report.with("constraint", Detail::text(constraint)),
            None => report,
        }
    }
}

impl Reason {
    /// Answers the name of the reason, and what is told of it.
    fn told(&self, columns: &str) -> (&'static str, String) {
        let of_columns = |of: &str| match columns {
            "" => String::new(),
            columns => format!("{of} ({columns})"),
        };
        match self {
            Self::Unique => {
                ("unique", format!("Record already exists{}", of_columns(": another has the same")))
            }
            Self::ForeignKey => (
                "foreign_key",
                format!(
                    "A record refers to one that is not there, or is referred to{}",
                    of_columns(" by")
                ),
            ),
            Self::NotNull => ("not_null", format!("A value is missing{}", of_columns(" for"))),
            Self::Trigger(message) => ("trigger", message.clone()),
            Self::Ignored => ("trigger", "A trigger of the table left the record out".to_owned()),
            Self::Check => ("check", "A value does not meet a check of the table".to_owned()),
            Self::Type => ("type", format!("A value does not fit its column{}", of_columns(""))),
            Self::Permission => {
                ("permission", "The database does not allow it to the server's role".to_owned())
            }
            Self::ReadOnly => ("read_only", "The database is read-only".to_owned()),
            Self::Full => ("full", "The disk of the database is full".to_owned()),
            Self::SequenceExhausted => (
                "sequence_exhausted",
                "The keys that the database generates for this table are used up; give one"
                    .to_owned(),
            ),
        }
    }
}

pub(super) fn report(error: &Error) -> Report {
    let report = |status, code, message: String| Report::new(status, code, DATABASE, &message);
    match error {
        Error::WriteFailed(failure) => failure.report(),
        Error::ColumnNotWritable { table, column } => report(
            StatusCode::BAD_REQUEST,
            "COLUMN_NOT_WRITABLE",
            format!("Column '{column}' of '{table}' is computed by the database"),
        )
        .with("table_name", Detail::text(table))
        .with("column_name", Detail::text(column)),
        Error::NoPrimaryKey { table } => report(
            StatusCode::CONFLICT,
            "NO_PRIMARY_KEY",
            format!("'{table}' has no primary key, so none of its records can be named"),
        )
        .with("table_name", Detail::text(table)),
        Error::AmbiguousKey { table, key } => report(
            StatusCode::CONFLICT,
            "AMBIGUOUS_KEY",
            format!("The key '{key}' fits several records of '{table}'; nothing was changed"),
        )
        .with("table_name", Detail::text(table))
        .with("key", Detail::text(key)),
        Error::WritesDisabled { database, table } => report(
            StatusCode::METHOD_NOT_ALLOWED,
            "WRITES_DISABLED",
            format!(
                "Records of '{table}' may not be written; name it among the writable tables of \
                 '{database}'"
            ),
        )
        .with("database", Detail::text(database))
        .with("table_name", Detail::text(table)),
        Error::TableNotWritable { table, kind } => report(
            StatusCode::METHOD_NOT_ALLOWED,
            "TABLE_NOT_WRITABLE",
            format!("'{table}' is a {kind}, whose records cannot be written"),
        )
        .with("table_name", Detail::text(table)),
        Error::IdempotencyKeyReused { key } => report(
            StatusCode::CONFLICT,
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key was used for another request; take a new one".to_owned(),
        )
        .with("idempotency_key", Detail::text(key)),
        _ => Error::Internal.report(),
    }
}
