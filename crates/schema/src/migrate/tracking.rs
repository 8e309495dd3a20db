//! The table `ia_migrations`: what was applied, and the words of each dialect for it.

use hypostyle_core::{Database, Error, Result, Timestamp, Transaction};
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
    exists: &'static str,
    create: &'static str,
    read: &'static str,
    insert: &'static str,
}

const SQLITE: Tracking = Tracking {
    exists: "SELECT count(*) FROM sqlite_schema \
             WHERE type = 'table' AND name = 'ia_migrations' COLLATE NOCASE",
    create: "CREATE TABLE IF NOT EXISTS ia_migrations (\n    \
                 version TEXT NOT NULL,\n    \
                 filename TEXT NOT NULL,\n    \
                 migration_type TEXT NOT NULL CHECK (migration_type IN ('system', 'app')),\n    \
                 description TEXT NOT NULL,\n    \
                 applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,\n    \
                 checksum TEXT,\n    \
                 PRIMARY KEY (version, migration_type)\n)",
    read: "SELECT version, filename, migration_type, description, applied_at, checksum \
           FROM ia_migrations",
    insert: "INSERT INTO ia_migrations (version, filename, migration_type, description, checksum) \
             VALUES (?, ?, ?, ?, ?)",
};

type Found = (String, String, String, String, Option<Timestamp>, Option<String>);

impl Tracking {
    pub(super) fn of(database: &Database) -> Result<Self> {
        let engine = database.engine();
        match engine.dialect {
            Dialect::Sqlite => Ok(SQLITE),
            _ => Err(Error::unsupported(engine.name, "migrations")),
        }
    }

    /// Answers all rows; none where there is no table.
    pub(super) async fn read(self, transaction: &mut Transaction<'_>) -> Result<Vec<Row>> {
        if transaction.fetch_value::<i64>(self.exists, ()).await? == 0 {
            return Ok(Vec::new());
        }
        let rows: Vec<Found> = transaction.fetch_all(self.read, ()).await?;
        rows.into_iter().map(row).collect()
    }

    pub(super) async fn create(self, transaction: &mut Transaction<'_>) -> Result<()> {
        transaction.execute(self.create, ()).await.map(drop)
    }

    pub(super) async fn insert(
        self,
        transaction: &mut Transaction<'_>,
        migration: &Migration,
    ) -> Result<()> {
        let version = migration.version.to_string();
        let row = (
            &version,
            &migration.filename,
            migration.kind.name(),
            &migration.description,
            &migration.checksum,
        );
        transaction.execute(self.insert, row).await.map(drop)
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
