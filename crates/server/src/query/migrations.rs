//! Migrations: how they stand, what a run would do, runs, and new files from models.

use std::path::PathBuf;

use crate::data::{Error, ErrorKind, Result};
use crate::runs::Run;
use crate::schema::desired::ModelFile;
use crate::schema::diff::Answer;
use crate::schema::migrate::{
    Draft, Entry, MigrationKind, MigrationSet, Migrator, Planned, ProgressEvent, Report, Version,
};
use crate::schema::{GeneratedMigration, generate};
use crate::site::{MigrationFiles, Migrations};
use crate::{clock, data};
use hypostyle::{Database, Scratch};

/// What a run is to do.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Up(Option<Version>),
    Down(Version),
    Resume(Option<bool>),
}

/// The sets of a database as their files are now.
#[derive(Clone, Debug)]
pub(crate) struct Sets {
    system: Option<MigrationSet>,
    app: Option<MigrationSet>,
}

impl Sets {
    /// Reads the files again, where it is known where they are.
    pub(crate) async fn read(migrations: &Migrations) -> Result<Self> {
        let app = match &migrations.files {
            Some(files) => {
                let folder = files.folder.clone();
                Some(blocking(move || MigrationSet::read(MigrationKind::App, folder)).await?)
            }
            None => migrations.app.clone(),
        };
        Ok(Self { system: migrations.system.clone(), app })
    }

    /// Compares the migrations with what was applied.
    pub(crate) async fn status(&self, db: &data::Database) -> Result<Vec<Entry>> {
        self.migrator(db).status().await
    }

    /// Answers the statements that a run would run.
    pub(crate) async fn plan(
        &self,
        db: &data::Database,
        to: Option<Version>,
        down_to: Option<Version>,
    ) -> Result<Vec<Planned>> {
        self.migrator(db).plan(to, down_to).await
    }

    /// Runs, and tells the run how far it has come.
    pub(crate) async fn change(&self, db: &data::Database, ask: Ask, run: &Run) -> Result<Report> {
        let migrator = self.migrator(db).on_progress(|progress| {
            if progress.event == ProgressEvent::Begins {
                run.at(&progress.migration.filename, progress.number, progress.total);
            }
        });
        match ask {
            Ask::Up(target) => migrator.up(target).await,
            Ask::Down(target) => migrator.down(target).await,
            Ask::Resume(assume_ran) => migrator.resume(assume_ran).await,
        }
    }

    fn migrator<'d>(&self, db: &'d data::Database) -> Migrator<'d> {
        let mut migrator = Migrator::new(db);
        if let Some(set) = &self.system {
            migrator = migrator.system(set.clone());
        }
        if let Some(set) = &self.app {
            migrator = migrator.app(set.clone());
        }
        migrator
    }
}

/// Generates what leads to the models.
pub(crate) async fn generated(
    db: &Database,
    files: &MigrationFiles,
    answers: &[Answer],
) -> Result<Option<GeneratedMigration>> {
    let (path, dialect, folder) = (files.models.clone(), db.engine().dialect, files.folder.clone());
    let (models, set) = blocking(move || {
        let models = ModelFile::read_with(path, |_| dialect)?;
        Ok((models, MigrationSet::read(MigrationKind::App, folder)?))
    })
    .await?;
    let options = Database::options().timeout(None).environment(hypostyle::Environment::empty());
    let scratch = Scratch::open(db, options, files.config.clone()).await?;
    let found = generate(db, &scratch, &models, &set, answers).await;
    scratch.close().await?;
    found
}

/// Writes the files of a generated migration.
pub(crate) async fn write_generated(
    files: &MigrationFiles,
    message: String,
    found: &GeneratedMigration,
) -> Result<Vec<PathBuf>> {
    let (folder, up, undo) = (files.folder.clone(), found.up.clone(), found.undo.clone());
    blocking(move || {
        let undo = Some(undo.as_str()).filter(|undo| !undo.trim().is_empty());
        Draft { description: &message, up: &up, undo, now: clock::now() }.write(&folder)
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        Error::new(ErrorKind::Io, "reading files was interrupted").caused_by(error)
    })?
}
