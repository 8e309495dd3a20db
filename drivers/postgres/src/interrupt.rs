//! Interruption: statements past their deadline, cancelled, or dropped by their caller.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use hypostyle_core::{Batch, Effect, Error, Result};
use hypostyle_sql::{Marker, translate};
use postgres_protocol::message::frontend;

use crate::connection::PostgresConnection;
use crate::errors::{Circumstances, lost};
use crate::failure::{Attempt, Failure};
use crate::wire::{Halt, Limits};

/// How long the server may take to end what it was asked to end.
const GRACE: Duration = Duration::from_millis(1_500);
/// How long one request to cancel may take, and the time between two.
const PATIENCE: Duration = Duration::from_millis(200);

/// What a statement came to that was asked to end.
enum Ending {
    /// It had ended before.
    Done,
    /// It ended for being asked, or failed: it left nothing.
    Undone,
    /// The server did not answer.
    Unknown,
}

impl PostgresConnection {
    /// Turns what went wrong into the caller's error, with the connection in sync or broken.
    pub(crate) async fn failed(&mut self, failure: Failure, text: Option<&str>) -> Error {
        let is_sent_as_is = |text: &&str| {
            let sent = translate(text, self.dialect(), Marker::Dollar);
            sent.is_ok_and(|sent| matches!(sent.text, Cow::Borrowed(_)))
        };
        let circumstances = Circumstances {
            text: text.filter(is_sent_as_is),
            in_transaction: self.call.in_transaction,
            writes: self.call.writes,
        };
        match failure {
            Failure::Here(error) => error,
            Failure::Server(error) => error.into_error(circumstances),
            Failure::Halted(Halt::Lost(error)) => {
                self.lose();
                lost(error, circumstances)
            }
            Failure::Halted(Halt::Deadline) => self.stopped(Halt::Deadline).await,
            Failure::Halted(Halt::Cancelled) => self.stopped(Halt::Cancelled).await,
        }
    }

    /// Ends a statement past its deadline or cancelled.
    async fn stopped(&mut self, halt: Halt) -> Error {
        let began = Instant::now();
        let ending = self.interrupt().await;
        let effect = match ending {
            Ending::Undone => Effect::None,
            // It wrote, if it does, and the caller has to know.
            Ending::Done | Ending::Unknown if self.call.writes && !self.call.in_transaction => {
                Effect::Unknown
            }
            Ending::Done | Ending::Unknown => Effect::None,
        };
        let error = match halt {
            Halt::Cancelled => Error::cancelled(),
            _ => Error::timeout(Some(began.elapsed())),
        };
        error.effect_of(effect)
    }

    /// Ends whatever is under way, and reads its answer to the end.
    ///
    /// # Errors
    /// `Connection` where the server does not answer in time; the connection is then broken.
    pub(crate) async fn end_exchange(&mut self) -> Result<()> {
        self.reading.script = None;
        if self.is_broken() {
            return Err(Error::closed("connection"));
        }
        if self.pending == 0 && self.wire.output.is_empty() && !self.has_loose_cancel {
            return Ok(());
        }
        self.interrupt().await;
        if self.is_broken() { Err(Error::closed("connection")) } else { Ok(()) }
    }

    /// Ends what the server does. The connection is broken where that is not known to have come
    /// about, or where a request to cancel may still arrive and would end what runs then.
    async fn interrupt(&mut self) -> Ending {
        let ending = self.ask_to_end().await;
        if self.has_loose_cancel || matches!(ending, Ending::Unknown) {
            self.break_off();
        }
        ending
    }

    /// Asks the server to end what it does, again and again, until it is ready.
    async fn ask_to_end(&mut self) -> Ending {
        self.reading.script = None;
        self.reading.pass_over();
        if self.is_copying && frontend::copy_fail("interrupted", &mut self.wire.output).is_err() {
            self.break_off();
        }
        let give_up = Instant::now() + GRACE;
        while !self.is_broken() && Instant::now() < give_up {
            // What was not sent yet goes first: a request to cancel would miss it.
            if self.pending == 0 {
                self.limits = Limits::until(give_up);
                if self.wire.flush(&mut self.limits).await.is_err() {
                    break;
                }
                return Ending::Undone;
            }
            let pause = (Instant::now() + PATIENCE).min(give_up);
            self.limits = Limits::until(pause);
            if self.flush_and_cancel(pause).await.is_err() {
                break;
            }
            match self.drain().await {
                Ok(()) => return Ending::Done,
                Err(Failure::Halted(Halt::Deadline)) => {}
                Err(Failure::Halted(_)) => break,
                Err(_) => return Ending::Undone,
            }
        }
        Ending::Unknown
    }

    async fn flush_and_cancel(&mut self, until: Instant) -> Result<(), Halt> {
        // A server that reads no further waits for what it does, which is to end.
        if let Err(Halt::Lost(error)) = self.wire.flush(&mut self.limits).await {
            return Err(Halt::Lost(error));
        }
        let cancelling = self.spec.cancel(&self.peer, self.process, self.secret);
        let was_loose = std::mem::replace(&mut self.has_loose_cancel, true);
        // The statement may end by itself; if not, it is asked again.
        let heard = tokio::time::timeout_at(until.into(), cancelling).await;
        self.has_loose_cancel = was_loose || !matches!(heard, Ok(Ok(())));
        Ok(())
    }

    async fn drain(&mut self) -> Attempt<()> {
        self.limits = Limits::until(Instant::now() + PATIENCE);
        self.pump(&mut Batch::default()).await.map(drop)
    }
}
