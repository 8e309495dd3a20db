//! What is done to the tracking table alone: a baseline, and repairs.

use hypostyle_core::{Error, ErrorKind, Intent, Result};

use super::Migrator;
use crate::migrate::Migration;
use crate::migrate::Version;
use crate::migrate::plan::{Entry, State};
use crate::migrate::tracking::Tracking;
use crate::on::On;

impl Migrator<'_> {
    /// Notes a version as applied in a database that was made without migrations: those up to it
    /// are not run.
    ///
    /// # Errors
    /// `Validation` where migrations were applied already, or no migration has the version.
    pub async fn baseline(&self, version: &Version) -> Result<usize> {
        let tracking = Tracking::of(self.database)?;
        let set = self.undone_set()?;
        let upto: Vec<&Migration> = set
            .migrations()
            .iter()
            .filter(|migration| !migration.version.is_repeatable() && migration.version <= *version)
            .collect();
        if upto.last().is_none_or(|last| last.version != *version) {
            let message = format!("there is no {} migration of version {version}", set.kind());
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let (rows, _) = self.looked_up().await?;
        if rows.iter().any(|row| row.kind == set.kind()) {
            let message = "migrations were applied to this database already; it needs no baseline";
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let mut session = self.database.session(Intent::Write).await?;
        let table = tracking.make(&mut On::Session(&mut session)).await?;
        let mut transaction = session.begin().await?;
        for migration in &upto {
            table.insert(&mut On::Transaction(&mut transaction), migration).await?;
        }
        transaction.commit().await?;
        Ok(upto.len())
    }

    /// Answers what a repair would rewrite: migrations whose files were changed or are gone.
    ///
    /// # Errors
    /// As [`Migrator::status`].
    pub async fn repairs(&self) -> Result<Vec<Entry>> {
        let entries = self.status().await?.into_iter();
        let is_meant =
            |entry: &Entry| matches!(entry.state, State::Changed { .. } | State::Missing { .. });
        Ok(entries.filter(is_meant).collect())
    }

    /// Rewrites the rows of the entries that were confirmed: the checksum of a changed file becomes
    /// that of the file, and the row of a file that is gone goes.
    ///
    /// # Errors
    /// Those of the engine; nothing is then rewritten.
    pub async fn repair(&self, confirmed: &[Entry]) -> Result<usize> {
        let tracking = Tracking::of(self.database)?;
        let sets = self.sets()?;
        let mut transaction = self.database.begin().await?;
        let on = &mut On::Transaction(&mut transaction);
        let table = tracking.make(on).await?;
        for entry in confirmed {
            let set = sets.iter().find(|set| set.kind() == entry.kind);
            let mut migrations = set.into_iter().flat_map(|set| set.migrations());
            let found = migrations.find(|migration| migration.version == entry.version);
            let rows = table.rows(on).await?;
            let row =
                rows.iter().find(|row| row.kind == entry.kind && row.version == entry.version);
            let Some(row) = row else { continue };
            let version = row.version.to_string();
            match (&entry.state, found) {
                (State::Changed { .. }, Some(found)) => table.update(on, &version, found).await?,
                (State::Missing { .. }, None) => table.delete(on, &version, entry.kind).await?,
                _ => {}
            }
        }
        transaction.commit().await?;
        Ok(confirmed.len())
    }
}
