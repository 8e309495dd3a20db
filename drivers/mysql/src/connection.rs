//! The connection as the guard sees it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use hypostyle_core::{
    Batch, Columns, Command, Connection, Error, Fill, Outcome, Request, Result, TxState,
};
use mysql_common::constants;

use crate::bulk::Undo;
use crate::commands;
use crate::config::ResetMode;
use crate::greeting::Agreed;
use crate::open::Spec;
use crate::opened::Opened;
use crate::reach::Peer;
use crate::reading::Reading;
use crate::session::SessionState;
use crate::statements::{Cache, Effects};
use crate::transactions::Lived;
use crate::wire::{Limits, Wire};

/// A connection to MySQL or MariaDB.
///
/// The server answers in the order it is asked: `pending` counts the answers not read to their end.
pub struct MySqlConnection {
    pub(crate) wire: Wire,
    pub(crate) spec: Arc<Spec>,
    pub(crate) peer: Peer,
    pub(crate) agreed: Agreed,
    /// The server's number of this connection.
    pub(crate) number: u32,
    pub(crate) packet_bytes_max: usize,
    pub(crate) session: SessionState,
    pub(crate) pending: usize,
    pub(crate) reading: Reading,
    pub(crate) limits: Limits,
    pub(crate) call: Call,
    pub(crate) statements: Cache,
    pub(crate) lived: Lived,
    /// A bulk is under way, and is to be undone where it does not end.
    pub(crate) undo: Option<Undo>,
    /// A bulk has switched autocommit off.
    pub(crate) stops_commits: bool,
    /// A request to interrupt was sent, and the server has not said that it was heard.
    pub(crate) has_loose_kill: bool,
    pub(crate) engine: &'static str,
    /// A prepared statement keeps the types of the parameters it ran with first, also those of columns
    /// that are others since.
    pub(crate) types_stick: bool,
    /// The count of changes of tables that the prepared statements know of.
    schema: u64,
    is_broken: bool,
}

/// What is to be known of the present call when it fails.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Call {
    pub(crate) writes: bool,
    pub(crate) in_transaction: bool,
}

impl MySqlConnection {
    pub(crate) fn new(opened: Opened, spec: Arc<Spec>, engine: &'static str) -> Self {
        let Opened { wire, peer, agreed, greeting, status, packet_bytes_max } = opened;
        Self {
            statements: Cache::new(spec.config.statements_max),
            wire,
            spec,
            peer,
            agreed,
            number: greeting.connection,
            types_stick: !greeting.is_mariadb(),
            packet_bytes_max,
            session: SessionState::new(status),
            pending: 0,
            reading: Reading::default(),
            limits: Limits::default(),
            call: Call::default(),
            lived: Lived::default(),
            undo: None,
            stops_commits: false,
            has_loose_kill: false,
            schema: 0,
            engine,
            is_broken: false,
        }
    }

    pub(crate) fn break_off(&mut self) {
        self.is_broken = true;
    }

    /// Notes that the server, or the way to it, has ended the connection.
    pub(crate) fn lose(&mut self) {
        self.spec.gate.lose();
        self.break_off();
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Marks what a statement leaves behind, before it is sent.
    pub(crate) fn mark(&mut self, effects: Effects) {
        self.session.mark(effects.taint);
        self.note_schema(effects);
        if effects.ends_transaction {
            self.lived = Lived::default();
        }
    }

    /// Notes a statement that changes tables: before it is sent, and once it is done.
    pub(crate) fn note_schema(&self, effects: Effects) {
        if effects.taint.schema {
            self.spec.schema.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Forgets statements of another database, and those whose types may be those of columns that are
    /// no more.
    fn follow_schema(&mut self) {
        if std::mem::take(&mut self.session.has_moved) {
            self.close_statements();
        }
        let schema = self.spec.schema.load(Ordering::Relaxed);
        if self.types_stick && self.schema != schema {
            self.schema = schema;
            self.close_statements();
        }
    }

    fn begin_call(&mut self, request: &Request<'_>) {
        self.limits = Limits::new(request.deadline, request.cancel);
        // A transaction that was not begun has no effect either.
        let is_step = matches!(request.command, Command::Transaction(_));
        if !self.session.is_in_transaction() {
            self.lived = Lived::default();
        }
        self.call = Call {
            writes: request.intent.writes(),
            in_transaction: is_step || self.session.is_in_transaction(),
        };
    }
}

impl Connection for MySqlConnection {
    const ENFORCES_DEADLINE: bool = true;

    async fn start(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        if self.is_broken {
            return Err(Error::closed("connection"));
        }
        self.begin_call(request);
        if self.is_closed() {
            return Err(self.closed_before());
        }
        self.follow_schema();
        if self.has_stopped_commits() && !self.session.is_in_transaction() {
            Box::pin(self.resume_commits()).await?;
        }
        let (done, text) = match request.command {
            Command::Text { text, params } => (self.text(text, params, batch).await, Some(text)),
            Command::Many { text, rows } => {
                (Box::pin(self.many(text, rows, batch)).await, Some(text))
            }
            Command::Load { table, columns, rows } => {
                (Box::pin(self.load(table, columns, rows, batch)).await, None)
            }
            Command::Transaction(step) => (Box::pin(self.step(step, batch)).await, None),
            _ => return Err(Error::unsupported(self.engine, "this command")),
        };
        match done {
            Ok(fill) if self.lived.is_as_begun(&self.session) => Ok(fill),
            Ok(fill) => self.committed_by_itself(fill),
            Err(failure) => Err(Box::pin(self.failed(failure, text)).await),
        }
    }

    async fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        batch.begin(self.reading.width());
        match self.go_on(batch).await {
            Ok(fill) if self.lived.is_as_begun(&self.session) => Ok(fill),
            Ok(fill) => self.committed_by_itself(fill),
            Err(failure) => Err(Box::pin(self.failed(failure, None)).await),
        }
    }

    fn columns(&self) -> &Arc<Columns> {
        self.reading.columns()
    }

    fn outcome(&self) -> Outcome {
        self.reading.outcome
    }

    fn tx(&self) -> TxState {
        if self.is_broken {
            TxState::Broken
        } else if self.session.is_in_transaction() {
            TxState::Open
        } else {
            TxState::None
        }
    }

    fn is_closed(&mut self) -> bool {
        let is_closed = self.pending == 0 && self.wire.is_closed();
        if is_closed {
            self.lose();
        }
        is_closed
    }

    async fn abandon(&mut self) -> Result<()> {
        self.end_exchange().await
    }

    fn is_pristine(&self) -> bool {
        !self.session.is_changed
            && self.session.commits_each()
            && self.spec.config.reset == ResetMode::Changed
    }

    async fn reset(&mut self) -> Result<()> {
        self.end_exchange().await?;
        if self.session.is_in_transaction() {
            self.run_own(&["ROLLBACK"]).await?;
        }
        self.lived = Lived::default();
        if !self.session.is_changed && !self.session.commits_each() {
            self.run_own(&["SET autocommit = 1"]).await?;
        }
        if self.is_pristine() { Ok(()) } else { self.clean().await }
    }

    async fn ping(&mut self) -> Result<()> {
        self.begin_own_call();
        self.ask_status().await.map_err(|failure| {
            self.break_off();
            Error::from(failure)
        })
    }

    async fn close(&mut self) {
        if self.is_broken {
            return;
        }
        let quit = constants::Command::COM_QUIT;
        if commands::put_plain(&mut self.wire.output, quit).is_ok() {
            self.limits = Limits::until(Instant::now() + Duration::from_secs(1));
            // The server notices the end of the connection as well.
            let _ = self.wire.flush(&mut self.limits).await;
        }
        self.break_off();
    }
}
