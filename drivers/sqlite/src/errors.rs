//! SQLite's result codes as errors: classified by code; the text only supplies names.

use hypostyle_core::{Effect, Error, ErrorKind, Retry};
use libsqlite3_sys as ffi;

use crate::hooks::Stop;
use crate::raw::{Code, Failure};

/// Where a failure happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Circumstances {
    /// A transaction was open around the statement.
    pub(crate) in_transaction: bool,
    /// The statement may have written.
    pub(crate) writes: bool,
    /// Why the hooks stopped the statement.
    pub(crate) stop: Option<Stop>,
    /// The table whose generated keys are used up, where that is the cause.
    pub(crate) used_up: Option<String>,
}

pub(crate) fn error_of(failure: Failure, circumstances: Circumstances) -> Error {
    if let Some(stop) = circumstances.stop {
        return stopped(stop);
    }
    if let Some(table) = circumstances.used_up {
        return Error::new(ErrorKind::SequenceExhausted, used_up(&table))
            .coded(code_name(failure.code))
            .on(table, Vec::new());
    }
    let kind = kind_of(failure.code);
    let retry = match kind {
        ErrorKind::Conflict => Retry::Transaction,
        ErrorKind::Locked if circumstances.in_transaction => Retry::Transaction,
        ErrorKind::Locked => Retry::Request,
        _ => Retry::Never,
    };
    // A failed statement leaves nothing; of a failed write or sync nobody knows.
    let effect = match kind {
        ErrorKind::Io if circumstances.writes => Effect::Unknown,
        _ => Effect::None,
    };
    let error = Error::new(kind, message(kind, &failure))
        .coded(code_name(failure.code))
        .retry_by(retry)
        .effect_of(effect);
    let error = match failure.offset {
        Some(offset) => error.at_byte(offset),
        None => error,
    };
    name_parts(error, kind, &failure.message)
}

fn stopped(stop: Stop) -> Error {
    match stop {
        Stop::Deadline(after) => Error::timeout(Some(after)),
        Stop::Cancelled => Error::cancelled(),
        Stop::Dropped => Error::new(ErrorKind::Cancelled, "the call was dropped"),
    }
}

fn used_up(table: &str) -> String {
    format!(
        "the generated keys of {table} are used up, for a row has the largest there is: give keys \
         of your own, or remove that row and set its number in sqlite_sequence back"
    )
}

fn kind_of(code: Code) -> ErrorKind {
    match code {
        ffi::SQLITE_BUSY_SNAPSHOT => return ErrorKind::Conflict,
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => return ErrorKind::UniqueViolation,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => return ErrorKind::ForeignKeyViolation,
        ffi::SQLITE_CONSTRAINT_NOTNULL => return ErrorKind::NotNullViolation,
        // A value of a type that the column of a strict table does not take.
        ffi::SQLITE_CONSTRAINT_DATATYPE => return ErrorKind::Data,
        _ => {}
    }
    match code & 0xff {
        ffi::SQLITE_CONSTRAINT => ErrorKind::CheckViolation,
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => ErrorKind::Locked,
        ffi::SQLITE_READONLY => ErrorKind::ReadOnly,
        ffi::SQLITE_INTERRUPT => ErrorKind::Cancelled,
        ffi::SQLITE_IOERR => ErrorKind::Io,
        ffi::SQLITE_FULL => ErrorKind::Full,
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => ErrorKind::Corrupt,
        ffi::SQLITE_CANTOPEN => ErrorKind::Connection,
        ffi::SQLITE_AUTH | ffi::SQLITE_PERM => ErrorKind::Permission,
        ffi::SQLITE_TOOBIG | ffi::SQLITE_NOMEM => ErrorKind::Limit,
        ffi::SQLITE_MISMATCH => ErrorKind::Data,
        ffi::SQLITE_RANGE => ErrorKind::Parameter,
        ffi::SQLITE_ERROR => ErrorKind::Query,
        _ => ErrorKind::Other,
    }
}

fn message(kind: ErrorKind, failure: &Failure) -> String {
    let said = &failure.message;
    match kind {
        ErrorKind::UniqueViolation => format!("Record already exists: {said}"),
        ErrorKind::Locked => format!("{said}: another connection or process holds the lock"),
        ErrorKind::Conflict => {
            format!("{said}: another connection wrote after this transaction began to read")
        }
        ErrorKind::ReadOnly => {
            format!("{said}: the connection, the transaction or the file is read-only")
        }
        ErrorKind::Full => {
            format!("{said}: the disk, quota or page limit is reached; nothing was written")
        }
        ErrorKind::Corrupt if failure.code & 0xff == ffi::SQLITE_NOTADB => {
            format!("{said}: the file is encrypted or something other than a SQLite database")
        }
        ErrorKind::Corrupt => {
            format!("{said}: restore a backup, or salvage what is left with `.recover` of sqlite3")
        }
        ErrorKind::Connection => {
            format!("{said}: check the path, and the rights to the file and its folder")
        }
        ErrorKind::Permission => {
            format!("{said}: a read-only session may not attach databases or change settings")
        }
        _ => said.clone(),
    }
}

/// Takes the names of table, columns or constraint out of SQLite's message.
fn name_parts(error: Error, kind: ErrorKind, said: &str) -> Error {
    let Some((_, names)) = said.split_once("constraint failed: ") else { return error };
    match kind {
        ErrorKind::UniqueViolation | ErrorKind::NotNullViolation => {
            // A unique index on expressions.
            if let Some(index) = names.strip_prefix("index '") {
                return error.constrained_by(index.strip_suffix('\'').unwrap_or(index));
            }
            match table_and_columns(names) {
                Some((table, columns)) => error.on(table, columns),
                None => error,
            }
        }
        ErrorKind::CheckViolation => error.constrained_by(names),
        _ => error,
    }
}

/// Reads `table.column, table.column`; `None` where a point or comma may belong to a name.
fn table_and_columns(names: &str) -> Option<(&str, Vec<String>)> {
    let parts = names.split(", ").map(|name| name.split_once('.'));
    let parts = parts.collect::<Option<Vec<(&str, &str)>>>()?;
    let (table, _) = *parts.first()?;
    let is_plain = |part: &(&str, &str)| part.0 == table && !part.1.contains('.');
    let columns = parts.iter().map(|(_, column)| (*column).to_owned()).collect();
    parts.iter().all(is_plain).then_some((table, columns))
}

/// SQLite's own name of a code, or its number.
fn code_name(code: Code) -> String {
    let name = match code & 0xff {
        ffi::SQLITE_ERROR => "SQLITE_ERROR",
        ffi::SQLITE_PERM => "SQLITE_PERM",
        ffi::SQLITE_ABORT => "SQLITE_ABORT",
        ffi::SQLITE_BUSY => "SQLITE_BUSY",
        ffi::SQLITE_LOCKED => "SQLITE_LOCKED",
        ffi::SQLITE_NOMEM => "SQLITE_NOMEM",
        ffi::SQLITE_READONLY => "SQLITE_READONLY",
        ffi::SQLITE_INTERRUPT => "SQLITE_INTERRUPT",
        ffi::SQLITE_IOERR => "SQLITE_IOERR",
        ffi::SQLITE_CORRUPT => "SQLITE_CORRUPT",
        ffi::SQLITE_FULL => "SQLITE_FULL",
        ffi::SQLITE_CANTOPEN => "SQLITE_CANTOPEN",
        ffi::SQLITE_TOOBIG => "SQLITE_TOOBIG",
        ffi::SQLITE_CONSTRAINT => "SQLITE_CONSTRAINT",
        ffi::SQLITE_MISMATCH => "SQLITE_MISMATCH",
        ffi::SQLITE_AUTH => "SQLITE_AUTH",
        ffi::SQLITE_RANGE => "SQLITE_RANGE",
        ffi::SQLITE_NOTADB => "SQLITE_NOTADB",
        _ => return format!("SQLITE({code})"),
    };
    if code > 0xff { format!("{name}({code})") } else { name.to_owned() }
}
