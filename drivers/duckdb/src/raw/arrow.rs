//! Chunks as Arrow record batches, which DuckDB makes by itself.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::{RecordBatch, StructArray};

use super::connection::Session;
use super::ffi::{self, Api};
use super::shape::LogicalType;
use super::{Answer, Chunk, Failure, Shape, failure, terminated};

/// How the chunks of one result become record batches.
pub(crate) struct Export {
    schema: FFI_ArrowSchema,
    options: ffi::ArrowOptions,
    session: Arc<Session>,
}

// SAFETY: schema and options are only read, by one thread at a time.
unsafe impl Send for Export {}

impl Drop for Export {
    fn drop(&mut self) {
        // SAFETY: the options came from the connection and are destroyed once, here.
        unsafe { (self.session.api.duckdb_destroy_arrow_options)(&mut self.options) };
    }
}

impl Answer {
    /// Prepares to export; `None` where the values of a column would not stay what they are.
    pub(crate) fn export(&mut self) -> Result<Option<Export>, Failure> {
        if !self.shapes().iter().all(Shape::is_exact_in_arrow) {
            return Ok(None);
        }
        let session = self.session().clone();
        let mut export =
            Export { schema: FFI_ArrowSchema::empty(), options: ptr::null_mut(), session };
        let api = export.session.api;
        // SAFETY: the connection is open; the options are written to the place lent.
        unsafe {
            (api.duckdb_connection_get_arrow_options)(
                export.session.connection,
                &mut export.options,
            );
        }
        let names = self.layout().columns.iter().map(|column| terminated(&column.name));
        let names = names.collect::<Result<Vec<_>, Failure>>()?;
        let types: Vec<LogicalType> = self.logical_types();
        let mut handles: Vec<ffi::LogicalType> = types.iter().map(LogicalType::handle).collect();
        let mut texts: Vec<_> = names.iter().map(|name| name.as_ptr()).collect();
        let place = ptr::from_mut(&mut export.schema).cast::<c_void>();
        // SAFETY: options, types and names are alive through the call, as many of each; the place
        // takes a schema of Arrow's C interface, which `FFI_ArrowSchema` is.
        unsafe {
            let count = handles.len().min(texts.len()) as u64;
            let said = (api.duckdb_to_arrow_schema)(
                export.options,
                handles.as_mut_ptr(),
                texts.as_mut_ptr(),
                count,
                place,
            );
            check(api, said)?;
        }
        Ok(Some(export))
    }
}

impl Export {
    /// Makes the record batch of a chunk of the result.
    pub(crate) fn record_batch(&self, chunk: &Chunk) -> Result<RecordBatch, Failure> {
        let api = self.session.api;
        let mut array = FFI_ArrowArray::empty();
        let place = ptr::from_mut(&mut array).cast::<c_void>();
        // SAFETY: options and chunk are alive; the place takes an array of Arrow's C interface,
        // which `FFI_ArrowArray` is. The schema is that of the chunk's result.
        let data = unsafe {
            check(api, (api.duckdb_data_chunk_to_arrow)(self.options, chunk.handle(), place))?;
            from_ffi(array, &self.schema)
        };
        let data = data.map_err(|error| Failure(format!("Internal Error: {error}")))?;
        Ok(RecordBatch::from(StructArray::from(data)))
    }
}

/// Answers what a function said, and frees it.
///
/// # Safety
/// The error is null, or alive and owned by the caller, who gives it up.
unsafe fn check(api: &Api, mut said: ffi::ErrorData) -> Result<(), Failure> {
    // SAFETY: by the contract above; the message is copied before it is freed.
    unsafe {
        if said.is_null() {
            return Ok(());
        }
        let failed = match (api.duckdb_error_data_has_error)(said) {
            true => Err(failure((api.duckdb_error_data_message)(said))),
            false => Ok(()),
        };
        (api.duckdb_destroy_error_data)(&mut said);
        failed
    }
}
