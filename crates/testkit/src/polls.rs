//! Dropping futures at a chosen await, and waiting for what happens by itself.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::failure::{Outcome, holds};

/// How a future ended that was to be dropped.
#[derive(Debug)]
pub enum Dropped<T> {
    /// It was dropped while it waited.
    Pending,
    /// It ended before.
    Ready(T),
}

/// Polls a future so many times, whenever it is woken, and drops it unless it has ended by then.
///
/// # Shape
/// `polls = 0` drops it before its first poll; `polls = n` drops it at its n-th await that waits.
pub async fn drop_at<F: Future>(polls: usize, future: F) -> Dropped<F::Output> {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(Dropped::Pending);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Dropped::Ready(output)),
            Poll::Pending if left == 0 => Poll::Ready(Dropped::Pending),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Waits until something holds that happens by itself, at most five seconds.
///
/// # Errors
/// A [`crate::Failure`] when it does not come about.
pub async fn eventually(what: &str, mut holds_now: impl FnMut() -> bool) -> Outcome {
    let began = Instant::now();
    while !holds_now() && began.elapsed() < Duration::from_secs(30) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    holds(holds_now(), format!("did not come about: {what}"))
}
