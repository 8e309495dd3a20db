//! A result read as record batches.

use std::future::Future;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use hypostyle_core::{Query, Reply, Result};

use crate::Chunk;

/// Runs a query for record batches.
pub trait ArrowQuery<'a> {
    /// Runs the text and streams its first result as record batches.
    ///
    /// # Errors
    /// As [`Query::stream`], and as [`RecordBatches::next`] for the first record batch.
    ///
    /// # Cancellation
    /// As [`Query`].
    fn record_batches(self) -> impl Future<Output = Result<RecordBatches<'a>>> + Send;
}

impl<'a> ArrowQuery<'a> for Query<'a> {
    async fn record_batches(self) -> Result<RecordBatches<'a>> {
        let mut reply = self.columnar().stream().await?;
        let mut chunk = Chunk::new(reply.columns());
        let first = match gather(&mut reply, &mut chunk).await? {
            Some(first) => first,
            None => chunk.take()?,
        };
        Ok(RecordBatches { reply, chunk, schema: first.schema(), first: Some(first) })
    }
}

/// A result as record batches of up to [`ROWS`](crate::ROWS) rows, one schema for all.
///
/// # Source
/// Record batches of an engine that is columnar itself are its own, not rows put together again.
pub struct RecordBatches<'s> {
    reply: Reply<'s>,
    chunk: Chunk,
    schema: SchemaRef,
    /// The record batch that the schema was learned from.
    first: Option<RecordBatch>,
}

impl RecordBatches<'_> {
    /// Answers the schema of every record batch.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Answers the next record batch, which has rows.
    ///
    /// # Errors
    /// Whatever the engine answers while rows are read; `Data` as [`Chunk::take`].
    ///
    /// # Cancellation
    /// A dropped call loses no row: the next call goes on where it was.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let next = match self.first.take() {
            Some(first) => Some(first),
            None => gather(&mut self.reply, &mut self.chunk).await?,
        };
        Ok(next.filter(|batch| batch.num_rows() > 0))
    }
}

/// Answers the next rows as one record batch; `None` where there are no more.
async fn gather(reply: &mut Reply<'_>, chunk: &mut Chunk) -> Result<Option<RecordBatch>> {
    while let Some(columnar) = reply.next_columnar().await? {
        if let Some(batch) = columnar.downcast_ref::<RecordBatch>() {
            return Ok(Some(batch.clone()));
        }
    }
    while !chunk.is_full() {
        match reply.next().await? {
            Some(row) => chunk.push(row)?,
            None => break,
        }
    }
    if chunk.is_empty() { Ok(None) } else { chunk.take().map(Some) }
}
