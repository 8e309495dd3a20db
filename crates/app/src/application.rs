//! An application: its settings, its modules and their databases, opened together.

use std::sync::Arc;

use hypostyle::{Database, Error, ErrorKind, Result};

use crate::Problem;
use crate::framework::{self, FRAMEWORK};
use crate::modules::{self, Initialised, Registered, Source, Step};
use crate::settings::Settings;

/// An application's folder, opened: every module that could be loaded, with its database, and what
/// is wrong with the others. Cheap to clone.
///
/// Opening has two phases: all modules are registered, then each is initialised — its database made,
/// migrated, and given the tables it lacks.
///
/// # Examples
/// ```
/// use hypostyle_app::Application;
/// use hypostyle_app::settings::{Settings, Sources};
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let module = folder.path().join("modules/shop");
/// std::fs::create_dir_all(&module)?;
/// std::fs::write(
///     module.join("models.sql"),
///     "-- database: shop\nCREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL);",
/// )?;
/// let settings = Settings::load(Sources::new(folder.path()))?;
/// let app = Application::open(settings).await?;
/// let shop = app.database("shop")?;
/// shop.execute("INSERT INTO item (name) VALUES (?)", ("Lamp",)).await?;
/// app.close().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Application(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    framework: Database,
    modules: Vec<Module>,
}

/// A module of an application.
#[derive(Debug)]
#[non_exhaustive]
pub struct Module {
    /// The name.
    pub name: String,
    /// The name of its database, where its files say it.
    pub database: Option<String>,
    /// Its database and how it came to be as it is; or why it could not be loaded.
    pub state: Result<Initialised, Problem>,
    /// Where its files are.
    pub source: Source,
}

impl Application {
    /// Opens an application.
    ///
    /// # Errors
    /// `Config` when the folder of the modules cannot be read, or the database of the project's own
    /// cannot be brought up to date; what is wrong with one module stands in its [`Module`].
    ///
    /// # Cancellation
    /// What was finished stays; opening again goes on from there.
    pub async fn open(settings: Settings) -> Result<Self> {
        Self::open_with(settings, |_| {}).await
    }

    /// Opens an application and tells how far it has come. `tell` must not block.
    ///
    /// # Errors
    /// As [`Application::open`].
    pub async fn open_with(
        settings: Settings,
        mut tell: impl FnMut(Step<'_>) + Send + Sync,
    ) -> Result<Self> {
        let registered = modules::register(&settings).await.map_err(of_folder)?;
        let framework = settings.options().open(&settings.url_of(FRAMEWORK)?).await?;
        let opened = initialise_all(&settings, &framework, registered, &mut tell).await;
        match opened {
            Ok(modules) => Ok(Self(Arc::new(Inner { settings, framework, modules }))),
            Err(error) => {
                // It failed already; what closes or not changes nothing.
                let _ = framework.close().await;
                Err(error)
            }
        }
    }

    /// Answers the settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Answers the database of the project's own.
    pub fn framework(&self) -> &Database {
        &self.0.framework
    }

    /// Lists the modules, those that could not be loaded included, by name.
    pub fn modules(&self) -> &[Module] {
        &self.0.modules
    }

    /// Answers a database: that of a module, by the module's name or its own, or `framework`.
    ///
    /// # Errors
    /// `Config` for a name that nothing has, with those there are; and for a module that could not
    /// be loaded, with the reason.
    pub fn database(&self, name: &str) -> Result<Database> {
        if name == FRAMEWORK {
            return Ok(self.0.framework.clone());
        }
        let modules = &self.0.modules;
        let by_name = modules.iter().find(|module| module.name == name);
        let has = |module: &&Module| module.database.as_deref() == Some(name);
        let message = match by_name.or_else(|| modules.iter().find(has)) {
            Some(Module { state: Ok(module), .. }) => return Ok(module.db.clone()),
            Some(Module { state: Err(problem), .. }) => {
                format!("the module `{name}` could not be loaded: {problem}")
            }
            None => {
                let names: Vec<&str> = modules.iter().map(|module| module.name.as_str()).collect();
                let names = [&names[..], &[FRAMEWORK]].concat().join(", ");
                format!("there is no database `{name}`; there are {names}")
            }
        };
        Err(Error::new(ErrorKind::Config, message))
    }

    /// Answers the URL of a database, its password masked: where a person finds it.
    ///
    /// # Errors
    /// As [`Application::database`].
    pub fn location(&self, name: &str) -> Result<String> {
        Ok(self.database(name)?.engine().location.clone())
    }

    /// Closes all databases; what cannot be closed in time closes with the process.
    pub async fn close(&self) {
        for module in &self.0.modules {
            if let Ok(module) = &module.state {
                let _ = module.db.close().await;
            }
        }
        let _ = self.0.framework.close().await;
    }
}

async fn initialise_all(
    settings: &Settings,
    framework: &Database,
    registered: Vec<Registered>,
    tell: &mut (dyn FnMut(Step<'_>) + Send + Sync),
) -> Result<Vec<Module>> {
    framework::initialise(framework, tell).await?;
    let mut modules = Vec::with_capacity(registered.len());
    for Registered { name, source, plan } in registered {
        let module = match plan {
            Err(problem) => Module { name, database: None, state: Err(problem), source },
            Ok(plan) => {
                let state = modules::initialise(settings, &plan, tell).await;
                if let Ok(Initialised { db, .. }) = &state {
                    let location = &db.engine().location;
                    framework::note(framework, &name, &plan.database, location).await?;
                }
                Module { name, database: Some(plan.database), state, source }
            }
        };
        modules.push(module);
    }
    Ok(modules)
}

fn of_folder(problem: Problem) -> Error {
    Error::new(ErrorKind::Config, problem.to_string())
}
