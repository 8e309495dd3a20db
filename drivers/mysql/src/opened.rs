//! A connection that the server is ready for, and what it says of itself.

use std::io;

use hypostyle_core::{Error, ErrorKind, Result, Retry};
use mysql_common::constants::{CapabilityFlags, StatusFlags};

use crate::commands;
use crate::errors::{Circumstances, ServerError};
use crate::greeting::{Agreed, Greeting};
use crate::packet::{Done, Fields, tag};
use crate::reach::Peer;
use crate::wire::{Frame, Halt, Limits, Wire};

/// A connection that the server is ready for.
pub(crate) struct Opened {
    pub(crate) wire: Wire,
    pub(crate) peer: Peer,
    pub(crate) agreed: Agreed,
    pub(crate) greeting: Greeting,
    pub(crate) status: StatusFlags,
    /// The most bytes the server takes in a packet.
    pub(crate) packet_bytes_max: usize,
}

/// The only row of an answer, as text.
pub(crate) type Values = Vec<Option<String>>;

impl Opened {
    pub(crate) fn new(wire: Wire, peer: Peer, agreed: Agreed, greeting: Greeting) -> Self {
        let status = StatusFlags::SERVER_STATUS_AUTOCOMMIT;
        Self { wire, peer, agreed, greeting, status, packet_bytes_max: usize::MAX }
    }

    /// Asks several things at once, and answers the first row of each.
    pub(crate) async fn ask(&mut self, texts: &[&str]) -> Result<Vec<Values>> {
        for text in texts {
            commands::put_query(&mut self.wire.output, text, usize::MAX)?;
        }
        self.wire.flush(&mut Limits::default()).await.map_err(halted)?;
        let (mut answers, mut failure) = (Vec::new(), None);
        for _ in texts {
            match self.answer().await? {
                Ok(values) => answers.push(values),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match failure {
            Some(error) => Err(error.into_error(Circumstances::default())),
            None => Ok(answers),
        }
    }

    /// Reads an answer to its end.
    async fn answer(&mut self) -> Result<std::result::Result<Values, ServerError>> {
        let frame = self.next().await?;
        match self.wire.body(frame).first() {
            Some(&tag::OK) => {
                self.status = self.done(frame)?;
                self.wire.pass(frame);
                return Ok(Ok(Values::new()));
            }
            Some(&tag::ERROR) => return self.error(frame).map(Err),
            _ => {}
        }
        let columns = Fields::of(self.wire.body(frame)).integer().map_err(protocol)?;
        self.wire.pass(frame);
        let ends = u64::from(!self.agreed.deprecates_eof());
        for _ in 0..columns + ends {
            let frame = self.next().await?;
            self.wire.pass(frame);
        }
        let mut values = Values::new();
        loop {
            let frame = self.next().await?;
            let packet = self.wire.body(frame);
            match packet.first() {
                Some(&tag::ERROR) => return self.error(frame).map(Err),
                Some(&tag::END) => {
                    self.wire.pass(frame);
                    return Ok(Ok(values));
                }
                _ if values.is_empty() => values = read_values(packet).map_err(protocol)?,
                _ => {}
            }
            self.wire.pass(frame);
        }
    }

    async fn next(&mut self) -> Result<Frame> {
        self.wire.next(&mut Limits::default()).await.map_err(halted)
    }

    fn done(&self, frame: Frame) -> Result<StatusFlags> {
        let capabilities = CapabilityFlags::empty();
        Ok(Done::read(self.wire.body(frame), capabilities).map_err(protocol)?.status)
    }

    fn error(&mut self, frame: Frame) -> Result<ServerError> {
        let error = ServerError::read(self.wire.body(frame)).map_err(protocol);
        self.wire.pass(frame);
        error
    }
}

/// Reads a row of the text protocol.
fn read_values(packet: &[u8]) -> io::Result<Values> {
    const NULL: u8 = 0xfb;
    let (mut fields, mut values) = (Fields::of(packet), Values::new());
    while !fields.is_empty() {
        if fields.rest().first() == Some(&NULL) {
            fields.u8()?;
            values.push(None);
        } else {
            values.push(Some(String::from_utf8_lossy(fields.sized()?).into_owned()));
        }
    }
    Ok(values)
}

/// Makes the error of a server that does not speak the protocol.
pub(crate) fn protocol(error: io::Error) -> Error {
    let message = format!("the server does not speak the protocol of MySQL: {error}");
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
