//! What can go wrong while a request is under way, before it is told to the caller.

use std::io;

use hypostyle_core::Error;

use crate::errors::{Circumstances, ServerError};
use crate::opened::halted;
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

impl Failure {
    /// Tells whether the server refused with one of these numbers.
    pub(crate) fn has_code(&self, codes: &[u16]) -> bool {
        matches!(self, Self::Server(error) if codes.contains(&error.code))
    }
}

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

/// What is no packet of the protocol, or cannot be made one.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Halted(Halt::Lost(error))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Here(error) => error,
            Failure::Server(error) => error.into_error(Circumstances::default()),
            Failure::Halted(halt) => halted(halt),
        }
    }
}
