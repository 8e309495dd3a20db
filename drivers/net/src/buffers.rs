//! A socket, what was read and not taken yet, what is to be written.
//!
//! Every await here may be dropped: what was read or is to be written stays in the buffers.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Instant;

use bytes::{Buf, BytesMut};
use tokio::io::AsyncWrite;
use tokio::time::Sleep;
use tokio_util::io::poll_read_buf;

use crate::{Halt, Limits, Socket};

/// What is read at once, where nothing larger is announced.
const READ_BYTES: usize = 16 * 1024;
/// What a buffer keeps between two uses.
const KEPT_BYTES: usize = 256 * 1024;

/// A connection's two buffers over its socket.
pub struct Buffers {
    socket: Socket,
    /// What was read and not taken yet.
    pub input: BytesMut,
    /// What is to be written.
    pub output: BytesMut,
    timer: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Flushed,
    Read,
}

impl Buffers {
    /// Begins with nothing read and nothing to write.
    #[must_use]
    pub fn new(socket: Socket) -> Self {
        Self { socket, input: BytesMut::new(), output: BytesMut::new(), timer: None }
    }

    /// Gives the socket back; what was read or is to be written is gone.
    #[must_use]
    pub fn into_socket(self) -> Socket {
        self.socket
    }

    /// Writes all there is to write; what arrives meanwhile is kept.
    ///
    /// # Errors
    /// Why waiting ended.
    ///
    /// # Cancellation
    /// Nothing is lost: the next call goes on where this one stood.
    pub async fn flush(&mut self, limits: &mut Limits) -> Result<(), Halt> {
        poll_fn(|context| self.poll(context, limits, Goal::Flushed)).await?;
        if self.output.capacity() > KEPT_BYTES {
            self.output = BytesMut::new();
        }
        Ok(())
    }

    /// Takes in what has arrived unasked; tells whether the other side has closed.
    pub fn is_closed(&mut self) -> bool {
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
    ///
    /// # Errors
    /// Why waiting ended.
    ///
    /// # Cancellation
    /// Nothing is lost: the next call goes on where this one stood.
    pub async fn read(&mut self, limits: &mut Limits) -> Result<(), Halt> {
        poll_fn(|context| self.poll(context, limits, Goal::Read)).await
    }

    /// Writes what there is and reads something, both as far as goes now; `Ready` once something
    /// was read.
    pub fn poll_exchange(
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
