use super::*;
use crate::Config;
use crate::data::{Type, Value};
use crate::request::Parameters;

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
fn check_in(dialect: Dialect, table: &Table, query: &str, expect: &str) {
    let config = Config::default();
    let planned = Parameters::read(query)
        .and_then(|pairs| ReadRequest::read(&pairs, &config))
        .and_then(|request| read(table, &request, dialect));
    let shown = match planned {
        Ok(plan) => {
            assert!(plan.page.params.starts_with(&plan.count.params));
            format!("{} {}", plan.page.text, show(&plan.page.params))
        }
        Err(error) => error.report().message,
    };
    assert_eq!(shown, expect, "{query}");
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
    check("", r#"SELECT … ORDER BY "id" LIMIT ? OFFSET ? 50 0"#);
    check("page=3&page_size=20", r#"SELECT … ORDER BY "id" LIMIT ? OFFSET ? 20 40"#);
    check("sort=-name", r#"SELECT … ORDER BY "name" DESC, "id" LIMIT ? OFFSET ? 50 0"#);
    check("sort=-ID,name", r#"SELECT … ORDER BY "id" DESC, "name" LIMIT ? OFFSET ? 50 0"#);
    check(
        "select=name,a%22b",
        r#"SELECT "name", "a""b" FROM "user" ORDER BY "id" LIMIT ? OFFSET ? 50 0"#,
    );
}

#[test]
fn filters_become_conditions_with_bound_values() {
    let check = |query: &str, condition: &str| {
        let (text, values) = condition.split_once(" ← ").unwrap();
        check(
            query,
            &format!("SELECT … WHERE {text} ORDER BY \"id\" LIMIT ? OFFSET ? {values} 50 0"),
        );
    };
    check("id=eq.7", r#"("id" IN (?)) ← 7"#);
    check("id=neq.7", r#"("id" NOT IN (?)) ← 7"#);
    check("id=not.in.(1,2)", r#"NOT ("id" IN (?, ?)) ← 1 2"#);
    check("a%22b=gt.0.1&id=lte.9", r#"("a""b" > ?) AND ("id" <= ?) ← 0.1 9"#);
    check("name=like.A*", r#"("name" GLOB ?) ← "A*""#);
    check("name=ilike.A*", r#"("name" LIKE ? ESCAPE '\') ← "A%""#);
    check("name=eq.'; DROP TABLE user; --", r#"("name" IN (?)) ← "'; DROP TABLE user; --""#);
}

#[test]
fn tests_without_a_value_bind_none() {
    let check = |query: &str, text: &str| {
        check(query, &format!("SELECT … WHERE {text} ORDER BY \"id\" LIMIT ? OFFSET ? 50 0"));
    };
    check("name=is.null", r#"("name" IS NULL)"#);
    check("name=not.is.null", r#"NOT ("name" IS NULL)"#);
    check("name=is.notnull", r#"("name" IS NOT NULL)"#);
    check("id=is.true&id=is.false", r#"("id" IS TRUE) AND ("id" IS FALSE)"#);
    check("id=in.()", "(1 = 0)");
}

#[test]
fn only_columns_of_the_table_are_named() {
    for name in ["nope", "id\"", "id) OR (1", "1", "", "rank", "rowid", "user.id"] {
        let expect = format!("Column '{name}' not found in 'user'");
        let encoded = name.replace('"', "%22").replace(' ', "+");
        check(&format!("{encoded}=is.null"), &expect);
        if !name.is_empty() {
            check(&format!("sort={encoded}"), &expect);
            check(&format!("select={encoded}"), &expect);
        }
    }
}

#[test]
fn rows_without_a_sure_key_are_ordered_by_row_id_or_by_everything() {
    let mut table = user();
    table.primary_key = vec!["name".into()];
    let with_row_id =
        r#"SELECT "id", "name", "a""b" FROM "user" ORDER BY "name", "rowid" LIMIT ? OFFSET ? 50 0"#;
    check_table(&table, "", with_row_id);
    table.primary_key.clear();
    check_table(&table, "", &with_row_id.replace("\"name\", \"rowid\"", "\"rowid\""));
    table.columns.push(super::tests::column("RowId", Type::I64));
    let taken = r#"SELECT "id", "name", "a""b", "RowId" FROM "user" ORDER BY "_rowid_" LIMIT ? OFFSET ? 50 0"#;
    check_table(&table, "", taken);
    table.kind = TableKind::View;
    let everything = r#""a""b", "id", "name", "RowId" LIMIT"#;
    check_table(&table, "sort=a%22b", &taken.replace("\"_rowid_\" LIMIT", everything));
}

#[test]
fn too_many_values_are_refused_before_the_engine_does() {
    let values = vec!["1"; 33_000].join(",");
    let config = Config { in_values_max: 100_000, ..Config::default() };
    let parameters = Parameters::read(&format!("id=in.({values})")).unwrap();
    let request = ReadRequest::read(&parameters, &config).unwrap();
    let error = read(&user(), &request, Dialect::Sqlite).unwrap_err();
    assert_eq!(error, Error::LimitExceeded { what: "values in all filters", max: VALUES_MAX });
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
        check_postgres(&orders(), query, &format!("\"sales\".\"orders\" {expect} 50 0"));
    };
    let rest = "ORDER BY \"id\" LIMIT ? OFFSET ?";
    check("id=eq.7", &format!(r#"WHERE ("id" IN (?::int8)) {rest} 7"#));
    check("total=gt.1.50", &format!(r#"WHERE ("total" > ?::numeric) {rest} 1.50"#));
    check("real=in.(0.1)", &format!(r#"WHERE ("real" IN (?::float4)) {rest} 0.1"#));
    check("doc=ilike.*A%25", &format!(r#"WHERE ("doc"::text ILIKE ?) {rest} "%A%""#));
    check("doc=like.100%5C%25", &format!(r#"WHERE ("doc"::text LIKE ?) {rest} "100\\%""#));
    check("total=is.true", &format!(r#"WHERE (("total" <> 0) IS TRUE) {rest}"#));
    check("doc=not.is.null", &format!(r#"WHERE NOT ("doc" IS NULL) {rest}"#));
    check("sort=-doc,b", r#"ORDER BY "doc"::text DESC, "b", "id" LIMIT ? OFFSET ?"#);
}

#[test]
fn rows_of_postgres_without_a_sure_key_are_ordered_by_where_they_are() {
    let check = |table: Table, expect: &str| {
        check_postgres(&table, "", &format!("\"t\" ORDER BY {expect} LIMIT ? OFFSET ? 50 0"));
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
