//! The server's errors as ours: classified by SQLSTATE; the texts only supply names.

use std::io;

use fallible_iterator::FallibleIterator;
use hypostyle_core::{Effect, Error, ErrorKind, Retry};
use postgres_protocol::message::backend::ErrorFields;

/// What the server said of a failure, by its fields.
///
/// # Source
/// <https://www.postgresql.org/docs/current/protocol-error-fields.html>
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerError {
    pub(crate) code: String,
    severity: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    /// Characters from the start of the statement, from 1.
    position: Option<usize>,
    /// Where in the server it happened, as `COPY t, line 3`.
    place: Option<String>,
    schema: Option<String>,
    table: Option<String>,
    column: Option<String>,
    constraint: Option<String>,
}

/// Where a failure happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Circumstances<'a> {
    /// The statement as the caller wrote it, where positions mean something to them.
    pub(crate) text: Option<&'a str>,
    /// A transaction was open around the statement.
    pub(crate) in_transaction: bool,
    /// The statement may have written.
    pub(crate) writes: bool,
}

impl ServerError {
    pub(crate) fn read(mut fields: ErrorFields<'_>) -> io::Result<Self> {
        let mut error = Self::default();
        while let Some(field) = fields.next()? {
            let value = String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                b'C' => error.code = value,
                b'V' => error.severity = value,
                b'M' => error.message = value,
                b'D' => error.detail = Some(value),
                b'H' => error.hint = Some(value),
                b'P' => error.position = value.parse().ok(),
                b'W' => error.place = Some(value),
                b's' => error.schema = Some(value),
                b't' => error.table = Some(value),
                b'c' => error.column = Some(value),
                b'n' => error.constraint = Some(value),
                _ => {}
            }
        }
        Ok(error)
    }

    /// Tells whether the server ends the connection.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self.severity.as_str(), "FATAL" | "PANIC")
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn severity(&self) -> &str {
        &self.severity
    }

    /// The row of a COPY that failed, from 0.
    pub(crate) fn copy_row(&self) -> Option<usize> {
        let line = self.place.as_deref()?.split_once(", line ")?.1;
        let digits = line.find(|byte: char| !byte.is_ascii_digit()).unwrap_or(line.len());
        line[..digits].parse::<usize>().ok()?.checked_sub(1)
    }

    pub(crate) fn into_error(self, circumstances: Circumstances<'_>) -> Error {
        let kind = kind_of(&self.code);
        let (retry, effect) = consequences(kind, &self.code, circumstances);
        let position = self.position.zip(circumstances.text);
        let mut error = Error::new(kind, self.told(kind)).retry_by(retry).effect_of(effect);
        if let Some(byte) = position.and_then(|(at, text)| byte_of(text, at)) {
            error = error.at_byte(byte);
        }
        let columns = self.columns(kind);
        if let Some(table) = self.table {
            error = error.on(table, columns);
        }
        if let Some(constraint) = self.constraint {
            error = error.constrained_by(constraint);
        }
        error.coded(self.code)
    }

    /// The message for people: what the server said, and what it advises.
    fn told(&self, kind: ErrorKind) -> String {
        let mut text = match kind {
            ErrorKind::UniqueViolation => format!("Record already exists: {}", self.message),
            _ => self.message.clone(),
        };
        for more in [&self.detail, &self.hint].into_iter().flatten() {
            text += "; ";
            text += more;
        }
        text
    }

    /// The columns concerned: the one the server names, or those of a key in its detail.
    fn columns(&self, kind: ErrorKind) -> Vec<String> {
        if let Some(column) = &self.column {
            return vec![column.clone()];
        }
        let keyed = matches!(kind, ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation);
        let detail = self.detail.as_deref().filter(|_| keyed);
        let Some((_, key)) = detail.and_then(|detail| detail.split_once('(')) else {
            return Vec::new();
        };
        names_of(key)
    }
}

/// Reads names by comma up to the parenthesis that closes their list; those in quotes may hold
/// anything.
fn names_of(list: &str) -> Vec<String> {
    let (mut names, mut name) = (Vec::new(), String::new());
    let (mut is_quoted, mut depth) = (false, 0_usize);
    let mut rest = list.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '"' if is_quoted && rest.next_if_eq(&'"').is_some() => name.push('"'),
            '"' => is_quoted = !is_quoted,
            ')' if !is_quoted && depth == 0 => break,
            ',' if !is_quoted && depth == 0 => {
                names.push(std::mem::take(&mut name));
                rest.next_if_eq(&' ');
            }
            letter => {
                if !is_quoted {
                    depth += usize::from(letter == '(');
                    depth -= usize::from(letter == ')');
                }
                name.push(letter);
            }
        }
    }
    names.push(name);
    names.retain(|name| !name.is_empty());
    names
}

/// The byte at which the `position`th character of a text starts.
fn byte_of(text: &str, position: usize) -> Option<usize> {
    text.char_indices().nth(position.checked_sub(1)?).map(|(byte, _)| byte)
}

/// # Source
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn kind_of(code: &str) -> ErrorKind {
    match code {
        "23505" => ErrorKind::UniqueViolation,
        "23001" | "23503" => ErrorKind::ForeignKeyViolation,
        "23502" => ErrorKind::NotNullViolation,
        "2200H" => ErrorKind::SequenceExhausted,
        "25006" => ErrorKind::ReadOnly,
        "25P02" => ErrorKind::Aborted,
        "25P03" | "25P04" => ErrorKind::Closed,
        "40001" | "40P01" | "40002" => ErrorKind::Conflict,
        "42501" => ErrorKind::Permission,
        "42P02" | "42P18" => ErrorKind::Parameter,
        "53100" => ErrorKind::Full,
        "53300" => ErrorKind::Connection,
        "55P03" | "55006" => ErrorKind::Locked,
        "57014" => ErrorKind::Cancelled,
        "58030" => ErrorKind::Io,
        "XX001" | "XX002" => ErrorKind::Corrupt,
        _ => match code.get(..2).unwrap_or_default() {
            "08" | "57" | "3D" => ErrorKind::Connection,
            "0A" => ErrorKind::Unsupported,
            "22" => ErrorKind::Data,
            "23" => ErrorKind::CheckViolation,
            "26" | "34" | "3F" | "42" => ErrorKind::Query,
            "28" => ErrorKind::Permission,
            "53" | "54" => ErrorKind::Limit,
            "58" => ErrorKind::Io,
            _ => ErrorKind::Other,
        },
    }
}

fn consequences(kind: ErrorKind, code: &str, at: Circumstances<'_>) -> (Retry, Effect) {
    let again = if at.in_transaction { Retry::Transaction } else { Retry::Request };
    match kind {
        ErrorKind::Conflict => (Retry::Transaction, Effect::None),
        ErrorKind::Locked => (again, Effect::None),
        ErrorKind::Aborted => (Retry::Transaction, Effect::None),
        // The server does not keep sessions that wait in a transaction: it was rolled back.
        ErrorKind::Closed => (again, Effect::None),
        // No such database: nothing changes that by itself.
        ErrorKind::Connection if code == "3D000" => (Retry::Never, Effect::None),
        // The server ended the session; an autocommit statement may have ended just before.
        ErrorKind::Connection if at.writes && !at.in_transaction && code.starts_with("57P0") => {
            let effect = if code == "57P03" { Effect::None } else { Effect::Unknown };
            (again, effect)
        }
        ErrorKind::Connection => (again, Effect::None),
        _ if code == "40003" => (Retry::Never, Effect::Unknown),
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

    fn error(code: &str) -> ServerError {
        ServerError { code: code.into(), message: "no".into(), ..ServerError::default() }
    }

    #[track_caller]
    fn check(code: &str, kind: ErrorKind, retry: Retry, effect: Effect) {
        let writing = Circumstances { writes: true, ..Circumstances::default() };
        let error = error(code).into_error(writing);
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, effect), "{code}");
        assert_eq!(error.code(), Some(code));
    }

    #[test]
    fn codes_say_what_happened_and_what_to_do() {
        check("23505", ErrorKind::UniqueViolation, Retry::Never, Effect::None);
        check("23P01", ErrorKind::CheckViolation, Retry::Never, Effect::None);
        check("40001", ErrorKind::Conflict, Retry::Transaction, Effect::None);
        check("40P01", ErrorKind::Conflict, Retry::Transaction, Effect::None);
        check("40003", ErrorKind::Other, Retry::Never, Effect::Unknown);
        check("55P03", ErrorKind::Locked, Retry::Request, Effect::None);
        check("57P01", ErrorKind::Connection, Retry::Request, Effect::Unknown);
        check("57P03", ErrorKind::Connection, Retry::Request, Effect::None);
        check("53300", ErrorKind::Connection, Retry::Request, Effect::None);
        check("3D000", ErrorKind::Connection, Retry::Never, Effect::None);
        check("28P01", ErrorKind::Permission, Retry::Never, Effect::None);
        check("22P02", ErrorKind::Data, Retry::Never, Effect::None);
        check("42601", ErrorKind::Query, Retry::Never, Effect::None);
        check("", ErrorKind::Other, Retry::Never, Effect::None);
    }

    #[test]
    fn names_come_from_the_fields_and_the_detail() {
        let unique = ServerError {
            detail: Some("Key (a, \"B c\")=(1, 2) already exists.".into()),
            table: Some("t".into()),
            constraint: Some("t_a_key".into()),
            ..error("23505")
        };
        let unique = unique.into_error(Circumstances::default());
        assert_eq!(unique.columns(), ["a", "B c"]);
        let listed = names_of("\"\"\"\", \"a, b\", lower(c))=(1, 2, 3)");
        assert_eq!(listed, ["\"", "a, b", "lower(c)"]);
        assert_eq!((unique.table(), unique.constraint()), (Some("t"), Some("t_a_key")));
        assert!(unique.message().starts_with("Record already exists"), "{unique}");
        let null =
            ServerError { column: Some("a".into()), table: Some("t".into()), ..error("23502") };
        assert_eq!(null.into_error(Circumstances::default()).columns(), ["a"]);
    }

    #[test]
    fn a_position_counts_bytes_of_the_callers_text() {
        let at = ServerError { position: Some(9), ..error("42601") };
        let text = "SELECT 'ü' x y";
        let circumstances = Circumstances { text: Some(text), ..Circumstances::default() };
        assert_eq!(at.into_error(circumstances).position(), Some(8));
    }

    #[test]
    fn the_row_of_a_copy_counts_from_0() {
        let place = |place: &str| ServerError { place: Some(place.into()), ..error("22P02") };
        assert_eq!(place("COPY t, line 3, column v: \"x\"").copy_row(), Some(2));
        assert_eq!(place("SQL function").copy_row(), None);
    }
}
