//! What a statement did, as the engine's own plan tells it after a run.

use std::future::Future;
use std::panic::Location;

use hypostyle_sql::Dialect;
use serde_json::Value as Json;

use crate::{Begin, Capability, Database, Error, ErrorKind, IntoParams, Result};

/// The plan of a statement that was run, and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// The whole plan, as the engine writes it in JSON.
    pub plan: String,
    /// Rows that the statement answered or changed.
    pub actual_rows: f64,
    /// What the planner had expected it to cost, in its own unit.
    pub total_cost: f64,
    /// Blocks found in the server's cache.
    pub shared_hit_blocks: u64,
    /// Blocks read from outside it.
    pub shared_read_blocks: u64,
    /// How long it ran, in milliseconds.
    pub execution_ms: f64,
}

impl Database {
    /// Runs a statement in a transaction that is rolled back, and answers the engine's plan of it
    /// with what it really did.
    ///
    /// What no rollback takes back, as a sequence's next value, stays.
    ///
    /// # Errors
    /// `Unsupported` for an engine that does not analyse; those of the statement.
    ///
    /// # Capability
    /// `analyze`: PostgreSQL.
    #[track_caller]
    pub fn explain_analyze<'a>(
        &'a self,
        text: &'a str,
        params: impl IntoParams<'a>,
    ) -> impl Future<Output = Result<Analysis>> + Send {
        let origin = Location::caller();
        let params = params.into_params();
        async move {
            self.require(Capability::ANALYZE)?;
            if self.engine().dialect != Dialect::Postgres {
                return Err(Error::unsupported(self.engine().name, "analyze"));
            }
            let text = format!("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}");
            let mut transaction = self.begin_from(Begin::default(), origin).await?;
            let query = transaction.request(&text).param_list(params);
            let plan: String = query.fetch_value().await?;
            transaction.rollback().await?;
            read(plan)
        }
    }
}

/// Reads the figures of the plan's root.
fn read(plan: String) -> Result<Analysis> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Error::new(ErrorKind::Data, format!("the plan cannot be read: {error}"))
    };
    let document: Json = serde_json::from_str(&plan).map_err(|error| unreadable(&error))?;
    let top = document.get(0).ok_or_else(|| unreadable(&"it is empty"))?;
    let root = top.get("Plan").ok_or_else(|| unreadable(&"it has no root"))?;
    let number = |of: &Json, key: &str| of.get(key).and_then(Json::as_f64).unwrap_or_default();
    let count = |key: &str| root.get(key).and_then(Json::as_u64).unwrap_or_default();
    Ok(Analysis {
        actual_rows: number(root, "Actual Rows") * number(root, "Actual Loops").max(1.0),
        total_cost: number(root, "Total Cost"),
        shared_hit_blocks: count("Shared Hit Blocks"),
        shared_read_blocks: count("Shared Read Blocks"),
        execution_ms: number(top, "Execution Time"),
        plan,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_the_root() {
        let plan = r#"[{"Plan": {"Node Type": "Seq Scan", "Total Cost": 12.5, "Actual Rows": 3,
            "Actual Loops": 1, "Shared Hit Blocks": 2}, "Execution Time": 0.25}]"#;
        let analysis = read(plan.to_owned()).unwrap();
        assert_eq!((analysis.actual_rows, analysis.total_cost), (3.0, 12.5));
        assert_eq!((analysis.shared_hit_blocks, analysis.execution_ms), (2, 0.25));
        assert_eq!(read("{}".to_owned()).unwrap_err().kind(), ErrorKind::Data);
    }
}
