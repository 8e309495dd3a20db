//! The wire: messages in the buffers over a socket.

use std::io;
use std::ops::{Deref, DerefMut};

use bytes::Buf;
use hypostyle_net::{Buffers, Socket};
pub(crate) use hypostyle_net::{Halt, Limits};
use postgres_protocol::message::backend::{Header, Message};

/// Tag and length, which counts itself.
const HEADER_BYTES: usize = 5;

/// A connection's two buffers over its socket.
pub(crate) struct Wire(Buffers);

/// A message as the wire has it: its tag and its bytes with the header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) tag: u8,
    pub(crate) bytes: usize,
}

impl Deref for Wire {
    type Target = Buffers;

    fn deref(&self) -> &Buffers {
        &self.0
    }
}

impl DerefMut for Wire {
    fn deref_mut(&mut self) -> &mut Buffers {
        &mut self.0
    }
}

impl Wire {
    pub(crate) fn new(socket: Socket) -> Self {
        Self(Buffers::new(socket))
    }

    /// Looks at the next message that has arrived whole.
    ///
    /// # Errors
    /// For bytes that are no message.
    #[inline]
    pub(crate) fn peek(&mut self) -> io::Result<Option<Frame>> {
        let Some(header) = Header::parse(&self.input)? else { return Ok(None) };
        let length = usize::try_from(header.len()).map_err(io::Error::other)?;
        let bytes = length + 1;
        if self.input.len() < bytes {
            let missing = bytes - self.input.len();
            self.input.reserve(missing);
            return Ok(None);
        }
        Ok(Some(Frame { tag: header.tag(), bytes }))
    }

    /// Lends the body of a message that was looked at.
    #[inline]
    pub(crate) fn body(&self, frame: Frame) -> &[u8] {
        self.input.get(HEADER_BYTES..frame.bytes).unwrap_or_default()
    }

    /// Passes over a message that was looked at.
    #[inline]
    pub(crate) fn pass(&mut self, frame: Frame) {
        self.input.advance(frame.bytes);
    }

    /// Takes the next message that has arrived whole.
    pub(crate) fn take(&mut self) -> io::Result<Option<Message>> {
        Message::parse(&mut self.input)
    }

    /// Takes the next message, and waits for it.
    pub(crate) async fn next(&mut self, limits: &mut Limits) -> Result<Message, Halt> {
        loop {
            if let Some(message) = self.take().map_err(Halt::Lost)? {
                return Ok(message);
            }
            self.read(limits).await?;
        }
    }
}
