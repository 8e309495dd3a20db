//! Runs of migrations: one at a time for each database. They go on when nobody waits any more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::Notify;

use crate::clock;
use crate::error::Error;

/// What a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    Run,
    Downgrade,
    Resume,
    Generate,
}

/// A run under way.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Running {
    work: Work,
    since: String,
    /// The file it is at.
    filename: Option<String>,
    /// The place of that file among those to be run, from 1.
    number: usize,
    total: usize,
}

/// How the last run ended.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ended {
    work: Work,
    ended_at: String,
    /// How many files were run.
    files: usize,
    /// Why it failed.
    error: Option<String>,
}

/// The runs of all databases.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    of: Mutex<HashMap<String, OfDatabase>>,
    ended: Notify,
}

#[derive(Debug, Default)]
struct OfDatabase {
    running: Option<Running>,
    last: Option<Ended>,
}

impl Runs {
    /// Begins a run.
    ///
    /// # Errors
    /// [`Error::MigrationRunning`] while there is another one of the database.
    pub(crate) fn begin(self: &Arc<Self>, database: &str, work: Work) -> Result<Run, Error> {
        let mut all = self.all();
        let of = all.entry(database.to_owned()).or_default();
        if let Some(running) = &of.running {
            let since = running.since.clone();
            return Err(Error::MigrationRunning { database: database.to_owned(), since });
        }
        of.running = Some(Running { work, since: now(), filename: None, number: 0, total: 0 });
        Ok(Run { runs: self.clone(), database: database.to_owned(), work })
    }

    /// Answers the run under way, and how the one before ended.
    pub(crate) fn told(&self, database: &str) -> (Option<Running>, Option<Ended>) {
        let all = self.all();
        let of = all.get(database);
        (of.and_then(|of| of.running.clone()), of.and_then(|of| of.last.clone()))
    }

    /// Waits until no run is under way.
    pub(crate) async fn idle(&self) {
        loop {
            let ended = self.ended.notified();
            if self.all().values().all(|of| of.running.is_none()) {
                return;
            }
            ended.await;
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, OfDatabase>> {
        // Nothing is done under the lock that could leave it half done.
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now() -> String {
    clock::now().iso("Z").to_string()
}

/// A run; it has ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Run {
    runs: Arc<Runs>,
    database: String,
    work: Work,
}

impl Run {
    /// Says which file it is at.
    pub(crate) fn at(&self, filename: &str, number: usize, total: usize) {
        if let Some(of) = self.runs.all().get_mut(&self.database)
            && let Some(running) = &mut of.running
        {
            running.filename = Some(filename.to_owned());
            (running.number, running.total) = (number, total);
        }
    }

    /// Says how it ended.
    pub(crate) fn end(self, done: Result<usize, String>) {
        let (work, ended_at) = (self.work, now());
        let (files, error) = match done {
            Ok(files) => (files, None),
            Err(error) => (0, Some(error)),
        };
        if let Some(of) = self.runs.all().get_mut(&self.database) {
            of.last = Some(Ended { work, ended_at, files, error });
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let Some(of) = self.runs.all().get_mut(&self.database) {
            of.running = None;
        }
        self.runs.ended.notify_waiters();
    }
}
