//! `hypostyle query --format arrow` and `--format parquet`, read by other programs' libraries.

use std::fs::File;
use std::process::Stdio;

use arrow_ipc::reader::StreamReader;
use hypostyle::arrow::arrow_array::RecordBatch;
use hypostyle::arrow::arrow_array::cast::AsArray;
use hypostyle::arrow::arrow_array::types::{Decimal128Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::place::Place;

const PRODUCTS: &str = "SELECT * FROM product ORDER BY id";

fn check_products(batch: &RecordBatch) {
    let schema = batch.schema();
    let fields = schema.fields().iter();
    let fields: Vec<String> =
        fields.map(|field| format!("{} {}", field.name(), field.data_type())).collect();
    let expect = [
        "id Int64",
        "name Utf8",
        "price Decimal128(10, 2)",
        "sold_at Timestamp(µs)",
        "picture Binary",
        "facts Utf8",
    ];
    assert_eq!(fields, expect);
    assert_eq!(batch.column(0).as_primitive::<Int64Type>().values(), &[1, 2, 3]);
    assert_eq!(batch.column(1).as_string::<i32>().value(1), "Cup, blue");
    assert_eq!(batch.column(2).as_primitive::<Decimal128Type>().value(0), 1990);
    assert_eq!(batch.column(4).null_count(), 2);
}

#[test]
fn a_parquet_file_has_the_rows_and_their_types() {
    let place = Place::with_shop();
    let shown = place.query(&[PRODUCTS, "--format", "parquet", "-o", "p.parquet"]);
    assert_eq!(shown, "");
    let file = File::open(place.path("p.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let created = reader.metadata().file_metadata().created_by().unwrap().to_owned();
    assert!(created.starts_with("hypostyle "), "{created}");
    let batches: Vec<RecordBatch> = reader.build().unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(batches.len(), 1);
    check_products(&batches[0]);
}

#[test]
fn a_stream_of_record_batches_goes_through_a_pipe() {
    let place = Place::with_shop();
    let mut command = place.command(&["query", "-d", "shop.db", PRODUCTS, "--format", "arrow"]);
    let output = command.stdout(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let reader = StreamReader::try_new(output.stdout.as_slice(), None).unwrap();
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().unwrap();
    assert_eq!(batches.len(), 1);
    check_products(&batches[0]);
}

#[test]
fn many_rows_keep_their_order() {
    let place = Place::with_shop();
    let series = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 300000) \
                  SELECT n FROM c";
    place.query(&[series, "--format", "parquet", "-o", "n.parquet"]);
    let file = File::open(place.path("n.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert_eq!(reader.metadata().num_row_groups(), 3);
    let mut next = 1;
    for batch in reader.build().unwrap() {
        for n in batch.unwrap().column(0).as_primitive::<Int64Type>().values() {
            assert_eq!(*n, next);
            next += 1;
        }
    }
    assert_eq!(next, 300_001);
}

#[test]
fn a_result_without_rows_is_a_file_with_columns() {
    let place = Place::with_shop();
    let none = "SELECT id, name FROM product WHERE id > 99";
    place.query(&[none, "--format", "parquet", "-o", "none.parquet"]);
    let file = File::open(place.path("none.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert_eq!(reader.schema().fields().len(), 2);
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
}

#[test]
fn what_no_file_can_hold_is_told_and_changes_nothing() {
    let place = Place::with_shop();
    let check = |text: &str, expect: &str| {
        let ran = place.run(&["query", "-d", "shop.db", text, "--format", "parquet", "-o", "x"]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains(expect), "{}", ran.stderr);
    };
    check("DELETE FROM line; SELECT 1; SELECT 2", "one result");
    assert_eq!(place.query(&["SELECT count(*) AS n FROM line", "--format", "csv"]), "n\r\n2\r\n");
    check(
        "SELECT 1 AS mixed UNION ALL SELECT 'a'",
        "`mixed` holds values of kinds 64-bit integer and text",
    );
    check("DELETE FROM line WHERE 0", "no statement answered rows");
}
