//! The time of day, where people are told of it.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::data::Timestamp;

/// Answers the time, in UTC.
pub(crate) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "it is shown, and nothing hangs on it")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(now.as_micros()).unwrap_or_default())
}
