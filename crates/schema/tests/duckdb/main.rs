//! Inspection of live DuckDB databases.

mod rebuild;

use hypostyle::core::Type;
use hypostyle::schema::desired::{actual, drift};
use hypostyle::schema::{Schema, Storage, TableKind, inspect, table, tables};
use hypostyle::sql::Dialect;
use hypostyle::{Database, Environment, ModelFile, Result};

async fn open(script: &str) -> Result<Database> {
    let options = Database::options().environment(Environment::empty());
    let db = options.open("duckdb::memory:").await?;
    db.execute(script, ()).await?;
    Ok(db)
}

/// Inspects all but the statements, which tell an order that means nothing.
async fn schema(db: &Database) -> Result<Schema> {
    let mut schema = inspect(db).await?;
    schema.tables.iter_mut().for_each(|table| table.sql = None);
    Ok(schema)
}

const SHOP: &str = "
    CREATE TABLE person (id BIGINT PRIMARY KEY, name VARCHAR NOT NULL DEFAULT 'it''s',
        mood ENUM('a', 'b'), age INTEGER CHECK (age > 0),
        twice INTEGER GENERATED ALWAYS AS (age * 2), tags VARCHAR[], place STRUCT(x INTEGER, y VARCHAR),
        UNIQUE (name, age));
    COMMENT ON TABLE person IS 'people'; COMMENT ON COLUMN person.age IS 'in \"years\"';
    CREATE TABLE \"odd \"\"name\" (a INTEGER, b DECIMAL(10,2), person BIGINT,
        PRIMARY KEY (b, a), FOREIGN KEY (person) REFERENCES person (id));
    CREATE UNIQUE INDEX by_lower ON \"odd \"\"name\" (lower(b::VARCHAR), a)";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_inspected_is_created_again() -> Result<()> {
    let made = schema(&open(SHOP).await?).await?;
    assert_eq!(made.tables.len(), 2);
    let again = open("").await?;
    for table in made.tables.iter().rev() {
        again.create_table(table).await?;
    }
    assert_eq!(schema(&again).await?, made);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_views_and_schemas_are_told() -> Result<()> {
    let script = format!(
        "{SHOP}; CREATE SCHEMA sales; CREATE TABLE sales.orders (id INTEGER PRIMARY KEY); \
         CREATE TABLE orders (id INTEGER); CREATE VIEW names AS SELECT name FROM person; \
         CREATE SEQUENCE numbers; CREATE MACRO plus(a, b) AS a + b"
    );
    let db = open(&script).await?;
    let names = ["names", "odd \"name", "orders", "person", "sales.orders"];
    assert_eq!(tables(&db).await?, names);
    let schema = schema(&db).await?;
    assert_eq!(schema.tables[0].kind, TableKind::View);
    assert_eq!(
        (schema.schemas.as_slice(), schema.beyond.as_slice()),
        (&["sales".to_owned()][..], &["macro plus".to_owned()][..])
    );
    assert_eq!(schema.sequences[0].name, "numbers");
    let person = table(&db, "Person").await?.expect("it is there");
    let kinds: Vec<Type> = person.columns.iter().map(|column| column.kind).collect();
    let expect = [Type::I64, Type::Text, Type::Text, Type::I64, Type::I64, Type::List, Type::Map];
    assert_eq!(kinds, expect);
    let twice = person.columns[4].generated.clone().expect("it is generated");
    assert_eq!((twice.storage, twice.expression.as_deref()), (Storage::Virtual, Some("age * 2")));
    assert_eq!(person.columns[3].comment.as_deref(), Some("in \"years\""));
    assert_eq!(table(&db, "orders").await?.map(|table| table.schema), Some("main".to_owned()));
    let other = table(&db, "sales.orders").await?.expect("it is there");
    assert_eq!((other.schema.as_str(), other.bare_name()), ("sales", "orders"));
    assert_eq!(other.primary_key, ["id"]);
    Ok(())
}

const MODELS: &str = "-- database: shop
    CREATE SEQUENCE numbers;
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE TABLE item (id bigint unsigned PRIMARY KEY DEFAULT nextval('numbers'), doc jsonb,
        name nvarchar(40) NOT NULL UNIQUE, mood mood DEFAULT 'sad', price number(10,2),
        CHECK (price >= 0));
    CREATE TABLE line (item bigint unsigned REFERENCES item (id), place int(11), note longtext);
    CREATE INDEX by_place ON line (place);
    CREATE VIEW items AS SELECT id, name FROM item;
    CREATE MACRO twice(n) AS n * 2;";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_file_wants_is_made_once_and_does_not_differ() -> Result<()> {
    let db = open("").await?;
    let scratch = open("").await?;
    let models = ModelFile::parse_in(MODELS, "models.sql", Dialect::DuckDb)?;
    let desired = models.check(&scratch).await?;
    assert!(tables(&scratch).await?.is_empty());
    let made: Vec<String> = models.apply(&db).await?.iter().map(ToString::to_string).collect();
    let expect = [
        "sequence `numbers`",
        "type `mood`",
        "table `item`",
        "table `line`",
        "index `by_place`",
        "view `items`",
        "function `twice`",
    ];
    assert_eq!(made, expect);
    assert!(models.apply(&db).await?.is_empty());
    assert_eq!(drift(&desired, &actual(&db).await?), []);
    db.execute("DROP INDEX by_place; DROP VIEW items", ()).await?;
    assert_eq!(models.apply(&db).await?.len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_model_file_is_told_with_its_place() -> Result<()> {
    let scratch = open("").await?;
    for (text, line, says) in [
        ("CREATE TABLE t (a bytea,\n b nonsense)", 3, "models.sql:3:4: "),
        ("CREATE TRIGGER t BEFORE INSERT ON t", 2, "cannot make `TRIGGER`"),
        ("CREATE TABLE t AS SELECT 1", 2, "copies rows"),
        ("CREATE TABLE s.t (a int)", 2, "names a schema"),
    ] {
        let text = format!("-- database: shop\n{text}");
        let problem = match ModelFile::parse_in(&*text, "models.sql", Dialect::DuckDb) {
            Ok(models) => models.check(&scratch).await.err(),
            Err(problem) => Some(problem),
        };
        let problem = problem.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(problem.line, line, "{problem}");
        assert!(problem.to_string().contains(says), "{problem}");
    }
    Ok(())
}
