//! Interruption: statements past their deadline, cancelled, or dropped by their caller.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use hypostyle_core::{Batch, Effect, Error, ErrorKind, Result};
use hypostyle_sql::{Dialect, Marker, translate};

use crate::commands;
use crate::connection::MySqlConnection;
use crate::errors::{Circumstances, code, lost};
use crate::failure::{Attempt, Failure};
use crate::wire::{Halt, Limits};

/// How long the server may take to end what it was asked to end.
const GRACE: Duration = Duration::from_millis(1_500);
/// How long one request to interrupt may take, and the time between two.
const PATIENCE: Duration = Duration::from_millis(200);
/// What ends by itself within this costs no connection of its own to interrupt it.
const PAUSE: Duration = Duration::from_millis(5);

/// What a statement came to that was asked to end.
enum Ending {
    /// It had ended before.
    Done,
    /// It ended for being asked, or failed: it left nothing.
    Undone,
    /// The server did not answer.
    Unknown,
}

impl MySqlConnection {
    /// Turns what went wrong into the caller's error, with the connection in sync or broken.
    pub(crate) async fn failed(&mut self, failure: Failure, text: Option<&str>) -> Error {
        let circumstances = Circumstances {
            text,
            is_sent_as_is: text.is_some_and(is_sent_as_is),
            in_transaction: self.call.in_transaction,
            writes: self.call.writes,
        };
        match failure {
            Failure::Here(error) => error,
            Failure::Server(error) => {
                let error = error.into_error(circumstances);
                self.after_refusal(error, text).await
            }
            Failure::Halted(Halt::Lost(error)) => {
                self.lose();
                lost(error, circumstances)
            }
            Failure::Halted(Halt::Deadline) => self.stopped(Halt::Deadline).await,
            Failure::Halted(Halt::Cancelled) => self.stopped(Halt::Cancelled).await,
        }
    }

    /// Learns what a refusal does not tell: whether the transaction is still open, and which columns
    /// a key has.
    async fn after_refusal(&mut self, error: Error, text: Option<&str>) -> Error {
        if self.is_broken() {
            return error;
        }
        self.limits = Limits::until(Instant::now() + GRACE);
        let error = match error.kind() {
            ErrorKind::UniqueViolation => self.name_columns(error, text).await,
            _ => error,
        };
        let may_have_ended = self.session.is_in_transaction() || !self.session.commits_each();
        if may_have_ended && !self.is_broken() && self.ask_status().await.is_err() {
            self.break_off();
        }
        error
    }

    /// Ends a statement past its deadline or cancelled.
    async fn stopped(&mut self, halt: Halt) -> Error {
        let began = Instant::now();
        let effect = match self.interrupt().await {
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
        if self.pending > 0 || !self.wire.output.is_empty() || self.has_loose_kill {
            self.interrupt().await;
        }
        if self.undo.is_some() && !self.is_broken() {
            self.limits = Limits::until(Instant::now() + GRACE);
            if self.undo_bulk().await.is_err() {
                self.break_off();
            }
        }
        if self.is_broken() { Err(Error::closed("connection")) } else { Ok(()) }
    }

    /// Ends what the server does. The connection is broken where that is not known to have come
    /// about, or where a request to interrupt may still arrive and would end what runs then.
    async fn interrupt(&mut self) -> Ending {
        let ending = self.ask_to_end().await;
        if self.has_loose_kill || matches!(ending, Ending::Unknown) {
            self.break_off();
        }
        ending
    }

    /// Asks the server to end what it does, again and again, until it has.
    async fn ask_to_end(&mut self) -> Ending {
        self.reading.script = None;
        self.reading.pass_over();
        let give_up = Instant::now() + GRACE;
        let mut was_killed = false;
        let mut pause = Instant::now() + PAUSE;
        while !self.is_broken() && Instant::now() < give_up {
            self.limits = Limits::until(pause.min(give_up));
            // What was not sent yet goes first: a request to interrupt would miss it.
            let flushed = self.wire.flush(&mut self.limits).await;
            if matches!(flushed, Err(Halt::Lost(_))) {
                break;
            }
            if self.pending == 0 {
                return if flushed.is_ok() { Ending::Undone } else { Ending::Unknown };
            }
            let ending = match self.pump(&mut Batch::default()).await {
                Ok(_) => Ending::Done,
                Err(Failure::Halted(Halt::Deadline)) => {
                    pause = Instant::now() + PATIENCE;
                    was_killed |= self.kill(pause.min(give_up)).await;
                    continue;
                }
                Err(Failure::Halted(_)) => break,
                Err(_) => Ending::Undone,
            };
            self.close_prepared();
            return if self.is_rid_of_kill(was_killed, give_up).await {
                ending
            } else {
                Ending::Unknown
            };
        }
        Ending::Unknown
    }

    /// Asks the server on another connection to end the statement; tells whether it was heard.
    async fn kill(&mut self, until: Instant) -> bool {
        let was_loose = std::mem::replace(&mut self.has_loose_kill, true);
        let killing = self.spec.kill(&self.peer, self.number);
        // The statement may end by itself; if not, it is asked again.
        let heard = matches!(tokio::time::timeout_at(until.into(), killing).await, Ok(Ok(())));
        self.has_loose_kill = was_loose || !heard;
        heard
    }

    /// Lets a request to interrupt that came too late hit a statement that does nothing.
    async fn is_rid_of_kill(&mut self, was_killed: bool, give_up: Instant) -> bool {
        const TRIES_MAX: usize = 4;
        self.limits = Limits::until(give_up);
        for _ in 0..TRIES_MAX {
            if !was_killed {
                return true;
            }
            match self.command("DO 0").await {
                Ok(()) => return true,
                Err(failure) if failure.has_code(&[code::INTERRUPTED]) => {}
                Err(_) => return false,
            }
        }
        false
    }

    /// Closes a statement that was prepared for a call that is gone.
    fn close_prepared(&mut self) {
        if let Some(prepared) = self.reading.take_prepared() {
            commands::put_close(&mut self.wire.output, prepared.id);
        }
    }

    /// Finds the columns of the key that was violated.
    async fn name_columns(&mut self, error: Error, text: Option<&str>) -> Error {
        let Some(question) = crate::keys::question(&error, text) else { return error };
        match self.ask_texts(&question).await {
            Ok(columns) if !columns.is_empty() => {
                let table = error.table().unwrap_or_default().to_owned();
                error.on(table, columns)
            }
            Err(Failure::Halted(_)) => {
                self.break_off();
                error
            }
            _ => error,
        }
    }

    /// Asks for texts, a row each.
    async fn ask_texts(&mut self, question: &str) -> Attempt<Vec<String>> {
        commands::put_query(&mut self.wire.output, question, self.packet_bytes_max)?;
        self.pending += 1;
        self.reading.begin_text(crate::statements::Effects::default());
        let mut batch = Batch::default();
        self.pump(&mut batch).await?;
        let texts = (0..batch.rows()).filter_map(|row| match batch.value(row, 0) {
            hypostyle_core::ValueRef::Text(text) => Some(text.to_owned()),
            _ => None,
        });
        Ok(texts.collect())
    }
}

fn is_sent_as_is(text: &str) -> bool {
    let sent = translate(text, Dialect::Mysql, Marker::Question);
    sent.is_ok_and(|sent| matches!(sent.text, Cow::Borrowed(_)))
}
