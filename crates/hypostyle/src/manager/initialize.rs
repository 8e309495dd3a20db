//! What belongs to a database.

use std::path::PathBuf;

use hypostyle_schema::desired::{ModelFile, Object};
use hypostyle_schema::migrate::{MigrationKind, MigrationSet, Migrator, Report};

use crate::{Database, Error, ErrorKind, Result};

/// What [`Manager::initialize`](crate::Manager::initialize) applies to a database.
///
/// # Examples
/// ```
/// use hypostyle::Initialize;
/// let initialize = Initialize::default().app_migrations("migrations").app_migrations("more");
/// assert!(initialize.apply_schema);
/// assert_eq!(initialize.app_migration_paths.len(), 2);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Initialize {
    /// Whether anything is applied; without it the database is only opened. Default yes.
    pub apply_schema: bool,
    /// The migrations that run first: those of a library or service.
    pub system: Option<MigrationSet>,
    /// Folders whose migrations make up the app set; none for no app set.
    pub app_migration_paths: Vec<PathBuf>,
    /// Whether a migration may be applied after one with a higher version. Default no.
    pub allow_out_of_order: bool,
    /// The tables that are made, after the migrations, where they are missing.
    pub models: Option<ModelFile>,
}

/// What [`Manager::initialize`](crate::Manager::initialize) did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Initialized {
    /// The migrations it applied.
    pub migrations: Report,
    /// The objects of the model file it made.
    pub made: Vec<Object>,
}

impl Default for Initialize {
    fn default() -> Self {
        Self {
            apply_schema: true,
            system: None,
            app_migration_paths: Vec::new(),
            allow_out_of_order: false,
            models: None,
        }
    }
}

impl Initialize {
    /// Sets whether anything is applied.
    #[must_use]
    pub fn apply_schema(self, apply_schema: bool) -> Self {
        Self { apply_schema, ..self }
    }

    /// Sets the migrations that run first.
    #[must_use]
    pub fn system(self, set: MigrationSet) -> Self {
        Self { system: Some(set), ..self }
    }

    /// Adds a folder of migrations of the application. One that is missing holds none.
    #[must_use]
    pub fn app_migrations(mut self, folder: impl Into<PathBuf>) -> Self {
        self.app_migration_paths.push(folder.into());
        self
    }

    /// Sets whether a migration may be applied after one with a higher version.
    #[must_use]
    pub fn allow_out_of_order(self, allows: bool) -> Self {
        Self { allow_out_of_order: allows, ..self }
    }

    /// Sets the tables that are made where they are missing.
    #[must_use]
    pub fn models(self, models: ModelFile) -> Self {
        Self { models: Some(models), ..self }
    }

    pub(super) async fn migrator<'d>(&self, database: &'d Database) -> Result<Migrator<'d>> {
        let mut migrator = database.migrator().allow_out_of_order(self.allow_out_of_order);
        if let Some(set) = &self.system {
            migrator = migrator.system(set.clone());
        }
        if !self.app_migration_paths.is_empty() {
            migrator = migrator.app(self.app_set().await?);
        }
        Ok(migrator)
    }

    async fn app_set(&self) -> Result<MigrationSet> {
        let paths = self.app_migration_paths.clone();
        let reading = move || MigrationSet::read_all(MigrationKind::App, paths);
        tokio::task::spawn_blocking(reading).await.map_err(|error| {
            Error::new(ErrorKind::Io, "reading the migrations was interrupted").caused_by(error)
        })?
    }
}
