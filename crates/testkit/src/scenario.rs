//! Transactions driven step by step beside each other, each in a task of its own, so that one that
//! waits for a lock holds up nobody but itself.

use std::time::{Duration, Instant};

use hypostyle_core::{Access, Begin, Database, Error, Intent, Isolation, Result, Transaction};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// After this a step counts as one that waits for another transaction.
const BLOCKED_MS: u64 = 1_000;
/// After this a step whose transaction waits for its connection counts as one that waits.
const QUEUED_MS: u64 = 250;

/// What a transaction does next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Reads one number.
    Read(&'static str),
    /// Writes.
    Write(&'static str),
    /// Writes with the number read last as the only parameter.
    WriteFrom(&'static str),
    /// Commits.
    Commit,
    /// Rolls back.
    Rollback,
}

/// What a transaction saw and how it ended.
#[derive(Debug)]
pub(crate) struct Account {
    /// The numbers it read.
    pub(crate) reads: Vec<i64>,
    /// Whether it was committed, or why a step failed, after which it was rolled back.
    pub(crate) committed: Result<bool>,
}

/// Runs transactions with an isolation, step by step in the order given; a transaction begins at
/// its first step. Answers what each saw.
///
/// # Errors
/// `Closed` when one was lost.
pub(crate) async fn play(
    db: &Database,
    isolation: Option<Isolation>,
    accesses: &[Access],
    steps: &[(usize, Step)],
) -> Result<Vec<Account>> {
    are_connected(db, accesses.len()).await?;
    let begin = |access| Begin { isolation, access, ..Begin::default() };
    let mut actors: Vec<Actor> =
        accesses.iter().map(|access| Actor::new(db.clone(), begin(*access))).collect();
    for (who, step) in steps {
        let actor = actors.get_mut(*who).ok_or_else(|| Error::closed("transaction"))?;
        actor.act(db, *step).await;
    }
    let mut accounts = Vec::new();
    for actor in actors {
        drop(actor.steps);
        let account = actor.task.await;
        accounts.push(account.map_err(|error| Error::closed("task").caused_by(error))?);
    }
    Ok(accounts)
}

/// Has the pool make as many connections as will be used: making one is no waiting for a lock.
async fn are_connected(db: &Database, count: usize) -> Result<()> {
    let mut sessions = Vec::new();
    for _ in 0..count {
        sessions.push(db.session(Intent::Read).await?);
    }
    Ok(())
}

struct Actor {
    steps: UnboundedSender<Step>,
    sent: usize,
    done: watch::Receiver<usize>,
    task: JoinHandle<Account>,
}

impl Actor {
    fn new(db: Database, begin: Begin) -> Self {
        let (steps, to_do) = unbounded_channel();
        let (did, done) = watch::channel(0);
        let task = tokio::spawn(run(db, begin, to_do, did));
        Self { steps, sent: 0, done, task }
    }

    /// Hands a step over and waits until it is done, or waits for another transaction itself.
    async fn act(&mut self, db: &Database, step: Step) {
        let was_blocked = *self.done.borrow() < self.sent;
        // One that is gone has failed, and its account says why.
        let _ = self.steps.send(step);
        self.sent += 1;
        let began = Instant::now();
        while !was_blocked && *self.done.borrow() < self.sent && !self.task.is_finished() {
            let waited = began.elapsed();
            let queued = waited > Duration::from_millis(QUEUED_MS) && db.pool().waiting > 0;
            if queued || waited > Duration::from_millis(BLOCKED_MS) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn run(
    db: Database,
    begin: Begin,
    mut to_do: UnboundedReceiver<Step>,
    did: watch::Sender<usize>,
) -> Account {
    let mut account = Account { reads: Vec::new(), committed: Ok(false) };
    let mut open: Option<Transaction<'static>> = None;
    while let Some(step) = to_do.recv().await {
        let taken = match open.take() {
            Some(transaction) => Ok(transaction),
            None => db.begin_with(begin).await,
        };
        let done = match taken {
            Ok(transaction) => take(transaction, step, &mut account).await,
            Err(error) => Err(error),
        };
        did.send_modify(|count| *count += 1);
        match done {
            Ok(transaction) => open = transaction,
            Err(error) => {
                account.committed = Err(error);
                return account;
            }
        }
    }
    account
}

/// Does a step; answers the transaction while it is open. One that failed is dropped.
async fn take(
    mut transaction: Transaction<'static>,
    step: Step,
    account: &mut Account,
) -> Result<Option<Transaction<'static>>> {
    match step {
        Step::Read(text) => account.reads.push(transaction.fetch_value(text, ()).await?),
        Step::Write(text) => drop(transaction.execute(text, ()).await?),
        Step::WriteFrom(text) => {
            let last = account.reads.last().copied();
            transaction.execute(text, (last,)).await?;
        }
        Step::Commit => {
            transaction.commit().await?;
            account.committed = Ok(true);
            return Ok(None);
        }
        Step::Rollback => {
            transaction.rollback().await?;
            return Ok(None);
        }
    }
    Ok(Some(transaction))
}
