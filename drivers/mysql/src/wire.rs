//! The wire: packets in the buffers over a socket.

use std::io;
use std::ops::{Deref, DerefMut};

use bytes::Buf;
use hypostyle_net::{Buffers, Socket};
pub(crate) use hypostyle_net::{Halt, Limits};
use mysql_common::constants::MAX_PAYLOAD_LEN;

use crate::packet::HEADER_BYTES;

/// The most bytes of a packet: the server's own limit of `max_allowed_packet`, and what a row has
/// beside its values.
const PACKET_BYTES_MAX: usize = 1024 * 1024 * 1024 + 64 * 1024;

/// A connection's two buffers over its socket.
pub(crate) struct Wire {
    buffers: Buffers,
    /// The next packet came in pieces, which were joined.
    joined: Option<Frame>,
    packet_bytes_max: usize,
}

/// A packet as the wire has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The bytes of its body.
    length: usize,
    /// All its bytes, headers included.
    bytes: usize,
    /// The number that the last of its pieces has.
    pub(crate) sequence: u8,
}

impl Deref for Wire {
    type Target = Buffers;

    fn deref(&self) -> &Buffers {
        &self.buffers
    }
}

impl DerefMut for Wire {
    fn deref_mut(&mut self) -> &mut Buffers {
        &mut self.buffers
    }
}

impl Frame {
    /// Counts the bytes of the body.
    pub(crate) fn length(self) -> usize {
        self.length
    }
}

impl Wire {
    pub(crate) fn new(socket: Socket) -> Self {
        let buffers = Buffers::new(socket);
        Self { buffers, joined: None, packet_bytes_max: PACKET_BYTES_MAX }
    }

    pub(crate) fn into_socket(self) -> Socket {
        self.buffers.into_socket()
    }

    /// Looks at the next packet that has arrived whole.
    ///
    /// # Errors
    /// For one that is longer than any can be.
    #[inline]
    pub(crate) fn peek(&mut self) -> io::Result<Option<Frame>> {
        let Some((length, sequence)) = header(&self.buffers.input, 0) else { return Ok(None) };
        if length == MAX_PAYLOAD_LEN {
            return self.peek_joined();
        }
        let frame = Frame { length, bytes: HEADER_BYTES + length, sequence };
        Ok(self.has(frame.bytes).then_some(frame))
    }

    /// Tells whether so many bytes have arrived, and makes room for those that have not.
    #[inline]
    fn has(&mut self, bytes: usize) -> bool {
        let input = &mut self.buffers.input;
        let missing = bytes.saturating_sub(input.len());
        input.reserve(missing);
        missing == 0
    }

    /// Joins a packet that came in pieces once all are there.
    #[cold]
    fn peek_joined(&mut self) -> io::Result<Option<Frame>> {
        if self.joined.is_some() {
            return Ok(self.joined);
        }
        let (mut at, mut pieces) = (0, 0);
        let last = loop {
            let Some((length, sequence)) = header(&self.buffers.input, at) else { return Ok(None) };
            at += HEADER_BYTES + length;
            pieces += 1;
            if at > self.packet_bytes_max {
                return Err(too_long());
            }
            if length < MAX_PAYLOAD_LEN {
                break sequence;
            }
            if !self.has(at + HEADER_BYTES) {
                return Ok(None);
            }
        };
        if !self.has(at) {
            return Ok(None);
        }
        for piece in 1..pieces {
            let to = HEADER_BYTES + piece * MAX_PAYLOAD_LEN;
            let from = to + piece * HEADER_BYTES;
            let end = (from + MAX_PAYLOAD_LEN).min(at);
            self.buffers.input.copy_within(from..end, to);
        }
        let frame = Frame { length: at - pieces * HEADER_BYTES, bytes: at, sequence: last };
        self.joined = Some(frame);
        Ok(self.joined)
    }

    /// Lends the body of a packet that was looked at.
    #[inline]
    pub(crate) fn body(&self, frame: Frame) -> &[u8] {
        let end = HEADER_BYTES + frame.length;
        self.buffers.input.get(HEADER_BYTES..end).unwrap_or_default()
    }

    /// Passes over a packet that was looked at.
    #[inline]
    pub(crate) fn pass(&mut self, frame: Frame) {
        self.joined = None;
        self.buffers.input.advance(frame.bytes);
    }

    /// Waits for the next packet.
    pub(crate) async fn next(&mut self, limits: &mut Limits) -> Result<Frame, Halt> {
        loop {
            if let Some(frame) = self.peek().map_err(Halt::Lost)? {
                return Ok(frame);
            }
            self.read(limits).await?;
        }
    }
}

/// The length and the number of the piece that begins at `at`.
#[inline]
fn header(input: &[u8], at: usize) -> Option<(usize, u8)> {
    let [a, b, c, sequence] = *input.get(at..)?.first_chunk::<HEADER_BYTES>()?;
    Some((usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16, sequence))
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a packet is longer than any can be")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use bytes::{BufMut, BytesMut};
    use tokio::io::AsyncWriteExt;
    use tokio::net::UnixStream;

    use super::*;

    fn pair() -> (Wire, UnixStream) {
        let (here, there) = UnixStream::pair().unwrap();
        (Wire::new(Socket::Unix(here)), there)
    }

    #[tokio::test]
    async fn packets_of_any_size_come_out_as_they_went_in() {
        let (mut wire, mut there) = pair();
        let sizes = [0, 1, 16_777_214, 16_777_215, 16_777_216, 2 * 16_777_215 + 3, 5];
        let body = |size: usize| (0..=252).cycle().take(size).collect::<Vec<u8>>();
        let writer = tokio::spawn(async move {
            for size in sizes {
                let mut out = BytesMut::new();
                crate::packet::put(&mut out, 9, usize::MAX, |out| {
                    out.put_slice(&body(size));
                    Ok(())
                })
                .unwrap();
                there.write_all(&out).await.unwrap();
            }
            there
        });
        for size in sizes {
            let frame = wire.next(&mut Limits::default()).await.unwrap();
            assert_eq!(wire.peek().unwrap(), Some(frame), "looking twice");
            assert!(wire.body(frame) == body(size), "{size}");
            wire.pass(frame);
        }
        drop(writer.await);
    }

    #[tokio::test]
    async fn a_packet_that_never_ends_is_refused() {
        let (mut wire, mut there) = pair();
        wire.packet_bytes_max = 40_000_000;
        let writer = tokio::spawn(async move {
            let mut piece = vec![0; HEADER_BYTES + MAX_PAYLOAD_LEN];
            piece[..3].fill(0xff);
            while there.write_all(&piece).await.is_ok() {}
        });
        let mut limits = Limits::until(Instant::now() + Duration::from_secs(60));
        let refused = wire.next(&mut limits).await;
        assert!(matches!(refused, Err(Halt::Lost(_))), "{refused:?}");
        drop(wire);
        writer.await.unwrap();
    }
}
