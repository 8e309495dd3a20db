//! Appenders: chunks straight into a table.

use std::ptr;
use std::sync::Arc;

use super::connection::{Connection, Session};
use super::ffi::{self, SUCCESS};
use super::shape::LogicalType;
use super::{Failure, NewChunk, Shape, failure, terminated};

/// An appender to some columns of a table.
pub(crate) struct Appender {
    appender: ffi::Appender,
    session: Arc<Session>,
}

impl Drop for Appender {
    fn drop(&mut self) {
        // SAFETY: the appender was made by `new` and is destroyed once, here. What a failed one
        // still holds cannot be written any more, which was told.
        unsafe { (self.session.api.duckdb_appender_destroy)(&mut self.appender) };
    }
}

impl Appender {
    pub(crate) fn new(
        connection: &Connection,
        schema: Option<&str>,
        table: &str,
        columns: &[&str],
    ) -> Result<Self, Failure> {
        let session = connection.session().clone();
        let api = session.api;
        let schema = schema.map(terminated).transpose()?;
        let table = terminated(table)?;
        let schema_start = schema.as_ref().map_or(ptr::null(), |schema| schema.as_ptr());
        let mut made = Self { appender: ptr::null_mut(), session };
        // SAFETY: the connection is open, the names live through the call, and the appender is
        // written to the place lent, also when it is none.
        let state = unsafe {
            (api.duckdb_appender_create_ext)(
                made.session.connection,
                ptr::null(),
                schema_start,
                table.as_ptr(),
                &mut made.appender,
            )
        };
        made.check(state)?;
        for column in columns {
            let column = terminated(column)?;
            // SAFETY: the appender is alive and the name lives through the call.
            let state = unsafe { (api.duckdb_appender_add_column)(made.appender, column.as_ptr()) };
            made.check(state)?;
        }
        Ok(made)
    }

    /// Answers the types of the columns that are appended to.
    pub(crate) fn shapes(&self) -> Vec<Shape> {
        let api = self.session.api;
        // SAFETY: the appender is alive.
        let count = unsafe { (api.duckdb_appender_column_count)(self.appender) };
        let shape = |at| {
            // SAFETY: the index is below the count; the type is owned by the caller.
            let kind = unsafe {
                let kind = (api.duckdb_appender_column_type)(self.appender, at);
                LogicalType::owned(api, kind)
            };
            kind.map_or(Shape::Unknown(0), |kind| kind.shape())
        };
        (0..count).map(shape).collect()
    }

    pub(crate) fn append(&mut self, chunk: &NewChunk<'_>) -> Result<(), Failure> {
        // SAFETY: appender and chunk are alive; the rows are copied.
        let state =
            unsafe { (self.session.api.duckdb_append_data_chunk)(self.appender, chunk.handle()) };
        self.check(state)
    }

    /// Writes all that was appended into the table.
    pub(crate) fn close(mut self) -> Result<(), Failure> {
        // SAFETY: the appender is alive.
        let state = unsafe { (self.session.api.duckdb_appender_close)(self.appender) };
        self.check(state)
    }

    fn check(&mut self, state: ffi::State) -> Result<(), Failure> {
        if state == SUCCESS {
            return Ok(());
        }
        // SAFETY: the appender is alive or null; the message is copied.
        Err(unsafe { failure((self.session.api.duckdb_appender_error)(self.appender)) })
    }
}
