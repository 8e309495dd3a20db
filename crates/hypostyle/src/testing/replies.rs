//! Replies read to their end, which hold no connection.

use std::collections::VecDeque;
use std::sync::Arc;

use hypostyle_core::{BoxFuture, Columns, Fill, Rows};

use crate::{Batch, Error, Outcome, Reply, Result};

/// Reads all results of a reply.
pub(super) async fn whole(mut reply: Reply<'_>) -> Result<Reply<'static>> {
    let mut results = VecDeque::new();
    loop {
        results.push_back(One::read(&mut reply).await?);
        if !reply.next_result().await? {
            break;
        }
    }
    let Some(first) = results.pop_front() else { return Err(Error::closed("reply")) };
    if results.is_empty() {
        return Ok(Reply::whole(first.columns, first.batch, first.outcome));
    }
    let batch = first.batch.clone();
    Ok(Reply::open(batch, Fill::EndOfResult, Box::new(Results { now: first, next: results })))
}

/// One result.
struct One {
    columns: Arc<Columns>,
    batch: Batch,
    outcome: Outcome,
}

impl One {
    async fn read(reply: &mut Reply<'_>) -> Result<Self> {
        let columns = reply.columns().clone();
        let mut batch = Batch::default();
        batch.begin(columns.len());
        while let Some(row) = reply.next().await? {
            for value in row.values() {
                batch.push(value)?;
            }
            batch.end_row();
        }
        Ok(Self { columns, batch, outcome: reply.outcome() })
    }
}

/// Several results, of which the first was answered.
struct Results {
    now: One,
    next: VecDeque<One>,
}

impl Rows for Results {
    fn fill<'a>(&'a mut self, batch: &'a mut Batch) -> BoxFuture<'a, Result<Fill>> {
        let filled = match self.next.pop_front() {
            Some(mut next) => {
                std::mem::swap(batch, &mut next.batch);
                self.now = next;
                Ok(if self.next.is_empty() { Fill::End } else { Fill::EndOfResult })
            }
            None => Err(Error::closed("reply")),
        };
        Box::pin(std::future::ready(filled))
    }

    fn columns(&self) -> &Arc<Columns> {
        &self.now.columns
    }

    fn outcome(&self) -> Outcome {
        self.now.outcome
    }
}
