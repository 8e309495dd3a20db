//! Projects of other tools: their files and databases as these leave them.

use hypostyle::Result;

use super::{ENGINES, Home, set};

/// What stands in a database that a tool has brought to its first version, and the tool's own table.
struct Left {
    files: &'static [(&'static str, &'static str)],
    standing: &'static str,
    tracking: &'static str,
    /// The version it is at.
    at: &'static str,
    /// What is applied then.
    then: &'static [&'static str],
}

const FIRST: &str = "CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);";

const FLYWAY: Left = Left {
    files: &[
        ("V1__first.sql", FIRST),
        ("V1.1__second.sql", "ALTER TABLE item ADD COLUMN price NUMERIC(10, 2);"),
        ("R__names.sql", "DROP VIEW IF EXISTS names; CREATE VIEW names AS SELECT name FROM item;"),
    ],
    standing: "CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
        CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY,
            version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL,
            script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL,
            installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time INT NOT NULL,
            success BOOLEAN NOT NULL);
        INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,
            checksum, installed_by, execution_time, success)
            VALUES (1, '1', 'first', 'SQL', 'V1__first.sql', 1234, 'me', 5, true);",
    tracking: "SELECT count(*) FROM flyway_schema_history",
    at: "1",
    then: &["V1.1__second.sql", "R__names.sql"],
};

const SQLX: Left = Left {
    files: &[
        ("20240101000000_first.up.sql", FIRST),
        ("20240101000000_first.down.sql", "DROP TABLE item;"),
        ("20240102000000_second.up.sql", "ALTER TABLE item ADD COLUMN price NUMERIC(10, 2);"),
        ("20240102000000_second.down.sql", "ALTER TABLE item DROP COLUMN price;"),
    ],
    standing: "CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
        CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description VARCHAR(99) NOT NULL,
            installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
            checksum VARCHAR(99) NOT NULL, execution_time BIGINT NOT NULL);
        INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            VALUES (20240101000000, 'first', true, 'ab', 5);",
    tracking: "SELECT count(*) FROM _sqlx_migrations",
    at: "20240101000000",
    then: &["20240102000000_second.up.sql"],
};

/// The first file is what `alembic upgrade head --sql` writes.
const ALEMBIC: Left = Left {
    files: &[
        (
            "V001__alembic.sql",
            "BEGIN;\n\nCREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n    \
             CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n);\n\n\
             -- Running upgrade  -> 9cb0b72c9381\n\nCREATE TABLE item (\n    id INTEGER NOT NULL, \n    \
             name VARCHAR(40) NOT NULL, \n    PRIMARY KEY (id)\n);\n\n\
             INSERT INTO alembic_version (version_num) VALUES ('9cb0b72c9381');\n\nCOMMIT;\n",
        ),
        ("V002__second.sql", "ALTER TABLE item ADD COLUMN price NUMERIC(10, 2);"),
    ],
    standing: "CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
        CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
            CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
        INSERT INTO alembic_version (version_num) VALUES ('9cb0b72c9381');",
    tracking: "SELECT count(*) FROM alembic_version",
    at: "1",
    then: &["V002__second.sql"],
};

const TOOLS: [Left; 3] = [FLYWAY, SQLX, ALEMBIC];

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_another_tool_goes_on_from_where_it_is() -> Result<()> {
    for engine in ENGINES {
        for left in TOOLS {
            let home = Home::new(engine).await?;
            home.db.execute(left.standing, ()).await?;
            home.db.execute("INSERT INTO item (id, name) VALUES (1, 'Lamp')", ()).await?;
            let set = set(left.files);
            assert_eq!(home.migrator(&set).baseline(&left.at.parse()?).await?, 1, "{engine:?}");
            let report = home.migrator(&set).up(None).await?;
            let applied: Vec<&str> = report.applied.iter().map(|it| it.filename.as_str()).collect();
            assert_eq!(applied, left.then, "{engine:?}");
            let found: (String, Option<f64>) =
                home.db.fetch_one("SELECT name, price * 1.0e0 FROM item", ()).await?;
            assert_eq!(found, ("Lamp".to_owned(), None), "{engine:?}");
            assert_eq!(home.db.fetch_value::<i64>(left.tracking, ()).await?, 1, "{engine:?}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_another_tool_make_a_new_database() -> Result<()> {
    for engine in ENGINES {
        for left in TOOLS {
            let home = Home::new(engine).await?;
            home.migrator(&set(left.files)).up(None).await?;
            home.db
                .execute("INSERT INTO item (id, name, price) VALUES (1, 'Lamp', 2.5)", ())
                .await?;
            assert!(home.migrator(&set(left.files)).up(None).await?.applied.is_empty());
        }
    }
    Ok(())
}
