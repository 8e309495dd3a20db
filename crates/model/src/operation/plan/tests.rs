use hypostyle_core::{Type, Value};

use super::*;
use crate::operation::Operation;

fn column(name: &str, kind: Type) -> Column {
    Column { name: name.into(), kind, nullable: true, ..Column::default() }
}

fn user() -> Table {
    let id = Column { nullable: false, primary_key: Some(1), ..column("id", Type::I64) };
    let hidden = Column { hidden: true, ..column("rank", Type::Any) };
    Table {
        name: "user".into(),
        columns: vec![id, column("name", Type::Text), column("a\"b", Type::F64), hidden],
        primary_key: vec!["id".into()],
        ..Table::default()
    }
}

#[track_caller]
fn check_table(table: &Table, query: &str, expect: &str) {
    check_in(Dialect::Sqlite, table, query, expect);
}

#[track_caller]
fn check_in(dialect: Dialect, table: &Table, document: &str, expect: &str) {
    let shown = match plan_in(dialect, table, document, &Limits::default()) {
        Ok(plan) => {
            assert!(plan.page.params.starts_with(&plan.count.params));
            format!("{} {}", plan.page.text, show(&plan.page.params))
        }
        Err(error) => error.message().to_owned(),
    };
    assert_eq!(shown, expect, "{document}");
}

/// Plans a select of the table by the keys of a document.
fn plan_in(dialect: Dialect, table: &Table, keys: &str, limits: &Limits) -> Result<Plan> {
    let comma = if keys.is_empty() { "" } else { ", " };
    let document = format!("{{\"table\": \"x\"{comma}{keys}}}");
    let Operation::Select(select) = Operation::parse(&document, limits)? else {
        unreachable!("{document}")
    };
    let limit = select.limit.unwrap_or(50);
    read(table, &select, (limit, select.offset), limits, dialect)
}

fn show(params: &[Value]) -> String {
    params.iter().map(Value::to_json).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(query: &str, expect: &str) {
    const SELECT: &str = r#"SELECT "id", "name", "a""b" FROM "user""#;
    check_table(&user(), query, &expect.replace("SELECT …", SELECT));
}

#[test]
fn a_page_is_ordered_by_the_key_and_limited() {
    check("", r#"SELECT … ORDER BY "id" LIMIT ? 50"#);
    check(r#""offset": 40, "limit": 20"#, r#"SELECT … ORDER BY "id" LIMIT ? OFFSET ? 20 40"#);
    check(r#""order_by": ["-name"]"#, r#"SELECT … ORDER BY "name" DESC, "id" LIMIT ? 50"#);
    check(
        r#""order_by": [{"column": "ID", "direction": "desc"}, {"column": "name"}]"#,
        r#"SELECT … ORDER BY "id" DESC, "name" LIMIT ? 50"#,
    );
    check(
        r#""columns": ["name", "a\"b"]"#,
        r#"SELECT "name", "a""b" FROM "user" ORDER BY "id" LIMIT ? 50"#,
    );
    check(r#""columns": ["name", "NAME"]"#, "The column 'name' is named twice");
}

#[track_caller]
fn check_where(filter: &str, condition: &str) {
    let (text, values) = condition.split_once(" ← ").unwrap_or((condition, ""));
    let space = if values.is_empty() { "" } else { " " };
    check(
        &format!("\"filter\": {filter}"),
        &format!("SELECT … WHERE {text} ORDER BY \"id\" LIMIT ?{space}{values} 50"),
    );
}

#[test]
fn filters_become_conditions_with_bound_values() {
    let check = check_where;
    check(r#"{"id": 7}"#, r#"("id" IN (?)) ← 7"#);
    check(r#"{"id": {"ne": 7}}"#, r#"("id" NOT IN (?)) ← 7"#);
    check(r#"{"id": {"not_in": [1, "2"]}}"#, r#"NOT ("id" IN (?, ?)) ← 1 2"#);
    check(r#"{"id": {"between": [1, 5]}}"#, r#"("id" >= ? AND "id" <= ?) ← 1 5"#);
    check(r#"{"a\"b": {"gt": 0.1}, "id": {"lte": 9}}"#, r#"("a""b" > ?) AND ("id" <= ?) ← 0.1 9"#);
    check(r#"{"name": {"like": "A*"}}"#, r#"("name" GLOB ?) ← "A*""#);
    check(r#"{"name": {"ilike": "A*"}}"#, r#"("name" LIKE ? ESCAPE '\') ← "A%""#);
    check(r#"{"name": "'; DROP TABLE user; --"}"#, r#"("name" IN (?)) ← "'; DROP TABLE user; --""#);
}

#[test]
fn filters_stand_within_filters() {
    let check = check_where;
    check(
        r#"{"any": [{"id": 1}, {"id": 2, "name": "x"}], "not": {"name": null}}"#,
        r#"(("id" IN (?)) OR (("id" IN (?)) AND ("name" IN (?)))) AND NOT ("name" IS NULL) ← 1 2 "x""#,
    );
    check(r#"{"any": []}"#, "(1 = 0)");
    check(r#"{"not": {"all": []}}"#, "NOT (1 = 1)");
    let deep = |levels: usize| {
        let (open, close) = ("{\"not\":".repeat(levels), "}".repeat(levels));
        format!("{open}{{\"id\": 1}}{close}")
    };
    check(&deep(7), &format!("{}(\"id\" IN (?)) ← 1", "NOT ".repeat(7)));
    let too_deep = format!("\"filter\": {}", deep(8));
    check_table(&user(), &too_deep, "There are more than 8 levels of filters");
    let far_too_deep = format!("\"filter\": {}", deep(100_000));
    check_table(&user(), &far_too_deep, "There are more than 32 levels of filters");
}

#[test]
fn tests_without_a_value_bind_none() {
    let check = check_where;
    check(r#"{"name": null}"#, r#"("name" IS NULL)"#);
    check(r#"{"name": {"is_null": true}}"#, r#"("name" IS NULL)"#);
    check(r#"{"name": {"is_null": false}}"#, r#"("name" IS NOT NULL)"#);
    check(r#"{"name": {"ne": null}}"#, r#"("name" IS NOT NULL)"#);
    check(r#"{"id": {"is": true}}"#, r#"("id" IS TRUE)"#);
    check(r#"{"id": {"in": []}}"#, "(1 = 0)");
}

#[test]
fn only_columns_of_the_table_are_named() {
    for name in ["nope", "id\"", "id) OR (1", "1", "", "rank", "rowid", "user.id"] {
        let expect = format!("Column '{name}' not found in 'user'");
        let json = Value::Text(name.to_owned()).to_json();
        check(&format!("\"filter\": {{{json}: null}}"), &expect);
        check(&format!("\"columns\": [{json}]"), &expect);
        check(&format!("\"order_by\": [{json}]"), &expect);
    }
}

#[test]
fn rows_without_a_sure_key_are_ordered_by_row_id_or_by_everything() {
    let mut table = user();
    table.primary_key = vec!["name".into()];
    let with_row_id =
        r#"SELECT "id", "name", "a""b" FROM "user" ORDER BY "name", "rowid" LIMIT ? 50"#;
    check_table(&table, "", with_row_id);
    table.primary_key.clear();
    check_table(&table, "", &with_row_id.replace("\"name\", \"rowid\"", "\"rowid\""));
    table.columns.push(super::tests::column("RowId", Type::I64));
    let taken = r#"SELECT "id", "name", "a""b", "RowId" FROM "user" ORDER BY "_rowid_" LIMIT ? 50"#;
    check_table(&table, "", taken);
    table.kind = TableKind::View;
    let everything = r#""a""b", "id", "name", "RowId" LIMIT"#;
    check_table(&table, r#""order_by": ["a\"b"]"#, &taken.replace("\"_rowid_\" LIMIT", everything));
}

#[test]
fn too_many_values_are_refused_before_the_engine_does() {
    let check = |keys: &str, limits: &Limits, expect: &str| {
        let error = plan_in(Dialect::Sqlite, &user(), keys, limits).unwrap_err();
        assert_eq!(error.message(), expect);
    };
    let values = vec!["1"; 33_000].join(",");
    let filter = format!("\"filter\": {{\"id\": {{\"in\": [{values}]}}}}");
    check(&filter, &Limits::default(), "There are more than 1000 values in a list");
    let limits = Limits { in_values_max: 100_000, ..Limits::default() };
    check(&filter, &limits, "There are more than 32000 values in all filters");
    let filter = format!("\"filter\": {{\"any\": [{}]}}", vec!["{\"id\": 1}"; 33].join(","));
    check(&filter, &Limits::default(), "There are more than 32 filters");
}

/// Compares what stands behind the columns of a plan for PostgreSQL.
#[track_caller]
fn check_postgres(table: &Table, query: &str, expect: &str) {
    let columns: Vec<String> =
        table.visible_columns().map(|c| format!("\"{}\"", c.name.replace('"', "\"\""))).collect();
    let expect = format!("SELECT {} FROM {expect}", columns.join(", "));
    check_in(Dialect::Postgres, table, query, &expect);
}

fn orders() -> Table {
    let id = Column { nullable: false, primary_key: Some(1), ..column("id", Type::I64) };
    let declared = |name: &str, kind, declared: &str| Column {
        declared: declared.into(),
        ..column(name, kind)
    };
    Table {
        schema: "sales".into(),
        name: "sales.orders".into(),
        relation: Some("orders".into()),
        columns: vec![
            id,
            column("total", Type::Decimal),
            declared("doc", Type::Json, "json"),
            declared("b", Type::Json, "jsonb"),
            column("real", Type::F32),
        ],
        primary_key: vec!["id".into()],
        ..Table::default()
    }
}

#[test]
fn postgres_is_told_schemas_and_types() {
    let check = |query: &str, expect: &str| {
        check_postgres(&orders(), query, &format!("\"sales\".\"orders\" {expect} 50"));
    };
    let rest = "ORDER BY \"id\" LIMIT ?";
    check(r#""filter": {"id": 7}"#, &format!(r#"WHERE ("id" IN (?::int8)) {rest} 7"#));
    check(
        r#""filter": {"total": {"gt": 1.50}}"#,
        &format!(r#"WHERE ("total" > ?::numeric) {rest} 1.50"#),
    );
    check(
        r#""filter": {"real": {"in": [0.1]}}"#,
        &format!(r#"WHERE ("real" IN (?::float4)) {rest} 0.1"#),
    );
    check(
        r#""filter": {"doc": {"ilike": "*A%"}}"#,
        &format!(r#"WHERE ("doc"::text ILIKE ?) {rest} "%A%""#),
    );
    check(
        r#""filter": {"doc": {"like": "100\\%"}}"#,
        &format!(r#"WHERE ("doc"::text LIKE ?) {rest} "100\\%""#),
    );
    check(
        r#""filter": {"total": {"is": true}}"#,
        &format!(r#"WHERE (("total" <> 0) IS TRUE) {rest}"#),
    );
    check(r#""filter": {"not": {"doc": null}}"#, &format!(r#"WHERE NOT ("doc" IS NULL) {rest}"#));
    check(r#""order_by": ["-doc", "b"]"#, r#"ORDER BY "doc"::text DESC, "b", "id" LIMIT ?"#);
}

#[test]
fn rows_of_postgres_without_a_sure_key_are_ordered_by_where_they_are() {
    let check = |table: Table, expect: &str| {
        check_postgres(&table, "", &format!("\"t\" ORDER BY {expect} LIMIT ? 50"));
    };
    let id = Column { nullable: false, primary_key: Some(1), ..column("id", Type::I64) };
    let keyed = Table {
        name: "t".into(),
        columns: vec![id, column("doc", Type::Json)],
        primary_key: vec!["id".into()],
        ..Table::default()
    };
    let plain = Table { primary_key: Vec::new(), ..keyed.clone() };
    let of = |kind| Table { kind, ..plain.clone() };
    check(keyed.clone(), r#""id""#);
    check(Table { inherited: true, ..keyed.clone() }, r#""id", "tableoid", "ctid""#);
    check(Table { kind: TableKind::Partitioned, ..keyed }, r#""id""#);
    check(plain.clone(), r#""ctid""#);
    check(Table { inherited: true, ..plain.clone() }, r#""tableoid", "ctid""#);
    check(of(TableKind::Partitioned), r#""tableoid", "ctid""#);
    check(of(TableKind::MaterializedView), r#""ctid""#);
    check(of(TableKind::View), r#""id", "doc"::text"#);
    check(of(TableKind::Foreign), r#""id", "doc"::text"#);
}
