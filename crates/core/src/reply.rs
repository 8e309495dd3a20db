//! Replies: rows lent one by one, batch after batch, result after result.

use std::sync::Arc;

use crate::{BatchBox, Columnar, Columns, Fill, FromRow, Outcome, Result, Row, Rows};

/// The answer to a request: its first batch, and what fills the next.
///
/// # Cancellation
/// Dropping a reply ends its statement; statements of the text that did not begin do not run. The
/// guard brings the connection back in sync before its next use.
pub struct Reply<'s> {
    columns: Arc<Columns>,
    batch: BatchBox,
    at: usize,
    /// The chunk in place of rows has been answered.
    is_taken: bool,
    fill: Fill,
    outcome: Outcome,
    rows: Option<Box<dyn Rows + 's>>,
}

impl<'s> Reply<'s> {
    /// Makes a reply that is whole in its batch.
    pub fn whole(columns: Arc<Columns>, batch: impl Into<BatchBox>, outcome: Outcome) -> Self {
        Self {
            columns,
            batch: batch.into(),
            at: 0,
            is_taken: false,
            fill: Fill::End,
            outcome,
            rows: None,
        }
    }

    /// Makes a reply whose first batch is filled and that goes on.
    pub fn open(batch: impl Into<BatchBox>, fill: Fill, rows: Box<dyn Rows + 's>) -> Self {
        let (columns, outcome) = (rows.columns().clone(), rows.outcome());
        Self {
            columns,
            batch: batch.into(),
            at: 0,
            is_taken: false,
            fill,
            outcome,
            rows: Some(rows),
        }
    }

    /// Wraps what fills the next batches; a reply that is whole has nothing to wrap.
    #[must_use]
    pub fn map(mut self, wrap: impl FnOnce(Box<dyn Rows + 's>) -> Box<dyn Rows + 's>) -> Self {
        self.rows = self.rows.take().map(wrap);
        self
    }

    /// Tells whether everything has arrived and no connection is held any more.
    pub fn is_whole(&self) -> bool {
        self.rows.is_none()
    }

    /// Answers the columns of the present result; none for a statement that returns no rows.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// Answers what the statement did, once its rows have been read.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Lends the next row of the present result.
    ///
    /// # Errors
    /// Whatever the engine answers while rows are read; the reply is then at its end.
    ///
    /// # Cancellation
    /// A dropped call loses no row: the next call goes on where it was, or answers `Closed`.
    pub async fn next(&mut self) -> Result<Option<Row<'_>>> {
        while self.at >= self.batch.rows() {
            if self.fill != Fill::More {
                return Ok(None);
            }
            self.pull().await?;
        }
        self.at += 1;
        Ok(Some(Row::new(&self.columns, &self.batch, self.at - 1)))
    }

    /// Answers the next chunk of the present result in the engine's own columnar form, where it was
    /// asked for and the engine has one; `None` at the end of the result, and where there are rows.
    ///
    /// # Errors
    /// As [`Reply::next`].
    ///
    /// # Cancellation
    /// As [`Reply::next`].
    pub async fn next_columnar(&mut self) -> Result<Option<Columnar>> {
        loop {
            if !self.is_taken
                && let Some(chunk) = self.batch.columnar()
            {
                self.is_taken = true;
                return Ok(Some(chunk.clone()));
            }
            if self.fill != Fill::More || self.at < self.batch.rows() {
                return Ok(None);
            }
            self.pull().await?;
        }
    }

    /// Reads the next row of the present result into a type; see [`Reply::read_all`] for many.
    ///
    /// # Errors
    /// As [`Reply::next`], and `Data` when the row does not fit the type.
    pub async fn next_as<T: FromRow>(&mut self) -> Result<Option<T>> {
        let plan = T::plan(&self.columns)?;
        self.next().await?.map(|row| T::read(row, &plan)).transpose()
    }

    /// Reads rows of the present result into a type and hands each to `each`, until the end or
    /// until `each` answers an error.
    ///
    /// # Errors
    /// As [`Reply::next`], `Data` when a row does not fit the type, and those of `each`.
    pub async fn for_each<T: FromRow>(
        &mut self,
        mut each: impl FnMut(T) -> Result<()> + Send,
    ) -> Result<()> {
        let plan = T::plan(&self.columns)?;
        loop {
            while self.at < self.batch.rows() {
                let row = Row::new(&self.columns, &self.batch, self.at);
                self.at += 1;
                each(T::read(row, &plan)?)?;
            }
            if self.fill != Fill::More {
                return Ok(());
            }
            self.pull().await?;
        }
    }

    /// Collects the rest of the present result.
    ///
    /// # Errors
    /// As [`Reply::for_each`], and `Limit` past `rows_max`.
    pub async fn read_all<T: FromRow + Send>(&mut self, rows_max: usize) -> Result<Vec<T>> {
        let mut all = Vec::new();
        self.for_each(|row| {
            if all.len() == rows_max {
                return Err(crate::Error::new(
                    crate::ErrorKind::Limit,
                    format!("more than {rows_max} rows to collect; stream them or raise rows_max"),
                ));
            }
            all.push(row);
            Ok(())
        })
        .await?;
        Ok(all)
    }

    /// Goes on to the next result of a text with several statements, past rows not read.
    ///
    /// # Errors
    /// Those of the statements up to there.
    pub async fn next_result(&mut self) -> Result<bool> {
        while self.fill == Fill::More {
            self.pull().await?;
        }
        if self.fill == Fill::End {
            self.at = self.batch.rows();
            return Ok(false);
        }
        self.pull().await?;
        Ok(true)
    }

    /// Runs the text to its end and answers what all its statements did together.
    ///
    /// # Errors
    /// Those of the statements not yet finished.
    pub async fn finish(mut self) -> Result<Outcome> {
        let mut total = Outcome::default();
        loop {
            while self.fill == Fill::More {
                self.pull().await?;
            }
            total = total.and(self.outcome);
            if !self.next_result().await? {
                return Ok(total);
            }
        }
    }

    async fn pull(&mut self) -> Result<()> {
        self.at = 0;
        self.is_taken = false;
        let Some(rows) = self.rows.as_mut() else {
            self.fill = Fill::End;
            return Err(crate::Error::closed("reply"));
        };
        self.batch.begin(0);
        let filled = rows.fill(&mut self.batch).await;
        match filled {
            Ok(fill) => {
                if !Arc::ptr_eq(&self.columns, rows.columns()) {
                    self.columns = rows.columns().clone();
                }
                self.outcome = rows.outcome();
                self.fill = fill;
                if fill == Fill::End {
                    self.rows = None;
                }
                Ok(())
            }
            Err(error) => {
                self.batch.begin(0);
                self.fill = Fill::End;
                self.rows = None;
                Err(error)
            }
        }
    }
}

impl std::fmt::Debug for Reply<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply")
            .field("columns", &self.columns)
            .field("fill", &self.fill)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
