//! Operations run in a transaction of the caller, against the schema as that transaction sees it.

use std::time::Instant;

use hypostyle_core::{CancellationToken, Context, Database, Query, Result, Transaction};
use hypostyle_schema::{Inspector, Table};
use hypostyle_sql::Dialect;

use super::{Limits, Refusal};
use crate::writer::Writer;

/// Runs operations in a transaction of the caller: what it answers is of one moment with the schema
/// it is planned against. The caller commits.
///
/// # Examples
/// ```
/// use hypostyle_core::{Database, Result};
/// use hypostyle_model::operation::{Runner, Limits, Operation};
///
/// async fn answer(db: &Database, document: &str) -> Result<String> {
///     let limits = Limits::default();
///     let operation = Operation::parse(document, &limits)?;
///     let mut transaction = db.begin().await?;
///     let mut runner = Runner::new(db, &mut transaction, &limits);
///     let answer = runner.run(&operation).await?;
///     transaction.commit().await?;
///     Ok(answer.to_json())
/// }
/// ```
pub struct Runner<'t, 's> {
    pub(super) db: &'t Database,
    pub(super) transaction: &'t mut Transaction<'s>,
    pub(super) limits: &'t Limits,
    pub(super) dialect: Dialect,
    sees: &'t (dyn Fn(&str) -> bool + Sync),
    pub(super) may_write: &'t (dyn Fn(&str) -> bool + Sync),
    deadline: Option<Instant>,
    cancel: Option<&'t CancellationToken>,
    context: Option<&'t Context>,
    tag: &'static str,
    pub(super) is_reading: bool,
    /// How many bytes have been answered.
    pub(super) answered_bytes: usize,
}

impl<'t, 's> Runner<'t, 's> {
    /// Takes a transaction of a database.
    pub fn new(db: &'t Database, transaction: &'t mut Transaction<'s>, limits: &'t Limits) -> Self {
        Self {
            db,
            transaction,
            limits,
            dialect: db.engine().dialect,
            sees: &|_| true,
            may_write: &|_| true,
            deadline: None,
            cancel: None,
            context: None,
            tag: "operation",
            is_reading: false,
            answered_bytes: 0,
        }
    }

    /// Says that the transaction is one in which the engine refuses writes, so that SQL of the caller's
    /// own may read in it.
    #[must_use]
    pub fn reads_only(mut self) -> Self {
        self.is_reading = true;
        self
    }

    /// Says which tables the caller may know of, by name. Default all.
    #[must_use]
    pub fn sees(mut self, sees: &'t (dyn Fn(&str) -> bool + Sync)) -> Self {
        self.sees = sees;
        self
    }

    /// Says which tables the caller may write, by name. Default all.
    #[must_use]
    pub fn writes(mut self, writes: &'t (dyn Fn(&str) -> bool + Sync)) -> Self {
        self.may_write = writes;
        self
    }

    /// Sets when to give up.
    #[must_use]
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Lets another task cancel the statements through a token.
    #[must_use]
    pub fn cancel(mut self, token: &'t CancellationToken) -> Self {
        self.cancel = Some(token);
        self
    }

    /// Says on whose behalf the statements run.
    #[must_use]
    pub fn context(mut self, context: &'t Context) -> Self {
        self.context = Some(context);
        self
    }

    /// Names the statements for logs and metrics. Default `operation`.
    #[must_use]
    pub fn tag(mut self, tag: &'static str) -> Self {
        self.tag = tag;
        self
    }

    /// Finds a table that can be read, with all that is known of it.
    ///
    /// # Errors
    /// [`Refusal::TableNotFound`], [`Refusal::TableUnreadable`]; those of the engine.
    pub async fn table(&mut self, name: &str) -> Result<Table> {
        let found = match is_name(name) {
            true => self.inspector()?.table(name).await?,
            false => None,
        };
        self.readable(name, found).await
    }

    /// Finds a table that can be read as far as its rows go: its columns, its key and its indexes.
    ///
    /// # Errors
    /// As [`Runner::table`].
    pub async fn rows_of(&mut self, name: &str) -> Result<Table> {
        let found = match is_name(name) {
            true => self.inspector()?.rows_of(name).await?,
            false => None,
        };
        self.readable(name, found).await
    }

    async fn readable(&mut self, name: &str, found: Option<Table>) -> Result<Table> {
        let sees = self.sees;
        match found.filter(|table| sees(&table.name)) {
            Some(Table { name, problem: Some(problem), .. }) => {
                Err(Refusal::TableUnreadable { table: name, problem }.into())
            }
            Some(table) => Ok(table),
            None => {
                let available = self.tables().await?;
                Err(Refusal::TableNotFound { table: name.to_owned(), available }.into())
            }
        }
    }

    /// Lists the names of tables and views.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn tables(&mut self) -> Result<Vec<String>> {
        let sees = self.sees;
        let mut names = self.inspector()?.tables().await?;
        names.retain(|name| sees(name));
        Ok(names)
    }

    /// Prepares a statement to run as the caller's others do.
    pub fn query<'q>(&'q mut self, statement: &'q Writer) -> Query<'q> {
        self.text(&statement.text).params(&statement.params)
    }

    /// Prepares a text. What can be cancelled runs on a thread of its own, so that a caller who goes
    /// away is noticed while it runs.
    pub(super) fn text<'q>(&'q mut self, text: &'q str) -> Query<'q> {
        let mut query = self.transaction.request(text).tag(self.tag);
        if let Some(deadline) = self.deadline {
            query = query.deadline(deadline);
        }
        if let Some(cancel) = self.cancel {
            query = query.cancel(cancel).offload();
        }
        if let Some(context) = self.context {
            query = query.context(context);
        }
        query
    }

    fn inspector(&mut self) -> Result<Inspector<'_, 's>> {
        let mut inspector = Inspector::new(self.db, self.transaction)?;
        if let Some(deadline) = self.deadline {
            inspector = inspector.deadline(deadline);
        }
        if let Some(cancel) = self.cancel {
            inspector = inspector.cancel(cancel);
        }
        if let Some(context) = self.context {
            inspector = inspector.context(context);
        }
        Ok(inspector)
    }
}

/// No engine has names with this sign, and some take no such text.
fn is_name(name: &str) -> bool {
    !name.contains('\0')
}
