//! A new database on each engine.

use hypostyle::sql::Dialect;
use hypostyle::{Database, Environment, Result};
use hypostyle_testkit::server::{Brand, MySql, MySqlScratch, Postgres, Scratch};
use tempfile::TempDir;

/// The database of one test, and what goes with it.
pub(crate) struct Home {
    pub(crate) engine: &'static str,
    pub(crate) db: Database,
    _place: Place,
}

/// What is given back when the test ends.
enum Place {
    File { _folder: TempDir },
    Postgres { _scratch: Scratch<'static> },
    MySql { _scratch: MySqlScratch<'static> },
}

impl Home {
    /// Makes a database on each engine, one after the other, and runs a script in it.
    pub(crate) async fn each(script: &str, test: impl AsyncFn(&Self)) -> Result<()> {
        for engine in ["sqlite", "postgres", "mysql", "mariadb", "duckdb"] {
            let home = Self::new(engine).await?;
            home.db.execute(script, ()).await?;
            test(&home).await;
        }
        Ok(())
    }

    async fn new(engine: &'static str) -> Result<Self> {
        let (url, place) = match engine {
            "postgres" => {
                let scratch = Postgres::shared()?.scratch()?;
                (scratch.url(), Place::Postgres { _scratch: scratch })
            }
            "mysql" | "mariadb" => {
                let brand = if engine == "mysql" { Brand::Oracle } else { Brand::MariaDb };
                let scratch = MySql::shared(brand)?.scratch()?;
                (scratch.url(), Place::MySql { _scratch: scratch })
            }
            file => {
                let folder = TempDir::new().expect("a folder can be made");
                let path = folder.path().join("test.db");
                (format!("{file}:{}", path.display()), Place::File { _folder: folder })
            }
        };
        let options = Database::options().environment(Environment::empty());
        Ok(Self { engine, db: options.open(&url).await?, _place: place })
    }

    /// Quotes a name as the engine does.
    pub(crate) fn quote(&self, name: &str) -> String {
        self.dialect().quote_identifier(name).expect("it can be quoted")
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.db.engine().dialect
    }

    /// Counts the rows of a table.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        let query = format!("SELECT count(*) FROM {}", self.quote(table));
        self.db.fetch_value(&query, ()).await.expect("it can be counted")
    }
}
