//! One connection's work, blocking: prepares, binds, runs, fills batches.

use std::sync::Arc;
use std::time::Duration;

use hypostyle_core::{
    Batch, Columns, Command, Effect, Error, Fill, Outcome, Params, Request, Result, Retry, TxState,
};
use hypostyle_sql::{Dialect, Marker, split, translate};

use crate::changes::{Changes, Seen};
use crate::control::Control;
use crate::errors::{Circumstances, Said, error_of, stopped};
use crate::raw::{Connection, Failure, Instance, Kind};
use crate::run::{Open, Place, Run};
use crate::script::Script;
use crate::statements::{Cache, Prepared, slot_at};
use crate::transactions::Transaction;

/// How long a statement may keep a thread that others wait for.
pub(crate) const BUDGET: Duration = Duration::from_micros(500);

/// Where work is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// On the caller's thread, which others wait for.
    Here,
    /// On a thread of its own.
    Away,
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Filled(Fill),
    /// The rest takes longer than the caller's thread can be kept.
    GoesOn,
}

/// A connection with its statements.
pub(crate) struct BlockingConnection {
    // What came from the connection goes first when it is dropped.
    pub(crate) open: Option<Open>,
    /// A statement that met another's lock, to be run again.
    pub(crate) again: Option<Open>,
    pub(crate) cache: Cache,
    pub(crate) raw: Connection,
    pub(crate) instance: Arc<Instance>,
    pub(crate) control: Arc<Control>,
    no_columns: Arc<Columns>,
    pub(crate) columns: Arc<Columns>,
    pub(crate) outcome: Outcome,
    pub(crate) settings: Settings,
    pub(crate) transaction: Transaction,
    pub(crate) is_pristine: bool,
    pub(crate) has_attached: bool,
    /// The request was marked as one that reads.
    pub(crate) only_reads: bool,
    /// The request asked for columns.
    #[cfg(feature = "arrow")]
    pub(crate) wants_columns: bool,
    /// A statement of the open reply's text has written.
    pub(crate) has_written: bool,
    /// The request began when nothing had run in its transaction, or outside of any.
    pub(crate) began_fresh: bool,
    pub(crate) changes: Arc<Changes>,
    /// Counts the changes that no other connection sees yet, and those of the session.
    pub(crate) own_changes: u64,
}

/// What the connection needs to know of how it was opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) is_read_only: bool,
    /// Commits wait for no disk.
    pub(crate) is_memory: bool,
    pub(crate) busy_timeout: Duration,
    pub(crate) statements_max: usize,
    /// Statements may read files that anybody changes.
    pub(crate) reads_files: bool,
}

impl BlockingConnection {
    pub(crate) fn new(
        raw: Connection,
        instance: Arc<Instance>,
        changes: Arc<Changes>,
        settings: Settings,
    ) -> Self {
        let control = Arc::new(Control::new(raw.interrupter()));
        Self {
            open: None,
            again: None,
            cache: Cache::new(settings.statements_max),
            raw,
            instance,
            control,
            no_columns: Arc::default(),
            columns: Arc::default(),
            outcome: Outcome::default(),
            settings,
            transaction: Transaction::default(),
            is_pristine: true,
            has_attached: false,
            only_reads: false,
            #[cfg(feature = "arrow")]
            wants_columns: false,
            has_written: false,
            began_fresh: false,
            changes,
            own_changes: 0,
        }
    }

    pub(crate) fn tx(&self) -> TxState {
        self.transaction.state
    }

    /// Tells whether a request will not keep its thread for long, as far as earlier runs tell.
    pub(crate) fn is_light(&mut self, request: &Request<'_>) -> bool {
        let commits_quickly = self.commits_quickly();
        if request.columnar {
            return false;
        }
        match request.command {
            Command::Text { text, .. } => {
                let in_transaction = self.tx() != TxState::None;
                self.cache.find(text).is_some_and(|at| {
                    let prepared = self.cache.get(at);
                    let commits = prepared.kind == Kind::TRANSACTION
                        || !(prepared.only_reads() || in_transaction);
                    prepared.is_light && (commits_quickly || !commits)
                })
            }
            Command::Transaction(hypostyle_core::Step::Begin(_)) => true,
            Command::Transaction(_) => commits_quickly,
            _ => false,
        }
    }

    /// Executes a request and fills the first batch.
    pub(crate) fn start(
        &mut self,
        request: &Request<'_>,
        batch: &mut Batch,
        place: Where,
    ) -> Result<Progress> {
        self.end_open();
        self.again = None;
        self.outcome = Outcome::default();
        self.has_written = false;
        self.only_reads = !request.intent.writes();
        #[cfg(feature = "arrow")]
        {
            self.wants_columns = request.columnar;
        }
        self.began_fresh = self.tx() == TxState::None || self.transaction.is_fresh;
        match request.command {
            Command::Text { text, params } => self.start_text(text, params, batch, place),
            Command::Many { text, rows } => {
                self.no_rows(batch);
                self.all_or_nothing(|connection| connection.many(text, rows))
            }
            Command::Load { table, columns, rows } => {
                self.no_rows(batch);
                self.load_all(table, columns, rows)
            }
            Command::Transaction(step) => {
                self.no_rows(batch);
                self.move_transaction(step)
            }
            _ => Err(Error::unsupported("duckdb", "command")),
        }
    }

    /// Goes on with what [`BlockingConnection::start`] began, or begins a statement again that met
    /// another's lock.
    pub(crate) fn go_on(&mut self, batch: &mut Batch) -> Result<Progress> {
        if let Some(again) = self.again.take() {
            self.transaction_anew()?;
            self.open = Some(again);
        }
        self.drive(batch, Where::Away)
    }

    /// Tells whether the next batch may take longer than the caller's thread can be kept.
    pub(crate) fn fills_away(&self) -> bool {
        self.open.as_ref().is_some_and(Open::fills_away)
    }

    /// Fills the next batch of the open reply.
    pub(crate) fn fill(&mut self, batch: &mut Batch, place: Where) -> Result<Progress> {
        if let Some(stop) = self.control.stopped() {
            self.end_open();
            return Err(stopped(Some(stop)));
        }
        let starts_next = self.open.as_ref().is_some_and(|open| open.run.is_none());
        let filled = if starts_next { self.next_statement(batch) } else { self.pump(batch, place) };
        filled.map_err(|error| {
            if !self.has_written || self.tx() != TxState::None {
                return error;
            }
            // What statements before this one of the text wrote stays.
            error.effect_of(Effect::Unknown).retry_by(Retry::Never)
        })
    }

    pub(crate) fn no_rows(&mut self, batch: &mut Batch) {
        batch.begin(0);
        self.columns = self.no_columns.clone();
    }

    fn start_text(
        &mut self,
        text: &str,
        params: Params<'_>,
        batch: &mut Batch,
        place: Where,
    ) -> Result<Progress> {
        if let Some(at) = self.cache.find(text) {
            return self.start_cached(at, params, batch, place);
        }
        let translated = translate(text, Dialect::DuckDb, Marker::Dollar)?;
        let mut parts = split(&translated.text, Dialect::DuckDb);
        match (parts.next(), parts.next()) {
            (None, _) => {
                params.check_used(&translated.slots)?;
                self.no_rows(batch);
                Ok(Progress::Filled(Fill::End))
            }
            (Some(only), None) => {
                let is_own = matches!(translated.text, std::borrow::Cow::Borrowed(_));
                let start = is_own.then_some(only.start);
                let prepared = self.prepare(only.text, start)?;
                let at = self.cache.keep(text, translated.slots, prepared);
                self.start_cached(at, params, batch, place)
            }
            _ => {
                // All of them are told before the first statement runs.
                params.check_used(&translated.slots)?;
                translated.slots.iter().try_for_each(|slot| params.value(slot).map(drop))?;
                let script = Script::new(&translated, params);
                self.open = Some(Open { run: None, script: Some(Box::new(script)) });
                self.next_statement(batch)
            }
        }
    }

    fn start_cached(
        &mut self,
        at: usize,
        params: Params<'_>,
        batch: &mut Batch,
        place: Where,
    ) -> Result<Progress> {
        self.plan_anew_where_outdated(at)?;
        let (prepared, slots) = self.cache.parts(at);
        params.check_used(slots)?;
        prepared.bind(|slot| params.value(slot_at(slots, slot)?))?;
        self.open = Some(Open { run: Some(Run::new(Place::Cached(at))), script: None });
        self.drive(batch, place)
    }

    /// Prepares a statement of the cache again whose plan is no longer that of the data.
    pub(crate) fn plan_anew_where_outdated(&mut self, at: usize) -> Result<()> {
        let seen = self.seen();
        let prepared = self.cache.get(at);
        if !prepared.is_outdated(seen, self.settings.reads_files) {
            return Ok(());
        }
        let (text, start) = (prepared.text.clone(), prepared.start);
        let anew = self.prepare(&text, start)?;
        self.cache.get(at).become_anew(anew);
        Ok(())
    }

    /// Prepares the only statement of a text; `start` says where it is in the caller's.
    pub(crate) fn prepare(&mut self, text: &str, start: Option<usize>) -> Result<Prepared> {
        let seen = self.seen();
        match self.raw.prepare(text) {
            Ok(statement) => Ok(Prepared::new(statement, text, start, seen)),
            Err(failure) => Err(self.failed(failure, None, start)),
        }
    }

    /// Makes the error of what failed, and learns what has become of the transaction.
    pub(crate) fn failed(
        &mut self,
        failure: Failure,
        kind: Option<Kind>,
        start: Option<usize>,
    ) -> Error {
        let said = Said::of(&failure);
        let before = self.tx();
        let is_read_only = self.settings.is_read_only || self.transaction.is_read_only;
        let circumstances = Circumstances {
            in_transaction: before != TxState::None,
            had_failed: before == TxState::Failed,
            is_read_only,
            kind,
            stop: self.control.stopped(),
            start,
        };
        if said.is_fatal() {
            self.transaction.state = TxState::Broken;
        } else if kind.is_some_and(may_move_transaction) {
            self.ask_transaction();
        } else if before == TxState::Open {
            self.ask_usable();
        }
        error_of(said, circumstances)
    }

    /// Answers what there is to be seen of the changes so far.
    pub(crate) fn seen(&self) -> Seen {
        self.changes.seen(self.own_changes)
    }

    /// Counts what a statement has changed: inside a transaction for nobody else until its end.
    pub(crate) fn count_changes(&mut self, data: bool, schema: bool) {
        if data || schema {
            self.own_changes += 1;
        }
        if self.tx() == TxState::None {
            self.tell_changes(data, schema);
        }
    }

    /// Has the others see that data or schema are other ones.
    pub(crate) fn tell_changes(&self, data: bool, schema: bool) {
        if data {
            self.changes.change_data();
        }
        if schema {
            self.changes.change_schema();
        }
    }

    /// Looks whether to stop: what lasts by its number of statements is not interrupted by one.
    pub(crate) fn look_up(&self) -> Result<()> {
        match self.control.stopped() {
            Some(stop) => Err(stopped(Some(stop))),
            None => Ok(()),
        }
    }
}

/// Tells whether a statement may begin or end a transaction.
pub(crate) fn may_move_transaction(kind: Kind) -> bool {
    matches!(kind, Kind::TRANSACTION | Kind::EXECUTE | Kind::MULTI)
}
