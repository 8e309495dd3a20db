//! The engines, and empty databases of theirs.

use hypostyle::core::{Capability, Intent};
use hypostyle::schema::plan::Script;
use hypostyle::{Database, Environment, Error, Result};
use hypostyle_testkit::server::{Brand, MySql, MySqlScratch, Postgres, Scratch};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
    MySql(Brand),
    DuckDb,
}

/// A database of one case.
pub(crate) struct Place {
    _scratch: Option<Holder>,
    pub(crate) db: Database,
}

enum Holder {
    Postgres { _scratch: Scratch<'static> },
    MySql { _scratch: MySqlScratch<'static> },
}

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MySql(Brand::MariaDb) => "mariadb",
            Self::MySql(Brand::Oracle) => "mysql",
            Self::DuckDb => "duckdb",
        }
    }

    /// Makes an empty database.
    pub(crate) async fn place(self) -> Result<Place> {
        let (url, holder) = match self {
            Self::Sqlite => ("sqlite::memory:".to_owned(), None),
            Self::DuckDb => ("duckdb::memory:".to_owned(), None),
            Self::Postgres => {
                let scratch = Postgres::shared()?.scratch()?;
                (scratch.url(), Some(Holder::Postgres { _scratch: scratch }))
            }
            Self::MySql(brand) => {
                let scratch = MySql::shared(brand)?.scratch()?;
                (scratch.url(), Some(Holder::MySql { _scratch: scratch }))
            }
        };
        let options = Database::options().environment(Environment::empty());
        Ok(Place { _scratch: holder, db: options.open(&url).await? })
    }
}

impl Place {
    /// Runs a script as the runner of migrations does: in a transaction where the engine has such,
    /// and without following references where it asks for that.
    pub(crate) async fn apply(&self, script: &Script) -> Result<()> {
        let is_transactional = self.db.capability().has(Capability::TRANSACTIONAL_DDL);
        if script.without_transaction || !is_transactional {
            for statement in &script.statements {
                self.db.execute(statement, ()).await?;
            }
            return Ok(());
        }
        let mut session = self.db.session(Intent::Write).await?;
        if script.without_foreign_keys {
            session.execute("PRAGMA foreign_keys = OFF", ()).await?;
        }
        let mut transaction = session.begin().await?;
        for statement in &script.statements {
            transaction.execute(statement, ()).await?;
        }
        if script.without_foreign_keys {
            let check = "SELECT count(*) FROM pragma_foreign_key_check";
            let broken: i64 = transaction.fetch_value(check, ()).await?;
            if broken > 0 {
                return Err(Error::new(
                    hypostyle::ErrorKind::ForeignKeyViolation,
                    format!("{broken} rows refer to nothing"),
                ));
            }
        }
        transaction.commit().await
    }
}
