//! Inspection and migrations of live MySQL and MariaDB databases.

mod migrate;
mod rebuild;
mod scratch;

use hypostyle::core::Type;
use hypostyle::schema::desired::{actual, drift};
use hypostyle::schema::diff::diff;
use hypostyle::schema::plan::plan;
use hypostyle::schema::{
    DefinitionKind, IndexedBy, Schema, ScratchDatabase, Storage, Table, TableKind, inspect, table,
    tables,
};
use hypostyle::sql::Dialect;
use hypostyle::{ConnectionConfig, Database, Environment, ModelFile, Result, Scratch};
use hypostyle_testkit::server::{Brand, MySql, MySqlScratch};

const BRANDS: [Brand; 2] = [Brand::MariaDb, Brand::Oracle];

/// A database of one test.
struct Home {
    scratch: MySqlScratch<'static>,
    db: Database,
}

impl Home {
    async fn new(brand: Brand, script: &str) -> Result<Self> {
        let scratch = MySql::shared(brand)?.scratch()?;
        let options = Database::options().environment(Environment::empty());
        let db = options.open(&scratch.url()).await?;
        db.execute(script, ()).await?;
        Ok(Self { scratch, db })
    }

    async fn schema(&self) -> Result<Schema> {
        let mut schema = inspect(&self.db).await?;
        schema.tables.iter_mut().for_each(|table| table.schema.clear());
        Ok(schema)
    }
}

const SHOP: &str = "
    CREATE TABLE person (id bigint unsigned AUTO_INCREMENT PRIMARY KEY,
        name varchar(40) NOT NULL DEFAULT 'it''s' COMMENT 'who', mood enum('a', 'b,c', 'it''s'),
        flag tinyint(1) DEFAULT 1, age int, twice int GENERATED ALWAYS AS (age * 2) STORED,
        bits bit(3) DEFAULT b'101', doc json, at timestamp NULL, CONSTRAINT sole UNIQUE (name, age),
        CONSTRAINT grown CHECK (age > 0), KEY by_age (age DESC), FULLTEXT KEY by_words (name))
        COMMENT = 'people';
    CREATE TABLE `odd ``name` (a int, b decimal(10,2), person bigint unsigned, PRIMARY KEY (b, a),
        CONSTRAINT whose FOREIGN KEY (person) REFERENCES person (id) ON DELETE SET NULL
        ON UPDATE CASCADE);";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_inspected_is_created_again() -> Result<()> {
    for brand in BRANDS {
        let made = Home::new(brand, SHOP).await?.schema().await?;
        assert_eq!(made.tables.len(), 2);
        let again = Home::new(brand, "").await?;
        for table in made.tables.iter().rev() {
            again.db.create_table(table).await?;
        }
        assert_eq!(again.schema().await?, made);
    }
    Ok(())
}

/// What is told only where it is not as the engine has it by itself.
fn unusual(brand: Brand) -> String {
    let (unused, not_enforced) = match brand {
        Brand::MariaDb => ("IGNORED", ""),
        Brand::Oracle => ("INVISIBLE", "NOT ENFORCED"),
    };
    format!(
        "CREATE TABLE odd (id int PRIMARY KEY, exact varchar(20) COLLATE utf8mb4_bin NOT NULL,
            usual varchar(20), aside int INVISIBLE, doc json, seen int, age int, size int,
            CONSTRAINT grown CHECK (age > 0) {not_enforced},
            UNIQUE KEY once (age) COMMENT 'it''s', KEY by_seen (seen) {unused})
            ROW_FORMAT=COMPRESSED COLLATE=utf8mb4_unicode_ci;
        CREATE TABLE plain (id int PRIMARY KEY) ENGINE=MyISAM;"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_usual_is_told_and_created_again() -> Result<()> {
    for brand in BRANDS {
        let made = Home::new(brand, &unusual(brand)).await?.schema().await?;
        let [odd, plain] = made.tables.as_slice() else { panic!("{:?}", made.tables) };
        let options = |table: &Table| {
            let told = table.options.iter().map(|it| format!("{}={}", it.name, it.value));
            told.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(options(odd), "COLLATE=utf8mb4_unicode_ci ROW_FORMAT=COMPRESSED");
        assert_eq!(options(plain), "ENGINE=MyISAM");
        let collations = odd.columns.iter().filter_map(|column| column.collation.as_deref());
        assert_eq!(collations.collect::<Vec<_>>(), ["utf8mb4_bin"], "{brand:?}");
        let hidden = odd.columns.iter().filter(|column| column.hidden);
        assert_eq!(hidden.map(|column| &*column.name).collect::<Vec<_>>(), ["aside"]);
        let unused = odd.indexes.iter().filter(|index| index.unused);
        assert_eq!(unused.map(|index| &*index.name).collect::<Vec<_>>(), ["by_seen"]);
        let comments = odd.indexes.iter().filter_map(|index| index.comment.as_deref());
        assert_eq!(comments.collect::<Vec<_>>(), ["it's"]);
        assert_eq!(odd.checks[0].not_enforced, brand == Brand::Oracle);
        let again = Home::new(brand, "").await?;
        for table in &made.tables {
            again.db.create_table(table).await?;
        }
        assert_eq!(again.schema().await?, made);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_keys_and_indexes_are_told() -> Result<()> {
    for brand in BRANDS {
        let home = Home::new(brand, SHOP).await?;
        let person = table(&home.db, "PERSON").await?.expect("it is there");
        let kinds: Vec<Type> = person.columns.iter().map(|column| column.kind).collect();
        let expect = [
            Type::U64,
            Type::Text,
            Type::Text,
            Type::Bool,
            Type::I64,
            Type::I64,
            Type::U64,
            Type::Json,
            Type::TimestampTz,
        ];
        assert_eq!(kinds, expect);
        assert_eq!(person.columns[1].default.as_deref(), Some("'it''s'"));
        assert_eq!(person.columns[2].labels, ["a", "b,c", "it's"]);
        let twice = person.columns[5].generated.as_ref().map(|made| made.storage);
        assert_eq!(twice, Some(Storage::Stored));
        assert_eq!(person.comment.as_deref(), Some("people"));
        assert_eq!(person.primary_key, ["id"]);
        let by_age = person.indexes.iter().find(|index| index.name == "by_age");
        let part = by_age.map(|index| (index.parts[0].by.clone(), index.parts[0].descending));
        assert_eq!(part, Some((IndexedBy::Column("age".into()), true)));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_tables_and_events_are_told() -> Result<()> {
    let script = "CREATE TABLE t (a int, b varchar(90), c datetime ON UPDATE CURRENT_TIMESTAMP,
            KEY short (b(5)))
            PARTITION BY HASH (a) PARTITIONS 2;
        CREATE TRIGGER before_t BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;
        CREATE VIEW seen AS SELECT a FROM t;
        CREATE EVENT later ON SCHEDULE AT '2035-01-01 00:00:00' DISABLE DO DELETE FROM t;";
    for brand in BRANDS {
        let home = Home::new(brand, script).await?;
        let schema = home.schema().await?;
        assert_eq!(tables(&home.db).await?, ["seen", "t"]);
        assert_eq!(schema.tables[0].kind, TableKind::View);
        let cut = schema.tables[1].options.iter().find(|option| option.name == "PARTITION BY");
        let words = cut.map(|cut| cut.value.split_whitespace().collect::<Vec<_>>().join(" "));
        assert_eq!(words.as_deref(), Some("HASH (`a`) PARTITIONS 2"));
        let [event] = schema.definitions.as_slice() else { panic!("{:?}", schema.definitions) };
        assert_eq!((event.kind, event.name.as_str()), (DefinitionKind::Event, "later"));
        assert_eq!(event.drop, "DROP EVENT `later`");
    }
    Ok(())
}

/// What a plan makes of one schema is the other, and back.
#[tokio::test(flavor = "multi_thread")]
async fn parts_of_tables_events_and_sequences_change_there_and_back() -> Result<()> {
    let common = "CREATE TABLE t (a int, b int)";
    let event = "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00' DO";
    for brand in BRANDS {
        let (more, sequence) = match brand {
            Brand::MariaDb => ("; CREATE SEQUENCE s", " INCREMENT BY -2 CACHE 9"),
            Brand::Oracle => ("", ""),
        };
        let scripts = [
            common.to_owned(),
            format!("{common} PARTITION BY HASH (a) PARTITIONS 2; {event} DELETE FROM t{more}"),
            format!("CREATE TABLE t (a int) PARTITION BY KEY (a); {event} DO 1{more}{sequence}"),
        ];
        for (from, to) in [(0, 1), (1, 2), (2, 0)] {
            let (home, other) =
                (Home::new(brand, &scripts[from]).await?, Home::new(brand, &scripts[to]).await?);
            let (from, to) = (home.schema().await?, other.schema().await?);
            let planned = plan(&diff(&from, &to, Dialect::Mysql, &[]), &from, &to, Dialect::Mysql)?;
            for (script, expect) in [(planned.up, &to), (planned.down, &from)] {
                for statement in &script.statements {
                    let ran = home.db.execute(statement, ()).await;
                    ran.map_err(|error| error.while_doing(statement))?;
                }
                assert_eq!(home.schema().await?, *expect, "{brand:?}");
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn routines_are_told_as_statements_that_make_them() -> Result<()> {
    const TAXED: &str = "CREATE FUNCTION `taxed`(`price` decimal(10,2), `rate` double) \
        RETURNS decimal(12,2) DETERMINISTIC NO SQL COMMENT 'it''s more' \
        BEGIN DECLARE part int DEFAULT 1; RETURN price * (part + rate / 100); END";
    const COUNTED: &str = "CREATE PROCEDURE \
        `counted`(IN `at_least` double, OUT `found` varchar(9) CHARSET latin1 COLLATE latin1_bin) \
        READS SQL DATA SQL SECURITY INVOKER \
        SELECT count(*) INTO found FROM t WHERE a >= at_least";
    for brand in BRANDS {
        let home = Home::new(brand, "CREATE TABLE t (a int)").await?;
        for statement in [TAXED, COUNTED, "CREATE PROCEDURE quoting() SELECT 'a''b'"] {
            home.db.execute(statement, ()).await?;
        }
        let schema = home.schema().await?;
        let told: Vec<&str> = schema.definitions.iter().map(|it| &*it.sql).collect();
        let quoting = "CREATE PROCEDURE `quoting`() SELECT 'a''b'";
        assert_eq!(told, [TAXED, COUNTED, quoting], "{brand:?}");
        assert_eq!(schema.beyond, Vec::<String>::new());
        let again = Home::new(brand, "CREATE TABLE t (a int)").await?;
        for definition in &schema.definitions {
            again.db.execute(&definition.sql, ()).await?;
        }
        assert_eq!(again.schema().await?.definitions, schema.definitions);
        for definition in &schema.definitions {
            again.db.execute(&definition.drop, ()).await?;
        }
        assert!(again.schema().await?.definitions.is_empty());
    }
    Ok(())
}

const MODELS: &str = "-- database: shop
    CREATE TABLE item (id bigserial PRIMARY KEY, code uuid, name varchar NOT NULL UNIQUE,
        price number(10,2) DEFAULT 1.50, at timestamptz, doc jsonb, picture bytea,
        CHECK (price >= 0));
    CREATE TABLE line (item bigint, place int, note text, PRIMARY KEY (item, place),
        CONSTRAINT of_item FOREIGN KEY (item) REFERENCES item (id) ON DELETE CASCADE);
    CREATE INDEX by_place ON line (place DESC);
    CREATE INDEX by_place ON item (at);
    CREATE FULLTEXT INDEX by_note ON line (note);
    CREATE SQL SECURITY INVOKER VIEW items AS SELECT id, name FROM item;
    CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2;
    CREATE PROCEDURE tidy() BEGIN DELETE FROM line; DELETE FROM item; END;
    CREATE TRIGGER stamp BEFORE INSERT ON line FOR EACH ROW
        BEGIN SET NEW.note = coalesce(NEW.note, 'none'); END;";

fn parse(text: &str) -> Result<ModelFile> {
    Ok(ModelFile::parse_in(text, "models.sql", Dialect::Mysql)?)
}

async fn scratch_of(home: &Home) -> Result<Scratch> {
    let config = ConnectionConfig::parse(&home.scratch.url())?;
    let options = Database::options().environment(Environment::empty());
    Scratch::open(&home.db, options, config, None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_file_wants_is_made_once_and_does_not_differ() -> Result<()> {
    for brand in BRANDS {
        let home = Home::new(brand, "").await?;
        let scratch = scratch_of(&home).await?;
        let models = parse(MODELS)?;
        let desired = models.check(&scratch).await?;
        assert_eq!(desired, models.check(&scratch).await?, "{brand:?}: nothing stays");
        scratch.close().await?;
        let made: Vec<String> =
            models.apply(&home.db).await?.iter().map(|it| it.to_string()).collect();
        assert_eq!(made.len(), 9, "{made:?}");
        assert_eq!((made[0].as_str(), made[8].as_str()), ("table `item`", "trigger `stamp`"));
        assert!(models.apply(&home.db).await?.is_empty());
        let actual = actual(&home.db).await?;
        assert_eq!(actual, desired, "{brand:?}");
        assert_eq!(drift(&desired, &actual), []);
        home.db.execute("DROP TRIGGER stamp; DROP INDEX by_place ON line", ()).await?;
        let made = models.apply(&home.db).await?;
        assert_eq!(
            made.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
            ["by_place", "stamp"]
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_model_file_is_told_with_its_place() -> Result<()> {
    for brand in BRANDS {
        let home = Home::new(brand, "CREATE TABLE others (a int)").await?;
        let scratch = scratch_of(&home).await?;
        let of_type = match brand {
            Brand::Oracle => "models.sql:2:28:",
            _ => "Unknown data type: 'nonsense'",
        };
        for (text, line, says) in [
            ("CREATE TABLE t (a bytea, b nonsense)", 2, of_type),
            ("CREATE TABLE t (a int,\n CONSTRAINT x FOREIGN KEY (a) REFERENCES others (a))", 2, ""),
            ("CREATE OR REPLACE VIEW v AS SELECT 1", 2, "never replaced"),
            ("DROP TABLE others", 2, "may not stand in a model file"),
            ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t", 2, "cannot make `EVENT`"),
        ] {
            let text = format!("-- database: shop\n{text}");
            let problem = match ModelFile::parse_in(&*text, "models.sql", Dialect::Mysql) {
                Ok(models) => models.check(&scratch).await.err(),
                Err(problem) => Some(problem),
            };
            let problem = problem.unwrap_or_else(|| panic!("{text}"));
            assert_eq!(problem.line, line, "{brand:?}: {problem}");
            assert!(problem.to_string().contains(says), "{brand:?}: {problem}");
        }
        scratch.close().await?;
        assert_eq!(tables(&home.db).await?, ["others"]);
        assert!(parse(MODELS)?.check(&home.db).await.is_err(), "the database itself is no scratch");
        assert_eq!(tables(&home.db).await?, ["others"]);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_scratch_database_is_dropped_by_the_next() -> Result<()> {
    const COUNT: &str = "SELECT count(*) FROM information_schema.schemata WHERE schema_name = ?";
    for brand in BRANDS {
        let home = Home::new(brand, "").await?;
        let abandoned = ScratchDatabase::create(&home.db).await?;
        let name = abandoned.name().to_owned();
        let kept = ScratchDatabase::create(&home.db).await?;
        let count: i64 = home.db.fetch_value(COUNT, (name.as_str(),)).await?;
        assert_eq!(count, 1, "{brand:?}: whose maker is there stays");
        drop(abandoned);
        let mut tries = 0;
        loop {
            ScratchDatabase::create(&home.db).await?.discard().await?;
            match home.db.fetch_value::<i64>(COUNT, (name.as_str(),)).await? {
                0 => break,
                _ => tries += 1,
            }
            assert!(tries < 1000, "{brand:?}: {name} stays");
        }
        assert_eq!(home.db.fetch_value::<i64>(COUNT, (kept.name(),)).await?, 1);
        kept.discard().await?;
    }
    Ok(())
}
