//! Queries for rows of a model: filtered, sorted, paged, with what belongs to them.

mod aggregate;
mod page;
mod select;

use hypostyle_core::{Error, ErrorKind, Executor, Intent, ROWS_MAX, Result, Row};
use std::fmt;

pub use self::aggregate::{Aggregate, Aggregates, Figure, count_all};
pub use self::page::{CursorKey, CursorPage, PAGE_ROWS_MAX, Page};
pub use self::select::Selection;
use crate::definition::Role;
use crate::filter::{Filter, Node};
use crate::include::{Append, Include, Includes};
use crate::model::{InOrder, Model};
use crate::order::{OrderBy, Orders};
use crate::repository::Repository;
use crate::writer::Writer;

/// A query for rows of a model: built up, then run by [`all`](Find::all), [`first`](Find::first),
/// [`page`](Find::page), [`count`](Find::count) and others.
///
/// # Shape
/// `I` is what is loaded along with each row; see [`Find::include`].
///
/// # Examples
/// ```
/// # use hypostyle_model as model;
/// # use hypostyle_core::{Database, Result};
/// use hypostyle_model::Model;
/// #[derive(Model)]
/// # #[model(crate = model)]
/// struct Post {
///     #[model(key)]
///     id: i64,
///     title: String,
///     published: bool,
/// }
///
/// # async fn example(db: Database) -> Result<()> {
/// let latest = Post::on(&db)
///     .find_many(Post::published.eq(true))
///     .order_by(Post::id.desc())
///     .take(10)
///     .all()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a query does nothing until it is run"]
pub struct Find<M, E, I = ()> {
    repository: Repository<M, E>,
    query: Select,
    includes: I,
}

impl<M, E: Clone, I: Clone> Clone for Find<M, E, I> {
    fn clone(&self) -> Self {
        Self {
            repository: self.repository.clone(),
            query: self.query.clone(),
            includes: self.includes.clone(),
        }
    }
}

impl<M, E: fmt::Debug, I: fmt::Debug> fmt::Debug for Find<M, E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Find")
            .field("repository", &self.repository)
            .field("query", &self.query)
            .field("includes", &self.includes)
            .finish_non_exhaustive()
    }
}

/// What is selected of a table, whatever the model.
#[derive(Clone, Debug)]
pub(crate) struct Select {
    pub(crate) filter: Node,
    pub(crate) order: Vec<OrderBy>,
    pub(crate) skip: u64,
    pub(crate) take: Option<u64>,
    pub(crate) deleted: Deleted,
}

/// Which rows of a model with soft deletion are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Deleted {
    #[default]
    Without,
    With,
    Only,
}

impl Default for Select {
    fn default() -> Self {
        Self {
            filter: Node::All(Vec::new()),
            order: Vec::new(),
            skip: 0,
            take: None,
            deleted: Deleted::Without,
        }
    }
}

impl Select {
    /// The whole condition: the filter, and which deleted rows are there.
    pub(crate) fn condition<M: Model>(&self) -> Node {
        let filter = self.filter.clone();
        match (M::definition().with_role(Role::Deleted), self.deleted) {
            (None, _) | (_, Deleted::With) => filter,
            (Some((_, column)), Deleted::Without) => filter.and(Node::Null(column.name())),
            (Some((_, column)), Deleted::Only) => {
                filter.and(Node::Not(Box::new(Node::Null(column.name()))))
            }
        }
    }

    pub(crate) fn push_where<M: Model>(&self, out: &mut Writer) -> Result<()> {
        self.push_behind::<M>(" WHERE ", out)
    }

    /// Appends the condition behind another one.
    pub(crate) fn push_and<M: Model>(&self, out: &mut Writer) -> Result<()> {
        self.push_behind::<M>(" AND ", out)
    }

    fn push_behind<M: Model>(&self, word: &str, out: &mut Writer) -> Result<()> {
        match self.condition::<M>() {
            Node::All(none) if none.is_empty() => Ok(()),
            condition => {
                out.push(word);
                out.push_condition(&condition)
            }
        }
    }

    /// The orders given, and the key behind them, so that no two rows stand alike.
    pub(crate) fn whole_order<M: Model>(&self) -> Vec<OrderBy> {
        let mut order = self.order.clone();
        for column in M::definition().key_columns() {
            if !order.iter().any(|by| by.column == column.name()) {
                let descending = order.last().is_some_and(|last| last.descending);
                order.push(OrderBy { column: column.name(), descending });
            }
        }
        order
    }
}

impl<M: Model, E: Executor> Find<M, E> {
    pub(crate) fn new(repository: Repository<M, E>) -> Self {
        Self { repository, query: Select::default(), includes: () }
    }
}

impl<M: Model, E: Executor, I> Find<M, E, I> {
    /// Takes only the rows that meet a condition, and those of before.
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.query.filter = self.query.filter.and(filter.node);
        self
    }

    /// Sorts by one column or several, behind those of before; NULL comes last.
    pub fn order_by(mut self, orders: impl Orders<M>) -> Self {
        self.query.order.extend(orders.orders().into_iter().map(|order| order.by));
        self
    }

    /// Passes over so many rows.
    pub fn skip(mut self, rows: u64) -> Self {
        self.query.skip = rows;
        self
    }

    /// Takes so many rows at most.
    pub fn take(mut self, rows: u64) -> Self {
        self.query.take = Some(rows);
        self
    }

    /// Takes softly deleted rows as well.
    pub fn with_deleted(mut self) -> Self {
        self.query.deleted = Deleted::With;
        self
    }

    /// Takes softly deleted rows alone.
    pub fn only_deleted(mut self) -> Self {
        self.query.deleted = Deleted::Only;
        self
    }

    /// Loads what belongs to each row along with it, in a fixed number of statements: a row becomes a
    /// tuple of the model and what was included, in that order.
    ///
    /// # Examples
    /// ```
    /// # use hypostyle_model as model;
    /// # use hypostyle_core::{Database, Result};
    /// use hypostyle_model::Model;
    /// #[derive(Model)]
    /// # #[model(crate = model)]
    /// #[model(has_many(posts = Post, by = author_id))]
    /// struct User {
    ///     #[model(key)]
    ///     id: i64,
    ///     name: String,
    /// }
    ///
    /// #[derive(Model)]
    /// # #[model(crate = model)]
    /// struct Post {
    ///     #[model(key)]
    ///     id: i64,
    ///     #[model(references = User, relation = author)]
    ///     author_id: i64,
    ///     title: String,
    /// }
    ///
    /// # async fn example(db: Database) -> Result<()> {
    /// let latest = User::posts.order_by(Post::id.desc()).take(10);
    /// for (user, posts) in User::on(&db).find().include(latest).all().await? {
    ///     println!("{} wrote {}", user.name, posts.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn include<R: Include<M>>(self, relation: R) -> Find<M, E, I::Longer>
    where
        I: Append<R>,
    {
        let includes = self.includes.append(relation);
        Find { repository: self.repository, query: self.query, includes }
    }

    /// Counts the rows that meet the filters, whatever is skipped and taken.
    ///
    /// # Errors
    /// As [`Query::fetch_one`](hypostyle_core::Query::fetch_one).
    pub async fn count(mut self) -> Result<u64> {
        let mut count = self.writer()?;
        count.push("SELECT count(*) FROM ");
        count.push_table(M::definition())?;
        self.query.push_where::<M>(&mut count)?;
        let rows: i64 = self.fetch_value(&count, "model.count").await?;
        Ok(u64::try_from(rows).unwrap_or_default())
    }

    /// Tells whether a row meets the filters.
    ///
    /// # Errors
    /// As [`Query::fetch_one`](hypostyle_core::Query::fetch_one).
    pub async fn exists(mut self) -> Result<bool> {
        let mut exists = self.writer()?;
        exists.push("SELECT EXISTS (SELECT 1 FROM ");
        exists.push_table(M::definition())?;
        self.query.push_where::<M>(&mut exists)?;
        exists.push(")");
        self.fetch_value(&exists, "model.exists").await
    }

    /// Hands each row to a function as it arrives, without collecting them.
    ///
    /// # Errors
    /// As [`Query::for_each_row`](hypostyle_core::Query::for_each_row); that of the function, which ends
    /// the query.
    pub async fn for_each(mut self, mut each: impl FnMut(M) -> Result<()> + Send) -> Result<()> {
        let select = self.statement()?;
        let values = select.values();
        let query = self.repository.request(&select.text, "model.stream");
        let query = query.params(values.as_slice()).intent(Intent::Read);
        query.for_each_row(|row| each(M::read_at(row, |at| at)?)).await
    }

    fn writer(&self) -> Result<Writer> {
        self.repository.writer()
    }

    fn statement(&self) -> Result<Writer> {
        let mut select = self.writer()?;
        select.push(&self.repository.texts()?.select);
        self.query.push_where::<M>(&mut select)?;
        select.push_order(&self.query.order, M::definition())?;
        select.push_limit(self.query.take, self.query.skip);
        Ok(select)
    }

    async fn fetch_value<T>(&mut self, statement: &Writer, tag: &str) -> Result<T>
    where
        T: for<'v> hypostyle_core::FromValue<'v> + Send,
    {
        let values = statement.values();
        let query = self.repository.request(&statement.text, tag).params(values.as_slice());
        query.intent(Intent::Read).fetch_value().await
    }

    async fn fetch_with<T: Send>(
        &mut self,
        statement: &Writer,
        tag: &str,
        read: impl Fn(Row<'_>) -> Result<T> + Send + Sync,
    ) -> Result<Vec<T>> {
        let values = statement.values();
        let query = self.repository.request(&statement.text, tag).params(values.as_slice());
        let mut rows = Vec::new();
        query
            .intent(Intent::Read)
            .for_each_row(|row| {
                check_count(rows.len())?;
                rows.push(read(row)?);
                Ok(())
            })
            .await?;
        Ok(rows)
    }
}

impl<M: Model, E: Executor, I: Includes<M>> Find<M, E, I> {
    /// Finds the rows, up to a million.
    ///
    /// # Errors
    /// `Limit` for more rows than that: take fewer, or use [`Find::for_each`]; as
    /// [`Query::fetch_all`](hypostyle_core::Query::fetch_all).
    ///
    /// # Cancellation
    /// Nothing has changed.
    pub async fn all(mut self) -> Result<Vec<I::Output>> {
        let select = self.statement()?;
        let values = select.values();
        let query = self.repository.request(&select.text, "model.find_many");
        let query = query.params(values.as_slice()).intent(Intent::Read);
        let rows = query.fetch_all::<InOrder<M>>().await?.into_iter().map(|row| row.0).collect();
        let Self { repository: Repository { mut executor, origin, .. }, includes, .. } = self;
        includes.load(&mut executor, rows, origin).await
    }

    /// Finds the first row, by the order given and then by key.
    ///
    /// # Errors
    /// As [`Query::fetch_all`](hypostyle_core::Query::fetch_all).
    pub async fn first(mut self) -> Result<Option<I::Output>> {
        self.query.order = self.query.whole_order::<M>();
        Ok(self.take(1).all().await?.pop())
    }

    /// Finds the one row that there is; none is an answer, several are an error.
    ///
    /// # Errors
    /// `Limit` for several rows; as [`Query::fetch_all`](hypostyle_core::Query::fetch_all).
    pub async fn only(self) -> Result<Option<I::Output>> {
        let mut rows = self.take(2).all().await?;
        let last = rows.pop();
        if rows.is_empty() {
            return Ok(last);
        }
        let message = format!("more than one row of `{}` meets the filter", M::definition().table);
        Err(Error::new(ErrorKind::Limit, message))
    }
}

/// Holds what is collected to the limit of every query.
pub(crate) fn check_count(rows: usize) -> Result<()> {
    if rows < ROWS_MAX {
        return Ok(());
    }
    let message = format!("more than {ROWS_MAX} rows; take fewer, or read them one by one");
    Err(Error::new(ErrorKind::Limit, message))
}
