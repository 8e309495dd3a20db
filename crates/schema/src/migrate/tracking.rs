//! The table `ia_migrations`: what was applied, and the words of each dialect for it.

use hypostyle_core::{Database, Error, ErrorKind, Result, Timestamp};
use hypostyle_sql::Dialect;

use super::{Migration, MigrationKind, Version};
use crate::on::On;

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
    pub(super) dialect: Dialect,
    /// Answers the schema that a table of a name is in, where it is.
    find: &'static str,
    /// Answers the schema that a new table comes to.
    home: &'static str,
    /// When a row was written, in UTC.
    pub(super) now: &'static str,
    /// A text that can be part of a key.
    pub(super) key: &'static str,
}

/// The table in its schema, whatever the statements of a migration make of the search path.
#[derive(Clone, Debug)]
pub(super) struct TrackingTable {
    name: String,
}

const SQLITE: Tracking = Tracking {
    dialect: Dialect::Sqlite,
    find: "SELECT 'main' FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE",
    home: "SELECT 'main'",
    now: "CURRENT_TIMESTAMP",
    key: "TEXT",
};

const POSTGRES: Tracking = Tracking {
    dialect: Dialect::Postgres,
    find: "SELECT n.nspname FROM pg_catalog.pg_class AS c \
           JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
           WHERE c.oid = to_regclass(?)",
    home: "SELECT current_schema()",
    now: "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')",
    key: "TEXT",
};

/// The sessions of the driver are in UTC.
const MYSQL: Tracking = Tracking {
    dialect: Dialect::Mysql,
    find: "SELECT table_schema FROM information_schema.tables \
           WHERE table_schema = database() AND table_name = ?",
    home: "SELECT database()",
    now: "CURRENT_TIMESTAMP",
    key: "VARCHAR(190)",
};

const DUCKDB: Tracking = Tracking {
    dialect: Dialect::DuckDb,
    find: "SELECT table_schema FROM information_schema.tables WHERE table_name = ? \
           AND table_schema = current_schema() AND table_catalog = current_database()",
    home: "SELECT current_schema()",
    now: "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')",
    key: "TEXT",
};

type Found = (String, String, String, String, Option<Timestamp>, Option<String>);

impl Tracking {
    pub(super) fn of(database: &Database) -> Result<Self> {
        let engine = database.engine();
        match engine.dialect {
            Dialect::Sqlite => Ok(SQLITE),
            Dialect::Postgres => Ok(POSTGRES),
            Dialect::Mysql => Ok(MYSQL),
            Dialect::DuckDb => Ok(DUCKDB),
            _ => Err(Error::unsupported(engine.name, "migrations")),
        }
    }

    /// Answers all rows; none where there is no table.
    pub(super) async fn rows(self, on: &mut On<'_, '_>) -> Result<Vec<Row>> {
        match self.find(on, TRACKING_TABLE).await? {
            Some(name) => TrackingTable { name }.rows(on).await,
            None => Ok(Vec::new()),
        }
    }

    /// Answers the table, and makes it where there is none.
    pub(super) async fn make(self, on: &mut On<'_, '_>) -> Result<TrackingTable> {
        if let Some(name) = self.find(on, TRACKING_TABLE).await? {
            return Ok(TrackingTable { name });
        }
        let name = self.place(on, TRACKING_TABLE).await?;
        let Self { now, key, .. } = self;
        let kind = if self.dialect == Dialect::Mysql { "VARCHAR(16)" } else { "TEXT" };
        let null = if self.dialect == Dialect::Mysql { " NULL" } else { "" };
        let create = format!(
            "CREATE TABLE {name} (\n    \
                 version {key} NOT NULL,\n    \
                 filename TEXT NOT NULL,\n    \
                 migration_type {kind} NOT NULL CHECK (migration_type IN ('system', 'app')),\n    \
                 description TEXT NOT NULL,\n    \
                 applied_at TIMESTAMP{null} DEFAULT {now},\n    \
                 checksum TEXT,\n    \
                 PRIMARY KEY (version, migration_type)\n)"
        );
        on.execute(&create, ()).await?;
        Ok(TrackingTable { name })
    }

    /// Answers a table of the runner by its name, quoted and with its schema; `None` where it is not.
    pub(super) async fn find(self, on: &mut On<'_, '_>, table: &str) -> Result<Option<String>> {
        let schemas: Vec<(String,)> = on.fetch_all(self.find, (table,)).await?;
        let schema = schemas.into_iter().next();
        schema.map(|(schema,)| self.qualified(&schema, table)).transpose()
    }

    /// Answers the name that a new table of the runner gets.
    pub(super) async fn place(self, on: &mut On<'_, '_>, table: &str) -> Result<String> {
        let homes: Vec<(Option<String>,)> = on.fetch_all(self.home, ()).await?;
        let home = homes.into_iter().next().and_then(|(home,)| home).ok_or_else(|| {
            let message = format!(
                "the search path leads to no schema that {table} could stand in; make one, or \
                 name another in search_path of the URL"
            );
            Error::new(ErrorKind::Config, message)
        })?;
        self.qualified(&home, table)
    }

    fn qualified(self, schema: &str, table: &str) -> Result<String> {
        Ok(format!("{}.{table}", self.dialect.quote_identifier(schema)?))
    }
}

impl TrackingTable {
    /// Answers all rows.
    pub(super) async fn rows(&self, on: &mut On<'_, '_>) -> Result<Vec<Row>> {
        let read = format!(
            "SELECT version, filename, migration_type, description, applied_at, checksum FROM {}",
            self.name
        );
        let rows: Vec<Found> = on.fetch_all(&read, ()).await?;
        rows.into_iter().map(row).collect()
    }

    /// Answers the row of one migration.
    pub(super) async fn row(
        &self,
        on: &mut On<'_, '_>,
        migration: &Migration,
    ) -> Result<Option<Row>> {
        let read = format!(
            "SELECT version, filename, migration_type, description, applied_at, checksum FROM {} \
             WHERE migration_type = ? AND version LIKE ?",
            self.name
        );
        // A version may be told in other words than the row has, with zeros before and behind.
        let likely =
            migration.version.first().map_or_else(|| "R%".to_owned(), |first| format!("%{first}%"));
        let rows: Vec<Found> = on.fetch_all(&read, (migration.kind.name(), &likely)).await?;
        let rows: Vec<Row> = rows.into_iter().map(row).collect::<Result<_>>()?;
        Ok(rows.into_iter().find(|row| row.version == migration.version))
    }

    /// Writes the row of a migration, in place of the one it may have.
    pub(super) async fn insert(&self, on: &mut On<'_, '_>, migration: &Migration) -> Result<()> {
        if migration.version.is_repeatable() {
            self.delete(on, &migration.version.to_string(), migration.kind).await?;
        }
        let insert = format!(
            "INSERT INTO {} (version, filename, migration_type, description, checksum) \
             VALUES (?, ?, ?, ?, ?)",
            self.name
        );
        let version = migration.version.to_string();
        let row = (
            &version,
            &migration.filename,
            migration.kind.name(),
            &migration.description,
            &migration.checksum,
        );
        on.execute(&insert, row).await
    }

    /// Writes the checksum and name that a file has now.
    pub(super) async fn update(
        &self,
        on: &mut On<'_, '_>,
        version: &str,
        migration: &Migration,
    ) -> Result<()> {
        let update = format!(
            "UPDATE {} SET checksum = ?, filename = ?, description = ? \
             WHERE version = ? AND migration_type = ?",
            self.name
        );
        let Migration { checksum, filename, description, kind, .. } = migration;
        on.execute(&update, (checksum, filename, description, version, kind.name())).await
    }

    pub(super) async fn delete(
        &self,
        on: &mut On<'_, '_>,
        version: &str,
        kind: MigrationKind,
    ) -> Result<()> {
        let delete = format!("DELETE FROM {} WHERE version = ? AND migration_type = ?", self.name);
        on.execute(&delete, (version, kind.name())).await
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
