//! The server's errors as ours: classified by number, or by SQLSTATE; the texts only supply names.

use std::io;

use hypostyle_core::{Effect, Error, ErrorKind, Retry};

use crate::names;
use crate::packet::Fields;

/// What the server said of a failure.
///
/// # Source
/// <https://dev.mysql.com/doc/mysql-errors/9.0/en/server-error-reference.html>,
/// <https://mariadb.com/kb/en/mariadb-error-codes/>
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerError {
    pub(crate) code: u16,
    state: String,
    message: String,
}

/// Where a failure happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Circumstances<'a> {
    /// The statement as the caller wrote it.
    pub(crate) text: Option<&'a str>,
    /// The server got it as it was written, so that positions mean something to the caller.
    pub(crate) is_sent_as_is: bool,
    /// A transaction was open around the statement.
    pub(crate) in_transaction: bool,
    /// The statement may have written.
    pub(crate) writes: bool,
}

/// Numbers that are handled by name.
pub(crate) mod code {
    pub(crate) const TOO_MANY_CONNECTIONS: u16 = 1040;
    pub(crate) const NOT_READY: u16 = 1047;
    pub(crate) const NO_SUCH_DATABASE: u16 = 1049;
    pub(crate) const SYNTAX: u16 = 1064;
    pub(crate) const UNKNOWN_STATEMENT: u16 = 1243;
    pub(crate) const UNPREPARABLE: u16 = 1295;
    pub(crate) const NO_SUCH_SAVEPOINT: u16 = 1305;
    pub(crate) const INTERRUPTED: u16 = 1317;
    pub(crate) const TOO_MANY_PREPARED: u16 = 1461;
    pub(crate) const OUTDATED: u16 = 1615;
}

impl ServerError {
    /// Reads a packet that tells an error.
    pub(crate) fn read(packet: &[u8]) -> io::Result<Self> {
        let mut fields = Fields::of(packet);
        fields.u8()?;
        let code = fields.u16()?;
        let mut state = String::new();
        if fields.rest().starts_with(b"#") {
            state = String::from_utf8_lossy(fields.take(6)?.get(1..).unwrap_or_default()).into();
        }
        let message = String::from_utf8_lossy(fields.rest()).into_owned();
        Ok(Self { code, state, message })
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        kind_of(self.code).unwrap_or_else(|| kind_of_state(&self.state))
    }

    /// Tells whether the server ends the connection, or is not to be asked again for a while.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(
            self.code,
            code::NOT_READY | 1053 | 1152 | 1153 | 1154..=1161 | 1184 | 1927 | 3169 | 4031
        )
    }

    /// Makes the error of a connection that could not begin.
    pub(crate) fn into_refusal(self) -> Error {
        let is_of_database = self.code == code::NO_SUCH_DATABASE;
        let error = self.into_error(Circumstances::default());
        if !is_of_database {
            return error;
        }
        // Nothing changes that by itself.
        let code = error.code().unwrap_or_default().to_owned();
        Error::new(ErrorKind::Connection, error.message()).coded(code)
    }

    pub(crate) fn into_error(self, circumstances: Circumstances<'_>) -> Error {
        let kind = self.kind();
        let (retry, effect) = consequences(kind, self.code, circumstances);
        let message = match kind {
            ErrorKind::UniqueViolation => format!("Record already exists: {}", self.message),
            _ => self.message.clone(),
        };
        let mut error = Error::new(kind, message).retry_by(retry).effect_of(effect);
        if self.code == code::SYNTAX
            && circumstances.is_sent_as_is
            && let Some(text) = circumstances.text
            && let Some(byte) = names::place(&self.message, text)
        {
            error = error.at_byte(byte);
        }
        let named = names::read(kind, &self.message, circumstances.text);
        if let Some(table) = named.table {
            error = error.on(table, named.columns);
        }
        if let Some(constraint) = named.constraint {
            error = error.constrained_by(constraint);
        }
        error.coded(self.code.to_string())
    }
}

fn kind_of(code: u16) -> Option<ErrorKind> {
    Some(match code {
        1022 | 1062 | 1169 | 1586 | 1761 | 1762 => ErrorKind::UniqueViolation,
        1216 | 1217 | 1451 | 1452 => ErrorKind::ForeignKeyViolation,
        1048 | 1263 | 1364 => ErrorKind::NotNullViolation,
        1369 | 3819 | 4025 => ErrorKind::CheckViolation,
        1020 | 1213 | 1613 | 1614 | 3101 => ErrorKind::Conflict,
        1205 | 3572 => ErrorKind::Locked,
        1036 | 1223 | 1290 | 1792 | 1836 => ErrorKind::ReadOnly,
        1969 | 3024 => ErrorKind::Timeout,
        1028 | code::INTERRUPTED => ErrorKind::Cancelled,
        code::TOO_MANY_CONNECTIONS | code::NOT_READY | 1053 | 1152 | 1154..=1161 => {
            ErrorKind::Connection
        }
        1184 | 1203 | 1226 | 1927 | 3169 | 4031 => ErrorKind::Connection,
        1044 | 1045 | 1095 | 1129..=1133 | 1142 | 1143 | 1227 | 1370 | 1410 | 1698 => {
            ErrorKind::Permission
        }
        1820 | 1862 | 3118 | 3159 | 3955 | 4151 => ErrorKind::Permission,
        1251 | 1524 => ErrorKind::Config,
        1021 | 1114 => ErrorKind::Full,
        1037 | 1038 | 1041 | 1104 | 1135 | 1153 | 1117 | 1206 | 1301 | 1436 => ErrorKind::Limit,
        1390 | 3950 | code::TOO_MANY_PREPARED => ErrorKind::Limit,
        1264..=1267 | 1292 | 1300 | 1366 | 1367 | 1406 | 1411 | 1416 => ErrorKind::Data,
        1441 | 1525 | 1690 | 3140..=3157 | 4037 | 4038 => ErrorKind::Data,
        1235 | code::UNPREPARABLE => ErrorKind::Unsupported,
        1016 | 1017 | 1024 | 1026 | 1030 => ErrorKind::Io,
        1034 | 1035 | 1194 | 1195 | 1712 => ErrorKind::Corrupt,
        1005..=1008 | 1025 | 1094 | 1111 | 1179 | 1193 | 1210 | 1215 | 1221 => ErrorKind::Query,
        1052 | 1231 | 1238 | 1240 | 1304 | code::NO_SUCH_SAVEPOINT | 1327 | 1568 | 4161 => {
            ErrorKind::Query
        }
        _ => return None,
    })
}

fn kind_of_state(state: &str) -> ErrorKind {
    match state {
        "25006" => ErrorKind::ReadOnly,
        _ => match state.get(..2).unwrap_or_default() {
            "08" => ErrorKind::Connection,
            "0A" => ErrorKind::Unsupported,
            "20" | "21" | "24" | "25" | "26" | "42" => ErrorKind::Query,
            "22" => ErrorKind::Data,
            "23" => ErrorKind::CheckViolation,
            "28" => ErrorKind::Permission,
            "40" => ErrorKind::Conflict,
            "70" => ErrorKind::Cancelled,
            _ => ErrorKind::Other,
        },
    }
}

fn consequences(kind: ErrorKind, code: u16, at: Circumstances<'_>) -> (Retry, Effect) {
    let again = if at.in_transaction { Retry::Transaction } else { Retry::Request };
    match kind {
        ErrorKind::Conflict => (Retry::Transaction, Effect::None),
        // Only the statement was given up: the transaction around it is still open.
        ErrorKind::Locked => (Retry::Request, Effect::None),
        // Refused before anything was done.
        ErrorKind::Connection
            if matches!(code, code::NOT_READY | code::TOO_MANY_CONNECTIONS | 1203 | 1226) =>
        {
            (again, Effect::None)
        }
        // The server ended the session; an autocommit statement may have ended just before.
        ErrorKind::Connection if at.writes && !at.in_transaction => (again, Effect::Unknown),
        ErrorKind::Connection => (again, Effect::None),
        _ => (Retry::Never, Effect::None),
    }
}

/// Makes the error of a connection lost while a statement was under way.
pub(crate) fn lost(error: io::Error, at: Circumstances<'_>) -> Error {
    let retry = if at.in_transaction { Retry::Transaction } else { Retry::Request };
    let effect = if at.writes && !at.in_transaction { Effect::Unknown } else { Effect::None };
    let message = format!("the connection to the server was lost: {error}");
    Error::new(ErrorKind::Connection, message).retry_by(retry).effect_of(effect).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: u16, state: &str, message: &str) -> ServerError {
        ServerError { code, state: state.into(), message: message.into() }
    }

    #[track_caller]
    fn check(code: u16, state: &str, kind: ErrorKind, retry: Retry, effect: Effect) {
        let writing = Circumstances { writes: true, ..Circumstances::default() };
        let error = error(code, state, "no").into_error(writing);
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, effect), "{code}");
        assert_eq!(error.code(), Some(&*code.to_string()));
    }

    #[test]
    fn codes_say_what_happened_and_what_to_do() {
        check(1062, "23000", ErrorKind::UniqueViolation, Retry::Never, Effect::None);
        check(4025, "23000", ErrorKind::CheckViolation, Retry::Never, Effect::None);
        check(1213, "40001", ErrorKind::Conflict, Retry::Transaction, Effect::None);
        check(1205, "HY000", ErrorKind::Locked, Retry::Request, Effect::None);
        check(1047, "08S01", ErrorKind::Connection, Retry::Request, Effect::None);
        check(1053, "08S01", ErrorKind::Connection, Retry::Request, Effect::Unknown);
        check(1040, "08004", ErrorKind::Connection, Retry::Request, Effect::None);
        check(1049, "42000", ErrorKind::Query, Retry::Never, Effect::None);
        check(1045, "28000", ErrorKind::Permission, Retry::Never, Effect::None);
        check(1064, "42000", ErrorKind::Query, Retry::Never, Effect::None);
        check(1146, "42S02", ErrorKind::Query, Retry::Never, Effect::None);
        check(1292, "22007", ErrorKind::Data, Retry::Never, Effect::None);
        check(1366, "HY000", ErrorKind::Data, Retry::Never, Effect::None);
        check(9_999, "22001", ErrorKind::Data, Retry::Never, Effect::None);
        check(9_999, "", ErrorKind::Other, Retry::Never, Effect::None);
    }

    #[test]
    fn a_lock_waited_for_too_long_leaves_its_transaction_open() {
        let inside =
            Circumstances { writes: true, in_transaction: true, ..Circumstances::default() };
        let error = error(1205, "HY000", "Lock wait timeout exceeded").into_error(inside);
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Locked, Retry::Request));
    }

    #[test]
    fn an_error_is_read_with_a_state_or_without() {
        let read = |packet: &[u8]| ServerError::read(packet).map(|e| (e.code, e.state, e.message));
        let with = read(b"\xff\x15\x04#28000Access denied").unwrap();
        assert_eq!(with, (1045, "28000".into(), "Access denied".into()));
        let without = read(b"\xff\x10\x04Too many connections").unwrap();
        assert_eq!(without, (1040, String::new(), "Too many connections".into()));
        for packet in [&b"\xff"[..], b"\xff\x10", b"\xff\x10\x04#28"] {
            assert!(read(packet).is_err(), "{packet:?}");
        }
    }
}
