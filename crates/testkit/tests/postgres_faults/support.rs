//! What tests have in common: a database each, a session of `psql` beside it, many tasks at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle_core::BoxFuture;
use hypostyle_testkit::server::{Postgres, PostgresOptions, Scratch};
use hypostyle_testkit::{Failure, Outcome, holds};

pub(crate) use crate::tasks::*;

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
