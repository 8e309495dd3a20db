//! Operation documents on every engine.

mod access;
mod attacks;
mod engine;
mod filters;
mod guide;
mod refusals;
mod rows;
mod transfer;
mod upserts;

use hypostyle::Result;
use hypostyle::model::operation::{self, Answer, Limits, Operation};

use crate::engine::Home;

impl Home {
    /// Runs a document within limits.
    async fn try_within(&self, document: &str, limits: &Limits) -> Result<Answer> {
        let operation = Operation::parse(document, limits)?;
        operation::run(&self.db, &operation, limits).await
    }

    /// Runs a document and compares its answer.
    #[track_caller]
    fn answers<'h>(&'h self, document: &'h str, expect: &'h str) -> impl Future<Output = ()> + 'h {
        let caller = std::panic::Location::caller();
        async move {
            let shown = match self.try_within(document, &Limits::default()).await {
                Ok(answer) => answer.to_json(),
                Err(error) => error.to_string(),
            };
            assert_eq!(shown, expect, "{} at {caller}: {document}", self.engine);
        }
    }
}
