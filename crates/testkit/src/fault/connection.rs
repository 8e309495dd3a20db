//! A connection to nothing, with a truth of its own about transactions.

use std::sync::Arc;

use hypostyle_core::{
    Batch, Column, Columns, Command, Connection, Error, ErrorKind, Fill, Outcome, Request, Result,
    Step, TxState, Type,
};

use super::control::{Behaviour, Faults, Op, after, before};

/// The rows of one batch.
pub const BATCH_ROWS: usize = 3;

/// A connection that fails on command.
pub struct FaultConnection {
    faults: Faults,
    /// How often connections had been lost when it was made.
    born: u64,
    /// A call is under way, also when its future was dropped.
    in_flight: bool,
    /// Rows of the open reply that are still to come.
    rows_left: Option<usize>,
    tx: TxState,
    /// Ids written and not committed.
    written: Vec<u64>,
    /// Savepoints with how many ids were written when each was set.
    savepoints: Vec<(u32, usize)>,
    is_pristine: bool,
    columns: Arc<Columns>,
    outcome: Outcome,
}

impl FaultConnection {
    pub(super) fn new(faults: Faults) -> Self {
        faults.count_connection(true);
        let id = Column { name: "id".into(), kind: Type::I64, declared: "BIGINT".into() };
        Self {
            born: faults.losses(),
            faults,
            in_flight: false,
            rows_left: None,
            tx: TxState::None,
            written: Vec::new(),
            savepoints: Vec::new(),
            is_pristine: true,
            columns: Arc::new(Columns::new(vec![id])),
            outcome: Outcome::default(),
        }
    }

    /// Marks a call as under way; it stays so when its future is dropped.
    fn enter(&mut self, op: Op) -> Behaviour {
        if self.in_flight {
            self.faults.violated(format!("{op:?} beside another call"));
        }
        if self.tx() == TxState::Broken && !matches!(op, Op::Close | Op::Reset | Op::Abandon) {
            self.faults.violated(format!("{op:?} on a broken connection"));
        }
        self.in_flight = true;
        self.faults.next(op)
    }

    /// Ends a call, and leaves the transaction as told.
    fn leave<T>(&mut self, behaviour: Behaviour, done: Result<T>) -> Result<T> {
        self.in_flight = false;
        if let Some(state) = behaviour.leaves {
            self.fall(state);
        }
        done
    }

    fn fall(&mut self, state: TxState) {
        self.tx = state;
        if matches!(state, TxState::None | TxState::Broken) {
            self.written.clear();
            self.savepoints.clear();
        }
    }

    fn step(&mut self, step: Step) -> Result<()> {
        let misplaced = |what: &str| Err(Error::new(ErrorKind::Query, what.to_owned()));
        if self.tx == TxState::Failed && !matches!(step, Step::Rollback | Step::RollbackTo(_)) {
            return misplaced("the transaction has failed");
        }
        if (self.tx == TxState::None) != matches!(step, Step::Begin(_)) {
            self.faults.violated(format!("{step:?} while {:?}", self.tx));
            return misplaced("no such move now");
        }
        match step {
            Step::Begin(_) => self.tx = TxState::Open,
            Step::Commit => {
                self.faults.commit(&mut self.written);
                self.fall(TxState::None);
            }
            Step::Rollback => self.fall(TxState::None),
            Step::Savepoint(level) => self.savepoints.push((level, self.written.len())),
            Step::Release(level) | Step::RollbackTo(level) => {
                let Some(at) = self.savepoints.iter().rposition(|(set, _)| *set == level) else {
                    return misplaced("no such savepoint");
                };
                if matches!(step, Step::Release(_)) {
                    self.savepoints.truncate(at);
                } else {
                    self.written.truncate(self.savepoints[at].1);
                    self.savepoints.truncate(at + 1);
                    self.tx = TxState::Open;
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str, batch: &mut Batch) -> Result<Fill> {
        if self.tx == TxState::Failed {
            return Err(Error::new(ErrorKind::Query, "the transaction has failed"));
        }
        let (verb, number) = text.split_once(' ').unwrap_or((text, "0"));
        let number: u64 = number.parse().unwrap_or_default();
        let failed = |what: &str| Err(Error::new(ErrorKind::UniqueViolation, what.to_owned()));
        match verb {
            "write" => {
                self.written.push(number);
                self.outcome = Outcome { rows_affected: 1, last_insert_id: None };
                if self.tx == TxState::None {
                    self.faults.commit(&mut self.written);
                }
            }
            "rows" => {
                self.rows_left = Some(usize::try_from(number).unwrap_or_default());
                return self.rows(batch);
            }
            "fail" => return failed("as told"),
            "give-up" => {
                self.fall(TxState::None);
                return failed("and gave up");
            }
            "spoil" => {
                self.tx = if self.tx == TxState::Open { TxState::Failed } else { self.tx };
                return failed("and spoiled");
            }
            "break" => {
                self.fall(TxState::Broken);
                return Err(Error::new(ErrorKind::Connection, "the connection is lost"));
            }
            "set" => self.is_pristine = false,
            "probe" if !self.is_pristine || self.tx != TxState::None => {
                self.faults.violated(format!("handed out {:?}, {}", self.tx, self.is_pristine));
            }
            _ => {}
        }
        batch.begin(0);
        Ok(Fill::End)
    }

    fn rows(&mut self, batch: &mut Batch) -> Result<Fill> {
        let left = self.rows_left.unwrap_or_default();
        batch.begin(1);
        for row in 0..left.min(BATCH_ROWS) {
            batch.push_i64(i64::try_from(left - row).unwrap_or_default());
            batch.end_row();
        }
        if left > BATCH_ROWS {
            self.rows_left = Some(left - BATCH_ROWS);
            return Ok(Fill::More);
        }
        self.rows_left = None;
        Ok(Fill::End)
    }
}

fn op_of(command: &Command<'_>) -> Op {
    let Command::Transaction(step) = command else { return Op::Text };
    match step {
        Step::Begin(_) => Op::Begin,
        Step::Commit => Op::Commit,
        Step::Rollback => Op::Rollback,
        Step::Savepoint(_) => Op::Savepoint,
        Step::Release(_) => Op::Release,
        Step::RollbackTo(_) => Op::RollbackTo,
    }
}

impl Connection for FaultConnection {
    const ENFORCES_DEADLINE: bool = false;

    async fn start(&mut self, request: &Request<'_>, batch: &mut Batch) -> Result<Fill> {
        let op = op_of(&request.command);
        if self.rows_left.is_some() {
            self.faults.violated(format!("{op:?} beside an open reply"));
        }
        let behaviour = self.enter(op);
        self.outcome = Outcome::default();
        let mut done = before(behaviour).await.map(|()| Fill::End);
        if done.is_ok() {
            done = match request.command {
                Command::Transaction(step) => self.step(step).map(|()| Fill::End),
                Command::Text { text, .. } => self.text(text, batch),
                _ => Ok(Fill::End),
            };
            after(behaviour).await;
        }
        self.leave(behaviour, done)
    }

    async fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let behaviour = self.enter(Op::Fill);
        if self.rows_left.is_none() {
            self.faults.violated("Fill without an open reply");
        }
        let mut done = before(behaviour).await.map(|()| Fill::End);
        match &done {
            Ok(_) => done = self.rows(batch),
            Err(_) => self.rows_left = None,
        }
        after(behaviour).await;
        self.leave(behaviour, done)
    }

    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn outcome(&self) -> Outcome {
        self.outcome
    }

    fn tx(&self) -> TxState {
        if self.born < self.faults.losses() { TxState::Broken } else { self.tx }
    }

    async fn abandon(&mut self) -> Result<()> {
        let behaviour = self.faults.next(Op::Abandon);
        self.in_flight = true;
        let done = before(behaviour).await;
        if done.is_ok() {
            self.rows_left = None;
        }
        after(behaviour).await;
        self.leave(behaviour, done)
    }

    fn is_pristine(&self) -> bool {
        self.is_pristine
    }

    async fn reset(&mut self) -> Result<()> {
        let behaviour = self.faults.next(Op::Reset);
        self.in_flight = true;
        before(behaviour).await?;
        if self.tx() == TxState::Broken {
            return Err(Error::new(ErrorKind::Connection, "the connection is lost"));
        }
        self.fall(TxState::None);
        self.rows_left = None;
        self.is_pristine = true;
        after(behaviour).await;
        self.leave(behaviour, Ok(()))
    }

    async fn ping(&mut self) -> Result<()> {
        let behaviour = self.enter(Op::Ping);
        let done = before(behaviour).await;
        after(behaviour).await;
        self.leave(behaviour, done)
    }

    async fn close(&mut self) {
        let behaviour = self.faults.next(Op::Close);
        let _ = before(behaviour).await;
        after(behaviour).await;
    }
}

impl Drop for FaultConnection {
    fn drop(&mut self) {
        self.faults.count_connection(false);
    }
}
