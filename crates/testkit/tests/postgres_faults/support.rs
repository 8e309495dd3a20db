//! What tests have in common: a database each, a session of `psql` beside it, many tasks at once.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle::{Database, Error, Options, Result};
use hypostyle_core::BoxFuture;
use hypostyle_testkit::server::{Postgres, PostgresOptions, Scratch};
use hypostyle_testkit::{Failure, Outcome, holds};
use tokio::task::{JoinHandle, JoinSet};

pub(crate) type Test = (&'static str, fn() -> BoxFuture<'static, Outcome>);

/// Makes a table of tests out of functions `async fn() -> Outcome`.
macro_rules! tests {
    ($group:literal: $($name:ident,)*) => {
        pub(crate) const TESTS: &[$crate::support::Test] =
            &[$((concat!($group, "::", stringify!($name)), || Box::pin($name()))),*];
    };
}
pub(crate) use tests;

/// A database of one test on the server that all share.
#[derive(Clone)]
pub(crate) struct Site(Arc<Scratch<'static>>);

impl Site {
    /// Makes a database, with these tables and functions in it.
    pub(crate) async fn new(schema: &'static str) -> Outcome<Self> {
        let site = Self(Arc::new(blocking(|| Postgres::shared()?.scratch()).await?));
        site.psql(schema).await?;
        Ok(site)
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    pub(crate) fn server(&self) -> &'static Postgres {
        self.0.server()
    }

    /// The URL by way of another port.
    pub(crate) fn url_through(&self, port: u16) -> String {
        self.server().url_through(port, self.0.name())
    }

    /// Runs statements in a session apart from what is under test.
    pub(crate) async fn psql(&self, text: impl Into<String>) -> Outcome<String> {
        let (scratch, text) = (Arc::clone(&self.0), text.into());
        blocking(move || scratch.query(&text)).await
    }

    /// Counts in a session apart from what is under test.
    pub(crate) async fn count(&self, text: impl Into<String>) -> Outcome<usize> {
        number(&self.psql(text).await?)
    }

    /// Counts the sessions of the database under test for which a condition holds.
    pub(crate) async fn sessions(&self, condition: &str) -> Outcome<usize> {
        self.count(format!(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND {condition}"
        ))
        .await
    }

    /// Waits until a condition holds for so many sessions; answers how long it took.
    pub(crate) async fn until(&self, condition: &str, count: usize) -> Outcome<Duration> {
        let began = Instant::now();
        loop {
            let found = self.sessions(condition).await?;
            if found == count {
                return Ok(began.elapsed());
            }
            let waited = began.elapsed();
            let what = format!("{found} sessions instead of {count} after {waited:?}: {condition}");
            holds(waited < Duration::from_secs(20), what)?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Starts a server of a test's own.
pub(crate) async fn server(options: PostgresOptions<'static>) -> Outcome<Arc<Postgres>> {
    Ok(Arc::new(blocking(move || Postgres::start(options)).await?))
}

/// Kills a server as a loss of power does.
pub(crate) async fn killed(server: &Arc<Postgres>) -> Outcome {
    let server = Arc::clone(server);
    blocking(move || {
        server.kill();
        Ok(())
    })
    .await
}

/// Starts a server again, on its port and its data.
pub(crate) async fn restarted(server: &Arc<Postgres>) -> Outcome {
    let server = Arc::clone(server);
    blocking(move || server.restart()).await
}

/// Runs what blocks its thread.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Outcome<T> {
    Ok(joined(tokio::task::spawn_blocking(work)).await??)
}

/// Waits for a task.
pub(crate) async fn joined<T>(task: JoinHandle<T>) -> Outcome<T> {
    Ok(task.await.map_err(|error| Error::closed("task").caused_by(error))?)
}

/// Runs a task for each number at once, and answers what all answered.
pub(crate) async fn at_once<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for number in 0..count {
        tasks.spawn(task(number));
    }
    tasks.join_all().await
}

/// As [`at_once`], and fails where one of the tasks does.
pub(crate) async fn all_at_once<T, F>(count: usize, task: impl Fn(usize) -> F) -> Outcome<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = Outcome<T>> + Send + 'static,
{
    at_once(count, task).await.into_iter().collect()
}

/// Calls again and again until it succeeds; answers how long that took.
pub(crate) async fn recovers(db: &Database, within: Duration) -> Outcome<Duration> {
    let began = Instant::now();
    loop {
        let asked = db.request("SELECT 1").timeout(within).fetch_value::<i64>().await;
        match asked {
            Ok(_) => return Ok(began.elapsed()),
            Err(error) => holds(began.elapsed() < within, error)?,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Checks that as many calls succeed as there are.
pub(crate) async fn all_succeed(db: &Database, count: usize) -> Outcome {
    let called = all_at_once(count, |number| {
        let db = db.clone();
        async move { Ok(db.fetch_value::<i64>("SELECT ?::bigint", (number as u64,)).await?) }
    });
    called.await.map(drop)
}

/// Options whose environment is empty.
pub(crate) fn options() -> Options {
    Database::options().environment(hypostyle::Environment::empty())
}

/// A small number as the server has them.
pub(crate) fn small(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads a number that `psql` printed.
#[track_caller]
pub(crate) fn number(printed: &str) -> Outcome<usize> {
    let at = std::panic::Location::caller();
    printed.parse().map_err(|_| Failure::Check(format!("{printed:?} is no number"), at))
}

/// A random time up to a limit.
pub(crate) fn up_to(limit: Duration) -> Duration {
    limit.mul_f64(hypostyle_core::jitter::fraction())
}
