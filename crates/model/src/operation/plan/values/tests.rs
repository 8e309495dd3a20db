use super::*;

#[track_caller]
fn check(kind: Type, text: &str, expect: &str) {
    let column = Column { name: "c".into(), kind, ..Column::default() };
    let shown = match equal(&column, &Json::from(text), Dialect::Sqlite) {
        Ok(forms) => format!("{forms:?}"),
        Err(error) => error.message().to_owned(),
    };
    assert_eq!(shown, expect, "{kind:?} {text}");
}

#[test]
fn text_becomes_a_value_of_the_kind_of_its_column() {
    check(Type::I64, "9223372036854775807", "[I64(9223372036854775807)]");
    check(
        Type::I64,
        "9223372036854775808",
        "'9223372036854775808' is not a whole number of 64 bits, as 'c' takes",
    );
    check(Type::I64, "1 OR 1=1", "'1 OR 1=1' is not a whole number of 64 bits, as 'c' takes");
    check(Type::I64, "1.0", "'1.0' is not a whole number of 64 bits, as 'c' takes");
    check(Type::I64, "", "'' is not a whole number of 64 bits, as 'c' takes");
    check(Type::Text, "7", "[Text(\"7\")]");
    check(Type::F64, "0.1", "[F64(0.1)]");
    check(Type::F64, "NaN", "'NaN' is not a number, as 'c' takes");
    check(Type::Decimal, "007.50", "[Decimal(Decimal(\"7.50\"))]");
    check(Type::Bool, "true", "[Bool(true)]");
    check(Type::Bool, "yes", "'yes' is not true or false, as 'c' takes");
    check(Type::Bytes, "AP8=", "[Bytes([0, 255])]");
    check(Type::Bytes, "?", "'?' is not bytes in base64, as 'c' takes");
    check(
        Type::Vector,
        "1",
        "'1' is not a value that can be compared; use is.null or is.notnull, as 'c' takes",
    );
}

#[test]
fn a_number_is_compared_with_numbers_alone() {
    let check = |kind: Type, json: Json, expect: &str| {
        let column = Column { name: "c".into(), kind, ..Column::default() };
        let shown = match equal(&column, &json, Dialect::Sqlite) {
            Ok(forms) => format!("{forms:?}"),
            Err(error) => error.message().to_owned(),
        };
        assert_eq!(shown, expect, "{kind:?} {json:?}");
    };
    check(Type::I64, Json::from(7), "[I64(7)]");
    check(Type::Any, Json::from(7), "[I64(7)]");
    check(Type::Text, Json::from(7), "'7' is not text, as 'c' takes");
    check(Type::Text, Json::from(true), "'true' is not text, as 'c' takes");
    check(Type::Bool, Json::from(true), "[Bool(true)]");
    let uncompared = "is not a value that can be compared; use is.null or is.notnull, as 'c' takes";
    check(Type::Text, Json::Null, &format!("'null' {uncompared}"));
    check(Type::Text, Json::Document("[1]".into()), &format!("'[1]' {uncompared}"));
    check(Type::Json, Json::from(1), &format!("'1' {uncompared}"));
}

#[test]
fn a_column_without_a_type_is_compared_with_a_number_and_its_text() {
    check(Type::Any, "5", "[I64(5), Text(\"5\")]");
    check(Type::Any, "0.5", "[F64(0.5), Text(\"0.5\")]");
    check(Type::Any, "007", "[Text(\"007\")]");
    check(Type::Any, "x", "[Text(\"x\")]");
}

#[test]
fn json_becomes_a_value_of_the_kind_of_its_column() {
    let check = |kind: Type, json: Json, expect: &str| {
        let column = Column { name: "c".into(), kind, ..Column::default() };
        let shown = match of_json(&column, &json, Dialect::Sqlite) {
            Ok(value) => format!("{value:?}"),
            Err(error) => error.message().to_owned(),
        };
        assert_eq!(shown, expect, "{kind:?} {json:?}");
    };
    let number = |digits: &str| Json::Number(digits.to_owned());
    let text = |text: &str| Json::Text(text.to_owned());
    let document = |text: &str| Json::Document(text.to_owned());
    check(Type::I64, Json::Null, "Null");
    check(Type::I64, number("9223372036854775807"), "I64(9223372036854775807)");
    check(Type::I64, number("2e3"), "I64(2000)");
    check(Type::I64, number("-2.0"), "I64(-2)");
    check(Type::I64, number("2.5"), "'2.5' is not a whole number of 64 bits, as 'c' takes");
    check(
        Type::I64,
        number("1e999999"),
        "'1e999999' is not a whole number of 64 bits, as 'c' takes",
    );
    check(Type::I64, Json::Bool(true), "'true' is not a whole number, as 'c' takes");
    check(Type::F64, number("0.1"), "F64(0.1)");
    check(Type::F64, number("1e999"), "'1e999' is not a number of 64 bits, as 'c' takes");
    check(
        Type::Decimal,
        number("12345678901234567890.10"),
        "Decimal(Decimal(\"12345678901234567890.10\"))",
    );
    check(Type::Text, text("7"), "Text(\"7\")");
    check(Type::Text, number("7"), "'7' is not text, as 'c' takes");
    check(Type::Text, document("[1]"), "'[1]' is not text, as 'c' takes");
    check(Type::Bool, Json::Bool(false), "Bool(false)");
    check(Type::Bool, number("1"), "Bool(true)");
    check(Type::Json, text("a\"b"), r#"Text("\"a\\\"b\"")"#);
    check(Type::Json, document("{\"a\":1.10}"), r#"Text("{\"a\":1.10}")"#);
    check(Type::Any, number("1.5"), "F64(1.5)");
    check(Type::Any, number("-12.50"), "F64(-12.5)");
    check(Type::Any, number("1e300"), "F64(1e300)");
    for inexact in ["12345678901234567890", "0.1234567890123456789", "1e999"] {
        let expect = format!("'{inexact}' is not a number that 64 bits hold, as 'c' takes");
        check(Type::Any, number(inexact), &expect);
    }
    check(Type::Any, text("007"), "Text(\"007\")");
    check(Type::Bytes, text("AP8="), "Bytes([0, 255])");
}

#[test]
fn a_time_is_compared_with_the_forms_it_may_be_stored_in() {
    let forms = |kind, text: &str| {
        let column = Column { name: "c".into(), kind, ..Column::default() };
        equal(&column, &Json::from(text), Dialect::Sqlite)
            .map(|forms| forms.iter().map(Value::to_json).collect::<Vec<_>>().join(" "))
            .map_err(|error| error.to_string())
    };
    let iso = "2024-01-02T03:04:05";
    let expect = format!("\"{iso}\" \"{iso}\"");
    assert_eq!(forms(Type::Timestamp, iso), Ok(expect));
    assert_eq!(forms(Type::Timestamp, "2024-01-02"), Ok("\"2024-01-02\" \"2024-01-02\"".into()));
    assert_eq!(forms(Type::Date, "1704164645"), Ok("1704164645 \"1704164645\"".into()));
    assert!(forms(Type::Timestamp, "yesterday").is_err());
}

#[test]
fn postgres_takes_values_of_the_type_of_their_column_alone() {
    let check = |kind: Type, declared: &str, text: &str, expect: &str| {
        let labels = if declared == "mood" { vec!["sad".to_owned()] } else { Vec::new() };
        let declared = declared.to_owned();
        let column = Column { name: "c".into(), kind, declared, labels, ..Column::default() };
        let shown = match equal(&column, &Json::from(text), Dialect::Postgres) {
            Ok(forms) => forms.iter().map(Value::to_json).collect::<Vec<_>>().join(" "),
            Err(error) => error.message().to_owned(),
        };
        assert_eq!(shown, expect, "{kind:?} {text}");
    };
    let refused = "is not a value that can be compared; use is.null or is.notnull, as 'c' takes";
    check(Type::Timestamp, "", "2024-01-02", "\"2024-01-02T00:00:00\"");
    check(Type::TimestampTz, "", "2024-01-02", "\"2024-01-02T00:00:00Z\"");
    check(Type::Timestamp, "", "infinity", "\"infinity\"");
    check(Type::Date, "", "1704164645", "'1704164645' is not a date, as 'c' takes");
    check(Type::F64, "", "NaN", "\"NaN\"");
    check(Type::F64, "", "1e999", "'1e999' is not a number of 64 bits, as 'c' takes");
    check(Type::F32, "", "-inf", "\"-Infinity\"");
    check(Type::Uuid, "", "x", "'x' is not a UUID, as 'c' takes");
    check(Type::Text, "mood", "sad", "\"sad\"");
    check(Type::Text, "mood", "glad", "'glad' is not one of the values of its type, as 'c' takes");
    check(Type::Native, "inet", "10.0.0.1", "\"10.0.0.1\"");
    for kind in [Type::Json, Type::List, Type::Map, Type::Vector] {
        check(kind, "", "1", &format!("'1' {refused}"));
    }
}

#[test]
fn documents_become_lists_and_maps_of_postgres() {
    let check = |kind: Type, declared: &str, document: &str, expect: &str| {
        let declared = declared.to_owned();
        let column = Column { name: "c".into(), kind, declared, ..Column::default() };
        let json = Json::Document(document.to_owned());
        let shown = match of_json(&column, &json, Dialect::Postgres) {
            Ok(value) => format!("{value:?}"),
            Err(error) => error.message().to_owned(),
        };
        assert_eq!(shown, expect, "{kind:?} {document}");
    };
    check(
        Type::List,
        "text[]",
        r#"["a", 1.50, true, null, [2]]"#,
        r#"List([Text("a"), Text("1.50"), Text("true"), Null, List([Text("2")])])"#,
    );
    check(
        Type::List,
        "jsonb[]",
        r#"[{"a": 1}, "x", [1.0], null]"#,
        r#"List([Text("{\"a\": 1}"), Text("\"x\""), Text("[1.0]"), Null])"#,
    );
    check(Type::List, "place[]", r#"[{"no": 1}]"#, r#"List([Map([("no", Text("1"))])])"#);
    check(
        Type::Map,
        "place",
        r#"{"b": null, "a": {"c": [1]}}"#,
        r#"Map([("b", Null), ("a", Map([("c", List([Text("1")]))]))])"#,
    );
    check(Type::Vector, "vector(2)", "[0.5, -1e3]", "Vector([0.5, -1000.0])");
    check(Type::Vector, "vector", "[1e39]", "'[1e39]' is not an array of numbers, as 'c' takes");
    check(Type::List, "int[]", "{}", "'{}' is not an array, as 'c' takes");
    check(Type::Map, "place", "[]", "'[]' is not an object, as 'c' takes");
    check(Type::Json, "json", r#"{"a":1.10}"#, r#"Text("{\"a\":1.10}")"#);
    check(Type::I64, "int4", "[1]", "'[1]' is not a whole number, as 'c' takes");
}

#[test]
fn what_an_engine_would_round_or_take_for_a_time_is_refused() {
    let check = |dialect: Dialect, (kind, declared): (Type, &str), digits: &str, expect: &str| {
        let column =
            Column { name: "c".into(), kind, declared: declared.into(), ..Column::default() };
        let shown = match stored(&column, &Json::Number(digits.to_owned()), dialect) {
            Ok(value) => format!("{value:?}"),
            Err(error) => error.message().to_owned(),
        };
        assert_eq!(shown, expect, "{dialect:?} {declared} {digits}");
    };
    let (cents, any) = ((Type::Decimal, "numeric(10,2)"), (Type::Decimal, "numeric"));
    let rounded = "'0.125' is not a number with as few digits behind its point, as 'c' takes";
    for dialect in [Dialect::Postgres, Dialect::Mysql] {
        check(dialect, cents, "0.125", rounded);
        check(dialect, cents, "0.120", "Decimal(Decimal(\"0.120\"))");
        check(dialect, cents, "12e1", "Decimal(Decimal(\"120\"))");
        check(dialect, any, "0.125", "Decimal(Decimal(\"0.125\"))");
    }
    check(Dialect::Sqlite, cents, "0.125", "Decimal(Decimal(\"0.125\"))");
    let day = (Type::Date, "date");
    check(Dialect::Mysql, day, "20240229", "'20240229' is not a date, as 'c' takes");
    check(Dialect::Sqlite, day, "20240229", "I64(20240229)");
}
