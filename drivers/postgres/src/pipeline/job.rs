//! A read on its way through a shared connection.

use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use hypostyle_core::{Batch, BatchBox, Error, Outcome, Params, Result};
use postgres_protocol::message::frontend;
use tokio::sync::oneshot;

use crate::binding;
use crate::statements::{Description, bound};

/// A read, bound and ready to be sent.
pub(super) struct Job {
    pub(super) described: Arc<Description>,
    /// Bind, Execute and Sync.
    pub(super) bound: BytesMut,
    pub(super) deadline: Option<Instant>,
    pub(super) reply: oneshot::Sender<Answer>,
}

/// What became of it.
pub(super) enum Answer {
    Rows(BatchBox, Outcome),
    Failed(Error),
    /// It is to run on a connection of its own.
    Elsewhere,
}

/// The most rows of a reply; a larger one has a connection of its own.
const ROWS_MAX: i32 = 512;
const _: () = assert!(ROWS_MAX as usize == Batch::ROWS_MAX, "a reply fits a batch");

/// Binds parameters to a statement.
///
/// # Errors
/// As for any statement; they are told where it runs alone.
pub(super) fn bind(described: &Description, params: Params<'_>) -> Result<BytesMut> {
    params.check_used(&described.slots)?;
    let mut out = BytesMut::with_capacity(128);
    let value = |at| bound(described, params, at);
    let formats = &described.output.formats;
    binding::bind(&mut out, &described.name, &described.params, value, formats)?;
    binding::execute(&mut out, ROWS_MAX);
    frontend::sync(&mut out);
    Ok(out)
}
