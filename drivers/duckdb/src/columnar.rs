//! Results as Arrow record batches: numbers and times as DuckDB keeps them, texts and bytes copied.

use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, PrimitiveArray, RecordBatch, RecordBatchOptions,
    StringArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use hypostyle_core::{Columnar, Error, ErrorKind, Result};

use crate::raw::{Chunk, Column, Layout, Shape, Unit, View, lent};

/// The schema of a result whose columns Arrow has in the form that DuckDB has them; `None` where it
/// has other columns, which come as rows.
pub(crate) fn schema(layout: &Layout) -> Option<SchemaRef> {
    let fields = layout
        .columns
        .iter()
        .zip(&*layout.shapes)
        .map(|(column, shape)| Some(Field::new(column.name.as_ref(), data_type(shape)?, true)));
    Some(Arc::new(Schema::new(fields.collect::<Option<Vec<_>>>()?)))
}

/// Makes a record batch of a chunk, or one without rows.
pub(crate) fn record_batch(chunk: Option<Chunk>, schema: &SchemaRef) -> Result<Columnar> {
    let made = match chunk.map(Arc::new) {
        None => RecordBatch::new_empty(schema.clone()),
        Some(chunk) => {
            let columns = chunk.columns().len();
            let arrays = (0..columns).map(|at| array(&chunk, at)).collect::<Result<Vec<_>>>()?;
            let options = RecordBatchOptions::new().with_row_count(Some(chunk.rows()));
            RecordBatch::try_new_with_options(schema.clone(), arrays, &options).map_err(
                |error| {
                    Error::new(ErrorKind::Data, "a record batch cannot be made").caused_by(error)
                },
            )?
        }
    };
    Ok(Arc::new(made))
}

fn data_type(shape: &Shape) -> Option<DataType> {
    Some(match shape {
        Shape::Bool => DataType::Boolean,
        Shape::I8 => DataType::Int8,
        Shape::I16 => DataType::Int16,
        Shape::I32 => DataType::Int32,
        Shape::I64 => DataType::Int64,
        Shape::U8 => DataType::UInt8,
        Shape::U16 => DataType::UInt16,
        Shape::U32 => DataType::UInt32,
        Shape::U64 => DataType::UInt64,
        Shape::F32 => DataType::Float32,
        Shape::F64 => DataType::Float64,
        Shape::Text | Shape::Json => DataType::Utf8,
        Shape::Blob => DataType::Binary,
        Shape::Date => DataType::Date32,
        Shape::Time => DataType::Time64(TimeUnit::Microsecond),
        Shape::Timestamp(Unit::Seconds) => DataType::Timestamp(TimeUnit::Second, None),
        Shape::Timestamp(Unit::Millis) => DataType::Timestamp(TimeUnit::Millisecond, None),
        Shape::Timestamp(Unit::Micros) => DataType::Timestamp(TimeUnit::Microsecond, None),
        Shape::Timestamp(Unit::Nanos) => DataType::Timestamp(TimeUnit::Nanosecond, None),
        Shape::TimestampTz => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Shape::Decimal { width, scale } => DataType::Decimal128(*width, i8::try_from(*scale).ok()?),
        _ => return None,
    })
}

/// Lends the values of a column that DuckDB keeps as Arrow does.
macro_rules! primitive {
    ($chunk:ident, $at:ident, $nulls:ident, $view:ident, $kind:ty) => {{
        fn values(chunk: &Chunk, at: usize) -> &[<$kind as ArrowPrimitiveType>::Native] {
            match chunk.columns().into_iter().nth(at).map(|column| column.view) {
                Some(View::$view(values)) => values,
                _ => &[],
            }
        }
        let buffer = lent($chunk, |chunk| values(chunk, $at));
        PrimitiveArray::<$kind>::new(buffer, $nulls)
    }};
}

fn array(chunk: &Arc<Chunk>, at: usize) -> Result<ArrayRef> {
    let Some(column) = chunk.columns().into_iter().nth(at) else {
        return Err(Error::new(ErrorKind::Data, "the chunk has no such column"));
    };
    let rows = chunk.rows();
    let nulls = nulls(&column, rows);
    Ok(match column.shape {
        Shape::Bool => {
            let values = (0..rows).map(|row| match &column.view {
                View::U8(values) if !column.is_null(row) => Some(values[row] != 0),
                _ => None,
            });
            Arc::new(values.collect::<BooleanArray>())
        }
        Shape::Text | Shape::Json => Arc::new(texts(&column, rows)?),
        Shape::Blob => Arc::new((0..rows).map(|row| bytes(&column, row)).collect::<BinaryArray>()),
        Shape::Decimal { .. } => Arc::new(decimals(&column, rows, nulls)?),
        Shape::I8 => Arc::new(primitive!(chunk, at, nulls, I8, Int8Type)),
        Shape::I16 => Arc::new(primitive!(chunk, at, nulls, I16, Int16Type)),
        Shape::I32 => Arc::new(primitive!(chunk, at, nulls, I32, Int32Type)),
        Shape::I64 => Arc::new(primitive!(chunk, at, nulls, I64, Int64Type)),
        Shape::U8 => Arc::new(primitive!(chunk, at, nulls, U8, UInt8Type)),
        Shape::U16 => Arc::new(primitive!(chunk, at, nulls, U16, UInt16Type)),
        Shape::U32 => Arc::new(primitive!(chunk, at, nulls, U32, UInt32Type)),
        Shape::U64 => Arc::new(primitive!(chunk, at, nulls, U64, UInt64Type)),
        Shape::F32 => Arc::new(primitive!(chunk, at, nulls, F32, Float32Type)),
        Shape::F64 => Arc::new(primitive!(chunk, at, nulls, F64, Float64Type)),
        Shape::Date => Arc::new(primitive!(chunk, at, nulls, I32, Date32Type)),
        Shape::Time => Arc::new(primitive!(chunk, at, nulls, I64, Time64MicrosecondType)),
        Shape::Timestamp(Unit::Seconds) => {
            Arc::new(primitive!(chunk, at, nulls, I64, TimestampSecondType))
        }
        Shape::Timestamp(Unit::Millis) => {
            Arc::new(primitive!(chunk, at, nulls, I64, TimestampMillisecondType))
        }
        Shape::Timestamp(Unit::Micros) => {
            Arc::new(primitive!(chunk, at, nulls, I64, TimestampMicrosecondType))
        }
        Shape::Timestamp(Unit::Nanos) => {
            Arc::new(primitive!(chunk, at, nulls, I64, TimestampNanosecondType))
        }
        Shape::TimestampTz => Arc::new(
            primitive!(chunk, at, nulls, I64, TimestampMicrosecondType).with_timezone("UTC"),
        ),
        other => {
            let message = format!("a {} has no form in a record batch", other.name());
            return Err(Error::new(ErrorKind::Data, message));
        }
    })
}

fn nulls(column: &Column<'_>, rows: usize) -> Option<NullBuffer> {
    let some = (0..rows).any(|row| column.is_null(row));
    some.then(|| NullBuffer::new(BooleanBuffer::collect_bool(rows, |row| !column.is_null(row))))
}

fn bytes<'c>(column: &'c Column<'_>, row: usize) -> Option<&'c [u8]> {
    match &column.view {
        View::Text(values) if !column.is_null(row) => Some(values[row].bytes()),
        _ => None,
    }
}

fn texts(column: &Column<'_>, rows: usize) -> Result<StringArray> {
    let texts = (0..rows).map(|row| {
        let text = bytes(column, row).map(simdutf8::basic::from_utf8).transpose();
        text.map_err(|error| Error::new(ErrorKind::Data, "a text is not UTF-8").caused_by(error))
    });
    texts.collect()
}

fn decimals(
    column: &Column<'_>,
    rows: usize,
    nulls: Option<NullBuffer>,
) -> Result<PrimitiveArray<Decimal128Type>> {
    let values: Vec<i128> = match &column.view {
        View::I16(values) => values.iter().map(|value| (*value).into()).collect(),
        View::I32(values) => values.iter().map(|value| (*value).into()).collect(),
        View::I64(values) => values.iter().map(|value| (*value).into()).collect(),
        View::I128(values) => values.iter().map(|value| (*value).into()).collect(),
        _ => vec![0; rows],
    };
    let made = PrimitiveArray::<Decimal128Type>::new(values.into(), nulls);
    match data_type(column.shape) {
        Some(kind) => Ok(made.with_data_type(kind)),
        None => Err(Error::new(ErrorKind::Data, "a decimal has no form in a record batch")),
    }
}
