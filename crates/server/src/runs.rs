//! Runs of migrations: one at a time for each database. They go on when nobody waits any more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;
use tokio::sync::Notify;

use crate::clock;
use crate::error::Error;
use crate::schema::migrate::{Migration, Progress, ProgressEvent};

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
    /// What it has applied, or undone.
    done: Vec<Done>,
    #[serde(skip)]
    at: Option<At>,
}

/// A migration that a run has applied, or undone.
#[derive(Clone, Debug, Serialize)]
struct Done {
    version: String,
    kind: &'static str,
    filename: String,
    execution_time_ms: f64,
}

/// The file that a run is at.
#[derive(Clone, Debug)]
pub(crate) struct At {
    pub(crate) filename: String,
    /// As errors name it.
    pub(crate) shown: String,
    /// Whether all of it is one transaction.
    pub(crate) is_transaction: bool,
}

/// How the last run ended.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ended {
    work: Work,
    since: String,
    ended_at: String,
    done: Vec<Done>,
    /// Why it failed, as its request was told.
    error: Option<Value>,
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
        of.running = Some(Running {
            work,
            since: now(),
            filename: None,
            number: 0,
            total: 0,
            done: Vec::new(),
            at: None,
        });
        Ok(Run { runs: self.clone(), database: database.to_owned() })
    }

    /// Answers the run under way, and how the one before ended.
    pub(crate) fn told(&self, database: &str) -> (Option<Running>, Option<Ended>) {
        let all = self.all();
        let of = all.get(database);
        (of.and_then(|of| of.running.clone()), of.and_then(|of| of.last.clone()))
    }

    /// Lists the databases in which a run is under way.
    pub(crate) fn databases(&self) -> Vec<String> {
        let all = self.all();
        let running = all.iter().filter(|(_, of)| of.running.is_some());
        running.map(|(name, _)| name.clone()).collect()
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
}

impl Run {
    /// Notes how far it has come.
    pub(crate) fn hear(&self, progress: &Progress<'_>, is_transaction: bool) {
        let Migration { version, kind, filename, .. } = progress.migration;
        let mut all = self.runs.all();
        let of = all.get_mut(&self.database);
        let Some(running) = of.and_then(|of| of.running.as_mut()) else { return };
        match progress.event {
            ProgressEvent::Begins => {
                let (filename, shown) = (filename.clone(), progress.migration.shown());
                running.filename = Some(filename.clone());
                running.at = Some(At { filename, shown, is_transaction });
                (running.number, running.total) = (progress.number, progress.total);
            }
            ProgressEvent::Applied(took) => running.done.push(Done {
                version: version.to_string(),
                kind: kind.name(),
                filename: filename.clone(),
                execution_time_ms: took.as_secs_f64() * 1e3,
            }),
            _ => {}
        }
    }

    /// Answers the file it is at, and those it is done with.
    pub(crate) fn at(&self) -> Option<(At, Vec<String>)> {
        let running = self.runs.told(&self.database).0?;
        let done = running.done.into_iter().map(|done| done.filename).collect();
        running.at.map(|at| (at, done))
    }

    /// Says how it ended.
    pub(crate) fn end(self, error: Option<&Error>, correlation_id: &str) {
        let error = error.and_then(|error| {
            let told = error.report().to_json(correlation_id);
            serde_json::from_str::<Value>(&told).ok().map(|mut told| told["error"].take())
        });
        if let Some(of) = self.runs.all().get_mut(&self.database)
            && let Some(Running { work, since, done, .. }) = of.running.take()
        {
            of.last = Some(Ended { work, since, ended_at: now(), done, error });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_has_one_run_at_a_time_and_another_database_its_own() {
        let runs = Arc::new(Runs::default());
        let first = runs.begin("shop", Work::Run).unwrap();
        let refused = runs.begin("shop", Work::Downgrade).unwrap_err();
        assert!(matches!(refused, Error::MigrationRunning { .. }), "{refused:?}");
        let other = runs.begin("blog", Work::Resume).unwrap();
        first.end(Some(&Error::Stopping), "id");
        assert_eq!(runs.databases(), ["blog"]);
        let (running, last) = runs.told("shop");
        let error = last.and_then(|last| last.error).unwrap();
        assert!(running.is_none() && error["code"] == "SERVER_STOPPING", "{error}");
        drop(other);
        assert!(runs.databases().is_empty() && runs.told("blog").1.is_none());
    }
}
