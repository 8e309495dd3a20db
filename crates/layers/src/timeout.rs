//! The timeout: no request without a deadline.

use std::sync::Arc;
use std::time::Duration;

use hypostyle_core::{
    Backend, BoxFuture, Capability, Command, Engine, Layer, PoolStatus, Rank, Reply, Request,
    Result, Session, SessionAsk, Step,
};

/// Gives each request a deadline, where it has none or a later one. Default 30 s.
///
/// The layer writes the deadline; guard and driver keep to it. Waiting for a connection and reading
/// the rows count. In a session each request has its own time, and a rollback has no deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout {
    after: Duration,
}

impl Timeout {
    /// Takes the longest time a request may take.
    pub fn new(after: Duration) -> Self {
        Self { after }
    }

    fn limit<'r>(self, request: Request<'r>) -> Request<'r> {
        if let Command::Transaction(Step::Rollback | Step::RollbackTo(_)) = request.command {
            return Request { deadline: None, ..request };
        }
        Request {
            deadline: crate::earlier(request.deadline, request.issued, self.after),
            ..request
        }
    }
}

impl Default for Timeout {
    fn default() -> Self {
        Self::new(Duration::from_secs(30))
    }
}

impl Layer for Timeout {
    fn rank(&self) -> Rank {
        Rank::Timeout
    }

    fn wrap(&self, inner: Arc<dyn Backend>) -> Arc<dyn Backend> {
        Arc::new(Limited { inner, timeout: *self })
    }
}

/// A backend or a session whose requests all have a deadline.
struct Limited<I> {
    inner: I,
    timeout: Timeout,
}

impl Backend for Limited<Arc<dyn Backend>> {
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
        self.inner.call(self.timeout.limit(request))
    }

    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
        Box::pin(async move {
            let deadline = crate::earlier(ask.deadline, ask.issued, self.timeout.after);
            let inner = self.inner.session(SessionAsk { deadline, ..ask }).await?;
            Ok(Box::new(Limited { inner, timeout: self.timeout }) as Box<dyn Session>)
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

impl Session for Limited<Box<dyn Session>> {
    fn call<'s: 'r, 'r>(&'s mut self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'s>>> {
        self.inner.call(self.timeout.limit(request))
    }

    fn depth(&self) -> u32 {
        self.inner.depth()
    }

    fn undo_to(&mut self, depth: u32) {
        self.inner.undo_to(depth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Fake, ask};
    use hypostyle_core::Begin;
    use std::time::Instant;

    const SHORT: Duration = Duration::from_secs(5);
    const LONG: Duration = Duration::from_secs(60);

    fn limited(fake: &Arc<Fake>) -> Arc<dyn Backend> {
        Timeout::new(Duration::from_secs(30)).wrap(fake.clone())
    }

    /// Compares the deadlines that reached the backend, in seconds from the paused now.
    #[track_caller]
    fn check(fake: &Fake, now: Instant, expect: &[Option<u64>]) {
        let seconds = |deadline: Instant| (deadline - now).as_secs();
        let found: Vec<_> = fake.seen().iter().map(|seen| seen.deadline.map(seconds)).collect();
        assert_eq!(found, expect);
    }

    #[tokio::test(start_paused = true)]
    async fn deadlines_only_move_earlier() {
        let (fake, now) = (Fake::answering([]), crate::now());
        let backend = limited(&fake);
        for deadline in [None, Some(now + SHORT), Some(now + LONG)] {
            backend.call(Request { deadline, ..Request::text("SELECT 1") }).await.unwrap();
        }
        check(&fake, now, &[Some(30), Some(5), Some(30)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_is_limited_step_by_step_and_a_rollback_is_not() {
        let (fake, now) = (Fake::answering([]), crate::now());
        let mut session = limited(&fake).session(ask()).await.unwrap();
        for step in [Step::Begin(Begin::default()), Step::Commit, Step::Rollback] {
            let command = Command::Transaction(step);
            let deadline = Some(now + SHORT);
            session.call(Request { command, deadline, ..Request::text("") }).await.unwrap();
        }
        session.call(Request::text("SELECT 1")).await.unwrap();
        check(&fake, now, &[Some(30), Some(5), Some(5), None, Some(30)]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_timeout_changes_nothing() {
        let fake = Fake::answering([]);
        let backend = Timeout::new(Duration::MAX).wrap(fake.clone());
        backend.call(Request::text("SELECT 1")).await.unwrap();
        check(&fake, crate::now(), &[None]);
    }
}
