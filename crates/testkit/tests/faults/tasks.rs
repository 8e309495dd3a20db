//! What the faults of every engine have in common: many tasks at once, and whether all is well again.

use std::future::Future;
use std::time::{Duration, Instant};

use hypostyle::{Database, Error, Options, Result};
use hypostyle_testkit::{Outcome, holds};
use tokio::task::{JoinHandle, JoinSet};

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
        async move { Ok(db.fetch_value::<i64>("SELECT 0 + ?", (number as u64,)).await?) }
    });
    called.await.map(drop)
}

/// Options whose environment is empty.
pub(crate) fn options() -> Options {
    Database::options().environment(hypostyle::Environment::empty())
}

/// A random time up to a limit.
pub(crate) fn up_to(limit: Duration) -> Duration {
    limit.mul_f64(hypostyle_core::jitter::fraction())
}
