//! How the databases of an application stand, looked at without changing anything.

use std::path::PathBuf;

use hypostyle::schema::migrate::{Entry, MigrationKind, MigrationSet, Migrator};
use hypostyle::schema::tables;
use hypostyle::{ConnectionConfig, Error, ErrorKind, Result};

use crate::Problem;
use crate::framework::{self, FRAMEWORK};
use crate::modules::{self, Plan, Registered};
use crate::settings::Settings;

/// How one database stands.
#[derive(Debug)]
#[non_exhaustive]
pub struct Status {
    /// The module; `None` for the project's own database.
    pub module: Option<String>,
    /// The name of the database, where the files of the module say it.
    pub database: Option<String>,
    /// What was found; or what is wrong.
    pub found: Result<Found, Problem>,
}

/// What was found of a database.
#[derive(Debug)]
#[non_exhaustive]
pub struct Found {
    /// Its URL, the password masked.
    pub location: String,
    /// Whether it is there already.
    pub exists: bool,
    /// The bytes of its file.
    pub bytes: Option<u64>,
    /// How many tables and views it has.
    pub tables: usize,
    /// Its migrations, in order.
    pub migrations: Vec<Entry>,
}

impl Found {
    /// Counts the migrations that are to be applied.
    pub fn pending(&self) -> usize {
        self.migrations.iter().filter(|entry| entry.is_open()).count()
    }
}

/// Looks at every database of an application: the project's own, then those of the modules by name.
///
/// # Errors
/// `Config` when the folder of the modules cannot be read; what is wrong with one module stands in
/// its [`Status`].
pub async fn status(settings: &Settings) -> Result<Vec<Status>> {
    let registered = modules::register(settings).await;
    let registered =
        registered.map_err(|problem| Error::new(ErrorKind::Config, problem.to_string()))?;
    let own = look(settings, FRAMEWORK, MigrationKind::System, framework::migrations()?).await;
    let own = Status { module: None, database: Some(FRAMEWORK.to_owned()), found: own };
    let mut all = vec![own];
    for Registered { name, plan, .. } in registered {
        let module = Some(name);
        all.push(match plan {
            Err(problem) => Status { module, database: None, found: Err(problem) },
            Ok(Plan { database, migrations, .. }) => {
                let found = look(settings, &database, MigrationKind::App, migrations).await;
                Status { module, database: Some(database), found }
            }
        });
    }
    Ok(all)
}

async fn look(
    settings: &Settings,
    name: &str,
    kind: MigrationKind,
    set: MigrationSet,
) -> Result<Found, Problem> {
    let failed = |error: Error| Problem::of_error(settings.folder(), &error);
    let url = settings.url_of(name).map_err(failed)?;
    let config = ConnectionConfig::parse(&url).map_err(failed)?;
    let file = file(&config);
    let exists = file.as_ref().is_none_or(|file| file.exists());
    // A database that is not there yet is an empty one.
    let looked_at = match (&file, exists) {
        (_, false) => "sqlite::memory:".to_owned(),
        (Some(_), true) => format!("{url}&mode=rw"),
        (None, true) => url.clone(),
    };
    let db = settings.options().open(&looked_at).await.map_err(failed)?;
    let found = async {
        let migrator = Migrator::new(&db);
        let migrations = match kind {
            MigrationKind::System => migrator.system(set).status().await?,
            MigrationKind::App => migrator.app(set).status().await?,
        };
        let tables = tables(&db).await?.len();
        let bytes = file.filter(|_| exists).and_then(|file| Some(file.metadata().ok()?.len()));
        let location = config.to_string().split('?').next().unwrap_or_default().to_owned();
        Ok(Found { location, exists, bytes, tables, migrations })
    };
    let found = found.await.map_err(failed);
    // It was only looked at.
    let _ = db.close().await;
    found
}

/// Answers the file of an SQLite database.
fn file(config: &ConnectionConfig) -> Option<PathBuf> {
    let is_file = config.database_type == "sqlite" && config.database != ":memory:";
    is_file.then(|| PathBuf::from(&config.database))
}
