//! The connection as the guard sees it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hypostyle_core::{
    Batch, Columns, Command, Connection, Error, Fill, Outcome, Request, Result, TxState,
};
use hypostyle_sql::Dialect;
use postgres_protocol::message::frontend;

use crate::config::ResetMode;
use crate::exchange::Reading;
use crate::open::Spec;
use crate::opened::Opened;
use crate::reach::Peer;
use crate::statements::{Cache, Description};
use crate::transactions::Lived;
use crate::types::{Oid, PgType};
use crate::wire::{Limits, Wire};

/// A connection to PostgreSQL.
///
/// The server answers in the order it is asked, and ends each answer with a word on the
/// transaction: `pending` counts the answers not read to that end.
pub struct PostgresConnection {
    pub(crate) wire: Wire,
    pub(crate) spec: Arc<Spec>,
    pub(crate) peer: Peer,
    pub(crate) process: i32,
    pub(crate) secret: i32,
    /// What the server reported of the session when it began.
    pub(crate) parameters: HashMap<String, String>,
    pub(crate) status: TxState,
    pub(crate) pending: usize,
    /// The server reads rows of a COPY from here.
    pub(crate) is_copying: bool,
    pub(crate) reading: Reading,
    pub(crate) limits: Limits,
    pub(crate) call: Call,
    pub(crate) statements: Cache,
    /// Types that are not built in, by their oids.
    pub(crate) types: HashMap<Oid, Arc<PgType>>,
    pub(crate) lived: Lived,
    /// A request to cancel was sent, and the server has not said that it was heard.
    pub(crate) has_loose_cancel: bool,
    is_tainted: bool,
}

/// What is to be known of the present call when it fails.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Call {
    pub(crate) writes: bool,
    pub(crate) in_transaction: bool,
    /// Statements have no names: the server may be another at the next.
    pub(crate) is_pooled: bool,
}

impl PostgresConnection {
    pub(crate) fn new(opened: Opened, spec: Arc<Spec>) -> Self {
        let Opened { wire, peer, process, secret, parameters } = opened;
        Self {
            statements: Cache::new(spec.config.statements_max()),
            wire,
            spec,
            peer,
            process,
            secret,
            lived: Lived::of_version(parameters.get("server_version").map(String::as_str)),
            parameters,
            status: TxState::None,
            pending: 0,
            is_copying: false,
            reading: Reading::default(),
            limits: Limits::default(),
            call: Call::default(),
            types: HashMap::new(),
            has_loose_cancel: false,
            is_tainted: false,
        }
    }

    /// Tells whether servers may change from one transaction to the next.
    pub(crate) fn is_pooled(&self) -> bool {
        self.spec.is_pooled()
    }

    /// The dialect, by the session's own word on backslashes in strings.
    pub(crate) fn dialect(&self) -> Dialect {
        match self.parameters.get("standard_conforming_strings").map(String::as_str) {
            Some("off") => Dialect::PostgresBackslash,
            _ => Dialect::Postgres,
        }
    }

    /// Ends what is asked together.
    pub(crate) fn sync(&mut self) {
        frontend::sync(&mut self.wire.output);
        self.pending += 1;
    }

    pub(crate) fn break_off(&mut self) {
        self.status = TxState::Broken;
    }

    /// Notes that the server, or the way to it, has ended the connection.
    pub(crate) fn lose(&mut self) {
        self.spec.gate.lose();
        self.break_off();
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.status == TxState::Broken
    }

    /// Marks what a statement leaves behind, before it is sent.
    pub(crate) fn mark(&mut self, description: &Description) {
        self.is_tainted |= description.taint.session;
        if description.taint.statements {
            self.forget_statements();
            self.lived.change_schema();
        }
    }

    /// Forgets what is prepared: the session may not have it any more.
    pub(crate) fn forget_statements(&mut self) {
        self.statements.clear();
        self.lived.forget_statement();
    }

    pub(crate) fn taint(&mut self) {
        self.is_tainted = true;
    }

    fn begin_call(&mut self, request: &Request<'_>) {
        self.limits = Limits::new(request.deadline, request.cancel);
        // A transaction that was not begun has no effect either.
        let is_step = matches!(request.command, Command::Transaction(_));
        self.call = Call {
            writes: request.intent.writes(),
            in_transaction: is_step || self.status != TxState::None,
            is_pooled: self.is_pooled(),
        };
    }
}

impl Connection for PostgresConnection {
    const ENFORCES_DEADLINE: bool = true;

    async fn start(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        if self.is_broken() {
            return Err(Error::closed("connection"));
        }
        self.begin_call(request);
        if self.is_closed() {
            return Err(self.closed_before());
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
            _ => return Err(Error::unsupported("postgres", "this command")),
        };
        match done {
            Ok(fill) => Ok(fill),
            Err(failure) => Err(Box::pin(self.failed(failure, text)).await),
        }
    }

    async fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        batch.begin(self.reading.width());
        match self.go_on(batch).await {
            Ok(fill) => Ok(fill),
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
        self.status
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
        !self.is_tainted && self.spec.config.reset == ResetMode::Changed
    }

    async fn reset(&mut self) -> Result<()> {
        self.end_exchange().await?;
        if self.status != TxState::None {
            self.run_own("ROLLBACK").await?;
        }
        if !self.is_pristine() {
            self.forget_statements();
            self.run_own("DISCARD ALL").await?;
            self.is_tainted = false;
        }
        Ok(())
    }

    async fn ping(&mut self) -> Result<()> {
        self.run_own("").await
    }

    async fn close(&mut self) {
        if self.is_broken() {
            return;
        }
        frontend::terminate(&mut self.wire.output);
        self.limits = Limits::until(std::time::Instant::now() + Duration::from_secs(1));
        // The server notices the end of the connection as well.
        let _ = self.wire.flush(&mut self.limits).await;
        self.break_off();
    }
}
