//! The task of a shared connection: sends what it is handed, and gives out the answers in turn.

use std::collections::{HashSet, VecDeque};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use hypostyle_core::{BatchBox, Error, Outcome, Result};
use postgres_protocol::message::backend::{self, Message};
use postgres_protocol::message::frontend;
use tokio::sync::{mpsc, oneshot};

use super::job::{Answer, Job};
use super::slot::Slot;
use crate::errors::ServerError;
use crate::exchange::{notice_told, read_row};
use crate::open::Spec;
use crate::opened::Opened;
use crate::reach::Peer;
use crate::statements::{Description, read_columns};
use crate::wire::{Frame, Halt, Limits, Wire};

/// Reads sent and not answered; more wait to be sent.
const SENT_MAX: usize = 256;
/// A read that takes longer holds up none of those behind it: they run elsewhere.
const STALL: Duration = Duration::from_millis(100);
/// A connection that nobody shares is closed after this.
const IDLE: Duration = Duration::from_secs(30);
/// Bytes of a reply; a larger one has a connection of its own.
const REPLY_BYTES_MAX: usize = 1024 * 1024;
/// How long the server is waited for at the end of a connection.
const PARTING: Duration = Duration::from_secs(1);
/// Statements prepared; with more the connection is made anew.
const STATEMENTS_MAX: usize = 1_024;

/// Makes a connection on which the server refuses writes; `None` behind a pooler.
///
/// # Errors
/// As [`Spec::open`].
pub(super) async fn connect(spec: &Spec, timeout: Option<Duration>) -> Result<Option<Opened>> {
    let limit_ms = timeout.map(|timeout| timeout.as_millis().to_string());
    let own = spec.config.startup.iter().find(|(name, _)| name == "statement_timeout");
    let mut startup = vec![("default_transaction_read_only", "on")];
    if let Some(limit_ms) = &limit_ms
        && own.is_none()
    {
        startup.push(("statement_timeout", limit_ms));
    }
    if spec.is_pooled() {
        return Ok(None);
    }
    let mut opened = spec.open(&startup).await?;
    let is_held = opened.ask("SHOW default_transaction_read_only").await?;
    Ok(is_held.then_some(opened))
}

/// A shared connection at work.
pub(super) struct Task {
    wire: Wire,
    queue: mpsc::Receiver<Job>,
    sent: VecDeque<Sent>,
    /// Names of the statements prepared here.
    prepared: HashSet<Box<str>>,
    slot: Arc<Slot>,
    limits: Limits,
    is_stalled: bool,
    /// When it was last looked at what takes long.
    looked: Instant,
    /// What a request to cancel needs.
    spec: Arc<Spec>,
    peer: Peer,
    process: i32,
    secret: i32,
}

/// A read that was sent.
struct Sent {
    described: Arc<Description>,
    /// `None` once it was answered otherwise.
    reply: Option<oneshot::Sender<Answer>>,
    deadline: Option<Instant>,
    /// When the server could begin with it.
    since: Instant,
    batch: BatchBox,
    /// It does not fit here.
    is_elsewhere: bool,
    error: Option<Error>,
}

impl Task {
    pub(super) fn new(
        opened: Opened,
        queue: mpsc::Receiver<Job>,
        slot: Arc<Slot>,
        spec: Arc<Spec>,
    ) -> Self {
        let Opened { wire, peer, process, secret, .. } = opened;
        Self {
            wire,
            queue,
            sent: VecDeque::new(),
            prepared: HashSet::new(),
            slot,
            limits: Limits::default(),
            is_stalled: false,
            looked: Instant::now(),
            spec,
            peer,
            process,
            secret,
        }
    }

    /// Runs until nobody shares the connection any more, or it is lost.
    pub(super) async fn run(mut self) {
        loop {
            match self.turn().await {
                Ok(true) => {}
                Ok(false) => break,
                Err(Halt::Deadline) if self.attend_time() => {}
                Err(Halt::Lost(_)) => return self.end_lost(),
                Err(_) => break,
            }
            if self.read().is_err() {
                return self.end_lost();
            }
            if self.prepared.len() > STATEMENTS_MAX {
                break;
            }
        }
        self.end().await;
    }

    /// Takes what is handed over, sends it, and reads something; `false` once nothing can come.
    async fn turn(&mut self) -> Result<bool, Halt> {
        poll_fn(|context| {
            let mut is_closed = false;
            while self.sent.len() < SENT_MAX {
                match self.queue.poll_recv(context) {
                    Poll::Ready(Some(job)) => self.send(job),
                    Poll::Ready(None) => {
                        is_closed = true;
                        break;
                    }
                    Poll::Pending => break,
                }
            }
            if is_closed && self.sent.is_empty() {
                return Poll::Ready(Ok(false));
            }
            // What was just sent may take long.
            self.limits.deadline = self.wakes_at();
            self.wire.poll_exchange(context, &mut self.limits).map_ok(|()| true)
        })
        .await
    }

    fn send(&mut self, job: Job) {
        let Job { described, bound, deadline, reply } = job;
        if reply.is_closed() {
            return;
        }
        let out = &mut self.wire.output;
        if !self.prepared.contains(&described.name) {
            let types = described.params.iter().map(|kind| kind.oid);
            // Neither a name of ours nor a text that was prepared before holds a NUL.
            let parsed = frontend::parse(&described.name, &described.sql, types, out)
                .and_then(|()| frontend::describe(b'S', &described.name, out));
            if parsed.is_err() {
                let _ = reply.send(Answer::Elsewhere);
                return;
            }
            self.prepared.insert(described.name.clone());
        }
        out.extend_from_slice(&bound);
        let mut batch = BatchBox::default();
        batch.begin(described.output.types.len());
        self.sent.push_back(Sent {
            described,
            reply: Some(reply),
            deadline,
            since: Instant::now(),
            batch,
            is_elsewhere: false,
            error: None,
        });
    }

    /// Attends to all messages that have arrived.
    fn read(&mut self) -> std::io::Result<()> {
        while let Some(frame) = self.wire.peek()? {
            match frame.tag {
                backend::DATA_ROW_TAG => self.row(frame),
                backend::READY_FOR_QUERY_TAG => {
                    self.wire.pass(frame);
                    self.answer();
                }
                backend::PORTAL_SUSPENDED_TAG => {
                    self.wire.pass(frame);
                    self.is_too_much();
                }
                backend::BIND_COMPLETE_TAG
                | backend::PARSE_COMPLETE_TAG
                | backend::NO_DATA_TAG
                | backend::PARAMETER_DESCRIPTION_TAG
                | backend::EMPTY_QUERY_RESPONSE_TAG
                | backend::COMMAND_COMPLETE_TAG => self.wire.pass(frame),
                _ => self.attend_rarely()?,
            }
        }
        Ok(())
    }

    fn row(&mut self, frame: Frame) {
        if let Some(sent) = self.sent.front_mut()
            && !sent.is_elsewhere
            && sent.reply.is_some()
        {
            let output = &sent.described.output;
            let read = read_row(self.wire.body(frame), output, &mut sent.batch);
            if read.is_err() {
                sent.is_elsewhere = true;
            } else if sent.batch.heap_bytes() > REPLY_BYTES_MAX {
                sent.described.heaviness.mark();
                sent.is_elsewhere = true;
            }
        }
        self.wire.pass(frame);
    }

    fn is_too_much(&mut self) {
        if let Some(sent) = self.sent.front_mut() {
            sent.described.heaviness.mark();
            sent.is_elsewhere = true;
        }
    }

    /// The server is ready for the next: the first read has its answer.
    fn answer(&mut self) {
        let Some(sent) = self.sent.pop_front() else { return };
        if std::mem::take(&mut self.is_stalled) {
            self.slot.set_stalled(false);
        }
        match self.sent.front_mut() {
            Some(next) => next.since = Instant::now(),
            // The connection is idle from now on.
            None => self.looked = Instant::now(),
        }
        let Sent { reply, batch, is_elsewhere, error, .. } = sent;
        let answer = match error {
            Some(error) => Answer::Failed(error),
            None if is_elsewhere => Answer::Elsewhere,
            None => Answer::Rows(batch, Outcome::default()),
        };
        if let Some(reply) = reply {
            // Nobody may wait for it any more.
            let _ = reply.send(answer);
        }
    }

    #[cold]
    fn attend_rarely(&mut self) -> std::io::Result<()> {
        match self.wire.take()? {
            Some(Message::ErrorResponse(body)) => {
                let error = ServerError::read(body.fields())?;
                if error.is_fatal() {
                    return Err(std::io::ErrorKind::ConnectionAborted.into());
                }
                self.refused(&error);
            }
            Some(Message::RowDescription(body)) => {
                let fields = read_columns(&body)?;
                if let Some(sent) = self.sent.front_mut() {
                    sent.is_elsewhere |= !sent.described.output.is_of(&fields);
                }
            }
            Some(Message::NoticeResponse(body)) => {
                notice_told(&ServerError::read(body.fields())?);
            }
            // A function has changed a setting of all who share the connection.
            Some(Message::ParameterStatus(_)) => {
                return Err(std::io::ErrorKind::ConnectionAborted.into());
            }
            _ => {}
        }
        Ok(())
    }

    /// A read that the server refuses may be outdated, or may write: it runs alone.
    fn refused(&mut self, error: &ServerError) {
        let Some(sent) = self.sent.front_mut() else { return };
        self.prepared.remove(&sent.described.name);
        if error.code == "57014" {
            sent.described.heaviness.mark();
            sent.error = Some(Error::timeout(Some(sent.since.elapsed())));
        } else {
            sent.is_elsewhere = true;
        }
    }

    fn wakes_at(&self) -> Option<Instant> {
        let Some(first) = self.sent.front() else { return Some(self.looked + IDLE) };
        let looks = first.since.max(self.looked) + STALL;
        Some(first.deadline.map_or(looks, |deadline| deadline.min(looks)))
    }

    /// Looks at what takes long; `false` where the connection is to end: for being idle, or for a
    /// read that nobody waits for any more, or not longer.
    fn attend_time(&mut self) -> bool {
        let now = Instant::now();
        self.looked = now;
        let Some(first) = self.sent.front_mut() else { return false };
        if first.deadline.is_some_and(|deadline| deadline <= now) {
            if let Some(reply) = first.reply.take() {
                let _ = reply.send(Answer::Failed(Error::timeout(Some(first.since.elapsed()))));
            }
            return false;
        }
        let is_abandoned = first.reply.as_ref().is_none_or(oneshot::Sender::is_closed);
        if self.sent.iter().skip(1).any(|sent| sent.reply.is_some()) {
            self.let_go();
        }
        !is_abandoned
    }

    /// Sends elsewhere what waits behind the first read.
    fn let_go(&mut self) {
        self.is_stalled = true;
        self.slot.set_stalled(true);
        let mut sent = self.sent.iter_mut();
        if let Some(first) = sent.next() {
            first.described.heaviness.mark();
        }
        for sent in sent {
            if let Some(reply) = sent.reply.take() {
                let _ = reply.send(Answer::Elsewhere);
            }
        }
    }

    /// Ends the connection. A read that is under way is ended too: there is no neighbour left that
    /// a request to cancel could hit.
    async fn end(mut self) {
        let is_busy = !self.sent.is_empty();
        self.give_up();
        if is_busy {
            let cancelling = self.spec.cancel(&self.peer, self.process, self.secret);
            // The server ends it by itself after the default deadline.
            let _ = tokio::time::timeout(PARTING, cancelling).await;
        }
        frontend::terminate(&mut self.wire.output);
        let mut limits = Limits::until(Instant::now() + PARTING);
        // The server notices the end of the connection as well.
        let _ = self.wire.flush(&mut limits).await;
    }

    /// Ends when the connection is no more, or no longer what all who share it rely on.
    fn end_lost(mut self) {
        self.spec.gate.lose();
        self.give_up();
    }

    /// What was not answered runs elsewhere, and the next read makes a connection anew.
    fn give_up(&mut self) {
        self.queue.close();
        self.sent.clear();
        while let Ok(job) = self.queue.try_recv() {
            drop(job);
        }
        self.slot.set_stalled(false);
    }
}
