//! Model files.

use std::time::Duration;

use hypostyle::{Database, ErrorKind, Result};
use hypostyle_schema::desired::{ModelFile, actual, drift};
use hypostyle_schema::migrate::{MigrationKind, MigrationSet};
use hypostyle_schema::{generate, inspect, tables};
use hypostyle_sql::Dialect;

use crate::Home;

const TEXT: &str = "-- database: shop
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE DOMAIN price AS numeric(10,2) CHECK (VALUE >= 0);
    CREATE SEQUENCE numbers;
    CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT $1 * 2; $$;
    CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
    CREATE TABLE item (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, no int DEFAULT nextval('numbers'),
        name varchar(20) NOT NULL UNIQUE, mood mood DEFAULT 'sad', price price,
        double int GENERATED ALWAYS AS (twice(no)) STORED, CHECK (length(name) > 1));
    CREATE TABLE \"Line\" (item bigint REFERENCES item ON DELETE CASCADE, at timestamptz);
    CREATE INDEX item_name ON item USING gin (to_tsvector('english', name));
    CREATE UNIQUE INDEX line_item ON \"Line\" (item DESC NULLS LAST) INCLUDE (at) WHERE item > 0;
    CREATE VIEW items AS SELECT * FROM item;
    CREATE MATERIALIZED VIEW kept AS SELECT count(*) AS count FROM item;
    CREATE TRIGGER stamp BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION stamp();
    CREATE TRIGGER stamp BEFORE UPDATE ON \"Line\" FOR EACH ROW EXECUTE FUNCTION stamp();
    CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM item';
    CREATE EXTENSION IF NOT EXISTS plpgsql;";

fn parse(text: &str) -> Result<ModelFile> {
    Ok(ModelFile::parse_in(text, "m.sql", Dialect::Postgres)?)
}

async fn made(db: &Database) -> Result<Vec<String>> {
    Ok(parse(TEXT)?.apply(db).await?.iter().map(ToString::to_string).collect())
}

/// What differs between a text and a database, the text beginning in line 2.
async fn differences(db: &Database, text: &str) -> Result<Vec<String>> {
    let desired = parse(&format!("-- database: shop\n{text}"))?.check(db).await?;
    let found = drift(&desired, &actual(db).await?);
    Ok(found.into_iter().map(|difference| difference.sentence).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_made_once_and_does_not_differ() -> Result<()> {
    let home = Home::new("").await?;
    let objects = made(&home.db).await?;
    assert_eq!(objects.len(), 14, "{objects:?}");
    assert_eq!(objects[0], "type `mood`");
    assert!(made(&home.db).await?.is_empty());
    let text = TEXT.split_once('\n').unwrap_or_default().1;
    assert_eq!(differences(&home.db, text).await?, [""; 0]);
    home.db.execute("DROP TRIGGER stamp ON item; DROP MATERIALIZED VIEW kept", ()).await?;
    assert_eq!(made(&home.db).await?, ["materialized view `kept`", "trigger `stamp`"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_told_part_by_part() -> Result<()> {
    let home = Home::new(
        "CREATE TABLE item (id int PRIMARY KEY, a int, b text DEFAULT 'x', c text, gone int);
         CREATE INDEX i ON item (a)",
    )
    .await?;
    let text = "CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    a int NOT NULL, b text DEFAULT 'y', c varchar(5) CHECK (c <> ''), extra date);
                CREATE INDEX i ON item USING hash (a);
                CREATE TABLE new (id int);";
    let found = differences(&home.db, text).await?;
    let expect = [
        "the type of `item.id` is BIGINT in models.sql but INTEGER in the database",
        "the identity of `item.id` is ALWAYS in models.sql but none in the database",
        "the nullability of `item.a` is NOT NULL in models.sql but NULL in the database",
        "the default of `item.b` is 'y'::text in models.sql but 'x'::text in the database",
        "the type of `item.c` is CHARACTER VARYING(5) in models.sql but TEXT in the database",
        "column `item.extra` is in models.sql but not in the database",
        "column `item.gone` is in the database but not in models.sql",
        "index `i USING hash (a)` of `item` is in models.sql but not in the database",
        "index `i (a)` of `item` is in the database but not in models.sql",
        "check `item_c_check: c::text <> ''::text` of `item` is in models.sql but not in the",
    ];
    assert_eq!(found.len(), expect.len(), "{found:#?}");
    for (found, expect) in found.iter().zip(expect) {
        assert!(found.starts_with(expect), "{found}\nis not\n{expect}");
    }
    assert_eq!(tables(&home.db).await?, ["item"], "nothing stays of the check");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_come_to_the_first_schema_of_the_search_path() -> Result<()> {
    let home = Home::new("CREATE SCHEMA app; CREATE TABLE item (other int)").await?;
    let app = home.again("?search_path=app,public").await?;
    assert_eq!(made(&app).await?.len(), 14);
    assert!(made(&app).await?.is_empty());
    let text = TEXT.split_once('\n').unwrap_or_default().1;
    assert_eq!(differences(&app, text).await?, [""; 0]);
    assert_eq!(tables(&home.db).await?, ["item", "app.item", "app.items", "app.kept", "app.Line"]);
    app.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_refuses_has_its_place_and_leaves_nothing() -> Result<()> {
    let home = Home::new("CREATE TABLE other (id int PRIMARY KEY)").await?;
    let check = async |text: &str, expect: &str| {
        let models = parse(&format!("-- database: shop\n{text}"))?;
        let problem = models.check(&home.db).await.unwrap_err().to_string();
        assert!(problem.starts_with(expect), "{problem}\nis not\n{expect}");
        Ok::<_, hypostyle::Error>(())
    };
    check("CREATE TABLE t (x int,\n  y int NOT NUL);", "m.sql:3:13: syntax error").await?;
    check("CREATE TABLE t (x int);\nCREATE INDEX i ON t (y)", "m.sql:3:").await?;
    check("CREATE TABLE t (x nope)", "m.sql:2:19: type \"nope\" does not exist").await?;
    let expect = "m.sql:2: a foreign key of `t` refers to `public.other`, which is no table of";
    check("CREATE TABLE t (x int REFERENCES other)", expect).await?;
    let error = parse("-- database: shop\nCREATE TABLE a (x int);\nCREATE TABLE b (x nope)")?;
    let error = error.apply(&home.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Query);
    assert!(error.message().starts_with("m.sql:3:19"), "{error}");
    assert_eq!(inspect(&home.db).await?.tables.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_make_no_schema_is_told_what_it_needs() -> Result<()> {
    let home = Home::new("").await?;
    let role = format!("maker_of_{}", home.scratch.name());
    home.db.execute(&format!("CREATE ROLE {role}"), ()).await?;
    let maker = home.again(&format!("?options=-c%20role%3D{role}")).await?;
    let problem = parse(TEXT)?.check(&maker).await.unwrap_err().to_string();
    assert!(problem.contains("GRANT CREATE ON DATABASE"), "{problem}");
    maker.close().await?;
    home.db.execute(&format!("DROP ROLE {role}"), ()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_once_make_each_object_once() -> Result<()> {
    for round in 0..10 {
        let home = Home::new("").await?;
        let (one, two) = (home.again("").await?, home.again("").await?);
        let run = |db: Database| tokio::spawn(async move { made(&db).await });
        let (first, second) = (run(one), run(two));
        let (first, second) = (first.await.unwrap()?, second.await.unwrap()?);
        assert_eq!(first.len() + second.len(), 14, "round {round}: {first:?} {second:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_dropped_call_leaves_all_or_nothing() -> Result<()> {
    let home = Home::new("").await?;
    let all = "CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int);";
    let models = parse(&format!("-- database: shop\n{all}"))?;
    let (mut none, mut whole) = (0, 0);
    for round in 0..25 {
        // From nothing to what is enough on any machine.
        let patience = Duration::from_micros(50).mul_f64(1.6_f64.powi(round));
        let _ = tokio::time::timeout(patience, models.apply(&home.db)).await;
        match tables(&home.db).await?.len() {
            0 => none += 1,
            3 => whole += 1,
            some => panic!("round {round}: {some} tables"),
        }
        home.db.execute("DROP TABLE IF EXISTS a, b, c", ()).await?;
    }
    assert!(none > 0 && whole > 0, "{none} {whole}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_file_is_made_on_either_engine() -> Result<()> {
    let home = Home::new("").await?;
    let text = "-- database: shop\nCREATE TABLE Item (id INTEGER PRIMARY KEY, name TEXT)";
    let models = ModelFile::parse(text, "m.sql")?;
    assert_eq!(models.apply(&home.db).await?.len(), 1);
    assert!(models.apply(&home.db).await?.is_empty());
    assert_eq!(tables(&home.db).await?, ["item"]);
    let of_sqlite = "-- database: shop\nCREATE VIRTUAL TABLE t USING fts5 (x)";
    let error = ModelFile::parse(of_sqlite, "m.sql")?.apply(&home.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_file_cannot_say_is_not_taken_away() -> Result<()> {
    let home = Home::new("").await?;
    let first = "CREATE TYPE mood AS ENUM ('sad');
        CREATE TABLE item (id int PRIMARY KEY, who text, mood mood);
        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
        CREATE TRIGGER stamp BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION stamp();
        ALTER TABLE item DISABLE TRIGGER stamp;
        ALTER TABLE item ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON item USING (who = current_user);
        CREATE RULE quiet AS ON DELETE TO item DO INSTEAD NOTHING;
        CREATE STATISTICS pair ON id, who FROM item;
        ALTER TABLE item ALTER COLUMN who SET STORAGE EXTERNAL;
        CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
        COMMENT ON TYPE mood IS 'how'; COMMENT ON TABLE item IS 'it'; COMMENT ON COLUMN item.id IS 'no';
        COMMENT ON INDEX item_pkey IS 'key'; COMMENT ON FUNCTION stamp() IS 'at';
        COMMENT ON TRIGGER stamp ON item IS 'off'; COMMENT ON CONSTRAINT item_pkey ON item IS 'one'";
    let set = MigrationSet::embedded(MigrationKind::App, &[("V1__first.sql", first)])?;
    let models = |more: &str| {
        parse(&format!(
            "-- database: shop
            CREATE TYPE mood AS ENUM ('sad');
            CREATE TABLE item (id int PRIMARY KEY, who text, mood mood{more});
            CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
            CREATE TRIGGER stamp BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION stamp();"
        ))
    };
    let db = &home.db;
    assert_eq!(generate(db, db, &models("")?, &set, &[]).await?, None);
    let found = generate(db, db, &models(", more int")?, &set, &[]).await?.unwrap();
    assert_eq!(found.plan.up.statements, ["ALTER TABLE \"item\"\n  ADD COLUMN \"more\" integer"]);
    Ok(())
}
