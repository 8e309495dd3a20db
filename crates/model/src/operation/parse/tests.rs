use super::*;
use crate::operation::{Comparison, Filter, Is, Test};

#[track_caller]
fn check(document: &str, expect: &str) {
    let limits =
        Limits { document_bytes_max: 400, records_max: 2, operations_max: 2, ..Limits::default() };
    let shown = match Operation::parse(document, &limits) {
        Ok(operation) => serde_json::to_string(&operation).unwrap(),
        Err(error) => error.message().to_owned(),
    };
    assert_eq!(shown, expect, "{document}");
}

#[test]
fn select_is_what_a_document_without_a_name_means() {
    check(r#"{"table": "t"}"#, r#"{"operation":"select","table":"t"}"#);
    check(
        r#"{"table": "t", "id": 7, "columns": ["a"], "order_by": ["-b", "c"], "limit": 5, "page": 2}"#,
        r#"{"operation":"select","table":"t","id":7,"columns":["a"],"order_by":[{"column":"b","direction":"desc"},{"column":"c","direction":"asc"}],"limit":5,"page":2}"#,
    );
    check(
        r#"{"operation": "select", "query": "SELECT 1", "params": [1.50, null]}"#,
        r#"{"operation":"query","query":"SELECT 1","params":[1.50,null]}"#,
    );
    check(
        r#"{"operation": "count", "table": "t", "filter": {"a": {"between": [1, 2]}}}"#,
        r#"{"operation":"count","table":"t","filter":{"a":{"between":[1,2]}}}"#,
    );
}

#[test]
fn what_writes_says_which_rows() {
    check(
        r#"{"operation": "insert", "table": "t", "record": {"a": 1}}"#,
        r#"{"operation":"insert","table":"t","record":[{"a":1}],"returning":true}"#,
    );
    check(
        r#"{"operation": "update", "table": "t", "id": {"a": 1, "b": "x"}, "record": {"c": 1}, "expect": 1}"#,
        r#"{"operation":"update","table":"t","id":{"a":1,"b":"x"},"expect":1,"record":{"c":1},"returning":true}"#,
    );
    check(
        r#"{"operation": "delete", "table": "t", "all": true}"#,
        r#"{"operation":"delete","table":"t","all":true,"returning":false}"#,
    );
    let nothing = "says no rows: give 'id' or 'filter', or '\"all\": true' to mean every row";
    for keys in ["", r#", "filter": {}"#, r#", "filter": {"not": {}}"#, r#", "all": false"#] {
        let document = format!(r#"{{"operation": "delete", "table": "t"{keys}}}"#);
        check(&document, &format!("delete {nothing}"));
        let document =
            format!(r#"{{"operation": "update", "table": "t", "record": {{"a": 1}}{keys}}}"#);
        check(&document, &format!("update {nothing}"));
    }
    check(
        r#"{"operation": "delete", "table": "t", "id": 1, "all": true}"#,
        "'all' stands beside 'id' or 'filter'; give one",
    );
}

#[test]
fn a_transaction_holds_operations_or_statements() {
    check(
        r#"{"operation": "transaction", "operations": [{"table": "t"}, {"operation": "tables"}]}"#,
        r#"{"operation":"transaction","operations":[{"operation":"select","table":"t"},{"operation":"tables"}]}"#,
    );
    check(
        r#"{"operation": "transaction", "queries": [{"sql": "DELETE FROM t", "params": {"a": 1}}]}"#,
        r#"{"operation":"transaction","operations":[{"operation":"update","query":"DELETE FROM t","params":{"a":1}}]}"#,
    );
    check(
        r#"{"operation": "transaction", "operations": [{"operation": "transaction", "operations": []}]}"#,
        "'operations' has a transaction within the transaction",
    );
    check(
        r#"{"operation": "transaction", "operations": [{}, {}, {}]}"#,
        "There are more than 2 operations",
    );
    check(
        r#"{"operation": "transaction", "operations": [], "queries": []}"#,
        "'operations' and 'queries' both say what to do; give one",
    );
    check(r#"{"operation": "transaction"}"#, "'operations' is missing, which transaction needs");
    check(
        r#"{"operation": "transaction", "queries": [{"params": []}]}"#,
        "'sql' is missing, which queries needs",
    );
}

#[test]
fn what_is_wrong_is_named_by_its_key() {
    check(r#"{"operation": "truncate"}"#, "Unknown operation: truncate");
    check(r#"{"operation": 7}"#, "'operation' takes the name of an operation");
    check("{}", "'table' is missing, which select needs");
    check(r#"{"table": 7}"#, "'table' takes the name of a table");
    check(
        r#"{"operation": "schema", "table": "t", "filter": {}}"#,
        "'filter' is no key of schema; there are operation, table",
    );
    check(r#"{"table": "t", "limit": 0}"#, "'limit' takes a whole number from 1");
    check(r#"{"table": "t", "limit": -1}"#, "'limit' takes a whole number from 1");
    check(r#"{"table": "t", "limit": "1"}"#, "'limit' takes a whole number from 1");
    check(
        r#"{"table": "t", "page": 1, "offset": 1}"#,
        "'offset' and 'page' both say where to begin",
    );
    check(r#"{"table": "t", "columns": "a"}"#, "'columns' takes an array of the names of columns");
    check(
        r#"{"table": "t", "order_by": [{"column": "a", "direction": "up"}]}"#,
        "'order_by' takes an array of columns, as \"name\", \"-name\" for the greatest first, or \
         {\"column\": \"name\", \"direction\": \"asc\" or \"desc\"}",
    );
    check(
        r#"{"table": "t", "filter": ["a"]}"#,
        "'filter' takes an object of columns with their conditions",
    );
    check(
        r#"{"table": "t", "filter": {"a": {"=": 1}}}"#,
        "'filter.a' has the operator '='; there are eq, ne, gt, gte, lt, lte, like, ilike, in, \
         not_in, between, is_null and is",
    );
    check(
        r#"{"table": "t", "filter": {"a": {"between": [1]}}}"#,
        "'filter.a.between' takes an array of two values",
    );
    check(
        r#"{"table": "t", "filter": {"a": [1]}}"#,
        "'filter.a' takes a value or conditions, as {\"in\": […]}",
    );
    check(r#"{"operation": "insert", "table": "t", "record": []}"#, "'record' holds no record");
    check(
        r#"{"operation": "insert", "table": "t", "record": [{}, {}, {}]}"#,
        "There are more than 2 records",
    );
    check(
        r#"{"operation": "insert", "table": "t", "record": {"a": 1, "a": 2}}"#,
        "'record' is not what is expected: `a` stands twice at line 1 column 12",
    );
    check(
        r#"{"table": "t", "table": "u"}"#,
        "The document is not what is expected: `table` stands twice at line 1 column 22",
    );
    check(
        "[1]",
        "The document is not what is expected: invalid type: sequence, expected an object of the keys of an operation at line 1 column 0",
    );
    check("{} {}", "The document is not what is expected: trailing characters at line 1 column 4");
    check(
        &format!("{{\"table\": \"{}\"}}", "x".repeat(400)),
        "There are more than 400 bytes of a document",
    );
}

#[test]
fn a_misspelt_key_is_told_before_one_that_is_missing() {
    check(
        r#"{"operation": "insert", "tabel": "t", "record": {}}"#,
        "'tabel' is no key of insert; there are operation, table, record, returning; did you mean \
         'table'?",
    );
    check(
        r#"{"Order": []}"#,
        "'Order' is no key of select; there are operation, table, columns, id, filter, order_by, \
         limit, page, offset; did you mean 'order_by'?",
    );
    check(
        r#"{"operation": "update", "qurey": "UPDATE t SET a = 1"}"#,
        "'qurey' is no key of update; there are operation, table, id, filter, all, record, expect, \
         returning; did you mean 'query'?",
    );
    check(
        r#"{"operation": "transaction", "queries": [{"query": "DELETE FROM t"}]}"#,
        "'query' is no key of queries; there are sql, params",
    );
}

#[test]
fn every_key_that_is_known_is_read() {
    for (operation, needed) in [
        ("select", r#""table": "t""#),
        ("query", r#""query": "SELECT 1""#),
        ("count", r#""table": "t""#),
        ("insert", r#""table": "t", "record": {}"#),
        ("upsert", r#""table": "t", "record": {}"#),
        ("update", r#""table": "t", "all": true, "record": {}"#),
        ("delete", r#""table": "t", "all": true"#),
        ("transaction", r#""operations": []"#),
        ("schema", r#""table": "t""#),
    ] {
        let needed = format!(r#"{{"operation": "{operation}", {needed}}}"#);
        for key in known::of_operation(operation, false).unwrap_or_default() {
            let mut document: serde_json::Value = serde_json::from_str(&needed).unwrap();
            document[key] = serde_json::json!([[[]]]);
            let read = Operation::parse(&document.to_string(), &Limits::default());
            // Any value may stand in a key of rows, and in a list of parameters.
            if let Ok(operation) = read {
                let written = serde_json::to_string(&operation).unwrap();
                assert!(written.contains("[[]]"), "{operation:?} left '{key}' out");
            }
        }
    }
}

#[test]
fn an_operation_reads_as_it_was_written() {
    let column = |name: &str, test| Filter::Column { column: name.into(), test };
    let filter = Filter::All(vec![
        Filter::Any(vec![
            column("any", Test::In(vec![Json::from(1), Json::from("x")])),
            column("not", Test::Compare(Comparison::Equal, Json::from(true))),
        ]),
        Filter::Not(Box::new(column("a", Test::Like { pattern: "x*".into(), fold_case: true }))),
        column("b", Test::Is(Is::NotNull)),
        column("b", Test::Compare(Comparison::Less, Json::Number("1.50".into()))),
    ]);
    let rows =
        Rows { key: Some(Key::Values(vec![Json::from(1), Json::from("b")])), filter: Some(filter) };
    let sort = Sort { column: "-odd".into(), descending: false };
    let select = Select { table: "t".into(), rows, order_by: vec![sort], ..Select::default() };
    let operation = Operation::Select(select);
    let written = serde_json::to_string(&operation).unwrap();
    assert_eq!(serde_json::from_str::<Operation>(&written).unwrap(), operation, "{written}");
}
