//! Rows gathered until they make a record batch.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use hypostyle_core::{Batch, Columns, Error, ErrorKind, Result, Row, ValueRef};

use crate::encode::array;
use crate::infer::field;

/// The rows of a record batch, unless its values are large or the result ends.
pub const ROWS: usize = 8_192;

/// Bytes of text and bytes after which a record batch ends.
const HEAP_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Gathers rows of one result into record batches.
pub struct Chunk {
    columns: Columns,
    rows: Batch,
    schema: Option<SchemaRef>,
    /// The rows of the record batches before.
    taken: usize,
}

impl Chunk {
    /// Begins with the columns of a result.
    pub fn new(columns: &Columns) -> Self {
        let mut rows = Batch::default();
        rows.begin(columns.len());
        Self { columns: columns.clone(), rows, schema: None, taken: 0 }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// `Parameter` for a row of another width; `Limit` past 4 GiB.
    pub fn push(&mut self, row: Row<'_>) -> Result<()> {
        for value in row.values() {
            self.rows.push(value).inspect_err(|_| self.rows.discard_row())?;
        }
        self.rows.end_row();
        Ok(())
    }

    /// Tells whether the rows make a record batch.
    pub fn is_full(&self) -> bool {
        self.rows.rows() >= ROWS || self.rows.heap_bytes() >= HEAP_BYTES_MAX
    }

    /// Tells whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.rows() == 0
    }

    /// Makes a record batch of the rows gathered, of which there may be none.
    ///
    /// # Errors
    /// `Data` for a value that does not fit the type of its column, or that Arrow has not, with the
    /// row's number, from 0, as context `row`.
    pub fn take(&mut self) -> Result<RecordBatch> {
        let schema = match &self.schema {
            Some(schema) => schema.clone(),
            None => self.learned()?,
        };
        let mut arrays = Vec::with_capacity(schema.fields().len());
        let mut values = Vec::with_capacity(self.rows.rows());
        for (at, field) in schema.fields().iter().enumerate() {
            values.clear();
            values.extend(self.values(at));
            arrays.push(array(field.data_type(), &values).map_err(|misfit| {
                let error = misfit.error(field.name(), field.data_type());
                error.with("row", (self.taken + misfit.at).to_string())
            })?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows.rows()));
        let batch = RecordBatch::try_new_with_options(schema.clone(), arrays, &options);
        let batch = batch.map_err(|error| Error::new(ErrorKind::Data, error.to_string()))?;
        self.schema = Some(schema);
        self.taken += self.rows.rows();
        self.rows.begin(self.columns.len());
        Ok(batch)
    }

    fn learned(&self) -> Result<SchemaRef> {
        let fields = self.columns.iter().enumerate().map(|(at, column)| {
            let values: Vec<ValueRef<'_>> = self.values(at).collect();
            field(column, &values)
        });
        Ok(Arc::new(Schema::new(fields.collect::<Result<Vec<Field>>>()?)))
    }

    fn values(&self, column: usize) -> impl Iterator<Item = ValueRef<'_>> {
        (0..self.rows.rows()).map(move |row| self.rows.value(row, column))
    }
}
