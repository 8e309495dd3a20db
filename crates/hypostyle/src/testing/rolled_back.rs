//! A database of which nothing stays: one transaction, in which those of the program are savepoints.

use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle_core::{
    Backend, Begin, BoxFuture, Command, PoolStatus, Reply, Session, SessionAsk, Step,
};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use super::replies::whole;
use super::statements::check;
use crate::{
    Access, Capability, Database, Engine, Error, ErrorKind, Intent, Isolation, Request, Result,
};

/// How long a call waits for a transaction that another one holds.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// The depth that is the test's own: its transaction.
const OWN: u32 = 1;

/// Answers a database that does everything in one transaction of another, which is rolled back when
/// the last handle on it is dropped; a test that panics or is killed leaves nothing behind.
///
/// # Shape
/// A transaction of the program under test becomes a savepoint: it begins, commits, rolls back and is
/// repeated as elsewhere. So does each text outside of one, so that one that fails undoes itself alone,
/// with all its statements. They take turns, for there is one connection: a statement beside an open
/// transaction waits, and is `PoolTimeout` after ten seconds. Answers are read whole. Everything sees
/// the moment at which the test began, and a transaction that only reads is refused what is a write by
/// its words. Constraints that are checked at a commit are not checked, for there is none, and where the
/// connection is lost everything is.
///
/// # Errors
/// Those of beginning a transaction.
///
/// # Cancellation
/// Nothing has begun.
///
/// # Capability
/// `savepoints`. Transactions that a text begins or ends are refused; on MySQL and MariaDB, where they
/// commit, statements that make or change tables.
///
/// # Examples
/// ```
/// use hypostyle::{Database, testing};
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let shared = Database::open("sqlite::memory:").await?;
/// shared.execute("CREATE TABLE seat (id INTEGER PRIMARY KEY)", ()).await?;
///
/// let db = testing::rolled_back(&shared).await?;
/// db.transact(|mut tx| async move { tx.execute("INSERT INTO seat VALUES (1)", ()).await }).await?;
/// assert_eq!(db.fetch_value::<i64>("SELECT count(*) FROM seat", ()).await?, 1);
/// drop(db);
/// assert_eq!(shared.fetch_value::<i64>("SELECT count(*) FROM seat", ()).await?, 0);
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn rolled_back(database: &Database) -> impl Future<Output = Result<Database>> + Send + use<> {
    let (origin, database) = (Location::caller(), database.clone());
    async move {
        let capability = database.capability();
        if !capability.has(Capability::SAVEPOINTS) {
            return Err(Error::unsupported(database.engine().name, "savepoints"));
        }
        let ask = SessionAsk::new(Intent::Write, origin);
        let mut session = database.backend().session(ask).await?;
        let isolation = Some(Isolation::Snapshot).filter(|_| capability.has(Capability::SNAPSHOT));
        let begin = Step::Begin(Begin { isolation, ..Begin::default() });
        step(&mut *session, begin, &Request { origin, ..Request::text("") }).await?;
        let session = Arc::new(Mutex::new(Some(session)));
        let backend = RolledBack { of: database.clone(), session };
        Ok(database.behind(Arc::new(backend)))
    }
}

struct RolledBack {
    of: Database,
    /// None once it was closed.
    session: Arc<Mutex<Option<Box<dyn Session>>>>,
}

impl RolledBack {
    async fn turn(&self, deadline: Option<Instant>) -> Result<Turn> {
        let latest = Instant::now() + WAIT_MAX;
        let latest = deadline.map_or(latest, |deadline| deadline.min(latest));
        let waiting = self.session.clone().lock_owned();
        let held = tokio::time::timeout_at(latest.into(), waiting).await;
        let held = held.map_err(|_| held_by_another())?;
        let held = OwnedMutexGuard::try_map(held, Option::as_mut);
        let session = held.map_err(|_| Error::closed("database"))?;
        Ok(Turn { session, of: self.of.clone(), reads_above: None })
    }
}

impl Backend for RolledBack {
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
        Box::pin(async move { self.turn(request.deadline).await?.apart(request).await })
    }

    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
        Box::pin(async move { Ok(Box::new(self.turn(ask.deadline).await?) as Box<dyn Session>) })
    }

    fn engine(&self) -> &Engine {
        self.of.engine()
    }

    fn capability(&self) -> Capability {
        self.of.capability()
    }

    fn pool(&self) -> PoolStatus {
        let active = usize::from(self.session.try_lock().is_err());
        PoolStatus { active, idle: 1 - active, waiting: 0, max: 1 }
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let mut held = self.session.lock().await;
            // The connection rolls back before it is used again.
            drop(held.take());
            Ok(())
        })
    }
}

/// The one connection, while it is somebody's turn.
struct Turn {
    session: OwnedMappedMutexGuard<Option<Box<dyn Session>>, Box<dyn Session>>,
    of: Database,
    /// The depth above which nothing is written.
    reads_above: Option<u32>,
}

impl Turn {
    /// Runs a statement that stands for itself: within a savepoint, and to its end.
    async fn apart(&mut self, request: Request<'_>) -> Result<Reply<'static>> {
        check(&request, &self.of)?;
        let undoing = Undoing(&mut **self.session);
        step(&mut *undoing.0, Step::Begin(Begin::default()), &request).await?;
        let reply = whole(undoing.0.call(request).await?).await?;
        step(&mut *undoing.0, Step::Commit, &request).await?;
        Ok(reply)
    }

    fn refuses(&mut self, request: &Request<'_>) -> bool {
        let depth = self.session.depth();
        self.reads_above = self.reads_above.filter(|above| depth > *above);
        self.reads_above.is_some() && super::statements::writes(request, &self.of)
    }
}

impl Session for Turn {
    fn call<'s: 'r, 'r>(&'s mut self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'s>>> {
        Box::pin(async move {
            if self.refuses(&request) {
                let message = "the transaction only reads";
                return Err(Error::new(ErrorKind::ReadOnly, message));
            }
            let depth = self.session.depth();
            match request.command {
                Command::Transaction(Step::Begin(begin)) if begin.access == Access::ReadOnly => {
                    self.reads_above.get_or_insert(depth);
                }
                Command::Transaction(_) => {}
                _ if depth == OWN => return self.apart(request).await,
                _ => check(&request, &self.of)?,
            }
            self.session.call(request).await
        })
    }

    fn depth(&self) -> u32 {
        self.session.depth().saturating_sub(OWN)
    }

    fn undo_to(&mut self, depth: u32) {
        self.session.undo_to(depth + OWN);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.session.undo_to(OWN);
    }
}

/// Undoes what was not committed, also where the call was dropped.
struct Undoing<'s>(&'s mut (dyn Session + 'static));

impl Drop for Undoing<'_> {
    fn drop(&mut self) {
        self.0.undo_to(OWN);
    }
}

async fn step(session: &mut (dyn Session + 'static), step: Step, of: &Request<'_>) -> Result<()> {
    let of = Request { columnar: false, offload: false, ..*of };
    let request = Request { command: Command::Transaction(step), intent: Intent::Write, ..of };
    session.call(request).await?.finish().await.map(drop)
}

fn held_by_another() -> Error {
    let message = "a test that is rolled back has one connection, and a transaction holds it: end that \
                   one first, run the statement inside of it, or take a database of its own \
                   (testing::Setup::concurrent)";
    Error::new(ErrorKind::PoolTimeout, message)
}
