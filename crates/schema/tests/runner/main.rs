//! The runner on every engine: there, back, and on from where it stopped.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod baseline;
mod killed;
mod races;
mod stopped;
mod takeover;
mod ways;

use std::borrow::Cow;

use hypostyle::migrate::{MigrationKind, MigrationSet, Migrator, State};
use hypostyle::{Database, Environment, Result};
use hypostyle_testkit::server::{Brand, MySql, MySqlScratch, Postgres, Scratch};

/// A database of one test.
struct Home {
    db: Database,
    url: String,
    _scratch: Holder,
}

enum Holder {
    File { _folder: tempfile::TempDir },
    Postgres { _scratch: Scratch<'static> },
    MySql { _scratch: MySqlScratch<'static> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
    MySql(Brand),
    DuckDb,
}

const ENGINES: [Engine; 5] = [
    Engine::Sqlite,
    Engine::Postgres,
    Engine::MySql(Brand::MariaDb),
    Engine::MySql(Brand::Oracle),
    Engine::DuckDb,
];

impl Home {
    async fn new(engine: Engine) -> Result<Self> {
        let (url, holder) = match engine {
            Engine::Postgres => {
                let scratch = Postgres::shared()?.scratch()?;
                (scratch.url(), Holder::Postgres { _scratch: scratch })
            }
            Engine::MySql(brand) => {
                let scratch = MySql::shared(brand)?.scratch()?;
                (scratch.url(), Holder::MySql { _scratch: scratch })
            }
            Engine::Sqlite | Engine::DuckDb => {
                let folder = tempfile::tempdir().unwrap();
                let scheme = if engine == Engine::Sqlite { "sqlite" } else { "duckdb" };
                let url = format!("{scheme}:{}", folder.path().join("home.db").display());
                (url, Holder::File { _folder: folder })
            }
        };
        Ok(Self { db: open(&url).await?, url, _scratch: holder })
    }

    fn migrator(&self, set: &MigrationSet) -> Migrator<'_> {
        Migrator::new(&self.db).app(set.clone())
    }

    /// The names of all tables but those of the runner.
    async fn tables(&self) -> Result<String> {
        let mut names = hypostyle::schema::tables(&self.db).await?;
        names.retain(|name| !name.starts_with("ia_"));
        Ok(names.join(" "))
    }

    /// The state of each migration in short.
    async fn states(&self, set: &MigrationSet) -> Result<String> {
        let entries = self.migrator(set).status().await?;
        let state = |state: &State| -> Cow<'static, str> {
            match state {
                State::Applied { .. } => "applied".into(),
                State::Pending => "pending".into(),
                State::Changed { .. } => "changed".into(),
                State::Missing { .. } => "missing".into(),
                State::Stopped { statement, .. } => format!("stopped at {statement}").into(),
                other => format!("{other:?}").into(),
            }
        };
        let entries = entries.iter().map(|it| format!("{} {}", it.version, state(&it.state)));
        Ok(entries.collect::<Vec<_>>().join(", "))
    }
}

async fn open(url: &str) -> Result<Database> {
    Database::options().environment(Environment::empty()).open(url).await
}

fn set(files: &[(&'static str, &'static str)]) -> MigrationSet {
    MigrationSet::embedded(MigrationKind::App, files).unwrap()
}
