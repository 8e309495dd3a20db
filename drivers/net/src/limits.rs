//! How long a connection is waited for, and why waiting ended.

use std::io;
use std::pin::Pin;
use std::time::Instant;

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// How long to wait.
#[derive(Default)]
pub struct Limits {
    /// When to give up.
    pub deadline: Option<Instant>,
    pub(crate) cancelled: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

/// Why waiting ended without what was waited for.
#[derive(Debug)]
pub enum Halt {
    /// The deadline came.
    Deadline,
    /// The token was cancelled.
    Cancelled,
    /// The other side is gone.
    Lost(io::Error),
}

impl Limits {
    /// Waits until a moment.
    #[must_use]
    pub fn until(deadline: Instant) -> Self {
        Self { deadline: Some(deadline), cancelled: None }
    }

    /// Waits until a moment, if any, and until a token is cancelled, if any.
    #[must_use]
    pub fn new(deadline: Option<Instant>, cancel: Option<&CancellationToken>) -> Self {
        let cancelled = cancel.map(|token| Box::pin(token.clone().cancelled_owned()));
        Self { deadline, cancelled }
    }
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}
