//! The wire: a socket, what was read and not taken yet, what is to be written.
//!
//! Every await here may be dropped: what was read or is to be written stays in the buffers.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Instant;

use bytes::{Buf, BytesMut};
use postgres_protocol::message::backend::{Header, Message};
use tokio::io::AsyncWrite;
use tokio::time::Sleep;
use tokio_util::io::poll_read_buf;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::socket::Socket;

/// What is read at once, where nothing larger is announced.
const READ_BYTES: usize = 16 * 1024;
/// What a buffer keeps between two uses.
const KEPT_BYTES: usize = 256 * 1024;
/// Tag and length, which counts itself.
const HEADER_BYTES: usize = 5;

/// A connection's two buffers over its socket.
pub(crate) struct Wire {
    socket: Socket,
    pub(crate) input: BytesMut,
    pub(crate) output: BytesMut,
    timer: Option<Pin<Box<Sleep>>>,
}

/// How long to wait.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) deadline: Option<Instant>,
    cancelled: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

/// Why waiting ended without what was waited for.
#[derive(Debug)]
pub(crate) enum Halt {
    Deadline,
    Cancelled,
    Lost(io::Error),
}

/// A message as the wire has it: its tag and its bytes with the header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) tag: u8,
    pub(crate) bytes: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Flushed,
    Read,
}

impl Limits {
    pub(crate) fn until(deadline: Instant) -> Self {
        Self { deadline: Some(deadline), cancelled: None }
    }

    pub(crate) fn new(deadline: Option<Instant>, cancel: Option<&CancellationToken>) -> Self {
        let cancelled = cancel.map(|token| Box::pin(token.clone().cancelled_owned()));
        Self { deadline, cancelled }
    }
}

impl Wire {
    pub(crate) fn new(socket: Socket) -> Self {
        Self { socket, input: BytesMut::new(), output: BytesMut::new(), timer: None }
    }

    /// Writes all there is to write; what arrives meanwhile is kept.
    pub(crate) async fn flush(&mut self, limits: &mut Limits) -> Result<(), Halt> {
        poll_fn(|context| self.poll(context, limits, Goal::Flushed)).await?;
        if self.output.capacity() > KEPT_BYTES {
            self.output = BytesMut::new();
        }
        Ok(())
    }

    /// Takes in what has arrived unasked; tells whether the other side has closed.
    pub(crate) fn is_closed(&mut self) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        loop {
            match self.poll_read(&mut context) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return true,
                Poll::Pending => return false,
            }
        }
    }

    /// Reads something, and goes on writing meanwhile.
    pub(crate) async fn read(&mut self, limits: &mut Limits) -> Result<(), Halt> {
        poll_fn(|context| self.poll(context, limits, Goal::Read)).await
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
            self.input.reserve(bytes - self.input.len());
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

    /// Writes what there is and reads something, both as far as goes now; `Ready` once something
    /// was read.
    pub(crate) fn poll_exchange(
        &mut self,
        context: &mut Context<'_>,
        limits: &mut Limits,
    ) -> Poll<Result<(), Halt>> {
        self.poll(context, limits, Goal::Read)
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
        limits: &mut Limits,
        goal: Goal,
    ) -> Poll<Result<(), Halt>> {
        let written = match self.poll_write(context) {
            // What the server said before it closed tells more.
            Poll::Ready(Err(error)) if goal == Goal::Read => {
                return match self.poll_read(context) {
                    Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
                    _ => Poll::Ready(Err(Halt::Lost(error))),
                };
            }
            written => written.map_err(Halt::Lost)?,
        };
        if goal == Goal::Flushed && written.is_ready() {
            return Poll::Ready(Ok(()));
        }
        loop {
            match self.poll_read(context).map_err(Halt::Lost)? {
                Poll::Ready(()) if goal == Goal::Read => return Poll::Ready(Ok(())),
                // The server may wait for its answers to be read before it reads on.
                Poll::Ready(()) => {}
                Poll::Pending => return self.poll_limits(context, limits).map(Err),
            }
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.output.is_empty() {
            return Poll::Ready(Ok(()));
        }
        while !self.output.is_empty() {
            let count = ready!(Pin::new(&mut self.socket).poll_write(context, &self.output))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.output.advance(count);
        }
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.input.is_empty() && self.input.capacity() > KEPT_BYTES {
            self.input = BytesMut::new();
        }
        if self.input.capacity() - self.input.len() < READ_BYTES / 4 {
            self.input.reserve(READ_BYTES);
        }
        match ready!(poll_read_buf(Pin::new(&mut self.socket), context, &mut self.input)) {
            Ok(0) => Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
            read => Poll::Ready(read.map(drop)),
        }
    }

    fn poll_limits(&mut self, context: &mut Context<'_>, limits: &mut Limits) -> Poll<Halt> {
        if let Some(cancelled) = &mut limits.cancelled
            && cancelled.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Halt::Cancelled);
        }
        match limits.deadline {
            Some(deadline) => self.poll_deadline(context, deadline),
            None => Poll::Pending,
        }
    }

    /// Looks at a timer that is set anew only when it fires too early: deadlines of one
    /// connection move on with each call, and a timer that is moved costs a lock.
    fn poll_deadline(&mut self, context: &mut Context<'_>, deadline: Instant) -> Poll<Halt> {
        let deadline = tokio::time::Instant::from_std(deadline);
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if timer.deadline() > deadline {
            timer.as_mut().reset(deadline);
        }
        loop {
            ready!(timer.as_mut().poll(context));
            if tokio::time::Instant::now() >= deadline {
                return Poll::Ready(Halt::Deadline);
            }
            timer.as_mut().reset(deadline);
        }
    }
}
