//! Inspection of live SQLite databases.

mod rebuild;

use hypostyle::{Database, ErrorKind, Result};
use hypostyle_schema::{IndexedBy, Schema, Table, inspect, table, tables};

async fn open(script: &str) -> Result<Database> {
    let db = Database::open("sqlite::memory:").await?;
    db.execute(script, ()).await?;
    Ok(db)
}

/// Inspects what a script makes and compares a short form of it.
async fn check(script: &str, expect: &str) -> Result<()> {
    let db = open(script).await?;
    let schema = inspect(&db).await?;
    assert_eq!(show(&schema), expect, "{script}");
    let names: Vec<String> = schema.tables.iter().map(|table| table.name.clone()).collect();
    assert_eq!(tables(&db).await?, names);
    for expect in &schema.tables {
        let upper = expect.name.to_ascii_uppercase();
        assert_eq!(table(&db, &upper).await?.as_ref(), Some(expect));
    }
    Ok(())
}

fn show(schema: &Schema) -> String {
    schema.tables.iter().map(show_table).collect::<Vec<_>>().join("\n")
}

fn show_table(table: &Table) -> String {
    let mut lines = vec![format!("{:?} {}", table.kind, table.name)];
    if table.strict || table.without_rowid {
        lines.push(format!("strict {} without_rowid {}", table.strict, table.without_rowid));
    }
    for column in &table.columns {
        let mut line = format!("{}: {:?}", column.name, column.kind);
        line += if column.nullable { "?" } else { "" };
        line += &column.primary_key.map(|at| format!(" key {at}")).unwrap_or_default();
        line += &column.default.as_ref().map(|by| format!(" = {by}")).unwrap_or_default();
        line += &column.generated.as_ref().map(|by| format!(" {by:?}")).unwrap_or_default();
        line += if column.hidden { " hidden" } else { "" };
        lines.push(line);
    }
    for key in &table.foreign_keys {
        let (from, to) = (key.columns.join(","), key.referenced_columns.join(","));
        let actions = format!("{:?} {:?}", key.on_update, key.on_delete);
        lines.push(format!("{from} -> {}({to}) {actions}", key.referenced_table));
    }
    for index in &table.indexes {
        let parts = index.parts.iter().map(|part| {
            let by = match &part.by {
                IndexedBy::Column(name) => name.clone(),
                IndexedBy::Expression(text) => format!("({text})"),
            };
            let collation = part.collation.as_deref().filter(|name| *name != "BINARY");
            let collation = collation.map(|name| format!(" {name}")).unwrap_or_default();
            format!("{by}{collation}{}", if part.descending { " desc" } else { "" })
        });
        let parts = parts.collect::<Vec<_>>().join(", ");
        let unique = if index.unique { " unique" } else { "" };
        let wheres = index.predicate.as_ref().map(|by| format!(" where {by}")).unwrap_or_default();
        lines.push(format!("{:?} {}{unique}: {parts}{wheres}", index.origin, index.name));
    }
    lines.extend(table.checks.iter().map(|check| {
        format!("check {} {}", check.name.as_deref().unwrap_or("-"), check.expression)
    }));
    lines.extend(table.problem.as_ref().map(|problem| format!("problem: {problem}")));
    lines.join("\n  ")
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_keys_and_checks_are_inspected() -> Result<()> {
    check(
        "CREATE TABLE \"o\"\"dd\" (
             id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'it''s',
             price NUMERIC(10,2) CHECK (price >= 0), at DATETIME DEFAULT CURRENT_TIMESTAMP,
             twice INT GENERATED ALWAYS AS (id * 2) STORED, next AS (id + 1), data JSON, any_thing,
             CONSTRAINT sane CHECK (length(name) < 9));
         CREATE TABLE pair (b TEXT, a TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
         CREATE TABLE exact (k TEXT PRIMARY KEY, v ANY) STRICT;",
        "Table exact
  strict true without_rowid false
  k: Text key 1
  v: Any?
  PrimaryKey sqlite_autoindex_exact_1 unique: k
Table o\"dd
  id: I64 key 1
  name: Text = 'it''s'
  price: Decimal?
  at: Timestamp? = CURRENT_TIMESTAMP
  twice: I64? Generated { storage: Stored, expression: Some(\"id * 2\") }
  next: Any? Generated { storage: Virtual, expression: Some(\"id + 1\") }
  data: Json?
  any_thing: Any?
  check - price >= 0
  check sane length(name) < 9
Table pair
  strict false without_rowid true
  b: Text key 2
  a: Text key 1
  PrimaryKey sqlite_autoindex_pair_1 unique: a, b",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_keys_find_the_key_they_leave_unnamed() -> Result<()> {
    check(
        "CREATE TABLE parent (a INT, b INT, PRIMARY KEY (b, a));
         CREATE TABLE child (
             x INT, y INT, self INT REFERENCES child (x) ON DELETE CASCADE ON UPDATE SET NULL,
             gone INT REFERENCES nowhere, FOREIGN KEY (x, y) REFERENCES PARENT ON DELETE RESTRICT);",
        "Table child
  x: I64?
  y: I64?
  self: I64?
  gone: I64?
  self -> child(x) SetNull Cascade
  gone -> nowhere() NoAction NoAction
  x,y -> PARENT(b,a) NoAction Restrict
Table parent
  a: I64? key 2
  b: I64? key 1
  PrimaryKey sqlite_autoindex_parent_1 unique: b, a",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn indexes_are_inspected_with_expressions_and_predicates() -> Result<()> {
    check(
        "CREATE TABLE t (a TEXT, b INT, UNIQUE (b, a));
         CREATE INDEX plain ON t (a COLLATE NOCASE DESC, b);
         CREATE UNIQUE INDEX odd ON t (lower(a) DESC, b || ',') WHERE b > 1 AND a <> ')';",
        "Table t
  a: Text?
  b: I64?
  Unique sqlite_autoindex_t_1 unique: b, a
  Created plain: a NOCASE desc, b
  Created odd unique: (lower(a)) desc, (b || ',') where b > 1 AND a <> ')'",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn views_and_virtual_tables_are_inspected_without_their_shadows() -> Result<()> {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n REAL);
         CREATE VIEW v AS SELECT id, n * 2 AS twice FROM t;
         CREATE VIRTUAL TABLE f USING fts5 (body);
         INSERT INTO t (n) VALUES (1);",
        "Virtual f
  body: Any?
  f: Any? hidden
  rank: Any? hidden
Table t
  id: I64 key 1
  n: F64?
View v
  id: I64?
  twice: Any?",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_cannot_be_read_says_why_and_spoils_no_other() -> Result<()> {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY);
         CREATE VIEW broken AS SELECT * FROM gone;
         CREATE VIRTUAL TABLE f USING fts5 (body);",
        "View broken
  problem: no such table: main.gone
Virtual f
  body: Any?
  f: Any? hidden
  rank: Any? hidden
Table t
  id: I64 key 1",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_only_compared() -> Result<()> {
    let db = open("CREATE TABLE t (id INT)").await?;
    for name in ["", "nope", "t'", "t; DROP TABLE t", "%", "sqlite_schema", "SQLITE_SCHEMA", "t\0"]
    {
        assert_eq!(table(&db, name).await?, None, "{name:?}");
    }
    assert!(table(&db, "T").await?.is_some());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_queries_does_not_grow_with_the_tables() -> Result<()> {
    let script: String = (0..200)
        .map(|at| format!("CREATE TABLE t{at} (a INT REFERENCES t0, b TEXT UNIQUE);"))
        .collect();
    let db = open(&script).await?;
    let queries = || db.figures().map_or(0, |figures| figures.queries);
    let before = queries();
    assert_eq!(inspect(&db).await?.tables.len(), 200);
    assert!(queries() - before <= 8, "{} queries", queries() - before);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_are_those_the_driver_reads() -> Result<()> {
    let declared = [
        "",
        "ANY",
        "BOOLEAN",
        "DATE",
        "TIME",
        "DATETIME",
        "TIMESTAMPTZ",
        "INTERVAL",
        "DECIMAL(9,2)",
        "UUID",
        "JSON",
        "VECTOR",
        "BIGINT",
        "NVARCHAR (20)",
        "LONGTEXT",
        "BLOB",
        "double precision",
        "geometry",
        "timestamp with time zone",
        "NUMBER",
    ];
    let columns = declared.iter().enumerate().map(|(at, kind)| format!("c{at} {kind}"));
    let columns: Vec<String> = columns.collect();
    let db = open(&format!("CREATE TABLE t ({})", columns.join(", "))).await?;
    let inspected = table(&db, "t")
        .await?
        .ok_or_else(|| hypostyle::Error::new(ErrorKind::RowNotFound, "the table is gone"))?;
    let reply = db.stream("SELECT * FROM t", ()).await?;
    for (column, read) in inspected.columns.iter().zip(reply.columns().iter()) {
        assert_eq!(column.kind, read.kind, "{}", column.declared);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_written_as_json() -> Result<()> {
    let db =
        open("CREATE TABLE \"a\"\"b\" (id INTEGER PRIMARY KEY, p INT REFERENCES x (y))").await?;
    let json = table(&db, "a\"b").await?.map(|table| table.to_json());
    let expect = concat!(
        r#"{"schema":"main","name":"a\"b","kind":"table","columns":["#,
        r#"{"name":"id","type":"INTEGER","kind":"i64","nullable":false,"default":null,"#,
        r#""generated":null,"primary_key":1,"hidden":false},"#,
        r#"{"name":"p","type":"INT","kind":"i64","nullable":true,"default":null,"#,
        r#""generated":null,"primary_key":null,"hidden":false}],"#,
        r#""primary_key":["id"],"foreign_keys":[{"columns":["p"],"referenced_table":"x","#,
        r#""referenced_columns":["y"],"on_update":"no_action","on_delete":"no_action"}],"#,
        r#""indexes":[],"checks":[],"strict":false,"without_rowid":false,"#,
        r#""sql":"CREATE TABLE \"a\"\"b\" (id INTEGER PRIMARY KEY, p INT REFERENCES x (y))","#,
        r#""problem":null}"#,
    );
    assert_eq!(json.as_deref(), Some(expect));
    Ok(())
}

#[tokio::test]
async fn what_is_inspected_is_created_again() -> Result<()> {
    let script = "
        CREATE TABLE person (id INTEGER NOT NULL, name TEXT NOT NULL DEFAULT 'it''s',
            age INTEGER CHECK (age > 0), twice INTEGER GENERATED ALWAYS AS (age * 2) VIRTUAL,
            at TEXT DEFAULT (CURRENT_TIMESTAMP), PRIMARY KEY (id), UNIQUE (name, age)) STRICT;
        CREATE TABLE \"odd \"\"name\" (a TEXT NOT NULL, b TEXT NOT NULL, person INTEGER,
            PRIMARY KEY (b, a),
            FOREIGN KEY (person) REFERENCES person (id) ON DELETE CASCADE) WITHOUT ROWID;
        CREATE UNIQUE INDEX by_lower ON \"odd \"\"name\" (lower(a) COLLATE NOCASE DESC)
            WHERE person IS NOT NULL;";
    let first = open(script).await?;
    let made = inspect(&first).await?;
    let again = Database::open("sqlite::memory:").await?;
    for table in made.tables.iter().rev() {
        again.create_table(table).await?;
    }
    let mut found = inspect(&again).await?;
    let mut expect = made;
    for table in expect.tables.iter_mut().chain(&mut found.tables) {
        table.sql = None;
    }
    assert_eq!(found, expect);
    Ok(())
}
