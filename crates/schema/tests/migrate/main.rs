//! Migrations on real SQLite files.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod failures;
mod interruptions;
mod kinds;
mod races;
mod refusals;
mod runs;

use std::fs;

use hypostyle::{Database, Error, ErrorKind, Result};
use hypostyle_schema::migrate::{Entry, MigrationKind, MigrationSet, Migrator, State};
use tempfile::TempDir;

/// A folder with a database and migrations of the app.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new(files: &[(&str, &str)]) -> Result<Self> {
        let home = Self { folder: tempfile::tempdir().map_err(io)? };
        fs::create_dir(home.folder.path().join("migrations")).map_err(io)?;
        for (name, text) in files {
            home.write(name, text)?;
        }
        Ok(home)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> Result<()> {
        fs::write(self.folder.path().join("migrations").join(name), text).map_err(io)
    }

    fn remove(&self, name: &str) -> Result<()> {
        fs::remove_file(self.folder.path().join("migrations").join(name)).map_err(io)
    }

    fn set(&self) -> Result<MigrationSet> {
        MigrationSet::read(MigrationKind::App, self.folder.path().join("migrations"))
    }

    async fn open(&self) -> Result<Database> {
        let path = self.folder.path().join("app.db");
        Database::open(&format!("sqlite:{}", path.display())).await
    }

    /// Runs everything pending, and answers the names of the files that were applied.
    async fn up(&self, db: &Database) -> Result<Vec<String>> {
        let report = Migrator::new(db).app(self.set()?).up(None).await?;
        Ok(report.applied.into_iter().map(|applied| applied.filename).collect())
    }

    async fn status(&self, db: &Database) -> Result<String> {
        Ok(show(&Migrator::new(db).app(self.set()?).status().await?))
    }
}

/// Writes entries in a short form.
fn show(entries: &[Entry]) -> String {
    let entries = entries.iter().map(|entry| {
        let state = match &entry.state {
            State::Applied { at: Some(_) } => "applied".to_owned(),
            State::Changed { at: Some(_), was, is } if was != is => "changed".to_owned(),
            State::Missing { at: Some(_) } => "missing".to_owned(),
            State::OutOfOrder { newest } => format!("before {newest}"),
            State::Pending => "pending".to_owned(),
            odd => format!("{odd:?}"),
        };
        format!("{} {} {state}", entry.kind, entry.version)
    });
    entries.collect::<Vec<_>>().join(", ")
}

/// The names of all tables, without that of the runner.
async fn tables(db: &Database) -> Result<String> {
    let mut names = hypostyle_schema::tables(db).await?;
    names.retain(|name| name != "ia_migrations");
    Ok(names.join(" "))
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T>, parts: &[&str]) {
    let error = result.unwrap_err();
    for part in parts {
        assert!(error.message().contains(part), "{part:?} is not in: {error}");
    }
}

fn io(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, error.to_string())
}
