//! A connection that the server is ready for, and what it says of itself.

use std::collections::HashMap;
use std::io;

use hypostyle_core::{Error, ErrorKind, Result, Retry};
use postgres_protocol::message::{backend::Message, frontend};

use crate::errors::{Circumstances, ServerError};
use crate::reach::Peer;
use crate::wire::{Halt, Limits, Wire};

/// A connection that the server is ready for.
pub(crate) struct Opened {
    pub(crate) wire: Wire,
    pub(crate) peer: Peer,
    pub(crate) process: i32,
    pub(crate) secret: i32,
    /// What the server reports of the session, by name.
    pub(crate) parameters: HashMap<String, String>,
}

impl Opened {
    /// Asks for a truth value.
    pub(crate) async fn ask(&mut self, text: &str) -> Result<bool> {
        Ok(matches!(self.value(text).await?.as_deref(), Some("t" | "on")))
    }

    /// Asks for the only value of the only row, as text.
    pub(crate) async fn value(&mut self, text: &str) -> Result<Option<String>> {
        frontend::query(text, &mut self.wire.output).map_err(protocol)?;
        let mut limits = Limits::default();
        let (mut value, mut failure) = (None, None);
        loop {
            match self.wire.next(&mut limits).await.map_err(halted)? {
                Message::DataRow(row) => {
                    // One column: a length of four bytes, and the text.
                    value = row.buffer().get(4..).map(|raw| String::from_utf8_lossy(raw).into());
                }
                Message::ErrorResponse(body) => {
                    failure = Some(ServerError::read(body.fields()).map_err(protocol)?);
                }
                Message::ReadyForQuery(_) => break,
                _ => {}
            }
        }
        match failure {
            Some(error) => Err(error.into_error(Circumstances::default())),
            None => Ok(value),
        }
    }
}

/// Reads what the server says of itself until it is ready.
pub(crate) async fn ready(mut wire: Wire, peer: Peer) -> Result<Opened> {
    let mut limits = Limits::default();
    let (mut process, mut secret) = (0, 0);
    let mut parameters = HashMap::new();
    loop {
        match wire.next(&mut limits).await.map_err(halted)? {
            Message::BackendKeyData(key) => {
                (process, secret) = (key.process_id(), key.secret_key());
            }
            Message::ParameterStatus(status) => {
                let name = status.name().map_err(protocol)?.to_owned();
                parameters.insert(name, status.value().map_err(protocol)?.to_owned());
            }
            Message::ErrorResponse(body) => {
                let error = ServerError::read(body.fields()).map_err(protocol)?;
                return Err(error.into_error(Circumstances::default()));
            }
            Message::ReadyForQuery(_) => {
                return Ok(Opened { wire, peer, process, secret, parameters });
            }
            _ => {}
        }
    }
}

/// Makes the error of a server that does not speak the protocol.
pub(crate) fn protocol(error: io::Error) -> Error {
    let message = format!("the server does not speak the protocol of PostgreSQL: {error}");
    Error::new(ErrorKind::Connection, message).caused_by(error)
}

pub(crate) fn halted(halt: Halt) -> Error {
    match halt {
        Halt::Lost(error) => {
            let message = format!("the server closed the connection while it began: {error}");
            Error::new(ErrorKind::Connection, message).retry_by(Retry::Request).caused_by(error)
        }
        Halt::Deadline => Error::timeout(None),
        Halt::Cancelled => Error::cancelled(),
    }
}
