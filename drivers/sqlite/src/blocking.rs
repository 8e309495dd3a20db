//! One connection's work, blocking: prepares, binds, steps, fills batches.

use std::borrow::Cow;
use std::sync::Arc;

use hypostyle_core::{
    Batch, Columns, Command, Effect, Error, ErrorKind, Fill, Outcome, Params, Request, Result,
    Retry, TxState, ValueRef,
};
use hypostyle_sql::{Dialect, Marker, Verb, classify, translate};
use libsqlite3_sys as ffi;

use crate::binding::{bind_copy, run_lent};
use crate::errors::{Circumstances, error_of};
use crate::raw::{Failure, Raw, Step};
use crate::script::{Script, blank_bytes};
use crate::sequence::used_up_sequence;
use crate::statements::{Cache, Prepared};
use crate::types::{Scratch, push};
use crate::wal::WalPlan;

/// A connection with its statements.
pub(crate) struct BlockingConnection {
    // The statements go first when the engine is dropped.
    pub(crate) open: Option<Open>,
    pub(crate) cache: Cache,
    pub(crate) raw: Raw,
    pub(crate) scratch: Scratch,
    no_columns: Arc<Columns>,
    columns: Arc<Columns>,
    pub(crate) outcome: Outcome,
    pub(crate) settings: Settings,
    pub(crate) is_pristine: bool,
    /// A statement of the open reply's text has written.
    has_written: bool,
    /// Rows written since the last commit.
    pub(crate) written: u64,
    pub(crate) wal: WalPlan,
}

/// What the engine needs to know of how it was opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) is_utf8: bool,
    pub(crate) wal_pages_max: i32,
    /// Commits wait for the disk.
    pub(crate) syncs_commits: bool,
}

/// The open reply.
pub(crate) enum Open {
    /// A statement of the cache.
    Cached(usize),
    /// A statement of a text with several.
    Script(Box<Script>),
}

impl BlockingConnection {
    pub(crate) fn new(raw: Raw, settings: Settings, statements_max: usize) -> Self {
        Self {
            open: None,
            cache: Cache::new(statements_max),
            raw,
            scratch: Scratch::default(),
            no_columns: Arc::default(),
            columns: Arc::default(),
            outcome: Outcome::default(),
            settings,
            is_pristine: true,
            has_written: false,
            written: 0,
            wal: WalPlan::new(settings.wal_pages_max),
        }
    }

    pub(crate) fn raw(&self) -> &Raw {
        &self.raw
    }

    pub(crate) fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome
    }

    pub(crate) fn tx(&self) -> TxState {
        if self.raw.is_autocommit() { TxState::None } else { TxState::Open }
    }

    /// Executes a request and fills the first batch.
    pub(crate) fn start(
        &mut self,
        request: &Request<'_>,
        batch: &mut Batch,
        is_inline: bool,
    ) -> Result<Fill> {
        self.end_open();
        self.outcome = Outcome::default();
        self.has_written = false;
        self.raw.hooks().begin_request(request, is_inline);
        match request.command {
            Command::Text { text, params } => self.start_text(text, params, batch),
            Command::Many { text, rows } => {
                self.no_rows(batch);
                self.all_or_nothing(|engine| engine.many(text, rows))
            }
            Command::Load { table, columns, rows } => {
                self.no_rows(batch);
                self.all_or_nothing(|engine| engine.load(table, columns, rows))
            }
            Command::Transaction(step) => {
                self.no_rows(batch);
                self.move_transaction(step)
            }
            _ => Err(Error::unsupported("sqlite", "command")),
        }
    }

    /// Fills the next batch of the open reply.
    pub(crate) fn fill(&mut self, batch: &mut Batch, is_inline: bool) -> Result<Fill> {
        self.raw.hooks().begin_run(is_inline);
        if self.raw.hooks().should_stop() {
            self.end_open();
            return Err(self.stopped());
        }
        let starts_next =
            matches!(&self.open, Some(Open::Script(script)) if script.running.is_none());
        let filled = if starts_next { self.next_statement(batch) } else { self.pump(batch) };
        filled.map_err(|error| {
            if !self.has_written || self.tx() != TxState::None {
                return error;
            }
            // What statements before this one of the text wrote stays.
            error.effect_of(Effect::Unknown).retry_by(Retry::Never)
        })
    }

    /// Ends the open reply and keeps the transaction.
    pub(crate) fn end_open(&mut self) {
        match self.open.take() {
            Some(Open::Cached(at)) => self.cache.get(at).statement.reset(),
            Some(Open::Script(_)) | None => {}
        }
    }

    /// Runs a text of the driver's own, without parameters and rows.
    pub(crate) fn run_own(&mut self, text: &str) -> Result<()> {
        let at = self.prepare_kept(text)?;
        let ran = run_lent(&mut self.cache.get(at).statement, &mut self.scratch, 0, |_| {
            Ok(ValueRef::Null)
        })?;
        ran.map_err(|failure| self.failed(failure, true))
    }

    pub(crate) fn no_rows(&mut self, batch: &mut Batch) {
        batch.begin(0);
        self.columns = self.no_columns.clone();
    }

    fn start_text(&mut self, text: &str, params: Params<'_>, batch: &mut Batch) -> Result<Fill> {
        if let Some(at) = self.cache.find(text) {
            return self.start_cached(at, params, batch);
        }
        let translated = translate(text, Dialect::Sqlite, Marker::Numbered)?;
        let prepared = self.raw.prepare(&translated.text, true);
        let taints = self.raw.hooks().take_taint();
        let is_own_text = matches!(translated.text, Cow::Borrowed(_));
        let (statement, rest) = prepared.map_err(|failure| {
            let offset = failure.offset.filter(|_| is_own_text);
            self.failed(Failure { offset, ..failure }, false)
        })?;
        let rest = rest + blank_bytes(&translated.text[rest..]);
        match statement {
            Some(statement) if rest == translated.text.len() => {
                let verb = classify(text, Dialect::Sqlite).verb;
                let mut prepared = Prepared::new(statement, translated.slots, verb, taints);
                prepared.is_own_text = is_own_text;
                let at = self.cache.keep(text, prepared);
                self.start_cached(at, params, batch)
            }
            _ => {
                // All of them are told before the first statement runs.
                params.check_used(&translated.slots)?;
                translated.slots.iter().try_for_each(|slot| params.value(slot).map(drop))?;
                let script = Script::new(translated, params);
                self.open = Some(Open::Script(Box::new(script)));
                self.next_statement(batch)
            }
        }
    }

    fn start_cached(&mut self, at: usize, params: Params<'_>, batch: &mut Batch) -> Result<Fill> {
        let prepared = self.cache.get(at);
        params.check_used(&prepared.slots)?;
        if prepared.taints {
            self.is_pristine = false;
        }
        if prepared.kinds.is_empty() {
            return self.run_without_rows(at, params, batch);
        }
        for (place, slot) in prepared.slots.iter().enumerate() {
            let value = params.value(slot)?;
            bind_copy(&mut prepared.statement, &mut self.scratch, place + 1, value)?
                .map_err(|failure| error_of(failure, Circumstances::default()))?;
        }
        self.open = Some(Open::Cached(at));
        self.pump(batch)
    }

    /// Runs a statement without columns to its end, its parameters bound without a copy.
    fn run_without_rows(
        &mut self,
        at: usize,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Result<Fill> {
        self.no_rows(batch);
        if self.cache.get(at).verb == Verb::Commit {
            self.prepare_commit();
        }
        let Self { cache, scratch, .. } = self;
        let Prepared { statement, slots, verb, is_readonly, .. } = cache.get(at);
        let (verb, is_readonly) = (*verb, *is_readonly);
        let ran = run_lent(statement, scratch, slots.len(), |slot| params.value(&slots[slot]))?;
        ran.map_err(|failure| self.failed(failure, !is_readonly))?;
        self.count(verb, is_readonly);
        self.after_write(is_readonly);
        Ok(Fill::End)
    }

    /// Runs a kept statement that writes, with values by position.
    pub(crate) fn run_kept<'v>(
        &mut self,
        at: usize,
        count: usize,
        value: impl Fn(usize) -> ValueRef<'v>,
    ) -> Result<()> {
        let Self { cache, scratch, .. } = self;
        let Prepared { statement, verb, .. } = cache.get(at);
        let verb = *verb;
        run_lent(statement, scratch, count, |at| Ok(value(at)))?
            .map_err(|failure| self.failed(failure, true))?;
        self.count(verb, false);
        Ok(())
    }

    /// Steps the running statement until the batch is full or the result ends.
    pub(crate) fn pump(&mut self, batch: &mut Batch) -> Result<Fill> {
        let is_utf8 = self.settings.is_utf8;
        let Some(open) = self.open.as_mut() else { return Err(Error::closed("reply")) };
        let prepared = match open {
            Open::Cached(at) => self.cache.get(*at),
            Open::Script(script) => match script.running.as_mut() {
                Some(prepared) => prepared,
                None => return Err(Error::closed("reply")),
            },
        };
        let mut stepped = prepared.statement.step();
        prepared.refresh();
        batch.begin(prepared.kinds.len());
        while let Ok(Step::Row) = stepped {
            for (at, kind) in prepared.kinds.iter().enumerate() {
                push(batch, prepared.statement.cell(at, is_utf8), *kind)?;
            }
            batch.end_row();
            if batch.is_full() {
                self.columns = prepared.columns.clone();
                return Ok(Fill::More);
            }
            stepped = prepared.statement.step();
        }
        if !Arc::ptr_eq(&self.columns, &prepared.columns) {
            self.columns = prepared.columns.clone();
        }
        let (verb, is_readonly) = (prepared.verb, prepared.is_readonly);
        match stepped {
            Ok(_) => self.end_result(verb, is_readonly),
            Err(failure) => {
                let is_own_text = prepared.is_own_text;
                self.end_open();
                let offset = failure.offset.filter(|_| is_own_text);
                Err(self.failed(Failure { offset, ..failure }, !is_readonly))
            }
        }
    }

    fn end_result(&mut self, verb: Verb, is_readonly: bool) -> Result<Fill> {
        self.count(verb, is_readonly);
        self.has_written |= !is_readonly;
        let is_last = match self.open.as_mut() {
            Some(Open::Script(script)) => {
                script.running = None;
                script.is_last()
            }
            _ => true,
        };
        if is_last {
            self.end_open();
        }
        self.after_write(is_readonly);
        Ok(if is_last { Fill::End } else { Fill::EndOfResult })
    }

    pub(crate) fn count(&mut self, verb: Verb, is_readonly: bool) {
        self.outcome = Outcome::default();
        if is_readonly
            || !matches!(verb, Verb::Insert | Verb::Replace | Verb::Update | Verb::Delete)
        {
            return;
        }
        self.outcome.rows_affected = self.raw.changes();
        self.written += self.outcome.rows_affected;
        if matches!(verb, Verb::Insert | Verb::Replace) && self.outcome.rows_affected > 0 {
            self.outcome.last_insert_id = Some(self.raw.last_insert_rowid());
        }
    }

    /// Prepares a single statement of the driver's own or of a bulk, and keeps it.
    pub(crate) fn prepare_kept(&mut self, text: &str) -> Result<usize> {
        if let Some(at) = self.cache.find(text) {
            return Ok(at);
        }
        let translated = translate(text, Dialect::Sqlite, Marker::Numbered)?;
        let (statement, rest) = self
            .raw
            .prepare(&translated.text, true)
            .map_err(|failure| error_of(failure, Circumstances::default()))?;
        let taints = self.raw.hooks().take_taint();
        let is_single = rest + blank_bytes(&translated.text[rest..]) == translated.text.len();
        match statement {
            Some(statement) if is_single => {
                let verb = classify(text, Dialect::Sqlite).verb;
                let prepared = Prepared::new(statement, translated.slots, verb, taints);
                Ok(self.cache.keep(text, prepared))
            }
            _ => Err(Error::new(ErrorKind::Query, "expected exactly one statement")),
        }
    }

    /// Makes the error of a statement that the hooks stopped between two of its steps.
    pub(crate) fn stopped(&self) -> Error {
        self.failed(Failure::new(0, ""), false)
    }

    /// Makes the error of a failed statement.
    pub(crate) fn failed(&self, failure: Failure, writes: bool) -> Error {
        let stop = self.raw.hooks().take_stop();
        let in_transaction = !self.raw.is_autocommit();
        let used_up = failure.running.as_deref().filter(|_| failure.code == ffi::SQLITE_FULL);
        let used_up = used_up.and_then(|text| used_up_sequence(&self.raw, text));
        error_of(failure, Circumstances { in_transaction, writes, stop, used_up })
    }
}
