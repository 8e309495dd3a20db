//! Values into record batches and out of them, without a database.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use hypostyle_core::{
    Batch, Column, Columns, Date, Error, ErrorKind, Interval, Native, NativeFormat, Result, Row,
    Time, Timestamp, Type, Uuid, Value,
};

use crate::Chunk;

/// Makes a record batch of one column, of which no more is declared than its kind.
fn one(kind: Type, declared: &str, values: &[Value]) -> Result<RecordBatch> {
    let column = Column { name: "v".into(), kind, declared: declared.into() };
    let columns = Arc::new(Columns::new(vec![column]));
    let mut rows = Batch::default();
    rows.begin(1);
    for value in values {
        rows.push_row(&[value.as_ref()])?;
    }
    let mut chunk = Chunk::new(&columns);
    for at in 0..values.len() {
        chunk.push(Row::new(&columns, &rows, at))?;
    }
    chunk.take()
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

#[track_caller]
fn kind_is(kind: Type, declared: &str, values: &[Value], expect: &str) {
    let batch = one(kind, declared, values).unwrap();
    assert_eq!(batch.column(0).data_type().to_string(), expect);
    assert_eq!(batch.num_rows(), values.len());
}

#[test]
fn what_is_not_declared_is_learned_from_values() {
    let any = |values: &[Value], expect| kind_is(Type::Any, "", values, expect);
    any(&[], "Utf8");
    any(&[Value::Null], "Utf8");
    any(&[Value::Null, Value::I64(1)], "Int64");
    any(&[Value::I64(1), Value::F64(0.5)], "Float64");
    any(&[Value::I64(1), decimal("0.5")], "Decimal128(38, 1)");
    any(&[Value::Text("a".into()), Value::Json("{}".into())], "Utf8");
    any(&[Value::I128(i128::MIN)], "Decimal256(76, 0)");
    any(&[Value::Uuid(Uuid::from_u128(7))], "FixedSizeBinary(16)");
    any(&[Value::Native(Native::new("point", NativeFormat::Text, b"(1,2)"))], "Utf8");
    any(&[Value::Native(Native::new("point", NativeFormat::Binary, b"\0"))], "Binary");
    let list = Value::List(vec![Value::I64(1), Value::Null]);
    any(&[Value::Null, list.clone(), Value::List(Vec::new())], "List(Int64)");
    any(&[Value::List(vec![list])], "List(List(Int64))");
    any(&[Value::Vector(vec![0.5])], "List(Float32)");
}

#[test]
fn a_decimal_has_the_digits_declared_or_those_seen() {
    let of = |declared: &str, text: &str, expect: &str| {
        kind_is(Type::Decimal, declared, &[decimal(text)], expect)
    };
    of("numeric(10,2)", "1.50", "Decimal128(10, 2)");
    of("decimal(65, 30)", "1.5", "Decimal256(65, 30)");
    of("numeric", "1.50", "Decimal128(38, 2)");
    of("numeric", &format!("1.{}", "1".repeat(60)), "Decimal256(76, 60)");
    of("numeric", &"1".repeat(100), "Utf8");
}

#[test]
fn a_map_is_a_structure_of_all_names() {
    let map = |name: &str, value| Value::Map(vec![(name.to_owned(), value)]);
    let rows = [map("a", Value::I64(1)), Value::Null, map("b", Value::Bool(true))];
    let batch = one(Type::Map, "", &rows).unwrap();
    let array = batch.column(0).as_struct();
    assert_eq!(array.column_names(), ["a", "b"]);
    assert!(array.is_null(1) && array.column(0).is_null(2) && !array.column(1).is_null(2));
}

#[test]
fn nanoseconds_are_kept() {
    let nanos = Value::Timestamp(Timestamp::from_nanos(1_234_567_891));
    let micros = Value::Timestamp(Timestamp::from_micros(7));
    let batch = one(Type::Timestamp, "", &[micros, nanos]).unwrap();
    assert_eq!(batch.column(0).data_type().to_string(), "Timestamp(ns)");
}

#[track_caller]
fn is_refused(kind: Type, values: &[Value], row: Option<&str>) {
    let error: Error = one(kind, "", values).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Data, "{error}");
    assert!(error.to_string().contains("cast"), "{error}");
    assert_eq!(error.context("row"), row, "{error}");
}

#[test]
fn what_would_lose_something_is_refused() {
    is_refused(Type::Any, &[Value::I64(1), Value::Text("a".into())], None);
    is_refused(Type::I64, &[Value::I64(1), Value::Text("a".into())], Some("1"));
    is_refused(Type::Any, &[Value::I64(i64::MAX), Value::F64(0.5)], Some("0"));
    is_refused(Type::Date, &[Value::Null, Value::Date(Date::INFINITY)], Some("1"));
    is_refused(Type::Timestamp, &[Value::Timestamp(Timestamp::INFINITY)], Some("0"));
    is_refused(Type::Decimal, &[decimal("NaN")], Some("0"));
    let long = Interval { months: 0, days: 0, micros: i64::MAX };
    is_refused(Type::Interval, &[Value::Interval(long)], Some("0"));
    let list = |item| Value::List(vec![Value::I64(1), item]);
    let mixed = [list(Value::I64(2)), list(Value::Text("a".into()))];
    is_refused(Type::List, &mixed, None);
}

#[test]
fn a_later_value_that_does_not_fit_is_told_by_its_row_among_all() {
    let columns = Arc::new(Columns::new(vec![Column {
        name: "v".into(),
        kind: Type::Any,
        declared: "".into(),
    }]));
    let mut rows = Batch::default();
    rows.begin(1);
    for value in [Value::I64(1), Value::Time(Time::from_nanos(1).unwrap())] {
        rows.push_row(&[value.as_ref()]).unwrap();
    }
    let mut chunk = Chunk::new(&columns);
    chunk.push(Row::new(&columns, &rows, 0)).unwrap();
    assert_eq!(chunk.take().unwrap().column(0).data_type(), &DataType::Int64);
    chunk.push(Row::new(&columns, &rows, 1)).unwrap();
    let error = chunk.take().unwrap_err();
    assert_eq!(error.context("row"), Some("1"), "{error:?}");
}
