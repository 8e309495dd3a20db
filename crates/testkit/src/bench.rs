//! What a case works with: a database of its own, and its engine's words.

use std::sync::{Arc, Mutex, PoisonError};

use hypostyle_core::{Capability, Database, PoolOptions, Result, Type, ValueRef};

use crate::failure::{Outcome, equal};
use crate::polls::eventually;
use crate::same::same;
use crate::target::{Site, Target};

/// What a case works with: a database of its own, and the engine's words.
#[derive(Clone)]
pub struct Bench {
    /// The database, open.
    pub db: Database,
    /// The engine.
    pub target: Arc<dyn Target>,
    /// Where the database is.
    pub site: Arc<dyn Site>,
    sites: Sites,
}

/// The places of a case's databases. Removing them may block, and takes no connections from under
/// tasks that have yet to end: they are kept until the runtime of the case is gone.
#[derive(Clone, Default)]
pub(crate) struct Sites(Arc<Mutex<Vec<Arc<dyn Site>>>>);

impl Sites {
    async fn made(&self, target: &dyn Target) -> Result<Arc<dyn Site>> {
        let site = target.site().await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(site.clone());
        Ok(site)
    }
}

impl Bench {
    /// Makes a new database on a target.
    ///
    /// # Errors
    /// Those of the engine.
    pub(crate) async fn new(target: Arc<dyn Target>, sites: Sites) -> Result<Self> {
        let site = sites.made(&*target).await?;
        let db = target.open(&site.url(), PoolOptions::default()).await?;
        Ok(Self { db, target, site, sites })
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
        let site = self.sites.made(&*self.target).await?;
        let db = self.target.open(&site.url(), options).await?;
        Ok(Self { db, site, ..self.clone() })
    }

    /// Opens another new database whose pool has one connection for what reads, and one for what
    /// writes.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn with_one_connection(&self) -> Result<Self> {
        self.with_pool(PoolOptions { connections_max: 1, ..PoolOptions::default() }).await
    }

    /// Tells whether the engine has a capability.
    pub fn can(&self, capability: Capability) -> bool {
        self.db.capability().has(capability)
    }

    /// Tells whether a value that came back is the one that went in, as far as the engine keeps it:
    /// a decimal with its scale, a UUID with its type, a document with its blanks and digits.
    pub fn same(&self, found: ValueRef<'_>, expect: ValueRef<'_>) -> bool {
        match (found, expect) {
            (ValueRef::Decimal(found), ValueRef::Decimal(expect))
                if !self.can(Capability::UNBOUNDED_DECIMAL) =>
            {
                without_zeros(found.as_str()) == without_zeros(expect.as_str())
            }
            (ValueRef::Text(found), ValueRef::Uuid(expect)) if !self.can(Capability::UUIDS) => {
                found == expect.to_string()
            }
            (ValueRef::Json(found), ValueRef::Json(expect))
                if !self.can(Capability::VERBATIM_JSON) =>
            {
                let read = |text| serde_json::from_str::<serde_json::Value>(text).ok();
                read(found).is_some_and(|found| Some(found) == read(expect))
            }
            (found, expect) => same(found, expect),
        }
    }

    /// Quotes a name for the engine.
    ///
    /// # Errors
    /// `Query` for a name with a NUL byte.
    pub fn quoted(&self, name: &str) -> Result<String> {
        Ok(self.db.engine().dialect.quote_identifier(name)?)
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

/// A decimal without the zeros at its end that only a scale explains.
fn without_zeros(decimal: &str) -> &str {
    match decimal.contains('.') {
        true => decimal.trim_end_matches('0').trim_end_matches('.'),
        false => decimal,
    }
}
