//! Pages: by number with a total, or by a cursor that no change of rows disturbs.

mod beyond;
mod cursor;

use hypostyle_core::{Error, ErrorKind, Executor, Result};

use self::beyond::beyond;
use self::cursor::Cursor;
pub use self::cursor::CursorKey;
use super::Find;
use crate::filter::Node;
use crate::include::Includes;
use crate::model::{InOrder, Model};
use crate::scope::Scope;

/// Rows of one page of many.
pub const PAGE_ROWS_MAX: u64 = 10_000;

/// A page by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// Its number, from 1 on.
    pub page: u64,
    /// How many rows a page has at most.
    pub page_size: u64,
    /// The rows of all pages together.
    pub total: u64,
}

impl<T> Page<T> {
    /// Answers how many pages there are.
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.page_size.max(1))
    }

    /// Tells whether there is a page behind this one.
    pub fn has_next_page(&self) -> bool {
        self.page < self.pages()
    }
}

/// A page by a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorPage<T> {
    /// Its rows, in the order asked for, whichever way the pages are gone through.
    pub items: Vec<T>,
    /// Whether there are rows behind it.
    pub has_next_page: bool,
    /// Where the page behind it begins.
    pub next_cursor: Option<String>,
    /// Whether there are rows before it.
    pub has_previous_page: bool,
    /// Where the page before it ends.
    pub previous_cursor: Option<String>,
}

impl<M: Model, E: Executor, I: Includes<M>> Find<M, E, I> {
    /// Finds a page by its number, from 1 on, and counts the rows of all pages.
    ///
    /// # Errors
    /// `Validation` for page 0 and for pages of no rows or more than 10 000; as [`Find::all`].
    pub async fn page(mut self, page: u64, page_size: u64) -> Result<Page<I::Output>> {
        check_size(page_size)?;
        let Some(before) = page.checked_sub(1) else {
            return Err(Error::new(ErrorKind::Validation, "pages are numbered from 1 on"));
        };
        let mut transaction = Scope::begin(&mut self.repository.executor).await?;
        let repository = crate::Repository::<M, _>::new(&mut transaction);
        let count = Find { repository, query: self.query.clone(), includes: () };
        let total = count.count().await?;
        self.query.order = self.query.whole_order::<M>();
        self.query.take = Some(page_size);
        self.query.skip = before.saturating_mul(page_size);
        let repository = crate::Repository::<M, _>::new(&mut transaction);
        let find = Find { repository, query: self.query, includes: self.includes };
        let items = find.all().await?;
        transaction.commit().await?;
        Ok(Page { items, page, page_size, total })
    }

    /// Finds a page that begins where a cursor points, or the first one.
    ///
    /// # Shape
    /// The cursor holds where the page before ended: the values that rows are sorted by and the key. So no
    /// row is seen twice or passed over when others are made or deleted meanwhile. It is signed with a key
    /// of the application's, for the filters of a query may depend on who asks, and fits only the order it
    /// was made for. Signed is not hidden: who has a cursor can read these values.
    ///
    /// # Errors
    /// `Validation` for a cursor that was changed, is of another order or another key, and for pages of no
    /// rows or more than 10 000; as [`Find::all`].
    ///
    /// # Examples
    /// ```
    /// # use hypostyle_model as model;
    /// # use hypostyle_core::{Database, Result};
    /// use hypostyle_model::{CursorKey, Model};
    /// #[derive(Model)]
    /// # #[model(crate = model)]
    /// struct Post {
    ///     #[model(key)]
    ///     id: i64,
    ///     likes: i64,
    /// }
    ///
    /// # async fn example(db: Database, key: CursorKey) -> Result<()> {
    /// let best = || Post::on(&db).find().order_by(Post::likes.desc());
    /// let first = best().cursor_page(&key, 20, None).await?;
    /// let second = best().cursor_page(&key, 20, first.next_cursor.as_deref()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn cursor_page(
        mut self,
        key: &CursorKey,
        page_size: u64,
        cursor: Option<&str>,
    ) -> Result<CursorPage<I::Output>> {
        check_size(page_size)?;
        let order = self.query.whole_order::<M>();
        let cursor =
            cursor.map(|text| Cursor::read(text, key, M::definition(), &order)).transpose()?;
        let backward = cursor.as_ref().is_some_and(|cursor| cursor.backward);
        if let Some(cursor) = &cursor {
            let dialect = self.repository.dialect();
            let beyond = beyond(M::definition(), &order, cursor, dialect);
            self.query.filter =
                std::mem::replace(&mut self.query.filter, Node::All(Vec::new())).and(beyond);
        }
        self.query.order = order.clone();
        self.query.take = Some(page_size + 1);
        let mut rows = self.rows_of_page(backward).await?;
        let size = usize::try_from(page_size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        if backward {
            rows.reverse();
        }
        let at = |row: Option<&M>, backward| -> Result<Option<String>> {
            let row = row.map(|row| Cursor::at(row, &order, backward)).transpose()?;
            row.map(|cursor| cursor.written(key, M::definition(), &order)).transpose()
        };
        let has_next_page = if backward { cursor.is_some() } else { has_more };
        let has_previous_page = if backward { has_more } else { cursor.is_some() };
        let next_cursor = if has_next_page { at(rows.last(), false)? } else { None };
        let previous_cursor = if has_previous_page { at(rows.first(), true)? } else { None };
        let crate::Repository { mut executor, origin, .. } = self.repository;
        let items = self.includes.load(&mut executor, rows, origin).await?;
        Ok(CursorPage { items, has_next_page, next_cursor, has_previous_page, previous_cursor })
    }

    async fn rows_of_page(&mut self, backward: bool) -> Result<Vec<M>> {
        let mut select = self.writer()?;
        select.push(&self.repository.texts()?.select);
        self.query.push_where::<M>(&mut select)?;
        select.push_order_there_or_back(&self.query.order, M::definition(), backward)?;
        select.push_limit(self.query.take, 0);
        let values = select.values();
        let query = self.repository.request(&select.text, "model.cursor_page");
        let query = query.params(values.as_slice()).intent(hypostyle_core::Intent::Read);
        Ok(query.fetch_all::<InOrder<M>>().await?.into_iter().map(|row| row.0).collect())
    }
}

fn check_size(page_size: u64) -> Result<()> {
    if (1..=PAGE_ROWS_MAX).contains(&page_size) {
        return Ok(());
    }
    let message = format!("a page has 1 to {PAGE_ROWS_MAX} rows, not {page_size}");
    Err(Error::new(ErrorKind::Validation, message))
}
