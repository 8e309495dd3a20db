//! Making what a model file wants and a database lacks.

use std::collections::HashSet;

use hypostyle_core::{Database, Error, Result, Transaction};
use hypostyle_sql::Dialect;

use super::model_file::Part;
use super::{ModelFile, Object};

const SQLITE_OBJECTS: &str =
    "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'index', 'view', 'trigger')";

impl ModelFile {
    /// Makes every object that is missing, all in one transaction, and answers them in the order of
    /// the file. An object that exists is left alone, however it looks; see [`drift`](super::drift).
    ///
    /// Processes that do so at once make each object once, and one that is killed leaves nothing
    /// half done.
    ///
    /// # Errors
    /// `Unsupported` for an engine other than SQLite; `Locked` or `PoolTimeout` when others write
    /// for too long; the engine's error where it refuses a statement, with its place in the file.
    /// The database is then as it was, unless the effect is unknown.
    ///
    /// # Cancellation
    /// A dropped call leaves the database as it was, or with everything made where its commit was
    /// under way.
    pub async fn apply(&self, database: &Database) -> Result<Vec<Object>> {
        let query = objects_query(database)?;
        // Most starts find everything made, and need no lock.
        let mut reading = database.begin_read_only().await?;
        let is_whole = self.missing(query, &mut reading).await?.is_empty();
        reading.commit().await?;
        if is_whole {
            return Ok(Vec::new());
        }
        let mut transaction = database.begin().await?;
        let missing = self.missing(query, &mut transaction).await?;
        for part in &missing {
            self.make(part, &mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(missing.into_iter().map(|part| part.object.clone()).collect())
    }

    async fn missing(&self, query: &str, transaction: &mut Transaction<'_>) -> Result<Vec<&Part>> {
        let found: Vec<(String, String)> = transaction.fetch_all(query, ()).await?;
        let found: HashSet<(String, String)> =
            found.into_iter().map(|(kind, name)| (kind, name.to_ascii_lowercase())).collect();
        let exists = |Object { kind, name }: &Object| {
            found.contains(&(kind.name().to_owned(), name.to_ascii_lowercase()))
        };
        Ok(self.parts.iter().filter(|part| !exists(&part.object)).collect())
    }
}

fn objects_query(database: &Database) -> Result<&'static str> {
    let engine = database.engine();
    match engine.dialect {
        Dialect::Sqlite => Ok(SQLITE_OBJECTS),
        _ => Err(Error::unsupported(engine.name, "model_files")),
    }
}
