//! One call: its correlation id and its deadline.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName};
use uuid::Uuid;

use crate::data::{CancellationToken, Context};

/// Where a correlation id comes in and goes out.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const ID_BYTES_MAX: usize = 128;

/// What everything below a request is told about it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) context: Arc<Context>,
    pub(crate) deadline: Instant,
    /// Cancelled when the server can wait no longer.
    pub(crate) stop: CancellationToken,
}

impl Call {
    /// Takes the correlation id of the request, or makes one.
    pub(crate) fn begin(headers: &HeaderMap, timeout: Duration, stop: CancellationToken) -> Self {
        let given = headers.get(X_REQUEST_ID).and_then(|id| id.to_str().ok());
        let id = match given.filter(|id| is_sane(id)) {
            Some(id) => id.to_owned(),
            None => random_id(),
        };
        Self { context: Arc::new(Context::new(id)), deadline: Instant::now() + timeout, stop }
    }

    pub(crate) fn id(&self) -> &str {
        &self.context.correlation_id
    }

    /// Gives up a wait that knows no deadline of its own.
    pub(crate) async fn limit<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout_at(self.deadline.into(), work).await.ok()
    }
}

fn is_sane(id: &str) -> bool {
    (1..=ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Makes a UUID of version 4.
pub(crate) fn random_id() -> String {
    Uuid::new_v4().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, kept: bool) {
        let mut headers = HeaderMap::new();
        if let Ok(value) = given.parse() {
            headers.insert(X_REQUEST_ID, value);
        }
        let call = Call::begin(&headers, Duration::from_secs(1), CancellationToken::new());
        assert_eq!(call.id() == given, kept, "{given:?}");
    }

    #[test]
    fn only_a_sane_id_is_kept() {
        check("abc-123", true);
        check(&"x".repeat(128), true);
        check(&"x".repeat(129), false);
        check("", false);
        check("a b", false);
        check("é", false);
        check("a\tb", false);
    }

    #[test]
    fn a_made_id_is_a_random_uuid() {
        let (one, other) = (random_id(), random_id());
        assert_ne!(one, other);
        assert_eq!(Uuid::try_parse(&one).unwrap().get_version_num(), 4);
        assert!("89ab".contains(one.as_bytes()[19] as char), "{one}");
    }
}
