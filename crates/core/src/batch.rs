//! Batches: flat cells and two heaps, filled by a driver and lent to rows, reused without allocation.

use std::any::Any;
use std::sync::Arc;

use crate::nested::{self, Nested, too_long};
use crate::value::{
    Date, DecimalRef, NativeFormat, Precision, Time, Timestamp, ValueRef, VectorRef, decode_value,
    encode_value,
};
use crate::{Error, ErrorKind, Result};

/// Rows of values, row by row.
///
/// # Shape
/// `rows × width` cells of 16 bytes, a heap of text and a heap of bytes, each at most 4 GiB. A
/// driver stops filling at [`Batch::is_full`]; one row may exceed that limit, for a row is never
/// split. A batch of width 0 has rows too.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    cells: Vec<Cell>,
    text: String,
    bytes: Vec<u8>,
    width: usize,
    rows: usize,
    columnar: Option<Columnar>,
}

/// A chunk of rows in an engine's own columnar form, as an Arrow record batch.
pub type Columnar = Arc<dyn Any + Send + Sync>;

#[derive(Clone, Copy, Debug)]
enum Cell {
    Null,
    Bool(bool),
    I64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    Date(Date),
    Time(Time),
    TimestampMicros(i64),
    TimestampNanos(i64),
    TimestampTzMicros(i64),
    TimestampTzNanos(i64),
    Text(Span),
    Json(Span),
    Decimal(Span),
    Bytes(Span),
    Vector(Span),
    /// Whatever needs more than eight bytes, as `encode_value` writes it.
    Encoded(Span),
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    len: u32,
}

impl Span {
    fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + self.len as usize
    }
}

impl Batch {
    /// The rows after which a batch counts as full.
    pub const ROWS_MAX: usize = 512;
    /// The heap bytes after which a batch counts as full.
    pub const HEAP_BYTES_MAX: usize = 256 * 1024;
    /// The bytes of cells and heaps that a batch keeps for its next use.
    pub(crate) const KEPT_BYTES_MAX: usize = 512 * 1024;

    /// Empties the batch and sets the number of columns; buffers are kept.
    pub fn begin(&mut self, width: usize) {
        self.cells.clear();
        self.text.clear();
        self.bytes.clear();
        self.width = width;
        self.rows = 0;
        self.columnar = None;
    }

    /// Answers the chunk that stands in place of rows; see [`crate::Request::columnar`].
    pub fn columnar(&self) -> Option<&Columnar> {
        self.columnar.as_ref()
    }

    /// Puts a chunk in place of rows.
    pub fn set_columnar(&mut self, chunk: Columnar) {
        self.columnar = Some(chunk);
    }

    /// Counts the columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Counts the finished rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Counts the bytes of text and bytes.
    #[inline]
    pub fn heap_bytes(&self) -> usize {
        self.text.len() + self.bytes.len()
    }

    /// Tells whether a driver should stop filling.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.rows >= Self::ROWS_MAX || self.heap_bytes() >= Self::HEAP_BYTES_MAX
    }

    /// Ends a row after as many pushes as there are columns.
    #[inline]
    pub fn end_row(&mut self) {
        self.rows += 1;
        debug_assert_eq!(self.cells.len(), self.rows * self.width, "a value for each column");
    }

    /// Forgets the values of a row that was begun and not ended.
    pub fn discard_row(&mut self) {
        self.cells.truncate(self.rows * self.width);
    }

    /// Appends a whole row.
    ///
    /// # Errors
    /// `Parameter` when the number of values is not the width; `Limit` past 4 GiB of heap.
    pub fn push_row(&mut self, values: &[ValueRef<'_>]) -> Result<()> {
        if values.len() != self.width {
            let message = format!("the row has {} values for {} columns", values.len(), self.width);
            return Err(Error::new(ErrorKind::Parameter, message));
        }
        for value in values {
            if let Err(error) = self.push(*value) {
                self.discard_row();
                return Err(error);
            }
        }
        self.end_row();
        Ok(())
    }

    /// Appends NULL.
    #[inline]
    pub fn push_null(&mut self) {
        self.cells.push(Cell::Null);
    }

    /// Appends an integer.
    #[inline]
    pub fn push_i64(&mut self, value: i64) {
        self.cells.push(Cell::I64(value));
    }

    /// Appends a float.
    #[inline]
    pub fn push_f64(&mut self, value: f64) {
        self.cells.push(Cell::F64(value));
    }

    /// Appends text.
    ///
    /// # Errors
    /// `Limit` past 4 GiB of heap.
    #[inline]
    pub fn push_text(&mut self, value: &str) -> Result<()> {
        let span = self.store_text(value)?;
        self.cells.push(Cell::Text(span));
        Ok(())
    }

    /// Appends a date and time without zone.
    ///
    /// # Shape
    /// Microseconds since 1970-01-01T00:00:00.
    #[inline]
    pub fn push_timestamp_micros(&mut self, micros: i64) {
        self.cells.push(Cell::TimestampMicros(micros));
    }

    /// Appends an instant.
    ///
    /// # Shape
    /// Microseconds since 1970-01-01T00:00:00 UTC.
    #[inline]
    pub fn push_timestamp_tz_micros(&mut self, micros: i64) {
        self.cells.push(Cell::TimestampTzMicros(micros));
    }

    /// Appends a decimal whose canonical text `write` appends to the heap; see [`DecimalRef`].
    ///
    /// # Errors
    /// `Limit` past 4 GiB of heap.
    #[inline]
    pub fn push_decimal(&mut self, write: impl FnOnce(&mut String)) -> Result<()> {
        let start = self.text.len();
        write(&mut self.text);
        let span = span(start, self.text.len()).inspect_err(|_| self.text.truncate(start))?;
        debug_assert!(DecimalRef::from_canonical(&self.text[span.range()]).is_some(), "canonical");
        self.cells.push(Cell::Decimal(span));
        Ok(())
    }

    /// Appends a vector.
    ///
    /// # Errors
    /// `Limit` past 4 GiB of heap.
    pub fn push_vector(&mut self, floats: impl Iterator<Item = f32>) -> Result<()> {
        let start = self.bytes.len();
        self.bytes.extend(floats.flat_map(f32::to_le_bytes));
        let span = span(start, self.bytes.len()).inspect_err(|_| self.bytes.truncate(start))?;
        self.cells.push(Cell::Vector(span));
        Ok(())
    }

    /// Appends a value of a type only the engine knows; a name is cut at 64 KiB.
    ///
    /// # Errors
    /// `Limit` past 4 GiB of heap.
    pub fn push_native(
        &mut self,
        type_name: &str,
        format: NativeFormat,
        bytes: &[u8],
    ) -> Result<()> {
        self.push_encoded(|out| nested::native(type_name, format, bytes, out))
    }

    /// Appends a list whose items `fill` appends one by one.
    ///
    /// # Errors
    /// Those of `fill`; `Limit` past 4 GiB of heap. Nothing is appended then.
    pub fn push_list(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()> {
        self.push_encoded(|out| nested::list(fill, out))
    }

    /// Appends a map whose entries `fill` appends, name (as text) and value in turn.
    ///
    /// # Errors
    /// Those of `fill`; `Limit` past 4 GiB of heap. Nothing is appended then.
    pub fn push_map(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()> {
        self.push_encoded(|out| nested::map(fill, out))
    }

    fn push_encoded(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        let written = write(&mut self.bytes).and_then(|()| span(start, self.bytes.len()));
        let span = written.inspect_err(|_| self.bytes.truncate(start))?;
        self.cells.push(Cell::Encoded(span));
        Ok(())
    }

    /// Appends any value.
    ///
    /// # Errors
    /// `Limit` past 4 GiB of heap.
    pub fn push(&mut self, value: ValueRef<'_>) -> Result<()> {
        let cell = match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Bool(value) => Cell::Bool(value),
            ValueRef::I64(value) => Cell::I64(value),
            ValueRef::U64(value) => Cell::U64(value),
            ValueRef::F32(value) => Cell::F32(value),
            ValueRef::F64(value) => Cell::F64(value),
            ValueRef::Date(value) => Cell::Date(value),
            ValueRef::Time(value) => Cell::Time(value),
            ValueRef::Timestamp(value) => match value.precision() {
                Precision::Micros => Cell::TimestampMicros(value.ticks()),
                Precision::Nanos => Cell::TimestampNanos(value.ticks()),
            },
            ValueRef::TimestampTz(value) => match value.precision() {
                Precision::Micros => Cell::TimestampTzMicros(value.ticks()),
                Precision::Nanos => Cell::TimestampTzNanos(value.ticks()),
            },
            ValueRef::Text(value) => Cell::Text(self.store_text(value)?),
            ValueRef::Json(value) => Cell::Json(self.store_text(value)?),
            ValueRef::Decimal(value) => Cell::Decimal(self.store_text(value.as_str())?),
            ValueRef::Bytes(value) => Cell::Bytes(self.store_bytes(value)?),
            ValueRef::Vector(VectorRef::LittleEndian(value)) => {
                Cell::Vector(self.store_bytes(value)?)
            }
            ValueRef::Vector(VectorRef::Floats(value)) => {
                return self.push_vector(value.iter().copied());
            }
            wide => {
                return self.push_encoded(|out| {
                    if encode_value(&wide, out) { Ok(()) } else { Err(too_long()) }
                });
            }
        };
        self.cells.push(cell);
        Ok(())
    }

    /// Lends a value; `row` and `column` beyond the batch are NULL.
    #[inline]
    pub fn value(&self, row: usize, column: usize) -> ValueRef<'_> {
        if column >= self.width {
            return ValueRef::Null;
        }
        match self.cells.get(row * self.width + column) {
            Some(cell) => self.lend(*cell),
            None => ValueRef::Null,
        }
    }

    #[inline]
    fn lend(&self, cell: Cell) -> ValueRef<'_> {
        match cell {
            Cell::Null => ValueRef::Null,
            Cell::Bool(value) => ValueRef::Bool(value),
            Cell::I64(value) => ValueRef::I64(value),
            Cell::U64(value) => ValueRef::U64(value),
            Cell::F32(value) => ValueRef::F32(value),
            Cell::F64(value) => ValueRef::F64(value),
            Cell::Date(value) => ValueRef::Date(value),
            Cell::Time(value) => ValueRef::Time(value),
            Cell::TimestampMicros(value) => ValueRef::Timestamp(Timestamp::from_micros(value)),
            Cell::TimestampNanos(value) => ValueRef::Timestamp(Timestamp::from_nanos(value)),
            Cell::TimestampTzMicros(value) => ValueRef::TimestampTz(Timestamp::from_micros(value)),
            Cell::TimestampTzNanos(value) => ValueRef::TimestampTz(Timestamp::from_nanos(value)),
            Cell::Text(span) => ValueRef::Text(&self.text[span.range()]),
            Cell::Json(span) => ValueRef::Json(&self.text[span.range()]),
            Cell::Decimal(span) => {
                ValueRef::Decimal(DecimalRef::from_batch(&self.text[span.range()]))
            }
            Cell::Bytes(span) => ValueRef::Bytes(&self.bytes[span.range()]),
            Cell::Vector(span) => {
                ValueRef::Vector(VectorRef::LittleEndian(&self.bytes[span.range()]))
            }
            Cell::Encoded(span) => {
                decode_value(&self.bytes[span.range()]).map_or(ValueRef::Null, |(value, _)| value)
            }
        }
    }

    /// Gives back what a reused batch need not keep.
    pub(crate) fn shrink(&mut self) {
        self.begin(0);
        let cells_bytes = self.cells.capacity() * size_of::<Cell>();
        if cells_bytes + self.text.capacity() + self.bytes.capacity() > Self::KEPT_BYTES_MAX {
            *self = Self::default();
        }
    }

    #[inline]
    fn store_text(&mut self, value: &str) -> Result<Span> {
        let start = self.text.len();
        let span = span(start, start + value.len())?;
        self.text.push_str(value);
        Ok(span)
    }

    fn store_bytes(&mut self, value: &[u8]) -> Result<Span> {
        let start = self.bytes.len();
        let span = span(start, start + value.len())?;
        self.bytes.extend_from_slice(value);
        Ok(span)
    }
}

#[inline]
fn span(start: usize, end: usize) -> Result<Span> {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) => Ok(Span { start, len: end - start }),
        _ => Err(too_long()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Interval, NativeFormat, Uuid, Value};

    #[test]
    fn a_cell_is_sixteen_bytes() {
        assert_eq!(size_of::<Cell>(), 16);
    }

    #[test]
    fn every_kind_of_value_comes_back_as_it_went_in() {
        let native = crate::Native::new("point", NativeFormat::Binary, &[1, 2]);
        let values = [
            Value::Null,
            Value::Bool(true),
            Value::I64(i64::MIN),
            Value::U64(u64::MAX),
            Value::I128(i128::MIN),
            Value::U128(u128::MAX),
            Value::F32(1.5),
            Value::F64(-0.1),
            Value::Decimal("1.50".parse().unwrap()),
            Value::Text("é".into()),
            Value::Bytes(vec![0, 1]),
            Value::Date(Date::INFINITY),
            Value::Time(Time::from_nanos(1).unwrap()),
            Value::Timestamp(Timestamp::NEG_INFINITY),
            Value::TimestampTz(Timestamp::from_nanos(i64::MAX - 1)),
            Value::Interval(Interval { months: -1, days: 2, micros: -3 }),
            Value::Uuid(Uuid::from_u128(7)),
            Value::Json("{}".into()),
            Value::Vector(vec![0.5, -1.0]),
            Value::List(vec![Value::I64(1), Value::List(vec![Value::Null])]),
            Value::Map(vec![("k".into(), Value::Native(native.clone()))]),
            Value::Native(native),
        ];
        let mut batch = Batch::default();
        batch.begin(values.len());
        let lent: Vec<ValueRef<'_>> = values.iter().map(Value::as_ref).collect();
        batch.push_row(&lent).unwrap();
        for (at, value) in values.iter().enumerate() {
            assert_eq!(&batch.value(0, at).to_value(), value);
        }
        let nested = Value::List(values.to_vec());
        batch.begin(1);
        batch.push_row(&[nested.as_ref()]).unwrap();
        assert_eq!(batch.value(0, 0).to_value(), nested);
    }

    #[test]
    fn values_written_in_place_are_those_pushed_whole() {
        let mut batch = Batch::default();
        batch.begin(6);
        batch.push_timestamp_micros(-1);
        batch.push_timestamp_tz_micros(i64::MAX);
        batch.push_decimal(|text| text.push_str("-1.50")).unwrap();
        batch.push_vector([0.5, -1.0].into_iter()).unwrap();
        batch.push_native("point", NativeFormat::Text, b"(1,2)").unwrap();
        let fill = |list: &mut Nested<'_>| {
            list.push(ValueRef::Null)?;
            list.push_native("inet", NativeFormat::Text, b"::1")?;
            list.push_list(|inner| inner.push(ValueRef::I64(1)))?;
            list.push_map(|map| {
                map.push(ValueRef::Text("k"))?;
                map.push(ValueRef::Bool(true))
            })
        };
        batch.push_list(fill).unwrap();
        batch.end_row();
        let native =
            |name, bytes| Value::Native(crate::Native::new(name, NativeFormat::Text, bytes));
        let list = Value::List(vec![
            Value::Null,
            native("inet", b"::1"),
            Value::List(vec![Value::I64(1)]),
            Value::Map(vec![("k".into(), Value::Bool(true))]),
        ]);
        let expect = [
            Value::Timestamp(Timestamp::from_micros(-1)),
            Value::TimestampTz(Timestamp::INFINITY),
            Value::Decimal("-1.50".parse().unwrap()),
            Value::Vector(vec![0.5, -1.0]),
            native("point", b"(1,2)"),
            list,
        ];
        for (at, expect) in expect.iter().enumerate() {
            assert_eq!(&batch.value(0, at).to_value(), expect);
        }
    }

    #[test]
    fn a_list_that_fails_leaves_nothing_behind() {
        let mut batch = Batch::default();
        batch.begin(1);
        let failed = batch.push_list(|list| {
            list.push(ValueRef::I64(1))?;
            list.push_list(|_| Err(Error::closed("inner list")))
        });
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(batch.heap_bytes(), 0);
        batch.push_map(|_| Ok(())).unwrap();
        batch.end_row();
        assert_eq!(batch.value(0, 0).to_value(), Value::Map(Vec::new()));
    }

    #[test]
    fn a_result_without_columns_has_rows_too() {
        let mut batch = Batch::default();
        batch.begin(0);
        batch.push_row(&[]).unwrap();
        assert_eq!((batch.rows(), batch.value(0, 0)), (1, ValueRef::Null));
    }

    #[test]
    fn a_row_of_the_wrong_width_changes_nothing() {
        let mut batch = Batch::default();
        batch.begin(2);
        assert_eq!(batch.push_row(&[ValueRef::Null]).unwrap_err().kind(), ErrorKind::Parameter);
        batch.push_row(&[ValueRef::I64(1), ValueRef::I64(2)]).unwrap();
        assert_eq!((batch.rows(), batch.value(0, 1)), (1, ValueRef::I64(2)));
    }
}
