//! What statements are checked against: an application's databases, a schema, or a database.

use hypostyle::sql::Dialect;
use hypostyle::{ConnectionConfig, Database, Options, Scratch};
use hypostyle_app::modules::scan;
use hypostyle_app::settings::Settings;
use hypostyle_check::{Definition, Target};

use super::Check;
use crate::application::url_flag;
use crate::args::Global;
use crate::database::{self, Use};
use crate::exit::{Failure, Result};

/// The targets, and what is thrown away after them.
pub(super) struct Targets {
    pub(super) all: Vec<Target>,
    scratches: Vec<Scratch>,
}

impl Targets {
    pub(super) async fn open(check: &Check, global: &Global) -> Result<Self> {
        let mut targets = Self { all: Vec::new(), scratches: Vec::new() };
        if let Some(definition) = named(check, global)? {
            targets.of_definition(definition, global).await?;
        } else if url_flag(global).is_none() && check.place.is_application() {
            targets.of_application(check, global).await?;
        } else {
            let database = database::open(global, Use::Existing).await.map_err(|failure| {
                failure.note("or name a schema with --schema, or an application with --folder")
            })?;
            targets.all.push(Target::server("database", None, &database).await?);
        }
        Ok(targets)
    }

    async fn of_definition(&mut self, definition: Definition, global: &Global) -> Result {
        let is_of_server = matches!(definition.dialect(), Dialect::Postgres | Dialect::Mysql);
        if url_flag(global).is_none() || !is_of_server {
            self.all.push(Target::offline("schema", definition).await?);
            return Ok(());
        }
        let config = database::config(global, Use::Existing)?;
        let options = || Database::options().timeout(None);
        self.on_server("schema", definition, config, None, options).await
    }

    async fn of_application(&mut self, check: &Check, global: &Global) -> Result {
        let settings = check.place.settings(global, Vec::new())?;
        let sources = scan(settings.folder());
        for source in sources.map_err(|problem| Failure::invalid(problem.to_string()))? {
            if let Some(problem) = &source.problem {
                return Err(Failure::invalid(problem.to_string()));
            }
            let (name, definition) = of_module(&settings, &source)?;
            let dialect = definition.dialect();
            if check.server && matches!(dialect, Dialect::Postgres | Dialect::Mysql) {
                let config = ConnectionConfig::parse(&settings.url_of(&name)?)?;
                let scratch = settings.scratch_of(&name)?;
                self.on_server(&name, definition, config, scratch, || settings.options()).await?;
            } else {
                self.all.push(Target::offline(name, definition).await?);
            }
        }
        if self.all.is_empty() {
            return Err(Failure::invalid("the application has no modules to check against"));
        }
        Ok(())
    }

    async fn on_server(
        &mut self,
        name: &str,
        definition: Definition,
        config: ConnectionConfig,
        scratch: Option<ConnectionConfig>,
        options: impl Fn() -> Options,
    ) -> Result {
        let database = options().open_config(config.clone()).await?;
        let scratch = Scratch::open(&database, options(), config, scratch).await?;
        let target = Target::server(name, Some(definition), &scratch).await;
        self.scratches.push(scratch);
        self.all.push(target?);
        Ok(())
    }

    /// Throws away what was made for them.
    pub(super) async fn close(self) -> Result {
        drop(self.all);
        for scratch in self.scratches {
            scratch.close().await?;
        }
        Ok(())
    }
}

/// Reads what --schema and --migrations name.
fn named(check: &Check, global: &Global) -> Result<Option<Definition>> {
    let dialect = match (check.dialect, url_flag(global)) {
        (Some(engine), _) => engine.into(),
        (None, Some(url)) => dialect_of(url)?,
        (None, None) => Dialect::Sqlite,
    };
    if let Some(folder) = &check.migrations {
        return Ok(Some(Definition::migrations(folder, dialect)?));
    }
    let Some(path) = &check.schema else { return Ok(None) };
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| Failure::file("read", &file, &error))?;
    Ok(Some(Definition::script(file, text, dialect)))
}

fn dialect_of(url: &str) -> Result<Dialect> {
    let config = ConnectionConfig::parse(&database::complete(url, Use::Any)?)?;
    Ok(match config.database_type.as_str() {
        "postgres" | "postgresql" => Dialect::Postgres,
        "mysql" | "mariadb" => Dialect::Mysql,
        "duckdb" => Dialect::DuckDb,
        _ => Dialect::Sqlite,
    })
}

/// Answers the name of a module's database, and what makes it: its models, or its migrations where
/// the models are empty.
fn of_module(
    settings: &Settings,
    source: &hypostyle_app::modules::Source,
) -> Result<(String, Definition)> {
    let models = hypostyle::ModelFile::read_with(&source.models, |name| settings.dialect_of(name));
    let models = models.map_err(|problem| Failure::invalid(problem.to_string()))?;
    let name = models.database().to_owned();
    let dialect = settings.dialect_of(&name);
    let definition = Definition::models(&source.models, dialect)?;
    if !definition.is_empty() {
        return Ok((name, definition));
    }
    Ok((name, Definition::migrations(&source.migrations, dialect)?))
}
