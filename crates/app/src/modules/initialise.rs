//! The second phase: the database of a module gets its migrations, then the tables it lacks.

use std::borrow::Cow;

use hypostyle::schema::desired::{Difference, Object, actual, drift};
use hypostyle::schema::migrate::{Migrator, Progress, Report};
use hypostyle::{ConnectionConfig, Database, Result, Scratch};

use super::register::Plan;
use crate::Problem;
use crate::settings::Settings;

/// A module whose database is as it wants it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Initialised {
    /// The database.
    pub db: Database,
    /// What the migrations did.
    pub migrated: Report,
    /// What was made of the model file.
    pub made: Vec<Object>,
    /// Where the database and the model file differ still: a migration has to be written.
    pub drift: Vec<Difference>,
}

/// How far initialising has come.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Step<'s> {
    /// A database is opened and looked at.
    Database {
        /// The name of the database.
        name: &'s str,
    },
    /// A migration of that database.
    Migration {
        /// The name of the database.
        name: &'s str,
        /// How far it has come.
        progress: &'s Progress<'s>,
    },
}

/// Opens the database of a module and brings it up to date.
pub(crate) async fn initialise(
    settings: &Settings,
    plan: &Plan,
    tell: &mut (dyn FnMut(Step<'_>) + Send + Sync),
) -> Result<Initialised, Problem> {
    let name = &plan.database;
    tell(Step::Database { name });
    let failed = |error: hypostyle::Error| Problem::of_error(settings.folder(), &error);
    let db = open(settings, name).await.map_err(failed)?;
    match prepare(&db, plan, settings, tell).await {
        Ok((migrated, made, drift)) => Ok(Initialised { db, migrated, made, drift }),
        Err(problem) => {
            // It failed already; what closes or not changes nothing.
            let _ = db.close().await;
            Err(problem)
        }
    }
}

/// Opens a database of the application by its name.
pub(crate) async fn open(settings: &Settings, name: &str) -> Result<Database> {
    settings.options().open(&settings.url_of(name)?).await
}

/// Opens a place to try things for a database of the application.
pub(crate) async fn scratch(settings: &Settings, db: &Database, name: &str) -> Result<Scratch> {
    let config = ConnectionConfig::parse(&settings.url_of(name)?)?;
    Scratch::open(db, settings.options(), config, settings.scratch_of(name)?).await
}

async fn prepare(
    db: &Database,
    plan: &Plan,
    settings: &Settings,
    tell: &mut (dyn FnMut(Step<'_>) + Send + Sync),
) -> Result<(Report, Vec<Object>, Vec<Difference>), Problem> {
    let failed = |error: hypostyle::Error| Problem::of_error(settings.folder(), &error);
    let patient = db.without_timeout();
    let name = &plan.database;
    let migrator = Migrator::new(&patient)
        .app(plan.migrations.clone())
        .on_progress(|progress| tell(Step::Migration { name, progress }));
    let migrated = migrator.up(None).await.map_err(failed)?;
    let desired = match &plan.desired {
        Some(desired) => Cow::Borrowed(desired),
        // Behind the migrations, which may bring the types and extensions that tables need.
        None => {
            let scratch = scratch(settings, &patient, name).await.map_err(failed)?;
            let checked = plan.models.check(&scratch).await;
            scratch.close().await.map_err(failed)?;
            let of_model = |problem| Problem::of_model(settings.folder(), &problem);
            Cow::Owned(checked.map_err(of_model)?)
        }
    };
    let made = plan.models.apply(&patient).await.map_err(failed)?;
    let actual = actual(&patient).await.map_err(failed)?;
    Ok((migrated, made, drift(&desired, &actual)))
}
