//! Inspection: the questions each dialect answers in its own words, asked in one transaction.

mod duckdb;
mod labels;
mod mysql;
mod postgres;
mod sqlite;

use std::time::Instant;

use hypostyle_core::{
    CancellationToken, Context, Database, Error, FromRow, IntoParams, Query, Result, Transaction,
};
use hypostyle_sql::Dialect;

use crate::{Schema, Table};

/// Answers all tables and views of a database.
///
/// # Errors
/// `Unsupported` for an engine without inspection; `Limit` beyond a million columns; those of the
/// engine.
pub async fn inspect(db: &Database) -> Result<Schema> {
    let mut transaction = db.begin_snapshot().await?;
    let schema = Inspector::new(db, &mut transaction)?.schema().await?;
    transaction.commit().await?;
    Ok(schema)
}

/// Answers the names of all tables and views, ordered without regard to ASCII case; where there are
/// schemas, those of the search path stand first.
///
/// # Errors
/// As [`inspect`].
pub async fn tables(db: &Database) -> Result<Vec<String>> {
    let mut transaction = db.begin_snapshot().await?;
    let names = Inspector::new(db, &mut transaction)?.tables().await?;
    transaction.commit().await?;
    Ok(names)
}

/// Answers one table or view, named as the engine compares names: on PostgreSQL with or without its
/// schema, and without regard to ASCII case where no name is the same.
///
/// # Errors
/// As [`inspect`].
pub async fn table(db: &Database, name: &str) -> Result<Option<Table>> {
    let mut transaction = db.begin_snapshot().await?;
    let table = Inspector::new(db, &mut transaction)?.table(name).await?;
    transaction.commit().await?;
    Ok(table)
}

/// Inspects inside a transaction of the caller, so that what it answers and what the caller reads
/// next are of one moment; see [`Database::begin_snapshot`].
pub struct Inspector<'t, 's> {
    transaction: &'t mut Transaction<'s>,
    dialect: Dialect,
    /// The only schema that is looked at.
    schema: Option<&'t str>,
    deadline: Option<Instant>,
    cancel: Option<&'t CancellationToken>,
    context: Option<&'t Context>,
}

impl<'t, 's> Inspector<'t, 's> {
    /// Takes a transaction of a database.
    ///
    /// # Errors
    /// `Unsupported` for an engine without inspection.
    pub fn new(db: &Database, transaction: &'t mut Transaction<'s>) -> Result<Self> {
        let engine = db.engine();
        match engine.dialect {
            Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql | Dialect::DuckDb => Ok(Self {
                transaction,
                dialect: engine.dialect,
                schema: None,
                deadline: None,
                cancel: None,
                context: None,
            }),
            _ => Err(Error::unsupported(engine.name, "inspect")),
        }
    }

    /// Looks at one schema alone, whose tables are then named without it.
    pub(crate) fn within(mut self, schema: &'t str) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Sets when to give up.
    #[must_use]
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Lets another task cancel the queries through a token.
    #[must_use]
    pub fn cancel(mut self, token: &'t CancellationToken) -> Self {
        self.cancel = Some(token);
        self
    }

    /// Says on whose behalf the queries run.
    #[must_use]
    pub fn context(mut self, context: &'t Context) -> Self {
        self.context = Some(context);
        self
    }

    /// Answers all tables and views.
    ///
    /// # Errors
    /// As [`inspect`].
    pub async fn schema(&mut self) -> Result<Schema> {
        let tables = self.find(None).await?;
        let mut schema = Schema { tables, ..Schema::default() };
        match self.dialect {
            Dialect::Postgres => postgres::beside(self, &mut schema).await?,
            Dialect::Mysql => mysql::beside(self, &mut schema).await?,
            Dialect::DuckDb => duckdb::beside(self, &mut schema).await?,
            _ => {}
        }
        Ok(schema)
    }

    /// Answers the names of all tables and views.
    ///
    /// # Errors
    /// As [`inspect`].
    pub async fn tables(&mut self) -> Result<Vec<String>> {
        match self.dialect {
            Dialect::Sqlite => sqlite::names(self).await,
            Dialect::Postgres => postgres::names(self).await,
            Dialect::Mysql => mysql::names(self).await,
            Dialect::DuckDb => duckdb::names(self).await,
            dialect => Err(unknown(dialect)),
        }
    }

    /// Answers one table or view.
    ///
    /// # Errors
    /// As [`inspect`].
    pub async fn table(&mut self, name: &str) -> Result<Option<Table>> {
        Ok(self.find(Some(name)).await?.into_iter().next())
    }

    /// Answers one table or view as far as its rows go: its columns, its key and its indexes. The rest
    /// may be missing.
    ///
    /// # Errors
    /// As [`inspect`].
    pub async fn rows_of(&mut self, name: &str) -> Result<Option<Table>> {
        let found = match self.dialect {
            Dialect::Postgres => postgres::find_rows_of(self, name).await?,
            _ => self.find(Some(name)).await?,
        };
        Ok(found.into_iter().next())
    }

    async fn find(&mut self, name: Option<&str>) -> Result<Vec<Table>> {
        match self.dialect {
            Dialect::Sqlite => sqlite::find(self, name).await,
            Dialect::Postgres => postgres::find(self, name).await,
            Dialect::Mysql => mysql::find(self, name).await,
            Dialect::DuckDb => duckdb::find(self, name).await,
            dialect => Err(unknown(dialect)),
        }
    }

    /// Runs one question.
    async fn ask<'q, T: FromRow + Send>(
        &'q mut self,
        text: &'q str,
        params: impl IntoParams<'q>,
    ) -> Result<Vec<T>> {
        self.query(text).params(params).fetch_all().await
    }

    /// Runs one statement that answers nothing.
    async fn execute(&mut self, text: &str) -> Result<()> {
        self.query(text).execute().await.map(drop)
    }

    fn query<'q>(&'q mut self, text: &'q str) -> Query<'q> {
        let mut query = self.transaction.request(text).tag("schema.inspect");
        if let Some(deadline) = self.deadline {
            query = query.deadline(deadline);
        }
        if let Some(cancel) = self.cancel {
            query = query.cancel(cancel);
        }
        if let Some(context) = self.context {
            query = query.context(context);
        }
        query
    }
}

fn unknown(dialect: Dialect) -> Error {
    Error::unsupported(&format!("{dialect:?}"), "inspect")
}
