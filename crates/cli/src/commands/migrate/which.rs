//! Whose migrations a command works on: those of one database and a folder, or of one module.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use hypostyle::schema::desired::ModelFile;
use hypostyle::schema::migrate::{MigrationKind, MigrationSet};
use hypostyle::{ConnectionConfig, Database, Scratch};
use hypostyle_app::modules::{Source, scan};
use hypostyle_app::settings::Settings;

use crate::application::Place;
use crate::args::Global;
use crate::database::{self, Use};
use crate::exit::{Failure, Result};

/// A database of --url with a folder of migrations, or a module of the application.
#[derive(Args, Clone, Debug)]
pub(crate) struct Which {
    #[command(flatten)]
    pub(crate) place: Place,
    /// A folder of migrations, for the database of --url instead of those of an application
    #[arg(long, value_name = "PATH")]
    pub(crate) migrations: Option<PathBuf>,
    /// The module of the application; without it the only one
    #[arg(long, value_name = "NAME", conflicts_with = "migrations")]
    module: Option<String>,
    /// What stands for ${NAME} in the files; may be given several times
    #[arg(long = "placeholder", value_name = "NAME=VALUE", value_parser = placeholder)]
    pub(crate) placeholders: Vec<(String, String)>,
}

/// A database and its migrations.
pub(super) struct Target {
    pub(super) db: Database,
    config: ConnectionConfig,
    /// Where things are tried, where that is set.
    scratch: Option<ConnectionConfig>,
    /// Of a module, whose settings make the options.
    settings: Option<Settings>,
    pub(super) set: MigrationSet,
    pub(super) folder: PathBuf,
    /// The model file of a module.
    pub(super) models: Option<PathBuf>,
}

impl Which {
    /// Opens the database and reads its migrations.
    pub(super) async fn target(&self, global: &Global, how: Use) -> Result<Target> {
        if let Some(folder) = &self.migrations {
            let set = self.filled(super::read(folder)?);
            tell_passed_over(&set, global);
            let config = database::config(global, how)?;
            let db = database::open_config(config.clone()).await?;
            let folder = folder.clone();
            return Ok(Target {
                db,
                config,
                scratch: None,
                settings: None,
                set,
                folder,
                models: None,
            });
        }
        let settings = super::application(&self.place, global)?;
        let source = self.source(&settings)?;
        let models = read_models(&settings, &source)?;
        let set = MigrationSet::read(MigrationKind::App, &source.migrations)?;
        tell_passed_over(&set, global);
        let url = settings.url_of(models.database())?;
        let config = ConnectionConfig::parse(&url)?;
        let db = settings.options().open_config(config.clone()).await?;
        Ok(Target {
            db,
            config,
            scratch: settings.scratch_of(models.database())?,
            settings: Some(settings),
            set: self.filled(set),
            folder: source.migrations,
            models: Some(source.models),
        })
    }

    /// Answers the folder that new files go to, without opening a database.
    pub(super) fn folder(&self, global: &Global) -> Result<PathBuf> {
        match &self.migrations {
            Some(folder) => Ok(folder.clone()),
            None => {
                let settings = super::application(&self.place, global)?;
                Ok(self.source(&settings)?.migrations)
            }
        }
    }

    fn filled(&self, set: MigrationSet) -> MigrationSet {
        set.with_placeholders(&self.placeholders.iter().cloned().collect())
    }

    fn source(&self, settings: &Settings) -> Result<Source> {
        let sources = scan(settings.folder());
        let sources = sources.map_err(|problem| Failure::invalid(problem.to_string()))?;
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let listed = names.join(", ");
        let at = match &self.module {
            Some(name) => names.iter().position(|known| known == name),
            None if names.len() == 1 => Some(0),
            None => {
                let message = format!("name a module with --module; there are: {listed}");
                return Err(Failure::usage(message));
            }
        };
        let found = at.and_then(|at| sources.get(at)).cloned();
        found.ok_or_else(|| {
            let name = self.module.as_deref().unwrap_or_default();
            Failure::invalid(format!("there is no module `{name}`; there are: {listed}"))
        })
    }
}

impl Target {
    /// Opens a place to try things for the database: the one that is named, else that of its settings.
    pub(super) async fn scratch(&self, named: Option<&str>) -> Result<Scratch> {
        let named = match named {
            Some(url) => Some(ConnectionConfig::parse(url)?),
            None => self.scratch.clone(),
        };
        let options = match &self.settings {
            Some(settings) => settings.options(),
            None => Database::options().timeout(None),
        };
        Ok(Scratch::open(&self.db, options, self.config.clone(), named).await?)
    }

    /// Reads the model file: the module's, or the one that was named.
    pub(super) fn models(&self, named: Option<&PathBuf>) -> Result<ModelFile> {
        let dialect = self.db.engine().dialect;
        let path = named.or(self.models.as_ref());
        let path = path.ok_or_else(|| Failure::usage("name the model file with --models"))?;
        let models = ModelFile::read_with(path, |_| dialect);
        models.map_err(|problem| Failure::invalid(problem.to_string()))
    }
}

/// Says which files nobody runs.
fn tell_passed_over(set: &MigrationSet, global: &Global) {
    if !set.passed_over().is_empty() && !global.quiet && !global.json {
        let files = set.passed_over().join(", ");
        // Nobody is left to tell when stderr is closed.
        let _ = writeln!(io::stderr(), "note: callbacks of Flyway are not run: {files}");
    }
}

fn read_models(settings: &Settings, source: &Source) -> Result<ModelFile> {
    if let Some(problem) = &source.problem {
        return Err(Failure::invalid(problem.to_string()));
    }
    let models = ModelFile::read_with(&source.models, |name| settings.dialect_of(name));
    models.map_err(|problem| Failure::invalid(problem.to_string()))
}

fn placeholder(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
