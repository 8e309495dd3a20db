//! Which statements take long, or answer much: learned by running them.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// How long a statement that was found heavy stays so.
const HEAVY: Duration = Duration::from_secs(10);

/// Whether a statement was lately found to take long or to answer much.
#[derive(Debug, Default)]
pub(crate) struct Heaviness {
    is_marked: std::sync::atomic::AtomicBool,
    since: Mutex<Option<Instant>>,
}

impl Heaviness {
    pub(crate) fn mark(&self) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.is_marked.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn is_heavy(&self) -> bool {
        self.is_marked.load(std::sync::atomic::Ordering::Relaxed) && self.is_still_heavy()
    }

    #[cold]
    fn is_still_heavy(&self) -> bool {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if since.is_some_and(|since| since.elapsed() < HEAVY) {
            return true;
        }
        *since = None;
        self.is_marked.store(false, std::sync::atomic::Ordering::Relaxed);
        false
    }
}
