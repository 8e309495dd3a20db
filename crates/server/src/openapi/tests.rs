use std::collections::BTreeSet;

use hypostyle::ConnectionConfig;

use super::*;
use crate::data::Type;
use crate::schema::{Column, ForeignKey, Generated, Storage, TableKind};
use crate::site::MigrationFiles;

fn column(name: &str, declared: &str) -> Column {
    let kind = Type::of_sqlite(declared);
    Column {
        name: name.into(),
        declared: declared.into(),
        kind,
        nullable: true,
        ..Column::default()
    }
}

fn required(name: &str, declared: &str) -> Column {
    Column { nullable: false, ..column(name, declared) }
}

fn key(name: &str, declared: &str, place: usize) -> Column {
    Column { primary_key: Some(place), ..column(name, declared) }
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    let mut key: Vec<&Column> = columns.iter().filter(|c| c.primary_key.is_some()).collect();
    key.sort_by_key(|column| column.primary_key);
    let primary_key = key.into_iter().map(|column| column.name.clone()).collect();
    Table { name: name.into(), columns, primary_key, ..Table::default() }
}

fn tables() -> Vec<Table> {
    let generated = Some(Generated { storage: Storage::Stored, expression: Some("n + 1".into()) });
    let mut album = table(
        "album",
        vec![
            key("id", "INTEGER", 1),
            required("title", "TEXT"),
            Column { default: Some("7".into()), ..required("n", "INT") },
            Column { generated, ..column("next", "INT") },
            Column { hidden: true, ..column("secret", "TEXT") },
        ],
    );
    album.foreign_keys.push(ForeignKey {
        columns: vec!["n".into()],
        referenced_table: "orders".into(),
        referenced_columns: vec!["id".into()],
        ..ForeignKey::default()
    });
    let all = ["BOOLEAN", "INT", "REAL", "DECIMAL", "TEXT", "BLOB", "DATE", "TIME", "TIMESTAMP"];
    let more = ["TIMESTAMPTZ", "INTERVAL", "UUID", "JSON", "VECTOR", ""];
    let kinds = all.iter().chain(&more).map(|declared| column(&format!("c {declared}"), declared));
    vec![
        album,
        table("orders", vec![key("id", "INTEGER", 1)]),
        table("orders.new", vec![key("id", "TEXT", 1), column("page", "INT")]),
        table("answer.error", vec![key("b", "TEXT", 2), key("a", "UUID", 1)]),
        table("a/b {key} ?#% ü\"\n", vec![key("x/~{y}", "INT", 1), column("", "INT")]),
        table("Server", kinds.collect()),
        table("..", vec![column("x", "INT")]),
        table("", vec![column("x", "INT")]),
        Table { kind: TableKind::View, ..table("view", vec![column("x", "")]) },
        Table { problem: Some("gone".into()), ..table("broken", vec![]) },
    ]
}

fn document_with(config: &Config, writable: &Writable) -> Value {
    document_of(config, writable, None)
}

/// Tells of a database with migrations, of a server with a key.
fn migrated() -> Value {
    let config = Config { api_key: Some("s3cret".into()), ..Config::default() };
    let url = ConnectionConfig::parse("sqlite:shop.db").unwrap();
    let (folder, models) = ("migrations".into(), "models.sql".into());
    let migrations =
        Migrations::files(MigrationFiles { folder, models, config: url, scratch: None });
    document_of(&config, &Writable::all(), Some(&migrations))
}

fn document_of(config: &Config, writable: &Writable, migrations: Option<&Migrations>) -> Value {
    let panel = Panel {
        id: "sales".into(),
        title: "Sales".into(),
        database: "shop".into(),
        chart: crate::site::Chart::Line,
        unit: None,
        sql: "SELECT 1".into(),
    };
    let databases = vec!["shop".to_owned(), "blog".to_owned()];
    let panels = &[panel];
    let dialect = Dialect::Sqlite;
    let database = "shop";
    let scope = Scope { config, panels, databases, database, dialect, writable, migrations };
    document(&scope, &tables())
}

fn everything() -> Value {
    document_with(&Config::default(), &Writable::all())
}

/// Compares a part of the document.
#[track_caller]
fn check(document: &Value, pointer: &str, expect: Value) {
    assert_eq!(document.pointer(pointer), Some(&expect), "{pointer}");
}

fn path(rest: &str) -> String {
    format!("/paths/{}", format!("/api/v1/db/tables/{rest}").replace('~', "~0").replace('/', "~1"))
}

fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if method != "parameters" {
                operations.push((path.clone(), method.clone(), operation));
            }
        }
    }
    operations
}

fn walk<'v>(value: &'v Value, each: &mut impl FnMut(&'v Value)) {
    each(value);
    match value {
        Value::Object(fields) => fields.values().for_each(|value| walk(value, each)),
        Value::Array(items) => items.iter().for_each(|item| walk(item, each)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_left_over() {
    let document = migrated();
    let mut references = BTreeSet::new();
    walk(&document, &mut |value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            references.insert(reference.to_owned());
        }
    });
    for reference in &references {
        let found = document.pointer(reference.strip_prefix('#').unwrap());
        assert!(found.is_some(), "{reference}");
    }
    for kind in ["schemas", "responses", "headers"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
            assert!(name.chars().all(allowed), "{name}");
            assert!(references.contains(&format!("#/components/{kind}/{name}")), "{name}");
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_tag_that_is_there() {
    let document = migrated();
    let tags: Vec<&Value> =
        document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    assert_eq!(tags.iter().filter(|tag| **tag == "Server").count(), 1);
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{path} {method}");
        assert!(tags.contains(&&operation["tags"][0]), "{path} {method}");
    }
    for (_, _, operation) in operations(&document) {
        for status in operation["responses"].as_object().unwrap().values() {
            for link in status["links"].as_object().into_iter().flat_map(Map::values) {
                assert!(ids.contains(link["operationId"].as_str().unwrap()), "{link}");
            }
        }
    }
}

/// Routes that are told of elsewhere, and why.
const EXCEPTIONS: [&str; 3] = [
    // Which SQL it takes no schema can say.
    "/api/v1/db/query",
    // Which names its documents may have no schema can say.
    "/api/v1/db/operations",
    // The key is an empty text, which no parameter of a path may be.
    "/api/v1/db/tables/{table}/records/",
];

#[test]
fn every_route_of_the_server_is_told_of() {
    let document = migrated();
    let routes = include_str!("../rest/mod.rs").split(".route(").skip(1).map(|after| {
        let quoted = after.trim_start().strip_prefix('"').unwrap();
        quoted.split('"').next().unwrap()
    });
    let routes: Vec<&str> = routes.collect();
    assert!(routes.len() > 15, "{routes:?}");
    for route in routes {
        let told = route.replace("{table}", "album").replace("{key}", "{album_key}");
        let is_told = document["paths"].get(&told).is_some();
        assert_ne!(is_told, EXCEPTIONS.contains(&route), "{route}");
    }
    check(&document, "/components/pathItems/query/post/operationId", json!("query"));
    check(&document, "/components/pathItems/operations/post/operationId", json!("operate"));
}

#[test]
fn names_are_encoded_where_they_stand() {
    let document = everything();
    let nasty = path("a%2Fb%20%7Bkey%7D%20%3F%23%25%20%C3%BC%22%0A/records");
    let id = "a.u2f.b.u20..u7b.key.u7d..u20..u3f..u23..u25..u20..ufc..u22..ua.";
    check(&document, &format!("{nasty}/get/operationId"), json!(format!("{id}.records")));
    check(
        &document,
        &format!("/components/schemas/{id}/properties/x~1~0{{y}}/description"),
        json!("`INT`; primary key"),
    );
    check(
        &document,
        &format!("{nasty}/get/parameters/3/schema/items/enum"),
        json!(["x/~{y}", "-x/~{y}"]),
    );
    assert_eq!(document.pointer(&format!("{nasty}/post/responses/201/links")), None);
    let told: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert!(!told.iter().any(|path| path.contains("/..") || path.contains("tables//")));
    // A table is never taken for a schema of ours, nor for that of another table.
    check(&document, "/components/schemas/answer.error/required", json!(["error"]));
    check(&document, "/components/schemas/answer.u2e.error/required", json!(["b", "a"]));
    check(&document, "/components/schemas/orders.u2e.new/required", json!(["id", "page"]));
}

#[test]
fn only_what_may_be_written_has_operations_that_write() {
    let writes = |writable: &Writable| -> Vec<String> {
        let document = document_with(&Config::default(), writable);
        let all = operations(&document).into_iter();
        let all = all.filter(|(_, method, _)| method != "get");
        all.map(|(path, method, _)| format!("{method} {}", &path[17..])).collect()
    };
    assert_eq!(writes(&Writable::none()), Vec::<String>::new());
    assert_eq!(
        writes(&Writable::tables(["ALBUM", "view"])),
        [
            "post /album/records",
            "delete /album/records/{album_key}",
            "patch /album/records/{album_key}"
        ]
    );
    assert_eq!(writes(&Writable::tables(["Server"])), ["post /Server/records"]);
}

#[test]
fn a_record_is_told_column_by_column() {
    let document = everything();
    let value = |kind: &str| json!({ "$ref": format!("#/components/schemas/{kind}") });
    let or_null = |schema: Value| json!([schema, { "type": "null" }]);
    let album = "/components/schemas/album";
    check(&document, &format!("{album}/required"), json!(["id", "title", "n", "next"]));
    check(
        &document,
        &format!("{album}/properties/next"),
        json!({
            "anyOf": or_null(value("value.i64")), "readOnly": true,
            "description": "`INT`; computed by the database as `n + 1`",
        }),
    );
    check(&document, &format!("{album}.new/required"), json!(["title"]));
    check(&document, &format!("{album}.new/examples"), json!([{ "title": "text" }]));
    check(
        &document,
        &format!("{album}.new/properties"),
        json!({
            "id": {
                "anyOf": or_null(value("input.i64")),
                "description": "`INTEGER`; primary key; made by the database where none is given",
            },
            "title": { "$ref": "#/components/schemas/input.text", "description": "`TEXT`" },
            "n": {
                "$ref": "#/components/schemas/input.i64", "default": 7,
                "description": "`INT`; refers to `orders.id`; default `7`",
            },
        }),
    );
    check(&document, &format!("{album}.change/minProperties"), json!(1));
    check(
        &document,
        &format!("{album}.change/properties/id/$ref"),
        value("input.i64")["$ref"].clone(),
    );
}

#[test]
fn the_path_of_a_record_is_told_with_its_key() {
    let document = everything();
    let key = |table: &str, rest: &str| {
        let name = names::parameter(table);
        format!("{}/parameters/0{rest}", path(&format!("{table}/records/{{{name}_key}}")))
    };
    check(&document, &key("album", "/name"), json!("album_key"));
    check(&document, &key("album", "/schema/type"), json!("integer"));
    check(&document, &key("orders.new", "/schema/minLength"), json!(1));
    check(
        &document,
        &key("answer.error", "/description"),
        json!("The primary key: `a,b`, in this order; a part with a comma stands in double quotes"),
    );
    check(
        &document,
        &key("answer.error", "/example"),
        json!("67e55044-10b1-426f-9247-bb680e5fe0c8,text"),
    );
    assert_eq!(document.pointer(&path("view/records/{view_key}")), None);
    let link = format!("{}/post/responses/201/links/read", path("album/records"));
    check(
        &document,
        &link,
        json!({
            "operationId": "album.get",
            "parameters": { "path.album_key": "$response.body#/record/id" },
        }),
    );
}

#[test]
fn the_key_of_the_server_is_asked_for_and_never_told() {
    let config = Config { api_key: Some("s3cret".into()), ..Config::default() };
    let document = document_with(&config, &Writable::none());
    assert!(!document.to_string().contains("s3cret"));
    check(&document, "/security", json!([{ "bearer": [] }, { "key": [] }]));
    check(&document, "/paths/~1healthz/get/security", json!([]));
    check(
        &document,
        "/paths/~1openapi.json/get/responses/401/$ref",
        json!("#/components/responses/database.401"),
    );
    check(&everything(), "/security", json!([]));
    assert_eq!(everything().pointer("/components/securitySchemes"), None);
}

#[test]
fn a_database_that_is_not_the_default_must_be_named() {
    let (config, writable) = (Config::default(), Writable::all());
    let databases = vec!["shop".to_owned(), "blog".to_owned()];
    let scope = Scope {
        config: &config,
        panels: &[],
        databases,
        database: "blog",
        dialect: Dialect::Sqlite,
        writable: &writable,
        migrations: None,
    };
    let document = document(&scope, &tables());
    let list = path("album");
    check(&document, &format!("{list}/get/parameters/0/required"), json!(true));
    check(&document, &format!("{list}/get/parameters/0/schema/enum"), json!(["blog"]));
    let link =
        format!("{}/post/responses/201/links/read/parameters/query.db", path("album/records"));
    check(&document, &link, json!("blog"));
    check(
        &document,
        "/paths/~1api~1v1~1db~1status/get/parameters/0/schema/enum",
        json!(["shop", "blog"]),
    );
    assert!(document["paths"].get("/api/v1/db/panels/{panel}").is_none());
}
