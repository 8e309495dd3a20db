//! The first phase: the files of each module are read and held against their rules.

use std::path::Path;

use hypostyle::Database;
use hypostyle::schema::Schema;
use hypostyle::schema::desired::ModelFile;
use hypostyle::schema::migrate::{MigrationKind, MigrationSet};
use hypostyle::sql::Dialect;

use super::scan::{Source, scan};
use crate::Problem;
use crate::settings::Settings;

/// A module whose files are in order, or what is wrong with them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registered {
    /// The name.
    pub name: String,
    /// Where its files are.
    pub source: Source,
    /// What it wants; or why it cannot be loaded.
    pub plan: Result<Plan, Problem>,
}

/// What a module wants.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The name of its database.
    pub database: String,
    /// Its tables.
    pub models: ModelFile,
    /// The schema that its tables make by themselves; `None` where only the server of the database
    /// can tell, which is asked in the second phase.
    pub desired: Option<Schema>,
    /// Its migrations.
    pub migrations: MigrationSet,
}

/// Finds the modules of an application's folder and reads each; ordered by name.
///
/// # Errors
/// A [`Problem`] as [`scan`]; what is wrong with one module stands in its [`Registered`].
pub async fn register(settings: &Settings) -> Result<Vec<Registered>, Problem> {
    let mut modules: Vec<Registered> = Vec::new();
    for source in scan(settings.folder())? {
        let mut plan = read(settings, &source).await;
        if let Ok(Plan { database, models, .. }) = &plan
            && let Some(other) = owner(&modules, database)
        {
            let message = format!("the database `{database}` belongs to the module `{other}`");
            let file = models.path().to_owned();
            plan = Err(Problem { line: Some(1), ..Problem::new(&file, message, "another name") });
        }
        modules.push(Registered { name: source.name.clone(), source, plan });
    }
    Ok(modules)
}

/// Two names that differ in case alone would be one file on some systems.
fn owner<'m>(modules: &'m [Registered], database: &str) -> Option<&'m str> {
    let owns = |module: &&Registered| {
        module.plan.as_ref().is_ok_and(|plan| plan.database.eq_ignore_ascii_case(database))
    };
    modules.iter().find(owns).map(|module| module.name.as_str())
}

async fn read(settings: &Settings, source: &Source) -> Result<Plan, Problem> {
    if let Some(problem) = &source.problem {
        return Err(problem.clone());
    }
    let folder = settings.folder();
    let of_model = |problem| Problem::of_model(folder, &problem);
    let of_error = |error| Problem::of_error(folder, &error);
    let dialect = |database: &str| settings.dialect_of(database);
    let models = ModelFile::read_with(&source.models, dialect).map_err(of_model)?;
    let migrations =
        MigrationSet::read(MigrationKind::App, &source.migrations).map_err(of_error)?;
    let database = models.database().to_owned();
    let desired = match settings.dialect_of(&database) {
        Dialect::Sqlite => Some(desired(folder, &models).await?),
        _ => None,
    };
    Ok(Plan { database, models, desired, migrations })
}

/// Makes the tables of a file on a scratch database in memory.
async fn desired(folder: &Path, models: &ModelFile) -> Result<Schema, Problem> {
    let scratch = Database::open("sqlite::memory:").await;
    let scratch = scratch.map_err(|error| Problem::of_error(folder, &error))?;
    let desired = models.check(&scratch).await;
    // A scratch database that does not close is gone with its file.
    let _ = scratch.close().await;
    desired.map_err(|problem| Problem::of_model(folder, &problem))
}
