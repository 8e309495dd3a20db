//! Migrations: how they stand, what a run would do, runs, and new files from models.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use crate::data::{CancellationToken, Effect, Error, ErrorKind, Result};
use crate::error::{self, MigrationFailure, MigrationPlace};
use crate::runs::{At, Run};
use crate::schema::desired::ModelFile;
use crate::schema::diff::Answer;
use crate::schema::migrate::{
    Change, Draft, Entry, Migration, MigrationKind, MigrationSet, Migrator, Planned, Report,
    Version,
};
use crate::schema::{GeneratedMigration, generate};
use crate::site::{MigrationFiles, Migrations};
use crate::sql::Dialect;
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

    /// Tells whether anything undoes a migration.
    pub(crate) fn can_undo(&self, entry: &Entry) -> bool {
        let sets = [&self.system, &self.app].into_iter().flatten();
        let mut all =
            sets.filter(|set| set.kind() == entry.kind).flat_map(MigrationSet::migrations);
        all.any(|migration| migration.version == entry.version && migration.undo.is_some())
    }

    /// Runs, and tells the run how far it has come. Where the server can wait no longer, the file
    /// under way is undone, or stops where it is.
    pub(crate) async fn change(
        &self,
        db: &data::Database,
        ask: Ask,
        run: &Run,
        stop: &CancellationToken,
    ) -> Result<Report, error::Error> {
        let (is_down, dialect) = (matches!(ask, Ask::Down(_)), db.engine().dialect);
        let migrator = self.migrator(db).on_progress(|progress| {
            run.hear(progress, is_transaction(progress.migration, is_down, dialect));
        });
        let work = async {
            match ask {
                Ask::Up(target) => migrator.up(target).await,
                Ask::Down(target) => migrator.down(target).await,
                Ask::Resume(assume_ran) => migrator.resume(assume_ran).await,
            }
        };
        tokio::select! {
            done = work => done.map_err(|error| match run.at() {
                Some((at, done)) => failed_at(at, done, &error),
                None => failed(&error),
            }),
            () = stop.cancelled() => Err(error::Error::Stopping),
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

/// What is wrong with migrations is told to those who may see them, with the engine's own words.
pub(crate) fn failed(error: &Error) -> error::Error {
    use ErrorKind::{Closed, Connection, PoolTimeout};
    match error.kind() {
        Connection | PoolTimeout | Closed => {
            tracing::warn!(target: "hypostyle::http", %error, "the database does not answer");
            error::Error::DatabaseUnavailable
        }
        _ => {
            let message = error.message().to_owned();
            error::Error::MigrationFailed(MigrationFailure { message, place: None })
        }
    }
}

/// Names files as they stand in the folder of their module.
pub(crate) fn within(migrations: &Migrations, failure: error::Error) -> error::Error {
    let home = migrations.files.as_ref().and_then(|files| files.folder.parent());
    match (failure, home) {
        (error::Error::MigrationFailed(failure), Some(home)) => {
            let message = relative(home, &failure.message);
            error::Error::MigrationFailed(MigrationFailure { message, ..failure })
        }
        (failure, _) => failure,
    }
}

fn relative(home: &Path, text: &str) -> String {
    text.replace(&format!("{}{MAIN_SEPARATOR}", home.display()), "")
}

fn failed_at(at: At, done: Vec<String>, error: &Error) -> error::Error {
    let remains = match (error.effect(), at.is_transaction) {
        (Effect::Unknown, _) => "unknown",
        (_, true) => "nothing",
        (_, false) => "statements_before",
    };
    let Place { line, column, statement, rest } = Place::read(&at.shown, error.message());
    let (statement, message) = (statement.map(str::to_owned), rest.to_owned());
    let place = MigrationPlace { file: at.filename, line, column, statement, remains, done };
    error::Error::MigrationFailed(MigrationFailure { message, place: Some(Box::new(place)) })
}

fn is_transaction(migration: &Migration, is_down: bool, dialect: Dialect) -> bool {
    let change = if is_down { migration.undo.as_ref() } else { Some(&migration.up) };
    match change.and_then(Change::script) {
        Some(script) => script.in_transaction && dialect != Dialect::Mysql,
        None => true,
    }
}

/// What the runner says in front of an error: `V2__x.sql:3:5: `INSERT …`: what is wrong`.
#[derive(Debug, PartialEq, Eq)]
struct Place<'m> {
    line: Option<usize>,
    column: Option<usize>,
    statement: Option<&'m str>,
    rest: &'m str,
}

impl<'m> Place<'m> {
    fn read(shown: &str, message: &'m str) -> Self {
        let nowhere = Self { line: None, column: None, statement: None, rest: message };
        let Some(after) = message.strip_prefix(shown) else { return nowhere };
        let Some((numbers, rest)) = after.split_once(": ") else { return nowhere };
        let mut numbers = numbers.split(':').skip(1).map(|number| number.parse().ok());
        let quoted = rest.strip_prefix('`').and_then(|rest| rest.split_once("`: "));
        let (statement, rest) = match quoted {
            Some((statement, rest)) => (Some(statement), rest),
            None => (None, rest),
        };
        let (line, column) = (numbers.next().flatten(), numbers.next().flatten());
        Self { line, column, statement, rest }
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
    let scratch = Scratch::open(db, options, files.config.clone(), files.scratch.clone()).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_failure_is_read_from_what_the_runner_says() {
        let check = |message: &str, line, column, statement, rest: &str| {
            let expect = Place { line, column, statement, rest };
            assert_eq!(Place::read("m/V2__x.sql", message), expect, "{message}");
        };
        let statement = Some("DROP x");
        check("m/V2__x.sql:3:5: `DROP x`: no x", Some(3), Some(5), statement, "no x");
        check("m/V2__x.sql:3: `DROP x`: no x: y", Some(3), None, statement, "no x: y");
        check("m/V2__x.sql: disk full", None, None, None, "disk full");
        check("disk full: yes", None, None, None, "disk full: yes");
    }
}
