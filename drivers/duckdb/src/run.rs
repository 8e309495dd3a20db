//! Runs of statements: stepped on the caller's thread while they are short, else on another.

use std::sync::Arc;
use std::time::Instant;

use hypostyle_core::{Batch, Error, ErrorKind, Fill, Outcome, Result, TxState};

use hypostyle_sql::{Dialect, classify};

use crate::blocking::{BUDGET, BlockingConnection, Progress, Where, may_move_transaction};
use crate::raw::{self, Answer, Chunk, Failure, Kind, Pending};
use crate::script::Script;
use crate::statements::{Cache, Prepared};
use crate::types::push_row;

/// The open reply.
pub(crate) struct Open {
    /// The statement that runs; none between those of a script.
    pub(crate) run: Option<Run>,
    pub(crate) script: Option<Box<Script>>,
}

/// Where a running statement is kept.
pub(crate) enum Place {
    Cached(usize),
    Own(Box<Prepared>),
}

/// A statement that runs.
pub(crate) struct Run {
    place: Place,
    state: State,
    began: Instant,
    rows: u64,
}

enum State {
    /// Its parameters are bound.
    Bound,
    Pending(Pending),
    Rows(Rows),
}

struct Rows {
    answer: Answer,
    chunk: Option<Chunk>,
    /// The next row of the chunk.
    next: usize,
    /// More rows are made only when they are asked for.
    is_stream: bool,
    /// What chunks are answered as, where they are not to be copied into rows.
    #[cfg(feature = "arrow")]
    columnar: Option<AsColumns>,
}

/// The schema of record batches, and whether one was answered.
#[cfg(feature = "arrow")]
struct AsColumns {
    schema: arrow_schema::SchemaRef,
    is_begun: bool,
}

impl Run {
    pub(crate) fn new(place: Place) -> Self {
        Self { place, state: State::Bound, began: Instant::now(), rows: 0 }
    }
}

impl Place {
    pub(crate) fn prepared<'a>(&'a mut self, cache: &'a mut Cache) -> &'a mut Prepared {
        match self {
            Self::Cached(at) => cache.get(*at),
            Self::Own(prepared) => prepared,
        }
    }
}

impl Open {
    /// Tells whether the next batch may take long: the next statement, or rows not made yet.
    pub(crate) fn fills_away(&self) -> bool {
        match &self.run {
            Some(Run { state: State::Rows(rows), .. }) => {
                let rest = rows.chunk.as_ref().is_some_and(|chunk| rows.next < chunk.rows());
                rows.is_stream && !rest
            }
            _ => true,
        }
    }
}

impl BlockingConnection {
    /// Runs the statement of the open reply until its result is there, and fills the first batch.
    pub(crate) fn drive(&mut self, batch: &mut Batch, place: Where) -> Result<Progress> {
        let Some(mut run) = self.open.as_mut().and_then(|open| open.run.take()) else {
            return Err(Error::closed("reply"));
        };
        match self.answer_of(&mut run, place) {
            Ok(Some(answer)) => self.take_answer(run, answer, batch, place),
            Ok(None) => {
                self.put_back(run);
                Ok(Progress::GoesOn)
            }
            Err(Refusal::Ours(error)) => {
                self.end_open();
                Err(error)
            }
            Err(Refusal::Engines(failure)) => Err(self.fail_run(run, failure)),
        }
    }

    /// Waits for the result; `None` past the budget of a thread that others wait for.
    fn answer_of(&mut self, run: &mut Run, place: Where) -> Result<Option<Answer>, Refusal> {
        self.renew(run)?;
        let prepared = run.place.prepared(&mut self.cache);
        let mut pending = match std::mem::replace(&mut run.state, State::Bound) {
            State::Pending(pending) => pending,
            _ => {
                if self.only_reads && prepared.writes() {
                    return Err(Refusal::Ours(refused_write()));
                }
                // Whole results alone can be waited for step by step.
                let as_stream = place == Where::Away && prepared.kind == Kind::SELECT;
                prepared.statement.begin(as_stream).map_err(Refusal::Engines)?
            }
        };
        if place == Where::Away {
            return pending.finish().map(Some).map_err(Refusal::Engines);
        }
        loop {
            match pending.step().map_err(Refusal::Engines)? {
                raw::Progress::Ready => {
                    return pending.finish().map(Some).map_err(Refusal::Engines);
                }
                raw::Progress::Working if run.began.elapsed() < BUDGET => {}
                raw::Progress::Working => break,
            }
        }
        prepared.is_light = false;
        // A query begins again as a stream; what writes goes on.
        if prepared.kind != Kind::SELECT {
            run.state = State::Pending(pending);
        }
        Ok(None)
    }

    /// Has a statement planned anew that is to run again, where its plan is not that of the data any
    /// more.
    fn renew(&mut self, run: &mut Run) -> Result<(), Refusal> {
        let seen = self.seen();
        let prepared = run.place.prepared(&mut self.cache);
        let is_bound = matches!(run.state, State::Bound);
        if !is_bound || !prepared.is_outdated(seen, false) {
            return Ok(());
        }
        let (text, start) = (prepared.text.clone(), prepared.start);
        let anew = self.prepare(&text, start)?;
        Ok(run.place.prepared(&mut self.cache).bind_again(anew)?)
    }

    fn take_answer(
        &mut self,
        mut run: Run,
        mut answer: Answer,
        batch: &mut Batch,
        place: Where,
    ) -> Result<Progress> {
        let prepared = run.place.prepared(&mut self.cache);
        if !answer.has_rows() {
            run.rows = if prepared.counts() { answer.rows_changed() } else { 0 };
            drop(answer);
            self.no_rows(batch);
            return self.end_result(run, place);
        }
        answer.describe(&prepared.layout);
        if !Arc::ptr_eq(&answer.layout().columns, &prepared.layout.columns) {
            prepared.layout = answer.layout().clone();
        }
        self.columns = answer.layout().columns.clone();
        let is_stream = place == Where::Away && prepared.kind == Kind::SELECT;
        #[cfg(feature = "arrow")]
        let columnar = match self.wants_columns && is_stream {
            true => crate::columnar::schema(answer.layout())
                .map(|schema| AsColumns { schema, is_begun: false }),
            false => None,
        };
        run.state = State::Rows(Rows {
            answer,
            chunk: None,
            next: 0,
            is_stream,
            #[cfg(feature = "arrow")]
            columnar,
        });
        self.put_back(run);
        self.pump(batch, place)
    }

    fn put_back(&mut self, run: Run) {
        match &mut self.open {
            Some(open) => open.run = Some(run),
            none => *none = Some(Open { run: Some(run), script: None }),
        }
    }

    /// Copies rows until the batch is full or the result ends. Rows that are yet to be made are not
    /// waited for on a thread that others wait for.
    pub(crate) fn pump(&mut self, batch: &mut Batch, place: Where) -> Result<Progress> {
        let Some(mut run) = self.open.as_mut().and_then(|open| open.run.take()) else {
            return Err(Error::closed("reply"));
        };
        let State::Rows(rows) = &mut run.state else { return Err(Error::closed("reply")) };
        batch.begin(self.columns.len());
        match rows.copy(batch, place) {
            Ok(copied) => {
                run.rows += copied.rows;
                if copied.is_end {
                    return self.end_result(run, place);
                }
                self.put_back(run);
                Ok(Progress::Filled(Fill::More))
            }
            Err(Refusal::Ours(error)) => {
                drop(run);
                self.end_open();
                Err(error)
            }
            Err(Refusal::Engines(failure)) => Err(self.fail_run(run, failure)),
        }
    }

    fn end_result(&mut self, mut run: Run, place: Where) -> Result<Progress> {
        let elapsed = run.began.elapsed();
        let prepared = run.place.prepared(&mut self.cache);
        let (kind, leaves) = (prepared.kind, prepared.leaves);
        let writes = prepared.writes();
        let rows_affected = if prepared.counts() { run.rows } else { 0 };
        let is_single = self.open.as_ref().is_none_or(|open| open.script.is_none());
        // One that was not light shows itself only when it runs away.
        if is_single && (place == Where::Away || elapsed >= BUDGET) {
            prepared.is_light = elapsed < BUDGET && run.rows <= Batch::ROWS_MAX as u64;
        }
        let moved = classify(&prepared.text, Dialect::DuckDb).verb;
        let is_read_only_begin = kind == Kind::TRANSACTION && begins_read_only(&prepared.text);
        drop(run);
        self.outcome = Outcome { rows_affected, last_insert_id: None };
        self.has_written |= writes;
        self.is_pristine &= !leaves.session;
        self.has_attached |= leaves.database;
        self.transaction.note(rows_affected, writes, leaves.schema);
        self.count_changes(writes, leaves.schema);
        if may_move_transaction(kind) {
            self.follow_transaction(moved, is_read_only_begin);
        }
        let is_last = match self.open.as_ref().and_then(|open| open.script.as_ref()) {
            Some(script) => script.is_last(),
            None => true,
        };
        if is_last {
            self.open = None;
        }
        Ok(Progress::Filled(if is_last { Fill::End } else { Fill::EndOfResult }))
    }

    /// Ends a run that failed. One that met another's lock before it answered anything is kept, to
    /// be run again: outside a transaction, or as the first statement of one, which has seen
    /// nothing yet.
    fn fail_run(&mut self, mut run: Run, failure: Failure) -> Error {
        let prepared = run.place.prepared(&mut self.cache);
        let (kind, start, text) = (prepared.kind, prepared.start, prepared.text.clone());
        let script = self.open.take().and_then(|open| open.script);
        let was_fresh = self.tx() == TxState::Open && self.transaction.is_fresh;
        run.state = State::Bound;
        let message = crate::errors::Said::of(&failure).message;
        let error = self.failed(failure, Some(kind), start);
        let is_lock = match error.kind() {
            ErrorKind::Locked => true,
            ErrorKind::Conflict => was_fresh,
            _ => false,
        };
        if is_lock && run.rows == 0 {
            self.again = Some(Open { run: Some(run), script });
            return error;
        }
        drop(run);
        self.named(error, &message, &text)
    }

    /// Ends the open reply and keeps the transaction.
    pub(crate) fn end_open(&mut self) {
        let Some(open) = self.open.take() else { return };
        let is_unfinished = open.run.as_ref().is_some_and(|run| !matches!(run.state, State::Bound));
        drop(open);
        if is_unfinished {
            // The engine ends what nobody reads any more when the next statement comes.
            self.ask_usable();
        }
    }
}

/// What has come to an end of a chunk.
struct Copied {
    rows: u64,
    is_end: bool,
}

/// Why there is no result.
enum Refusal {
    Ours(Error),
    Engines(Failure),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl Rows {
    fn copy(&mut self, batch: &mut Batch, place: Where) -> Result<Copied, Refusal> {
        let mut copied = Copied { rows: 0, is_end: false };
        #[cfg(feature = "arrow")]
        if self.columnar.is_some() {
            return self.lend(batch);
        }
        loop {
            if let Some(chunk) = &self.chunk {
                let (columns, rows) = (chunk.columns(), chunk.rows());
                while self.next < rows {
                    if batch.is_full() {
                        return Ok(copied);
                    }
                    push_row(batch, &columns, self.next)?;
                    self.next += 1;
                    copied.rows += 1;
                }
            }
            if batch.is_full() || (self.is_stream && place == Where::Here) {
                return Ok(copied);
            }
            self.next = 0;
            self.chunk = self.answer.fetch().map_err(Refusal::Engines)?;
            if self.chunk.is_none() {
                copied.is_end = true;
                return Ok(copied);
            }
        }
    }
}

#[cfg(feature = "arrow")]
impl Rows {
    /// Hands the next chunk over as a record batch; of a result without rows one that has none.
    fn lend(&mut self, batch: &mut Batch) -> Result<Copied, Refusal> {
        let mut copied = Copied { rows: 0, is_end: false };
        let Some(columnar) = &mut self.columnar else { return Ok(copied) };
        let chunk = self.answer.fetch().map_err(Refusal::Engines)?;
        copied.is_end = chunk.is_none();
        copied.rows = chunk.as_ref().map_or(0, |chunk| chunk.rows() as u64);
        if !(copied.is_end && columnar.is_begun) {
            batch.set_columnar(crate::columnar::record_batch(chunk, &columnar.schema)?);
        }
        columnar.is_begun = true;
        Ok(copied)
    }
}

fn refused_write() -> Error {
    let message = "the statement writes, and the request or session was marked as one that reads";
    Error::new(ErrorKind::ReadOnly, message)
}

/// Tells whether a text begins a transaction that only reads.
fn begins_read_only(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split_ascii_whitespace();
    words.any(|word| word == "read") && words.next() == Some("only")
}
