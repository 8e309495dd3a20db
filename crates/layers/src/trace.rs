//! The trace: spans, the slow-statement log, figures, and errors that say whose they are.

use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle_core::{
    Backend, Batch, BoxFuture, Capability, Columns, Engine, Fill, Layer, Outcome, PoolStatus, Rank,
    Reply, Request, Result, Rows, Session, SessionAsk,
};
use tracing::{Instrument, Span};

use crate::figures::Meter;
use crate::slow::SlowLog;
use crate::watch::{End, Facts, Watch, with_facts};
use crate::{Figures, SlowStatement};

/// Tells what a database does, to `tracing` and in figures.
///
/// - A span for each request, level debug, target `hypostyle::query`, with `engine`, `tag`,
///   `intent`, `correlation_id`, `origin` and `text`, and at its end `rows_affected` or `error`;
///   its end is an event of level debug, that of a failed request of level info.
/// - A warning to the target `hypostyle::slow` for each request that takes 1 s or longer, from its
///   call to the end of its reply: with the time the caller takes to read the rows.
/// - The facts `tag` and `correlation_id` in each error.
///
/// Bound values never appear. Texts do, their literals included.
#[derive(Clone, Debug)]
pub struct Trace {
    slow_after: Option<Duration>,
    meter: Arc<Meter>,
    slow: Arc<SlowLog>,
}

impl Trace {
    /// Sets from which time on a request is slow; `None` for never. Default 1 s.
    #[must_use]
    pub fn slow_after(self, slow_after: Option<Duration>) -> Self {
        Self { slow_after, ..self }
    }

    /// Answers the figures of the databases that this layer and its clones wrap.
    pub fn figures(&self) -> Figures {
        self.meter.figures()
    }

    /// Answers from which time on a request is slow; `None` for never.
    pub fn slow_limit(&self) -> Option<Duration> {
        self.slow_after
    }

    /// Lists the last slow statements, the newest first, 50 at most.
    pub fn slow_statements(&self) -> Vec<SlowStatement> {
        self.slow.list()
    }
}

impl Default for Trace {
    fn default() -> Self {
        Self {
            slow_after: Some(Duration::from_secs(1)),
            meter: Arc::default(),
            slow: Arc::default(),
        }
    }
}

impl Layer for Trace {
    fn rank(&self) -> Rank {
        Rank::Trace
    }

    fn wrap(&self, inner: Arc<dyn Backend>) -> Arc<dyn Backend> {
        let engine = inner.engine().name;
        let Self { slow_after, meter, slow } = self.clone();
        let watch = Watch { engine, slow_after, meter, slow };
        Arc::new(Traced { inner, watch: Arc::new(watch) })
    }
}

/// A backend or a session whose requests are told.
struct Traced<I> {
    inner: I,
    watch: Arc<Watch>,
}

impl Backend for Traced<Arc<dyn Backend>> {
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
        traced(&self.watch, request, self.inner.call(request))
    }

    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
        Box::pin(async move {
            let inner = self.inner.session(ask).await?;
            Ok(Box::new(Traced { inner, watch: self.watch.clone() }) as Box<dyn Session>)
        })
    }

    fn engine(&self) -> &Engine {
        self.inner.engine()
    }

    fn capability(&self) -> Capability {
        self.inner.capability()
    }

    fn pool(&self) -> PoolStatus {
        self.inner.pool()
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.inner.close()
    }
}

impl Session for Traced<Box<dyn Session>> {
    fn call<'s: 'r, 'r>(&'s mut self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'s>>> {
        traced(&self.watch, request, self.inner.call(request))
    }

    fn depth(&self) -> u32 {
        self.inner.depth()
    }

    fn undo_to(&mut self, depth: u32) {
        self.inner.undo_to(depth);
    }
}

/// Boxes an `async` block, not an `async fn`, which would hold its arguments twice.
fn traced<'s: 'r, 'r>(
    watch: &'r Arc<Watch>,
    request: Request<'r>,
    call: BoxFuture<'r, Result<Reply<'s>>>,
) -> BoxFuture<'r, Result<Reply<'s>>> {
    Box::pin(async move {
        let span = watch.span(&request);
        let running = Running::begin(watch, &request, &span);
        match call.instrument(span.clone()).await {
            Ok(reply) if reply.is_whole() => {
                running.end(End::Done(reply.outcome()));
                Ok(reply)
            }
            Ok(reply) => {
                let reading = running.go_on(watch.clone());
                Ok(reply.map(|rows| Box::new(TracedRows { rows, reading })))
            }
            Err(error) => {
                running.end(End::Failed(&error));
                Err(with_facts(&request, |facts| facts.add_to(error)))
            }
        }
    })
}

/// A call under way; dropping it ends it.
struct Running<'a> {
    watch: &'a Watch,
    request: &'a Request<'a>,
    span: &'a Span,
    began: Instant,
    open: bool,
}

impl<'a> Running<'a> {
    fn begin(watch: &'a Watch, request: &'a Request<'a>, span: &'a Span) -> Self {
        watch.meter.begin();
        Self { watch, request, span, began: request.issued, open: true }
    }

    fn end(mut self, end: End<'_>) {
        self.tell(end);
    }

    /// Lets the request go on beyond the call, while its rows are read.
    fn go_on(mut self, watch: Arc<Watch>) -> Reading {
        self.open = false;
        with_facts(self.request, |facts| Reading {
            statement: if watch.is_text_told() {
                facts.statement.to_string()
            } else {
                String::new()
            },
            watch,
            tag: facts.tag.map(Into::into),
            correlation_id: facts.correlation_id.map(Into::into),
            origin: facts.origin,
            span: self.span.clone(),
            began: self.began,
            open: true,
        })
    }

    fn tell(&mut self, end: End<'_>) {
        if std::mem::take(&mut self.open) {
            with_facts(self.request, |facts| self.watch.ended(self.began, facts, self.span, end));
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.tell(End::Dropped);
    }
}

/// A request whose rows are being read; dropping it ends it.
struct Reading {
    watch: Arc<Watch>,
    statement: String,
    tag: Option<Box<str>>,
    correlation_id: Option<Box<str>>,
    origin: &'static Location<'static>,
    span: Span,
    began: Instant,
    open: bool,
}

impl Reading {
    fn facts(&self) -> Facts<'_> {
        Facts {
            statement: &self.statement,
            tag: self.tag.as_deref(),
            correlation_id: self.correlation_id.as_deref(),
            origin: self.origin,
        }
    }

    fn end(&mut self, end: End<'_>) {
        if std::mem::take(&mut self.open) {
            self.watch.ended(self.began, self.facts(), &self.span, end);
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.end(End::Dropped);
    }
}

struct TracedRows<'s> {
    rows: Box<dyn Rows + 's>,
    reading: Reading,
}

impl Rows for TracedRows<'_> {
    fn fill<'a>(&'a mut self, batch: &'a mut Batch) -> BoxFuture<'a, Result<Fill>> {
        Box::pin(async move {
            let filled = self.rows.fill(batch).instrument(self.reading.span.clone()).await;
            if let Ok(Fill::End) = filled {
                self.reading.end(End::Done(self.rows.outcome()));
            }
            filled.map_err(|error| {
                self.reading.end(End::Failed(&error));
                self.reading.facts().add_to(error)
            })
        })
    }

    fn columns(&self) -> &Arc<Columns> {
        self.rows.columns()
    }

    fn outcome(&self) -> Outcome {
        self.rows.outcome()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Answer, Capture, Fake};
    use hypostyle_core::{Command, Context, Error, ErrorKind, Params, ValueRef};

    const SLOW: Duration = Duration::from_millis(1_500);

    fn traced(fake: &Arc<Fake>) -> (Trace, Arc<dyn Backend>) {
        let trace = Trace::default();
        let backend = trace.wrap(fake.clone());
        (trace, backend)
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_statement_is_told_without_bound_values() {
        let capture = Capture::start();
        let (trace, backend) = traced(&Fake::slow(SLOW));
        let context = Context::new("c-7");
        let bound = [ValueRef::Text("secret")];
        let params = Params::Positional(&bound);
        let command = Command::Text { text: "SELECT *\n FROM t WHERE a = ?", params };
        let request =
            Request { command, tag: "people", context: Some(&context), ..Request::text("") };
        backend.call(request).await.unwrap();
        let told = capture.lines().join("\n");
        let expect = "WARN hypostyle::slow slow statement elapsed_ms=1500.0 tag=people \
             correlation_id=c-7 origin=crates/layers/src/trace.rs:";
        assert!(told.contains(expect), "{told}");
        assert!(told.contains(" text=SELECT * FROM t WHERE a = ?"), "{told}");
        assert!(!told.contains("secret"), "{told}");
        assert_eq!((trace.figures().slow, trace.figures().mean()), (1, SLOW));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_is_a_span_and_its_end_an_event() {
        let capture = Capture::start();
        let (_, backend) = traced(&Fake::answering([]));
        backend.call(Request { tag: "t", ..Request::text("SELECT 1") }).await.unwrap();
        let lines = capture.lines();
        let span = "span hypostyle::query query engine=fake tag=t intent=write origin=";
        assert!(lines[0].starts_with(span), "{}", lines[0]);
        assert!(lines[0].ends_with(" text=SELECT 1"), "{}", lines[0]);
        let end = [
            "record rows_affected=0",
            "DEBUG hypostyle::query done elapsed_ms=0.0 rows_affected=0",
        ];
        assert_eq!(lines[1..], end);
    }

    #[tokio::test(start_paused = true)]
    async fn errors_say_whose_they_are() {
        let locked = Error::new(ErrorKind::Locked, "database is locked");
        let (trace, backend) = traced(&Fake::answering([locked]));
        let context = Context::new("c-7");
        let request =
            Request { tag: "people", context: Some(&context), ..Request::text("SELECT 1") };
        let error = backend.call(request).await.unwrap_err();
        assert_eq!(error.to_string(), "database is locked (tag people, correlation_id c-7)");
        assert_eq!((trace.figures().queries, trace.figures().errors), (1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_is_timed_to_its_end_and_its_errors_are_told() {
        let capture = Capture::start();
        let lost = Error::new(ErrorKind::Connection, "gone");
        let fills = [Ok(Fill::More), Ok(Fill::More), Err(lost)];
        let (trace, backend) = traced(&Fake::scripted([Answer::Streams(fills.into())]));
        let mut reply =
            backend.call(Request { tag: "s", ..Request::text("SELECT 2") }).await.unwrap();
        assert_eq!(trace.figures().active, 1);
        tokio::time::sleep(SLOW).await;
        let error = reply.next().await.unwrap_err();
        assert_eq!(error.context("tag"), Some("s"));
        drop(reply);
        let told = capture.lines().join("\n");
        assert!(told.contains("INFO hypostyle::query failed elapsed_ms=1500.0"), "{told}");
        assert!(told.contains("WARN hypostyle::slow slow statement elapsed_ms=1500.0"), "{told}");
        let figures = trace.figures();
        assert_eq!((figures.queries, figures.active, figures.errors), (1, 0, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_dropped_has_ended() {
        let (trace, backend) = traced(&Fake::slow(SLOW));
        let call = backend.call(Request::text("SELECT 1"));
        assert!(tokio::time::timeout(SLOW / 2, call).await.is_err());
        let fake = Fake::scripted([Answer::Streams([Ok(Fill::More)].into())]);
        drop(trace.wrap(fake).call(Request::text("SELECT 2")).await.unwrap());
        let figures = trace.figures();
        assert_eq!((figures.queries, figures.active, figures.errors), (2, 0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn requests_of_a_session_are_told() {
        let locked = Error::new(ErrorKind::Locked, "database is locked");
        let fake = Fake::answering([]);
        let (trace, backend) = traced(&fake);
        let mut session = backend.session(crate::tests::ask()).await.unwrap();
        fake.push(Answer::Fails(locked));
        let error =
            session.call(Request { tag: "t", ..Request::text("SELECT 1") }).await.unwrap_err();
        assert_eq!((error.context("tag"), trace.figures().errors), (Some("t"), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nothing_is_slow() {
        let trace = Trace::default().slow_after(None);
        trace.wrap(Fake::slow(SLOW)).call(Request::text("SELECT 1")).await.unwrap();
        assert_eq!((trace.figures().queries, trace.figures().slow), (1, 0));
    }
}
