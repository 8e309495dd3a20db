//! A backend that answers by a script, and a subscriber that keeps what it hears.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::{Debug, Write};
use std::panic::Location;
use std::sync::{Arc, Mutex, Once};
use std::time::{Duration, Instant};

use hypostyle_core::{
    Backend, Batch, BoxFuture, Capability, Columns, Engine, Error, Fill, Intent, Outcome,
    PoolStatus, Reply, Request, Result, Rows, Session, SessionAsk,
};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

pub(crate) fn ask() -> SessionAsk {
    SessionAsk::new(Intent::Write, Location::caller())
}

/// What a [`Fake`] does at a call or when asked for a session.
pub(crate) enum Answer {
    Fails(Error),
    /// A reply without rows whose fills are these, the first at the call.
    Streams(VecDeque<Result<Fill>>),
}

/// A call that reached a [`Fake`].
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) at: Instant,
    pub(crate) deadline: Option<Instant>,
}

/// A backend that answers by a script, and with empty replies after its end.
pub(crate) struct Fake(Arc<Script>);

struct Script {
    engine: Engine,
    takes: Duration,
    answers: Mutex<VecDeque<Answer>>,
    seen: Mutex<Vec<Seen>>,
}

impl Fake {
    pub(crate) fn scripted(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Self::new(Duration::ZERO, answers.into_iter().collect())
    }

    pub(crate) fn answering(failures: impl IntoIterator<Item = Error>) -> Arc<Self> {
        Self::scripted(failures.into_iter().map(Answer::Fails))
    }

    pub(crate) fn slow(takes: Duration) -> Arc<Self> {
        Self::new(takes, VecDeque::new())
    }

    fn new(takes: Duration, answers: VecDeque<Answer>) -> Arc<Self> {
        listen();
        let engine = Engine {
            name: "fake",
            dialect: hypostyle_sql::Dialect::Sqlite,
            capability: Capability::SQL,
            location: "nowhere".to_owned(),
        };
        let (answers, seen) = (Mutex::new(answers), Mutex::default());
        Arc::new(Self(Arc::new(Script { engine, takes, answers, seen })))
    }

    pub(crate) fn push(&self, answer: Answer) {
        self.0.answers.lock().unwrap().push_back(answer);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.0.seen.lock().unwrap().clone()
    }
}

impl Script {
    async fn answer(&self, deadline: Option<Instant>) -> Result<Reply<'static>> {
        self.seen.lock().unwrap().push(Seen { at: crate::now(), deadline });
        tokio::time::sleep(self.takes).await;
        let answer = self.answers.lock().unwrap().pop_front();
        match answer {
            None => Ok(Reply::whole(Arc::default(), Batch::default(), Outcome::default())),
            Some(Answer::Fails(error)) => Err(error),
            Some(Answer::Streams(mut fills)) => {
                let first = fills.pop_front().unwrap()?;
                let rows = Fills { fills, columns: Arc::default() };
                Ok(Reply::open(Batch::default(), first, Box::new(rows)))
            }
        }
    }
}

impl Backend for Fake {
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
        Box::pin(self.0.answer(request.deadline))
    }

    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
        Box::pin(async move {
            self.0.answer(ask.deadline).await?;
            Ok(Box::new(FakeSession(self.0.clone())) as Box<dyn Session>)
        })
    }

    fn engine(&self) -> &Engine {
        &self.0.engine
    }

    fn pool(&self) -> PoolStatus {
        PoolStatus::default()
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

struct FakeSession(Arc<Script>);

impl Session for FakeSession {
    fn call<'s: 'r, 'r>(&'s mut self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'s>>> {
        Box::pin(async move { self.0.answer(request.deadline).await })
    }

    fn depth(&self) -> u32 {
        0
    }

    fn undo_to(&mut self, _: u32) {}
}

struct Fills {
    fills: VecDeque<Result<Fill>>,
    columns: Arc<Columns>,
}

impl Rows for Fills {
    fn fill<'a>(&'a mut self, _: &'a mut Batch) -> BoxFuture<'a, Result<Fill>> {
        Box::pin(async { self.fills.pop_front().unwrap() })
    }

    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn outcome(&self) -> Outcome {
        Outcome::default()
    }
}

thread_local! {
    static HEARD: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Makes the process listen to `tracing`, once and before anything is told.
///
/// One subscriber for all threads: a scoped one would race with threads that have none, whose
/// first look at an event switches it off for everybody.
fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| tracing::subscriber::set_global_default(Keeper).unwrap());
}

/// Keeps what `tracing` hears on this thread, a line for each span, record and event.
pub(crate) struct Capture;

impl Capture {
    pub(crate) fn start() -> Self {
        listen();
        HEARD.set(Some(Vec::new()));
        Self
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        HEARD.with_borrow(|heard| heard.clone().unwrap_or_default())
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        HEARD.set(None);
    }
}

struct Keeper;

impl Keeper {
    fn keep(&self, start: String, visit: impl FnOnce(&mut Line)) {
        HEARD.with_borrow_mut(|heard| {
            if let Some(lines) = heard {
                let mut line = Line { message: String::new(), fields: String::new() };
                visit(&mut line);
                lines.push(start + &line.message + &line.fields);
            }
        });
    }
}

impl Subscriber for Keeper {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let metadata = span.metadata();
        let start = format!("span {} {}", metadata.target(), metadata.name());
        self.keep(start, |line| span.record(line));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        self.keep("record".to_owned(), |line| values.record(line));
    }

    fn event(&self, event: &Event<'_>) {
        let start = format!("{} {}", event.metadata().level(), event.metadata().target());
        self.keep(start, |line| event.record(line));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => write!(self.message, " {value:?}").unwrap(),
            name => write!(self.fields, " {name}={value:?}").unwrap(),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.fields, " {}={value}", field.name()).unwrap();
    }
}
