//! The retry: requests that may be repeated are, with patience and within a budget.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle_core::{
    Backend, BoxFuture, CancellationToken, Capability, Effect, Engine, Error, ErrorKind, Intent,
    Layer, PoolStatus, Rank, Reply, Request, Result, Retry as Repair, Session, SessionAsk,
};

use crate::RetryPolicy;
use crate::policy::Bucket;
use crate::statement::{correlation_id, tag};

/// Repeats requests that failed and may be repeated.
///
/// Each repetition is told as a warning to the target `hypostyle::retry`. The last error says
/// `X failed after N attempts`, where X is the tag of the request, and has N as its fact
/// `attempts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    policy: RetryPolicy,
    total: Option<Duration>,
}

impl Retry {
    /// Takes a policy.
    pub fn new(policy: RetryPolicy) -> Self {
        Self { policy, total: Some(Duration::from_secs(30)) }
    }

    /// Sets how long all attempts of a request without a deadline may take together; `None` for no
    /// limit. Default 30 s. A request with a deadline keeps it for all attempts.
    #[must_use]
    pub fn total(self, total: Option<Duration>) -> Self {
        Self { total, ..self }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::new(RetryPolicy::default())
    }
}

impl Layer for Retry {
    fn rank(&self) -> Rank {
        Rank::Retry
    }

    fn wrap(&self, inner: Arc<dyn Backend>) -> Arc<dyn Backend> {
        Arc::new(Repeating { inner, retry: *self, bucket: Bucket::new(self.policy.budget) })
    }
}

/// A backend whose calls are repeated.
struct Repeating {
    inner: Arc<dyn Backend>,
    retry: Retry,
    bucket: Bucket,
}

/// What decides whether a call is repeated, and names it.
struct Call<'r> {
    name: &'r str,
    correlation_id: Option<&'r str>,
    repeatable: bool,
    deadline: Option<Instant>,
    cancel: Option<&'r CancellationToken>,
}

impl Repeating {
    /// The deadline of all attempts of what was asked at a moment.
    fn deadline(&self, asked: Option<Instant>, from: Instant) -> Option<Instant> {
        match (asked, self.retry.total) {
            (None, Some(total)) => crate::earlier(None, from, total),
            _ => asked,
        }
    }

    /// Goes on after a first failure.
    async fn repeat<'r, T>(
        &self,
        call: Call<'_>,
        mut error: Error,
        run: impl Fn() -> BoxFuture<'r, Result<T>>,
    ) -> Result<T> {
        let mut attempt = 1;
        while let Some(wait) = self.wait(&call, &error, attempt) {
            call.warn(&error, attempt, wait);
            if !pause(wait, call.cancel).await {
                return Err(Error::cancelled().effect_of(error.effect()).caused_by(error));
            }
            attempt += 1;
            match run().await {
                Ok(done) => return Ok(done),
                Err(next) => error = next,
            }
        }
        Err(call.gave_up(error, attempt))
    }

    /// Decides whether to try again, and after which wait.
    fn wait(&self, call: &Call<'_>, error: &Error, attempt: u32) -> Option<Duration> {
        let harmless = call.repeatable || error.effect() == Effect::None;
        if error.retry() != Repair::Request || !harmless {
            return None;
        }
        let policy = &self.retry.policy;
        let backoff = match error.kind() {
            ErrorKind::Locked => policy.locked,
            ErrorKind::Connection => policy.connection,
            ErrorKind::PoolTimeout => policy.pool_timeout,
            _ => return None,
        };
        let wait = backoff.wait(attempt)?;
        let in_time = call.deadline.is_none_or(|deadline| crate::now() + wait < deadline);
        (in_time && self.bucket.take()).then_some(wait)
    }
}

impl Call<'_> {
    fn warn(&self, error: &Error, attempt: u32, wait: Duration) {
        tracing::warn!(
            target: "hypostyle::retry",
            attempt,
            wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            name = self.name,
            correlation_id = self.correlation_id,
            error = error.message(),
            "the call is repeated"
        );
    }

    fn gave_up(&self, error: Error, attempts: u32) -> Error {
        if attempts == 1 {
            return error;
        }
        let what = format!("{} failed after {attempts} attempts", self.name);
        error.while_doing(&what).with("attempts", attempts.to_string())
    }
}

/// Waits, and tells whether it was not cancelled meanwhile.
async fn pause(wait: Duration, cancel: Option<&CancellationToken>) -> bool {
    let sleep = tokio::time::sleep(wait);
    match cancel {
        Some(cancel) => cancel.run_until_cancelled(sleep).await.is_some(),
        None => {
            sleep.await;
            true
        }
    }
}

impl Backend for Repeating {
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
        let deadline = self.deadline(request.deadline, request.issued);
        let request = Request { deadline, ..request };
        let first = self.inner.call(request);
        Box::pin(async move {
            self.bucket.give();
            match first.await {
                Ok(reply) => Ok(reply),
                Err(error) => {
                    let call = Call {
                        name: tag(&request).unwrap_or("the request"),
                        correlation_id: correlation_id(&request),
                        repeatable: request.intent != Intent::Write,
                        deadline: request.deadline,
                        cancel: request.cancel,
                    };
                    // Boxed, so that the future of a call that succeeds stays small.
                    Box::pin(self.repeat(call, error, || self.inner.call(request))).await
                }
            }
        })
    }

    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
        let ask = SessionAsk { deadline: self.deadline(ask.deadline, ask.issued), ..ask };
        let first = self.inner.session(ask);
        Box::pin(async move {
            self.bucket.give();
            match first.await {
                Ok(session) => Ok(session),
                Err(error) => {
                    let call = Call {
                        name: "taking a session",
                        correlation_id: None,
                        repeatable: true,
                        deadline: ask.deadline,
                        cancel: None,
                    };
                    Box::pin(self.repeat(call, error, || self.inner.session(ask))).await
                }
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Answer, Capture, Fake, ask};
    use crate::{Backoff, Budget};
    use hypostyle_core::Fill;

    fn error(kind: ErrorKind) -> Error {
        Error::new(kind, "no").retry_by(Repair::Request)
    }

    fn locked(times: usize) -> Vec<Error> {
        (0..times).map(|_| error(ErrorKind::Locked)).collect()
    }

    /// Runs a request against failures; answers how it ended and how often it was tried.
    async fn check(request: Request<'_>, failures: Vec<Error>) -> (Result<()>, usize) {
        let fake = Fake::answering(failures);
        let ended = Retry::default().wrap(fake.clone()).call(request).await.map(drop);
        (ended, fake.seen().len())
    }

    #[tokio::test(start_paused = true)]
    async fn each_kind_of_failure_has_its_number_of_tries() {
        for (kind, tries) in [
            (ErrorKind::Locked, 5),
            (ErrorKind::Connection, 3),
            (ErrorKind::PoolTimeout, 1),
            (ErrorKind::Io, 1),
        ] {
            let failures = (0..9).map(|_| error(kind)).collect();
            let (ended, tried) = check(Request::text("SELECT 1"), failures).await;
            assert_eq!(tried, tries, "{kind:?}");
            let last = ended.unwrap_err();
            let message = format!("the request failed after {tries} attempts: no");
            assert_eq!(last.message(), if tries == 1 { "no" } else { &message });
            let attempts = tries.to_string();
            assert_eq!(last.context("attempts"), (tries > 1).then_some(&*attempts));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn success_after_failures_is_success_and_each_repetition_is_told() {
        let capture = Capture::start();
        let context = hypostyle_core::Context::new("c-7");
        let request =
            Request { tag: "people", context: Some(&context), ..Request::text("SELECT 1") };
        let (ended, tried) = check(request, locked(2)).await;
        assert_eq!((ended.is_ok(), tried), (true, 3));
        let lines = capture.lines();
        assert_eq!(lines.len(), 2);
        for (at, line) in lines.iter().enumerate() {
            let start = format!("WARN hypostyle::retry the call is repeated attempt={} ", at + 1);
            assert!(line.starts_with(&start), "{line}");
            assert!(line.ends_with(" name=people correlation_id=c-7 error=no"), "{line}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_of_unknown_effect_is_never_repeated() {
        for (intent, tries) in [(Intent::Write, 1), (Intent::Idempotent, 2), (Intent::Read, 2)] {
            let failure = error(ErrorKind::Connection).effect_of(Effect::Unknown);
            let (_, tried) =
                check(Request { intent, ..Request::text("INSERT") }, vec![failure]).await;
            assert_eq!(tried, tries, "{intent:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_no_repetition_repairs_is_not_repeated() {
        for repair in [Repair::Never, Repair::Transaction] {
            let failure = error(ErrorKind::Locked).retry_by(repair);
            assert_eq!(check(Request::text("SELECT 1"), vec![failure]).await.1, 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_are_jittered_up_to_doubling_bounds() {
        let (fake, begun) = (Fake::answering(locked(4)), crate::now());
        Retry::default().wrap(fake.clone()).call(Request::text("SELECT 1")).await.unwrap();
        let times: Vec<Instant> = fake.seen().iter().map(|seen| seen.at).collect();
        assert_eq!(times[0], begun);
        for (pair, bound_ms) in times.windows(2).zip([100, 200, 400, 800]) {
            // A timer of tokio fires up to a millisecond late.
            let bound = Duration::from_millis(bound_ms + 1);
            assert!(pair[1] - pair[0] <= bound, "{:?} of {bound:?}", pair[1] - pair[0]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn all_attempts_share_one_deadline() {
        let hour = Duration::from_secs(3_600);
        let patient = Backoff { attempts_max: u32::MAX, first: hour, longest: hour };
        let policy = RetryPolicy { locked: patient, ..RetryPolicy::default() };
        let retry = Retry::new(policy).total(Some(Duration::from_secs(5)));
        let (fake, begun) = (Fake::answering(locked(9_000)), crate::now());
        let backend = retry.wrap(fake.clone());
        let error = backend.call(Request::text("SELECT 1")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Locked);
        assert!(crate::now() - begun < Duration::from_secs(5));
        let total = Some(begun + Duration::from_secs(5));
        assert!(fake.seen().iter().all(|seen| seen.deadline == total));

        let own = Some(crate::now() + hour);
        let tried = fake.seen().len();
        let _ = backend.call(Request { deadline: own, ..Request::text("SELECT 1") }).await;
        assert!(fake.seen()[tried..].iter().all(|seen| seen.deadline == own));
    }

    #[tokio::test(start_paused = true)]
    async fn repetitions_keep_to_the_budget() {
        let budget = Budget { percent: 20, reserve: 3 };
        let retry = Retry::new(RetryPolicy { budget, ..RetryPolicy::default() });
        let fake = Fake::answering(locked(1_000));
        let backend = retry.wrap(fake.clone());
        for _ in 0..100 {
            backend.call(Request::text("SELECT 1")).await.unwrap_err();
        }
        // The reserve, and a fifth of a hundred calls.
        let repeated = fake.seen().len() - 100;
        assert!((22..=23).contains(&repeated), "{repeated}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_wait_ends_the_call() {
        let token = CancellationToken::new();
        let hour = Duration::from_secs(3_600);
        let patient = Backoff { attempts_max: 9, first: hour, longest: hour };
        let policy = RetryPolicy { locked: patient, ..RetryPolicy::default() };
        let fake = Fake::answering(locked(1));
        let backend = Retry::new(policy).total(None).wrap(fake);
        let call = backend.call(Request { cancel: Some(&token), ..Request::text("SELECT 1") });
        let (ended, ()) = tokio::join!(call, async { token.cancel() });
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Cancelled);
    }

    #[tokio::test(start_paused = true)]
    async fn taking_a_session_is_repeated_and_its_requests_are_not() {
        let fake = Fake::answering(locked(2));
        let backend = Retry::default().wrap(fake.clone());
        let mut session = backend.session(ask()).await.unwrap();
        assert_eq!(fake.seen().len(), 3);
        fake.push(Answer::Fails(error(ErrorKind::Locked)));
        assert_eq!(session.call(Request::text("SELECT 1")).await.unwrap_err().message(), "no");
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_that_began_is_not_repeated() {
        let fills = [Ok(Fill::More), Err(error(ErrorKind::Locked))];
        let fake = Fake::scripted([Answer::Streams(fills.into())]);
        let mut reply =
            Retry::default().wrap(fake.clone()).call(Request::text("SELECT 1")).await.unwrap();
        assert_eq!(reply.next().await.unwrap_err().message(), "no");
        assert_eq!(fake.seen().len(), 1);
    }
}
