//! Arrow: results as record batches, and record batches into tables.

use std::sync::Arc;

use hypostyle_arrow::arrow_array::cast::AsArray;
use hypostyle_arrow::arrow_array::types::{
    Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType, UInt64Type,
};
use hypostyle_arrow::arrow_array::{
    Array, ArrayRef, Float16Array, Int64Array, RecordBatch, StringArray,
};
use hypostyle_arrow::arrow_schema::{DataType, TimeUnit};
use hypostyle_arrow::{ArrowQuery, ROWS, insert_batches};
use hypostyle_core::{
    Date, DecimalRef, Error, ErrorKind, OwnedRow, Timestamp, Type, Value, ValueRef,
};
use hypostyle_schema::{Column, Table, create};

use crate::{Bench, Outcome, cases, equal, fails, fails_with, holds, ids_are};

cases! { "arrow":
    rows_come_as_columns_of_their_types,
    many_rows_come_as_several_record_batches_of_one_schema,
    a_result_without_rows_has_a_schema,
    a_decimal_keeps_its_digits,
    what_was_read_is_inserted_as_it_was,
    a_record_batch_that_fails_leaves_nothing,
    record_batches_of_different_columns_are_refused,
    a_type_without_values_is_refused_and_nothing_inserted,
    a_half_read_result_leaves_nothing_behind,
    a_failure_while_rows_are_read_is_told,
}

/// Makes the table `t` with a column of each kind that every engine stores.
async fn table(bench: &Bench, name: &str) -> Outcome {
    let table = Table::new(name)
        .with(Column::new("id", Type::I64))
        .with(Column::new("name", Type::Text))
        .with(Column::new("flag", Type::Bool))
        .with(Column::new("weight", Type::F64))
        .with(Column::new("data", Type::Bytes))
        .with(Column::new("day", Type::Date))
        .with(Column::new("moment", Type::Timestamp))
        .keyed_by(["id"]);
    Ok(create(&bench.db, &table).await?)
}

async fn fill(bench: &Bench) -> Outcome {
    table(bench, "t").await?;
    let row = (
        1,
        "Größe",
        true,
        2.5,
        &[0_u8, 255][..],
        Date::from_days(20_000),
        Timestamp::from_micros(1_700_000_000_123_456),
    );
    bench.db.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", row).await?;
    bench.db.execute("INSERT INTO t (id) VALUES (2)", ()).await?;
    Ok(())
}

/// Reads all record batches of a query.
async fn read(bench: &Bench, text: &str) -> Outcome<Vec<RecordBatch>> {
    let mut batches = bench.db.request(text).record_batches().await?;
    let schema = batches.schema().clone();
    let mut all = Vec::new();
    while let Some(batch) = batches.next().await? {
        equal(&batch.schema(), &schema)?;
        all.push(batch);
    }
    Ok(all)
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Outcome<&'a ArrayRef> {
    let found = batch.column_by_name(name);
    Ok(found.ok_or_else(|| Error::new(ErrorKind::Data, format!("no column {name}")))?)
}

async fn rows_come_as_columns_of_their_types(bench: Bench) -> Outcome {
    fill(&bench).await?;
    let batches = read(&bench, "SELECT * FROM t ORDER BY id").await?;
    equal(batches.len(), 1)?;
    let batch = &batches[0];
    let kinds = batch.schema();
    let kinds: Vec<&DataType> = kinds.fields().iter().map(|field| field.data_type()).collect();
    let expect = [
        DataType::Int64,
        DataType::Utf8,
        DataType::Boolean,
        DataType::Float64,
        DataType::Binary,
        DataType::Date32,
        DataType::Timestamp(TimeUnit::Microsecond, None),
    ];
    equal(kinds, expect.iter().collect::<Vec<_>>())?;
    equal(column(batch, "id")?.as_primitive::<Int64Type>().values().to_vec(), vec![1, 2])?;
    equal(column(batch, "name")?.as_string::<i32>().value(0), "Größe")?;
    equal(column(batch, "flag")?.as_boolean().value(0), true)?;
    equal(column(batch, "weight")?.as_primitive::<Float64Type>().value(0), 2.5)?;
    equal(column(batch, "data")?.as_binary::<i32>().value(0), &[0_u8, 255][..])?;
    equal(column(batch, "day")?.as_primitive::<Date32Type>().value(0), 20_000)?;
    let moment = column(batch, "moment")?.as_primitive::<TimestampMicrosecondType>().value(0);
    equal(moment, 1_700_000_000_123_456)?;
    for at in 1..batch.num_columns() {
        let array = batch.column(at);
        holds(array.is_null(1) && !array.is_null(0), format!("column {at} has no NULL"))?;
    }
    Ok(())
}

/// Sums whole numbers, which may come as decimals.
fn sum_of(array: &ArrayRef) -> Outcome<i128> {
    Ok(match array.data_type() {
        DataType::Int64 => array.as_primitive::<Int64Type>().iter().flatten().map(i128::from).sum(),
        DataType::UInt64 => {
            array.as_primitive::<UInt64Type>().iter().flatten().map(i128::from).sum()
        }
        DataType::Decimal128(_, 0) => array.as_primitive::<Decimal128Type>().iter().flatten().sum(),
        kind => return Err(Error::new(ErrorKind::Data, format!("numbers of type {kind}")).into()),
    })
}

async fn many_rows_come_as_several_record_batches_of_one_schema(bench: Bench) -> Outcome {
    let series = bench.target.series();
    let query = bench.db.request(series).params((20_000,));
    let mut batches = query.record_batches().await?;
    let (mut rows, mut sum, mut count) = (0, 0, 0);
    while let Some(batch) = batches.next().await? {
        equal(&batch.schema(), batches.schema())?;
        holds(batch.num_rows() <= ROWS, "a record batch is too long")?;
        sum += sum_of(column(&batch, "n")?)?;
        rows += batch.num_rows();
        count += 1;
    }
    equal((rows, sum), (20_000, 200_010_000))?;
    holds(count >= 3, format!("{count} record batches"))
}

async fn a_result_without_rows_has_a_schema(bench: Bench) -> Outcome {
    fill(&bench).await?;
    let query = bench.db.request("SELECT id, name FROM t WHERE id > 99");
    let mut batches = query.record_batches().await?;
    let names: Vec<String> =
        batches.schema().fields().iter().map(|field| field.name().clone()).collect();
    equal(names, ["id", "name"])?;
    holds(batches.next().await?.is_none(), "a record batch without rows")
}

async fn a_decimal_keeps_its_digits(bench: Bench) -> Outcome {
    let price = Column::new("price", Type::Decimal).typed("decimal(10, 2)");
    let table = Table::new("t").with(Column::new("id", Type::I64)).with(price);
    create(&bench.db, &table).await?;
    let price = DecimalRef::from_canonical("-12.50").map_or(ValueRef::Null, ValueRef::Decimal);
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (price,)).await?;
    let batches = read(&bench, "SELECT price FROM t").await?;
    let array = column(&batches[0], "price")?;
    holds(
        matches!(array.data_type(), DataType::Decimal128(_, 2)),
        format!("a column of type {}", array.data_type()),
    )?;
    equal(array.as_primitive::<Decimal128Type>().value(0), -1250)
}

async fn what_was_read_is_inserted_as_it_was(bench: Bench) -> Outcome {
    fill(&bench).await?;
    table(&bench, "u").await?;
    let batches = read(&bench, "SELECT * FROM t").await?;
    let outcome = insert_batches(&bench.db, "u", batches).await?;
    equal(outcome.rows_affected, 2)?;
    let rows = "SELECT * FROM t ORDER BY id";
    let expect: Vec<OwnedRow> = bench.db.fetch_all(rows, ()).await?;
    let found: Vec<OwnedRow> = bench.db.fetch_all("SELECT * FROM u ORDER BY id", ()).await?;
    let values = |rows: &[OwnedRow]| -> Vec<Vec<Value>> {
        rows.iter().map(|row| row.values().to_vec()).collect()
    };
    equal(values(&found), values(&expect))
}

fn ids(of: &[i64]) -> Outcome<RecordBatch> {
    let ids: ArrayRef = Arc::new(Int64Array::from(of.to_vec()));
    batch([("id", ids)])
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> Outcome<RecordBatch> {
    let made = RecordBatch::try_from_iter(columns);
    Ok(made.map_err(|error| Error::new(ErrorKind::Data, error.to_string()))?)
}

async fn a_record_batch_that_fails_leaves_nothing(bench: Bench) -> Outcome {
    table(&bench, "t").await?;
    let batches = [ids(&[1, 2])?, ids(&[3, 1])?];
    let failed = insert_batches(&bench.db, "t", batches).await;
    fails(failed, ErrorKind::UniqueViolation)?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

async fn record_batches_of_different_columns_are_refused(bench: Bench) -> Outcome {
    table(&bench, "t").await?;
    let names: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let batches = [ids(&[1])?, batch([("name", names)])?];
    fails(insert_batches(&bench.db, "t", batches).await, ErrorKind::Parameter)?;
    ids_are(&bench.db, &[]).await
}

async fn a_type_without_values_is_refused_and_nothing_inserted(bench: Bench) -> Outcome {
    table(&bench, "t").await?;
    let halves: ArrayRef = Arc::new(Float16Array::from(vec![None]));
    let batches = [ids(&[1])?, batch([("id", halves)])?];
    let refused = insert_batches(&bench.db, "t", batches).await;
    fails_with(refused, ErrorKind::Unsupported, "Float16")?;
    ids_are(&bench.db, &[]).await
}

async fn a_half_read_result_leaves_nothing_behind(bench: Bench) -> Outcome {
    let series = bench.target.series();
    let mut batches = bench.db.request(series).params((1_000_000,)).record_batches().await?;
    holds(batches.next().await?.is_some(), "no record batch")?;
    drop(batches);
    bench.is_settled().await
}

async fn a_failure_while_rows_are_read_is_told(bench: Bench) -> Outcome {
    let nobody = bench.db.request("SELECT * FROM nobody").record_batches().await;
    fails(nobody.map(drop), ErrorKind::Query)?;
    bench.is_settled().await
}
