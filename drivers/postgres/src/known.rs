//! Descriptions that any connection of the database may use, by the text of the caller.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::statements::{Cache, Description};

/// What the connections of a pool have learned of statements.
pub(crate) struct Known(Mutex<Cache>);

impl Known {
    pub(crate) fn new(max: usize) -> Self {
        Self(Mutex::new(Cache::new(max.max(1))))
    }

    fn lock(&self) -> MutexGuard<'_, Cache> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn find(&self, text: &str) -> Option<Arc<Description>> {
        self.lock().find(text).cloned()
    }

    pub(crate) fn keep(&self, text: &str, description: &Arc<Description>) {
        self.lock().keep(text, description.clone());
    }

    pub(crate) fn forget(&self, text: &str) {
        self.lock().forget(text);
    }
}
