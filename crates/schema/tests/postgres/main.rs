//! Schemas, migrations and model files on a real PostgreSQL.

mod desired;
mod inspect;
mod migrate;
mod rebuild;

use hypostyle::{Database, Environment, Result};
use hypostyle_testkit::server::{Postgres, Scratch};

/// A database of one test.
struct Home {
    scratch: Scratch<'static>,
    db: Database,
}

impl Home {
    async fn new(script: &str) -> Result<Self> {
        let scratch = Postgres::shared()?.scratch()?;
        let db = open(&scratch.url()).await?;
        db.execute(script, ()).await?;
        Ok(Self { scratch, db })
    }

    /// Opens the same database once more, with more options in its URL.
    async fn again(&self, options: &str) -> Result<Database> {
        open(&format!("{}{options}", self.scratch.url())).await
    }
}

async fn open(url: &str) -> Result<Database> {
    Database::options().environment(Environment::empty()).open(url).await
}
