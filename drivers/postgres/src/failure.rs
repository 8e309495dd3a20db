//! What can go wrong while a request is under way, before it is told to the caller.

use std::io;

use hypostyle_core::{Error, ErrorKind};

use crate::errors::ServerError;
use crate::wire::Halt;

/// Why a request did not go on.
pub(crate) enum Failure {
    /// The server refused it; the connection is in sync.
    Server(Box<ServerError>),
    /// Waiting ended: answers may still be on their way.
    Halted(Halt),
    /// It was refused here; what was sent has been answered.
    Here(Error),
}

pub(crate) type Attempt<T> = Result<T, Failure>;

impl From<Halt> for Failure {
    fn from(halt: Halt) -> Self {
        Self::Halted(halt)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Here(error)
    }
}

impl From<hypostyle_sql::Error> for Failure {
    fn from(error: hypostyle_sql::Error) -> Self {
        Self::Here(error.into())
    }
}

/// What is no message of the protocol, or cannot be made one.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Halted(Halt::Lost(error))
    }
}

impl Failure {
    /// Tells whether the server refused with one of these codes.
    pub(crate) fn has_code(&self, codes: &[&str]) -> bool {
        matches!(self, Self::Server(error) if codes.contains(&error.code.as_str()))
    }

    /// Tells whether another schema than the one that was described would explain it: words or
    /// values that do not fit.
    pub(crate) fn may_be_of_schema(&self) -> bool {
        match self {
            Self::Server(error) => error.code.starts_with("42") || error.code.starts_with("22"),
            Self::Here(error) => matches!(error.kind(), ErrorKind::Parameter | ErrorKind::Data),
            Self::Halted(_) => false,
        }
    }
}
