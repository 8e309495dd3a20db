//! The table `ia_migrations`: what was applied, and the words of each dialect for it.

use std::time::Instant;

use hypostyle_core::{Database, Error, ErrorKind, Result, Retry, Timestamp, Transaction};
use hypostyle_sql::Dialect;

use super::{Migration, MigrationKind, Version};

/// The table that remembers what was applied.
pub const TRACKING_TABLE: &str = "ia_migrations";

/// What the table says of one migration.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) version: Version,
    pub(super) filename: String,
    pub(super) kind: MigrationKind,
    pub(super) description: String,
    pub(super) applied_at: Option<Timestamp>,
    /// `None` in a row that something else wrote.
    pub(super) checksum: Option<String>,
}

/// The table in the words of a dialect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tracking {
    dialect: Dialect,
    /// Answers the schema that the table is in, where it is.
    find: &'static str,
    /// Answers the schema that a new table comes to.
    home: &'static str,
    /// When a row was written, in UTC.
    now: &'static str,
    /// Keeps other runs out until the transaction ends, where beginning one does not.
    lock: Option<&'static str>,
}

/// The table in its schema, whatever the statements of a migration make of the search path.
#[derive(Clone, Debug)]
pub(super) struct TrackingTable {
    name: String,
}

const SQLITE: Tracking = Tracking {
    dialect: Dialect::Sqlite,
    find: "SELECT 'main' FROM sqlite_schema \
           WHERE type = 'table' AND name = 'ia_migrations' COLLATE NOCASE",
    home: "SELECT 'main'",
    now: "CURRENT_TIMESTAMP",
    lock: None,
};

const POSTGRES: Tracking = Tracking {
    dialect: Dialect::Postgres,
    find: "SELECT n.nspname FROM pg_catalog.pg_class AS c \
           JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
           WHERE c.oid = to_regclass('ia_migrations')",
    home: "SELECT current_schema()",
    now: "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')",
    // The number is the beginning of the table's name in ASCII; it is of this database alone.
    lock: Some("SELECT pg_advisory_xact_lock(7593470746197909876)"),
};

type Found = (String, String, String, String, Option<Timestamp>, Option<String>);

impl Tracking {
    pub(super) fn of(database: &Database) -> Result<Self> {
        let engine = database.engine();
        match engine.dialect {
            Dialect::Sqlite => Ok(SQLITE),
            Dialect::Postgres => Ok(POSTGRES),
            _ => Err(Error::unsupported(engine.name, "migrations")),
        }
    }

    /// Waits until no other run is at work.
    pub(super) async fn lock(
        self,
        transaction: &mut Transaction<'_>,
        give_up: Instant,
    ) -> Result<()> {
        let Some(lock) = self.lock else { return Ok(()) };
        let query = transaction.request(lock).deadline(give_up).tag("schema.migrate");
        match query.execute().await {
            Err(error) if error.kind() == ErrorKind::Timeout => {
                let message = "another run of migrations holds the lock of ia_migrations";
                let error = Error::new(ErrorKind::Locked, message).caused_by(error);
                Err(error.retry_by(Retry::Transaction))
            }
            done => done.map(drop),
        }
    }

    /// Answers all rows; none where there is no table.
    pub(super) async fn rows(self, transaction: &mut Transaction<'_>) -> Result<Vec<Row>> {
        match self.find(transaction).await? {
            Some(table) => table.rows(transaction).await,
            None => Ok(Vec::new()),
        }
    }

    /// Answers the table, and makes it where there is none.
    pub(super) async fn make(self, transaction: &mut Transaction<'_>) -> Result<TrackingTable> {
        if let Some(table) = self.find(transaction).await? {
            return Ok(table);
        }
        let home: Option<String> = transaction.fetch_value(self.home, ()).await?;
        let home = home.ok_or_else(|| {
            let message = "the search path leads to no schema that ia_migrations could stand in; \
                           make one, or name another in search_path of the URL";
            Error::new(ErrorKind::Config, message)
        })?;
        let table = self.table(&home)?;
        let (name, now) = (&table.name, self.now);
        let create = format!(
            "CREATE TABLE {name} (\n    \
                 version TEXT NOT NULL,\n    \
                 filename TEXT NOT NULL,\n    \
                 migration_type TEXT NOT NULL CHECK (migration_type IN ('system', 'app')),\n    \
                 description TEXT NOT NULL,\n    \
                 applied_at TIMESTAMP DEFAULT {now},\n    \
                 checksum TEXT,\n    \
                 PRIMARY KEY (version, migration_type)\n)"
        );
        transaction.execute(&create, ()).await?;
        Ok(table)
    }

    async fn find(self, transaction: &mut Transaction<'_>) -> Result<Option<TrackingTable>> {
        let schema: Option<(String,)> = transaction.fetch_optional(self.find, ()).await?;
        schema.map(|(schema,)| self.table(&schema)).transpose()
    }

    fn table(self, schema: &str) -> Result<TrackingTable> {
        let schema = self.dialect.quote_identifier(schema)?;
        Ok(TrackingTable { name: format!("{schema}.{TRACKING_TABLE}") })
    }
}

impl TrackingTable {
    /// Answers all rows.
    pub(super) async fn rows(&self, transaction: &mut Transaction<'_>) -> Result<Vec<Row>> {
        let read = format!(
            "SELECT version, filename, migration_type, description, applied_at, checksum FROM {}",
            self.name
        );
        let rows: Vec<Found> = transaction.fetch_all(&read, ()).await?;
        rows.into_iter().map(row).collect()
    }

    /// Writes the row of a migration, in the place of an older one of a repeatable.
    pub(super) async fn insert(
        &self,
        transaction: &mut Transaction<'_>,
        migration: &Migration,
    ) -> Result<()> {
        let insert = format!(
            "INSERT INTO {} (version, filename, migration_type, description, checksum) \
             VALUES (?, ?, ?, ?, ?)",
            self.name
        );
        let version = migration.version.to_string();
        if migration.version.is_repeatable() {
            let delete =
                format!("DELETE FROM {} WHERE version = ? AND migration_type = ?", self.name);
            transaction.execute(&delete, (&version, migration.kind.name())).await?;
        }
        let row = (
            &version,
            &migration.filename,
            migration.kind.name(),
            &migration.description,
            &migration.checksum,
        );
        transaction.execute(&insert, row).await.map(drop)
    }
}

fn row((version, filename, kind, description, applied_at, checksum): Found) -> Result<Row> {
    let in_table = |error: Error| error.while_doing("a row of ia_migrations cannot be used");
    Ok(Row {
        version: version.parse().map_err(in_table)?,
        filename,
        kind: kind.parse().map_err(in_table)?,
        description,
        applied_at,
        checksum,
    })
}
