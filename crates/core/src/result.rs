//! A result as one value: success or failure, rows as maps, figures.

use std::time::Duration;

use crate::{Error, OwnedRow, Value};

/// What a query answered, whether it succeeded or not.
///
/// # Shape
/// `rows` are maps from column name to value, in the order of the result; `row_count` counts them,
/// or the rows a write affected; `execution_time_ms` is wall time, waiting for a connection
/// included.
#[derive(Debug)]
pub struct QueryResult {
    /// Whether the query succeeded.
    pub success: bool,
    /// The rows; empty on failure.
    pub rows: Vec<OwnedRow>,
    /// How many rows came back, or were affected where none come back.
    pub row_count: u64,
    /// Why the query failed.
    pub error_message: Option<String>,
    /// How long it took, in milliseconds.
    pub execution_time_ms: f64,
    /// The failure itself.
    pub error: Option<Error>,
}

impl QueryResult {
    pub(crate) fn of(outcome: Result<(Vec<OwnedRow>, u64), Error>, took: Duration) -> Self {
        let execution_time_ms = took.as_secs_f64() * 1e3;
        match outcome {
            Ok((rows, row_count)) => Self {
                success: true,
                rows,
                row_count,
                error_message: None,
                execution_time_ms,
                error: None,
            },
            Err(error) => Self {
                success: false,
                rows: Vec::new(),
                row_count: 0,
                error_message: Some(error.to_string()),
                execution_time_ms,
                error: Some(error),
            },
        }
    }

    /// Answers the first row.
    pub fn first_row(&self) -> Option<&OwnedRow> {
        self.rows.first()
    }

    /// Answers the values of one column, row by row; empty when there is no such column.
    pub fn column_values(&self, name: &str) -> Vec<&Value> {
        self.rows.iter().filter_map(|row| row.value(name)).collect()
    }
}
