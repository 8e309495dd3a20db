//! What an engine brings to the suite: databases to run on, and its own words for things.

use std::path::PathBuf;
use std::sync::Arc;

use hypostyle_core::{BoxFuture, Capability, Database, PoolOptions, Result, Type};

use crate::failure::{Outcome, equal};
use crate::polls::eventually;

/// Where a database of a case is: given back to [`Target::open`] to open it again.
///
/// Dropping it removes the database.
pub trait Site: Send + Sync + 'static {
    /// The URL.
    fn url(&self) -> String;

    /// The file, for engines that keep a database in one.
    fn file(&self) -> Option<PathBuf>;
}

/// Where NULL stands in an ascending order that does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullOrder {
    /// Before every value.
    First,
    /// After every value.
    Last,
}

/// An engine in one way of running it.
pub trait Target: Send + Sync + 'static {
    /// The name in the report, as `sqlite-file`.
    fn name(&self) -> &'static str;

    /// Makes the place of a new empty database.
    fn site(&self) -> BoxFuture<'_, Result<Arc<dyn Site>>>;

    /// Opens a database by its URL.
    fn open<'a>(&'a self, url: &'a str, options: PoolOptions) -> BoxFuture<'a, Result<Database>>;

    /// Makes the runtime of one case.
    ///
    /// # Errors
    /// Those of the operating system.
    fn runtime(&self) -> std::io::Result<tokio::runtime::Runtime>;

    /// Tells whether opening the same URL again opens the same database.
    fn is_shared(&self) -> bool;

    /// The type of a column that holds values of a kind.
    fn column(&self, kind: Type) -> &'static str;

    /// Where NULL stands in an ascending order.
    fn null_order(&self) -> NullOrder;

    /// The most parameters of one statement.
    fn parameters_max(&self) -> usize;

    /// A statement that reads and never ends by itself.
    fn endless(&self) -> &'static str;

    /// A statement that writes into the table `t (id)` and never ends by itself.
    fn endless_write(&self) -> &'static str;

    /// A statement that answers the numbers 1 to its only parameter, at least 1, each a row.
    fn series(&self) -> &'static str;
}

/// What a case works with: a database of its own, and the engine's words.
#[derive(Clone)]
pub struct Bench {
    /// The database, open.
    pub db: Database,
    /// The engine.
    pub target: Arc<dyn Target>,
    /// Where the database is.
    pub site: Arc<dyn Site>,
}

impl Bench {
    /// Makes a new database on a target.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn new(target: Arc<dyn Target>) -> Result<Self> {
        let site = target.site().await?;
        let db = target.open(&site.url(), PoolOptions::default()).await?;
        Ok(Self { db, target, site })
    }

    /// Opens the same database again with a pool of its own, as another process would.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn again(&self, options: PoolOptions) -> Result<Database> {
        self.target.open(&self.site.url(), options).await
    }

    /// Opens another new database with options of the pool.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn with_pool(&self, options: PoolOptions) -> Result<Self> {
        let site = self.target.site().await?;
        let db = self.target.open(&site.url(), options).await?;
        Ok(Self { db, site, ..self.clone() })
    }

    /// Tells whether the engine has a capability.
    pub fn can(&self, capability: Capability) -> bool {
        self.db.capability().has(capability)
    }

    /// Makes the table `t` with an integer key `id` and one further column of a kind.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn table(&self, kind: Type) -> Result<()> {
        let (id, column) = (self.target.column(Type::I64), self.target.column(kind));
        let text = format!("CREATE TABLE t (id {id} PRIMARY KEY, v {column})");
        self.db.execute(&text, ()).await.map(drop)
    }

    /// Counts the rows of the table `t`.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn count(&self) -> Result<i64> {
        self.db.fetch_value("SELECT count(*) FROM t", ()).await
    }

    /// Checks that no call left anything behind: no connection in use, no transaction, no lock.
    ///
    /// # Errors
    /// A [`crate::Failure`] that says what is left.
    pub async fn is_settled(&self) -> Outcome {
        eventually("no connection is in use", || self.db.pool().active == 0).await?;
        equal(self.db.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
        let mut transaction = self.db.begin().await?;
        equal(transaction.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
        transaction.rollback().await?;
        Ok(())
    }
}
