//! Results and their chunks of rows.

use std::sync::Arc;

use hypostyle_core::{Column, Columns};

use super::connection::Session;
use super::ffi::{self, QueryResult, RETURNS_ROWS};
use super::shape::LogicalType;
use super::{Failure, Shape, failure, text, view};

/// The columns of a result, as far as the next run can share them.
#[derive(Clone, Default)]
pub(crate) struct Layout {
    pub(crate) columns: Arc<Columns>,
    pub(crate) shapes: Arc<[Shape]>,
    type_ids: Box<[ffi::TypeId]>,
}

/// A result, whole or still being made.
pub(crate) struct Answer {
    result: QueryResult,
    session: Arc<Session>,
    layout: Layout,
}

// SAFETY: the result is used through `&mut`, by one thread at a time.
unsafe impl Send for Answer {}

impl Drop for Answer {
    fn drop(&mut self) {
        // SAFETY: the result is empty or came from a run, and is destroyed once, here.
        unsafe { (self.session.api.duckdb_destroy_result)(&mut self.result) };
    }
}

impl Answer {
    pub(super) fn new(result: QueryResult, session: Arc<Session>) -> Self {
        Self { result, session, layout: Layout::default() }
    }

    pub(super) fn place(&mut self) -> &mut QueryResult {
        &mut self.result
    }

    pub(super) fn failure(&mut self) -> Failure {
        // SAFETY: the result is alive; its message is copied.
        unsafe { failure((self.session.api.duckdb_result_error)(&mut self.result)) }
    }

    /// Tells whether the statement answers rows, and not only how many it changed.
    pub(crate) fn has_rows(&self) -> bool {
        // SAFETY: the result is alive.
        unsafe { (self.session.api.duckdb_result_return_type)(self.result) == RETURNS_ROWS }
    }

    pub(crate) fn rows_changed(&mut self) -> u64 {
        // SAFETY: the result is alive.
        unsafe { (self.session.api.duckdb_rows_changed)(&mut self.result) }
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Learns the columns, or finds them to be those of an earlier run.
    pub(crate) fn describe(&mut self, earlier: &Layout) {
        let count = self.column_count();
        let is_same = earlier.type_ids.len() == usize::try_from(count).unwrap_or(usize::MAX)
            && (0..count).zip(&*earlier.type_ids).zip(earlier.columns.iter()).all(
                |((at, type_id), column)| {
                    self.type_id(at) == *type_id
                        && Shape::is_told_by(*type_id)
                        && self.name(at) == &*column.name
                },
            );
        self.layout = if is_same { earlier.clone() } else { self.described(count) };
    }

    fn described(&mut self, count: u64) -> Layout {
        let (mut columns, mut shapes, mut type_ids) = (Vec::new(), Vec::new(), Vec::new());
        for at in 0..count {
            // SAFETY: the result is alive; the type is owned by the caller.
            let kind = unsafe {
                let kind = (self.session.api.duckdb_column_logical_type)(&mut self.result, at);
                LogicalType::owned(self.session.api, kind)
            };
            let shape = kind.map_or(Shape::Unknown(0), |kind| kind.shape());
            let (kind, declared) = (shape.kind(), shape.name());
            columns.push(Column { name: self.name(at).into(), kind, declared: declared.into() });
            shapes.push(shape);
            type_ids.push(self.type_id(at));
        }
        let columns = Arc::new(Columns::new(columns));
        Layout { columns, shapes: shapes.into(), type_ids: type_ids.into() }
    }

    fn column_count(&mut self) -> u64 {
        // SAFETY: the result is alive.
        unsafe { (self.session.api.duckdb_column_count)(&mut self.result) }
    }

    fn type_id(&mut self, at: u64) -> ffi::TypeId {
        // SAFETY: the result is alive; an index out of range answers the invalid type.
        unsafe { (self.session.api.duckdb_column_type)(&mut self.result, at) }
    }

    fn name(&mut self, at: u64) -> &str {
        // SAFETY: the name is null or lives as long as the result, which `self` borrows.
        unsafe { text((self.session.api.duckdb_column_name)(&mut self.result, at)) }
            .unwrap_or_default()
    }

    /// Takes the next rows; may run the statement further.
    pub(crate) fn fetch(&mut self) -> Result<Option<Chunk>, Failure> {
        // SAFETY: the result is alive; a chunk is owned by the caller.
        let chunk = unsafe { (self.session.api.duckdb_fetch_chunk)(self.result) };
        if chunk.is_null() {
            // SAFETY: the result is alive; its message is copied.
            let said = unsafe { (self.session.api.duckdb_result_error)(&mut self.result) };
            return if said.is_null() { Ok(None) } else { Err(self.failure()) };
        }
        let (session, shapes) = (self.session.clone(), self.layout.shapes.clone());
        Ok(Some(Chunk { chunk, session, shapes }))
    }
}

/// Rows, column by column.
pub(crate) struct Chunk {
    chunk: ffi::DataChunk,
    session: Arc<Session>,
    shapes: Arc<[Shape]>,
}

// SAFETY: the chunk owns its memory and is read by one thread at a time.
unsafe impl Send for Chunk {}
// SAFETY: nobody writes to a chunk that was fetched.
unsafe impl Sync for Chunk {}

impl Drop for Chunk {
    fn drop(&mut self) {
        // SAFETY: the chunk came from a result and is destroyed once, here.
        unsafe { (self.session.api.duckdb_destroy_data_chunk)(&mut self.chunk) };
    }
}

impl Chunk {
    pub(crate) fn rows(&self) -> usize {
        // SAFETY: the chunk is alive.
        let rows = unsafe { (self.session.api.duckdb_data_chunk_get_size)(self.chunk) };
        usize::try_from(rows).unwrap_or_default()
    }

    /// Lends the columns.
    pub(crate) fn columns(&self) -> Vec<view::Column<'_>> {
        let (api, rows) = (self.session.api, self.rows());
        let vectors = (0_u64..).zip(&*self.shapes).map(|(at, shape)| {
            // SAFETY: the chunk is one of the result whose columns have these shapes, in this
            // order, so the vector has the shape and as many rows; fetched chunks are flat.
            unsafe {
                let vector = (api.duckdb_data_chunk_get_vector)(self.chunk, at);
                view::Column::new(api, vector, shape, rows)
            }
        });
        vectors.collect()
    }
}
