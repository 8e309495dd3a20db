//! Making what a model file wants and a database lacks.

use std::collections::HashSet;

use hypostyle_core::{Database, Result};
use hypostyle_sql::Dialect;

use super::home::{lock_home, lock_session, objects};
use super::model_file::Part;
use super::object::same;
use super::{ModelFile, Object};
use crate::on::On;

impl ModelFile {
    /// Makes every object that is missing, all in one transaction, and answers them in the order of
    /// the file. An object that exists is left alone, however it looks; see [`drift`](super::drift).
    /// On PostgreSQL they come to the first schema of the search path.
    ///
    /// Processes that do so at once make each object once, and one that is killed leaves nothing
    /// half done. On MySQL, where each object stays as it is made, the next one goes on.
    ///
    /// # Errors
    /// `Unsupported` for an engine without model files; `Validation` for a file that was read in the
    /// words of another engine and makes no sense in those of this one; `Locked`, `Conflict` or
    /// `PoolTimeout` when others write for too long; the engine's error where it refuses a
    /// statement, with its place in the file. The database is then as it was, unless the effect is
    /// unknown; on MySQL with the objects before that statement.
    ///
    /// # Cancellation
    /// A dropped call leaves the database as it was, or with everything made where its commit was
    /// under way; on MySQL with some of the objects.
    pub async fn apply(&self, database: &Database) -> Result<Vec<Object>> {
        let query = objects(database)?;
        let models = self.of(database)?;
        // Most starts find everything made, and need no lock.
        let mut reading = database.begin_read_only().await?;
        let is_whole = models.missing(query, &mut On::Transaction(&mut reading)).await?.is_empty();
        reading.commit().await?;
        if is_whole {
            return Ok(Vec::new());
        }
        if models.dialect == Dialect::Mysql {
            let mut session = lock_session(database).await?;
            return models.make_missing(query, &mut On::Session(&mut session)).await;
        }
        let mut transaction = database.begin().await?;
        lock_home(models.dialect, &mut transaction).await?;
        let made = models.make_missing(query, &mut On::Transaction(&mut transaction)).await?;
        transaction.commit().await?;
        Ok(made)
    }

    async fn make_missing(&self, query: &str, on: &mut On<'_, '_>) -> Result<Vec<Object>> {
        let missing = self.missing(query, on).await?;
        for part in &missing {
            self.make(part, on).await?;
        }
        Ok(missing.into_iter().map(|part| part.object.clone()).collect())
    }

    pub(super) async fn missing(&self, query: &str, on: &mut On<'_, '_>) -> Result<Vec<&Part>> {
        let found: Vec<(String, String, Option<String>)> = on.fetch_all(query, ()).await?;
        let dialect = self.dialect;
        let found: HashSet<_> = found
            .into_iter()
            .map(|(kind, name, table)| {
                (kind, same(&name, dialect), table.map(|table| same(&table, dialect)))
            })
            .collect();
        Ok(self
            .parts
            .iter()
            .filter(|part| !found.contains(&known(&part.object, self.dialect)))
            .collect())
    }
}

/// An object as the catalogue answers it: kind, name and, for a trigger, its table.
fn known(object: &Object, dialect: Dialect) -> (String, String, Option<String>) {
    let Object { kind, name, table } = object;
    let table = table.as_deref().map(|table| same(table, dialect));
    (kind.name().to_owned(), same(name, dialect), table)
}
