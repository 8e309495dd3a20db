//! What tests have in common: a database each, and a session of the server's client beside it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle_core::BoxFuture;
use hypostyle_testkit::server::{Brand, MySql, MySqlOptions, MySqlScratch};
use hypostyle_testkit::{Failure, Outcome, holds};

pub(crate) use crate::tasks::*;

pub(crate) type Test = (&'static str, fn(Brand) -> BoxFuture<'static, Outcome>);

/// Makes a table of tests out of functions `async fn(Brand) -> Outcome`.
macro_rules! tests {
    ($group:literal: $($name:ident,)*) => {
        pub(crate) const TESTS: &[$crate::support::Test] =
            &[$((concat!($group, "::", stringify!($name)), |brand| Box::pin($name(brand)))),*];
    };
}
pub(crate) use tests;

/// What a session does that does something.
pub(crate) const BUSY: &str = "command IN ('Query', 'Execute', 'Prepare')";
/// What a session does that waits in a transaction.
pub(crate) const IN_TRANSACTION: &str =
    "id IN (SELECT trx_mysql_thread_id FROM information_schema.innodb_trx)";

/// A database of one test on the server of a brand that all share.
#[derive(Clone)]
pub(crate) struct Site(Arc<MySqlScratch<'static>>);

impl Site {
    /// Makes a database, with these tables and functions in it.
    pub(crate) async fn new(brand: Brand, schema: &'static str) -> Outcome<Self> {
        let site = Self(Arc::new(blocking(move || MySql::shared(brand)?.scratch()).await?));
        if !schema.is_empty() {
            site.query(schema).await?;
        }
        Ok(site)
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    pub(crate) fn server(&self) -> &'static MySql {
        self.0.server()
    }

    /// The URL by way of another port.
    pub(crate) fn url_through(&self, port: u16) -> String {
        self.server().url_through(port, self.0.name())
    }

    /// Runs statements in a session apart from what is under test.
    pub(crate) async fn query(&self, text: impl Into<String>) -> Outcome<String> {
        let (scratch, text) = (Arc::clone(&self.0), text.into());
        Ok(blocking(move || scratch.query(&text)).await?.trim().to_owned())
    }

    /// Counts in a session apart from what is under test.
    pub(crate) async fn count(&self, text: impl Into<String>) -> Outcome<usize> {
        number(&self.query(text).await?)
    }

    /// Counts the sessions of the database under test for which a condition holds.
    pub(crate) async fn sessions(&self, condition: &str) -> Outcome<usize> {
        self.count(format!(
            "SELECT count(*) FROM information_schema.processlist WHERE db = database() \
             AND id <> connection_id() AND {condition}"
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
pub(crate) async fn server(options: MySqlOptions<'static>) -> Outcome<Arc<MySql>> {
    Ok(Arc::new(blocking(move || MySql::start(options)).await?))
}

/// Kills a server as a loss of power does.
pub(crate) async fn killed(server: &Arc<MySql>) -> Outcome {
    let server = Arc::clone(server);
    blocking(move || {
        server.kill();
        Ok(())
    })
    .await
}

/// Starts a server again, on its port and its data.
pub(crate) async fn restarted(server: &Arc<MySql>) -> Outcome {
    let server = Arc::clone(server);
    blocking(move || server.restart()).await
}

/// Reads a number that the client printed.
#[track_caller]
pub(crate) fn number(printed: &str) -> Outcome<usize> {
    let at = std::panic::Location::caller();
    printed.parse().map_err(|_| Failure::Check(format!("{printed:?} is no number"), at))
}
