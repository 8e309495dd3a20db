//! Why an operation is refused before it reaches the engine, or for what the engine found.

use std::fmt;

use hypostyle_core::{Error, ErrorKind};

/// Why an operation is refused. It is the source of the error that says so.
///
/// # Examples
/// ```
/// use hypostyle_model::operation::{Limits, Operation, Refusal};
/// let error = Operation::parse(r#"{"operation": "drop"}"#, &Limits::default()).unwrap_err();
/// assert_eq!(error.message(), "Unknown operation: drop");
/// assert!(matches!(Refusal::of(&error), Some(Refusal::UnknownOperation { .. })));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The document is none of an operation.
    InvalidDocument {
        /// What is wrong with it, beginning with the key it is about.
        reason: String,
    },
    /// There is no such operation.
    UnknownOperation {
        /// The name that was given.
        operation: String,
    },
    /// There is no such table.
    TableNotFound {
        /// The name that was given.
        table: String,
        /// Those that there are.
        available: Vec<String>,
    },
    /// The engine itself cannot read it.
    TableUnreadable {
        /// The table.
        table: String,
        /// What the engine says.
        problem: String,
    },
    /// It is a view or another kind that takes no rows.
    TableNotWritable {
        /// The table.
        table: String,
        /// What it is.
        kind: &'static str,
    },
    /// The caller may not write it.
    WritesDisabled {
        /// The table.
        table: String,
    },
    /// There is no such column.
    ColumnNotFound {
        /// The table.
        table: String,
        /// The name that was given.
        column: String,
        /// Those that there are.
        available: Vec<String>,
    },
    /// The database computes it.
    ColumnNotWritable {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A column is named twice where once is meant.
    ColumnTwice {
        /// The column.
        column: String,
    },
    /// The table has no primary key by which a row could be named.
    NoPrimaryKey {
        /// The table.
        table: String,
    },
    /// The key has other columns than the primary key.
    InvalidKey {
        /// The key that was given.
        key: String,
        /// The columns of the primary key.
        columns: Vec<String>,
    },
    /// A condition makes no sense for its column.
    InvalidFilter {
        /// The column.
        column: String,
        /// The condition.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A value is none of its column.
    InvalidValue {
        /// The column.
        column: String,
        /// The value, or its beginning.
        value: String,
        /// What the column takes.
        expected: &'static str,
    },
    /// A record cannot be written as it stands.
    InvalidRecord {
        /// What is wrong with it.
        reason: String,
    },
    /// No two rows must differ in these columns, so that they tell no row from another.
    NotUnique {
        /// The table.
        table: String,
        /// The columns.
        columns: Vec<String>,
    },
    /// The table left a new record out, as a trigger may.
    RecordIgnored {
        /// The table.
        table: String,
    },
    /// The engine refused a value of a filter.
    ValueRefused,
    /// The engine knows no order, or no equality, for the type of a column.
    Incomparable,
    /// A limit is exceeded.
    LimitExceeded {
        /// What there is too much of.
        what: &'static str,
        /// How much there may be.
        max: usize,
    },
    /// The rows of an answer have too many bytes.
    AnswerTooLarge {
        /// How many they may have.
        bytes_max: usize,
    },
    /// Another number of rows was changed than the document expects.
    RowsUnexpected {
        /// The table.
        table: String,
        /// How many were expected.
        expected: u64,
        /// How many were found.
        found: u64,
    },
    /// The caller may not run SQL of its own, or none that writes.
    SqlDisabled {
        /// Whether it may run SQL that reads.
        reads: bool,
    },
    /// The statement of the caller's own is refused, by the engine or before it.
    QueryFailed {
        /// What is wrong with it.
        message: String,
        /// Line and column, both from 1; columns are letters.
        place: Option<(usize, usize)>,
    },
    /// The engine has no way to do it.
    Unsupported {
        /// What it lacks, and what to do.
        message: String,
    },
}

impl Refusal {
    /// Finds the refusal that an error tells of.
    pub fn of(error: &Error) -> Option<&Self> {
        std::error::Error::source(error)?.downcast_ref()
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::LimitExceeded { .. } | Self::AnswerTooLarge { .. } => ErrorKind::Limit,
            Self::WritesDisabled { .. } | Self::SqlDisabled { .. } => ErrorKind::Permission,
            Self::QueryFailed { .. } => ErrorKind::Query,
            Self::Unsupported { .. } => ErrorKind::Unsupported,
            _ => ErrorKind::Validation,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidDocument { reason } => f.write_str(reason),
            Self::UnknownOperation { operation } => write!(f, "Unknown operation: {operation}"),
            Self::TableNotFound { table, .. } => write!(f, "Table '{table}' not found in database"),
            Self::TableUnreadable { table, problem } => {
                write!(f, "The database cannot read '{table}': {problem}")
            }
            Self::TableNotWritable { table, kind } => {
                write!(f, "'{table}' is a {kind}, whose records cannot be written")
            }
            Self::WritesDisabled { table } => write!(f, "Records of '{table}' may not be written"),
            Self::ColumnNotFound { table, column, .. } => {
                write!(f, "Column '{column}' not found in '{table}'")
            }
            Self::ColumnNotWritable { table, column } => {
                write!(f, "Column '{column}' of '{table}' is computed by the database")
            }
            Self::ColumnTwice { column } => write!(f, "The column '{column}' is named twice"),
            Self::NoPrimaryKey { table } => {
                write!(f, "'{table}' has no primary key, so none of its records can be named")
            }
            Self::InvalidKey { key, columns } => {
                write!(f, "{key} is not a key of ({})", columns.join(", "))
            }
            Self::InvalidFilter { column, reason, .. } => {
                write!(f, "The filter of '{column}' {reason}")
            }
            Self::InvalidValue { column, value, expected } => {
                write!(f, "'{value}' is not {expected}, as '{column}' takes")
            }
            Self::InvalidRecord { reason } => write!(f, "The record {reason}"),
            Self::NotUnique { table, columns } => write!(
                f,
                "No primary key and no unique constraint of '{table}' is of ({})",
                columns.join(", ")
            ),
            Self::RecordIgnored { table } => {
                write!(f, "'{table}' left the record out, as a trigger may")
            }
            Self::ValueRefused => f.write_str("The database takes none of a filter's values"),
            Self::Incomparable => f.write_str(
                "The database knows no order, or no equality, for the type of a column asked for",
            ),
            Self::LimitExceeded { what, max } => write!(f, "There are more than {max} {what}"),
            Self::AnswerTooLarge { bytes_max } => {
                write!(f, "The rows exceed {bytes_max} bytes; ask for fewer or for fewer columns")
            }
            Self::RowsUnexpected { table, expected, found } => write!(
                f,
                "{expected} records of '{table}' were to be changed, and {found} met the \
                 conditions; nothing was changed"
            ),
            Self::SqlDisabled { reads: false } => f.write_str("SQL of a caller's own is off"),
            Self::SqlDisabled { reads: true } => f.write_str("SQL of a caller's own may only read"),
            Self::QueryFailed { message, .. } | Self::Unsupported { message } => {
                f.write_str(message)
            }
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let error = Self::new(refusal.kind(), refusal.to_string());
        let error = match &refusal {
            Refusal::TableNotFound { available, .. } => {
                error.with("available_tables", available.join(", "))
            }
            Refusal::ColumnNotFound { available, .. } => {
                error.with("available_columns", available.join(", "))
            }
            _ => error,
        };
        error.caused_by(refusal)
    }
}
