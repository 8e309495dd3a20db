//! The checks of a database: each finds something out and says what to do about it.

mod postgres;
mod sessions;
mod sqlite;
mod upkeep;

use std::time::{Duration, Instant};

use hypostyle::core::{Error, ErrorKind, Result};
use hypostyle::{ConnectionConfig, Database};
use serde::Serialize;

use crate::exit::Failure;
use crate::output::time;
use crate::progress::Progress;

const MIB: u64 = 1024 * 1024;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) state: State,
    pub(crate) found: String,
    /// What to do, where something is to be done.
    pub(crate) remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Ok,
    Warn,
    Fail,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Ok, found: found.into(), remedy: None }
    }

    /// Something to know that is not wrong.
    fn hint(name: &'static str, found: impl Into<String>, remedy: &str) -> Self {
        Self { remedy: Some(remedy.to_owned()), ..Self::ok(name, found) }
    }

    fn warn(name: &'static str, found: impl Into<String>, remedy: &str) -> Self {
        let remedy = Some(remedy.to_owned());
        Self { name, state: State::Warn, found: found.into(), remedy }
    }

    fn fail(name: &'static str, found: impl Into<String>, remedy: &str) -> Self {
        let remedy = Some(remedy.to_owned());
        Self { name, state: State::Fail, found: found.into(), remedy }
    }
}

/// What is checked.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) database: &'a Database,
    pub(crate) config: &'a ConnectionConfig,
    /// From when on a transaction that does nothing is told.
    pub(crate) idle_after: Duration,
}

/// What was found, one check after another.
struct Found(Vec<Check>);

impl Found {
    /// Adds a check; one that could not be made says why.
    fn add(&mut self, name: &'static str, check: Result<Check>) {
        self.0.push(check.unwrap_or_else(|error| match error.kind() {
            ErrorKind::Permission => Check::warn(
                name,
                format!("this role may not see it: {error}"),
                "GRANT pg_monitor TO the role",
            ),
            _ => Check::fail(
                name,
                error.to_string(),
                "run hypostyle query -v with the same URL to see why",
            ),
        }));
    }
}

/// The check of a database that cannot be opened.
pub(crate) fn unopened(failure: &Failure, config: Option<&ConnectionConfig>) -> Check {
    let is_file = config.is_none_or(|config| config.database_type == "sqlite");
    let remedy = match is_file {
        true => "check the URL, and that the file is there and yours",
        false => "check host, port, user, password and sslmode, and that the server runs",
    };
    Check::fail("opening", failure.message(), remedy)
}

/// Runs all checks of an open database.
pub(crate) async fn run(subject: Subject<'_>, progress: &Progress) -> Vec<Check> {
    let database = subject.database;
    let mut found = Found(vec![answer(database).await]);
    match database.engine().name {
        "sqlite" => {
            sqlite::check(database, progress, &mut found).await;
            progress.set_label("checking the right to write");
            found.0.push(writing(database).await);
        }
        "postgres" => {
            postgres::check(subject, progress, &mut found).await;
            upkeep::check(database, progress, &mut found).await;
        }
        _ => found.0.push(writing(database).await),
    }
    let Found(mut checks) = found;
    let pool = database.pool();
    let found = format!(
        "{} of {} connections open, {} in use",
        pool.idle + pool.active,
        pool.max,
        pool.active
    );
    checks.push(Check::ok("pool", found));
    checks
}

async fn answer(database: &Database) -> Check {
    let began = Instant::now();
    match database.fetch_value::<i64>("SELECT 1", ()).await {
        Ok(_) => {
            let found = format!(
                "{} in {}",
                database.engine().location,
                time(began.elapsed().as_secs_f64())
            );
            Check::ok("answers", found)
        }
        Err(error) => Check::fail("answers", error.to_string(), "see the message"),
    }
}

/// Takes the right to write, and gives it back unused.
async fn writing(database: &Database) -> Check {
    let name = "writing";
    let began = Instant::now();
    let asked = tokio::time::timeout(Duration::from_secs(15), async {
        database.begin().await?.rollback().await
    });
    match asked.await.unwrap_or_else(|_| Err(Error::timeout(Some(began.elapsed())))) {
        Ok(()) => {
            Check::ok(name, format!("the lock came in {}", time(began.elapsed().as_secs_f64())))
        }
        Err(error) => match error.kind() {
            ErrorKind::Locked | ErrorKind::Timeout | ErrorKind::PoolTimeout => Check::warn(
                name,
                error.to_string(),
                "another process writes; look for a transaction that is left open",
            ),
            ErrorKind::ReadOnly => Check::warn(
                name,
                error.to_string(),
                "give yourself the right to write the file and its folder",
            ),
            _ => Check::fail(name, error.to_string(), "see the message"),
        },
    }
}

fn size_text(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..MIB => format!("{} KiB", bytes / 1024),
        _ if bytes < 1024 * MIB => format!("{} MiB", bytes / MIB),
        _ => format!("{}.{} GiB", bytes / (1024 * MIB), bytes % (1024 * MIB) * 10 / (1024 * MIB)),
    }
}
