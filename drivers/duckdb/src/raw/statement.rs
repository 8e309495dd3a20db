//! Prepared statements, and runs of them that are under way.

use std::ptr;
use std::sync::Arc;

use super::connection::Session;
use super::ffi::{self, PENDING_ELSEWHERE, PENDING_ERROR, PENDING_READY, QueryResult, SUCCESS};
use super::shape::LogicalType;
use super::{Answer, Failure, Shape, Value, failure, terminated};

/// What kind of statement DuckDB has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind(ffi::StatementType);

impl Kind {
    pub(crate) const SELECT: Self = Self(1);
    pub(crate) const INSERT: Self = Self(2);
    pub(crate) const UPDATE: Self = Self(3);
    pub(crate) const EXPLAIN: Self = Self(4);
    pub(crate) const DELETE: Self = Self(5);
    pub(crate) const PREPARE: Self = Self(6);
    pub(crate) const CREATE: Self = Self(7);
    pub(crate) const EXECUTE: Self = Self(8);
    pub(crate) const ALTER: Self = Self(9);
    pub(crate) const TRANSACTION: Self = Self(10);
    pub(crate) const COPY: Self = Self(11);
    pub(crate) const VARIABLE_SET: Self = Self(13);
    pub(crate) const DROP: Self = Self(15);
    pub(crate) const PRAGMA: Self = Self(17);
    pub(crate) const CALL: Self = Self(19);
    pub(crate) const SET: Self = Self(20);
    pub(crate) const LOAD: Self = Self(21);
    pub(crate) const RELATION: Self = Self(22);
    pub(crate) const ATTACH: Self = Self(25);
    pub(crate) const DETACH: Self = Self(26);
    pub(crate) const MULTI: Self = Self(27);
    pub(crate) const COPY_DATABASE: Self = Self(28);
    pub(crate) const MERGE: Self = Self(30);
}

/// A prepared statement.
pub(crate) struct Statement {
    statement: ffi::PreparedStatement,
    session: Arc<Session>,
}

// SAFETY: the statement is used through `&mut`, by one thread at a time.
unsafe impl Send for Statement {}

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: the statement came from prepare and is destroyed once, here.
        unsafe { (self.session.api.duckdb_destroy_prepare)(&mut self.statement) };
    }
}

impl Statement {
    pub(super) fn prepare(session: &Arc<Session>, text: &str) -> Result<Self, Failure> {
        let text = terminated(text)?;
        let mut prepared = Self { statement: ptr::null_mut(), session: session.clone() };
        let (api, connection) = (session.api, session.connection);
        // SAFETY: the connection is open, the text lives through the call, and the statement is
        // written to the place lent, also when it is none; its message is copied.
        unsafe {
            match (api.duckdb_prepare)(connection, text.as_ptr(), &mut prepared.statement) {
                SUCCESS => Ok(prepared),
                _ => Err(failure((api.duckdb_prepare_error)(prepared.statement))),
            }
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        // SAFETY: the statement is prepared.
        Kind(unsafe { (self.session.api.duckdb_prepared_statement_type)(self.statement) })
    }

    /// The type that DuckDB expects of a parameter, counted from 1; `None` where any will do.
    pub(crate) fn parameter(&self, number: u64) -> Option<Shape> {
        // SAFETY: the statement is prepared; a type it answers is owned by the caller.
        let kind = unsafe { (self.session.api.duckdb_param_logical_type)(self.statement, number) };
        // SAFETY: as above.
        let kind = unsafe { LogicalType::owned(self.session.api, kind) };
        kind.map(|kind| kind.shape()).filter(Shape::is_known)
    }

    pub(crate) fn parameter_count(&self) -> u64 {
        // SAFETY: the statement is prepared.
        unsafe { (self.session.api.duckdb_nparams)(self.statement) }
    }

    /// Binds a parameter, counted from 1, until it is bound anew.
    pub(crate) fn bind(&mut self, number: u64, value: &Value) -> Result<(), Failure> {
        let api = self.session.api;
        // SAFETY: the statement is prepared, and DuckDB copies the value; the message is copied.
        unsafe {
            match (api.duckdb_bind_value)(self.statement, number, value.handle()) {
                SUCCESS => Ok(()),
                _ => Err(failure((api.duckdb_prepare_error)(self.statement))),
            }
        }
    }

    /// Begins a run, whose result is kept whole or comes as it is read.
    pub(crate) fn begin(&mut self, as_stream: bool) -> Result<Pending, Failure> {
        let api = self.session.api;
        let begin = if as_stream {
            api.duckdb_pending_prepared_streaming
        } else {
            api.duckdb_pending_prepared
        };
        let mut pending = Pending { pending: ptr::null_mut(), session: self.session.clone() };
        // SAFETY: the statement is prepared; the run is written to the place lent, also when it is
        // none; its message is copied.
        unsafe {
            match begin(self.statement, &mut pending.pending) {
                SUCCESS => Ok(pending),
                _ => Err(pending.failure()),
            }
        }
    }
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The result is there.
    Ready,
    /// There is more to do.
    Working,
    /// What is left to do is being done by threads of the engine.
    Elsewhere,
}

/// A run under way.
pub(crate) struct Pending {
    pending: ffi::PendingResult,
    session: Arc<Session>,
}

// SAFETY: the run is used through `&mut`, by one thread at a time.
unsafe impl Send for Pending {}

impl Drop for Pending {
    fn drop(&mut self) {
        // SAFETY: the run came from a statement and is destroyed once, here.
        unsafe { (self.session.api.duckdb_destroy_pending)(&mut self.pending) };
    }
}

impl Pending {
    fn failure(&self) -> Failure {
        // SAFETY: the run is alive; its message is copied.
        unsafe { failure((self.session.api.duckdb_pending_error)(self.pending)) }
    }

    /// Does one task of the run on this thread.
    pub(crate) fn step(&mut self) -> Result<Progress, Failure> {
        // SAFETY: the run is alive and used by this thread alone.
        match unsafe { (self.session.api.duckdb_pending_execute_task)(self.pending) } {
            PENDING_READY => Ok(Progress::Ready),
            PENDING_ERROR => Err(self.failure()),
            PENDING_ELSEWHERE => Ok(Progress::Elsewhere),
            _ => Ok(Progress::Working),
        }
    }

    /// Does what is left to do and answers the result.
    pub(crate) fn finish(self) -> Result<Answer, Failure> {
        let api = self.session.api;
        let mut answer = Answer::new(QueryResult::EMPTY, self.session.clone());
        // SAFETY: the run is alive; the result is written to the place lent, also when it failed.
        let state = unsafe { (api.duckdb_execute_pending)(self.pending, answer.place()) };
        if state == SUCCESS { Ok(answer) } else { Err(answer.failure()) }
    }
}
