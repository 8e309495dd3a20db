//! How the program ends: what went wrong, where, and the exit code that says so.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use hypostyle::core::{Error, ErrorKind};
use serde::Serialize;

use crate::terminal::Terminal;

pub(crate) type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// The exit codes other than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Something failed.
    Failure = 1,
    /// The command line cannot be understood; clap's own code.
    Usage = 2,
    /// A lock, or a free connection, did not come in time.
    Locked = 3,
    /// What was asked for was refused before it reached the engine.
    Invalid = 4,
    /// Changes are pending.
    Pending = 5,
    /// The user interrupted it, as shells show SIGINT.
    Interrupted = 130,
    /// The reader of the output went away, as shells show SIGPIPE.
    ClosedPipe = 141,
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Locked | ErrorKind::PoolTimeout => Self::Locked,
            ErrorKind::Validation
            | ErrorKind::Config
            | ErrorKind::Parameter
            | ErrorKind::Unsupported => Self::Invalid,
            ErrorKind::Cancelled => Self::Interrupted,
            _ => Self::Failure,
        }
    }
}

/// Why the program could not do what it was asked for. One pointer wide.
#[derive(Debug)]
pub(crate) struct Failure(Box<Inner>);

#[derive(Debug)]
struct Inner {
    exit: Exit,
    message: String,
    place: Option<Place>,
    notes: Vec<String>,
    error: Option<Error>,
}

/// Where in a script a statement failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// The script's file, where it has one.
    pub(crate) file: Option<String>,
    /// The number of the statement, from 1.
    pub(crate) statement: usize,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column in characters, from 1, where the engine says it.
    pub(crate) column: Option<usize>,
    /// The beginning of the statement.
    pub(crate) text: String,
    /// The statement is all there is, so that nobody needs to be told where it stands.
    #[serde(skip)]
    pub(crate) is_all: bool,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Inner { exit, message, place: None, notes: Vec::new(), error: None }))
    }

    /// Makes the failure of a command line that clap alone could not see.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Exit::Invalid, message)
    }

    /// Makes the failure of a file.
    pub(crate) fn file(doing: &str, path: &str, error: &io::Error) -> Self {
        Self::new(Exit::Failure, format!("cannot {doing} {path}: {error}"))
    }

    /// Ends the program with another code than the error's kind has.
    pub(crate) fn ending(mut self, exit: Exit) -> Self {
        self.0.exit = exit;
        self
    }

    /// Says it in other words than the error itself.
    pub(crate) fn saying(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.0.place = Some(place);
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(note.into());
        self
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// Answers the kind of the database's error, where it was one.
    pub(crate) fn kind(&self) -> Option<ErrorKind> {
        self.0.error.as_ref().map(Error::kind)
    }

    /// Answers the number of the statement that failed, from 1.
    pub(crate) fn statement(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.statement)
    }

    pub(crate) fn exit(&self) -> Exit {
        self.0.exit
    }

    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.0.exit as u8)
    }

    /// Tells what happened on stderr; a reader that went away is no news by itself.
    pub(crate) fn print(&self, terminal: &Terminal, json: bool, verbose: bool) {
        if self.0.exit == Exit::ClosedPipe && self.0.notes.is_empty() {
            return;
        }
        let text = if json { self.to_json() } else { self.to_text(terminal, verbose) };
        // Nobody is left to tell when stderr is closed too.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    fn to_text(&self, terminal: &Terminal, verbose: bool) -> String {
        let mut text = format!("{} {}\n", terminal.red_on_stderr("error:"), self.0.message);
        if let Some(place) = self.0.place.as_ref().filter(|place| !place.is_all) {
            let _ = writeln!(text, "  {place}");
        }
        for note in &self.0.notes {
            let _ = writeln!(text, "  {note}");
        }
        if let (Some(error), true) = (&self.0.error, verbose) {
            let _ = writeln!(text, "  kind {:?}, engine code {}", error.kind(), code_of(error));
            let mut cause = std::error::Error::source(error);
            while let Some(error) = cause {
                let _ = writeln!(text, "  caused by: {error}");
                cause = error.source();
            }
        }
        text
    }

    fn to_json(&self) -> String {
        let error = self.0.error.as_ref();
        let said = Said {
            message: &self.0.message,
            exit_code: self.0.exit as u8,
            kind: error.map(|error| format!("{:?}", error.kind())),
            code: error.and_then(Error::code),
            constraint: error.and_then(Error::constraint),
            table: error.and_then(Error::table),
            columns: error.map(Error::columns).unwrap_or_default(),
            place: self.0.place.as_ref(),
            notes: &self.0.notes,
        };
        serde_json::json!({ "error": said }).to_string() + "\n"
    }
}

/// A failure as `--json` says it.
#[derive(Serialize)]
struct Said<'a> {
    message: &'a str,
    exit_code: u8,
    kind: Option<String>,
    code: Option<&'a str>,
    constraint: Option<&'a str>,
    table: Option<&'a str>,
    columns: &'a [String],
    #[serde(flatten)]
    place: Option<&'a Place>,
    notes: &'a [String],
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "in {file}, ")?;
        }
        write!(f, "statement {}, line {}", self.statement, self.line)?;
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.text)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let mut failure = Self::new(error.kind().into(), error.to_string());
        failure.0.error = Some(error);
        failure
    }
}

/// Output that cannot be written; reading names its file by [`Failure::file`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // What a sink says of a value it cannot write.
        let error = match error.downcast::<Error>() {
            Ok(refused) => return refused.into(),
            Err(error) => error,
        };
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(Exit::ClosedPipe, "nobody reads the output"),
            _ => Self::new(Exit::Failure, format!("cannot write the output: {error}")),
        }
    }
}

fn code_of(error: &Error) -> &str {
    error.code().unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_follow_the_plan() {
        let check =
            |kind: ErrorKind, code: u8| assert_eq!(Exit::from(kind) as u8, code, "{kind:?}");
        check(ErrorKind::Query, 1);
        check(ErrorKind::UniqueViolation, 1);
        check(ErrorKind::Timeout, 1);
        check(ErrorKind::Locked, 3);
        check(ErrorKind::PoolTimeout, 3);
        check(ErrorKind::Validation, 4);
        check(ErrorKind::Config, 4);
        check(ErrorKind::Parameter, 4);
        check(ErrorKind::Unsupported, 4);
        check(ErrorKind::Cancelled, 130);
    }

    #[test]
    fn a_closed_pipe_is_no_failure_to_tell() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(failure.exit(), Exit::ClosedPipe);
        assert_eq!(
            Failure::from(io::Error::from(io::ErrorKind::StorageFull)).exit(),
            Exit::Failure
        );
    }

    #[test]
    fn a_failure_tells_the_place_and_what_became_of_the_rest() {
        let place = Place {
            file: Some("a.sql".to_owned()),
            statement: 2,
            line: 3,
            column: Some(15),
            text: "SELECT * FROM x".to_owned(),
            is_all: false,
        };
        let error = Error::new(ErrorKind::Query, "no such table: x").coded("1");
        let failure = Failure::from(error).at(place).note("nothing was changed");
        assert_eq!(
            failure.to_text(&Terminal::none(), false),
            "error: no such table: x\n  in a.sql, statement 2, line 3, column 15: SELECT * FROM x\n  \
             nothing was changed\n"
        );
        let json: serde_json::Value = serde_json::from_str(&failure.to_json()).unwrap();
        assert_eq!(json["error"]["line"], 3);
        assert_eq!(json["error"]["code"], "1");
        assert_eq!(json["error"]["exit_code"], 1);
    }
}
