//! One query being prepared: a text, its parameters and its options.

use std::panic::Location;
use std::time::{Duration, Instant};

use hypostyle_sql::{Access, classify};
use tokio_util::sync::CancellationToken;

use crate::{
    Command, Context, Database, Error, ErrorKind, FromRow, FromValue, Intent, IntoParams, Outcome,
    OwnedRow, ParamList, QueryResult, Reply, Request, Result, Row, Session,
};

/// The rows a call collects at most, unless it says otherwise.
pub const ROWS_MAX: usize = 1_000_000;

/// A text with parameters and options, run by one of its last methods.
///
/// # Cancellation
/// Dropping the future of any of them undoes the call: a statement that did not end is ended
/// before the connection is used again. A write that had ended stays.
#[must_use = "a query does nothing until it is run"]
pub struct Query<'a> {
    target: Target<'a>,
    text: &'a str,
    params: ParamList<'a>,
    options: Options<'a>,
}

/// Where a query runs.
pub(crate) enum Target<'a> {
    Database(&'a Database),
    Session(&'a mut (dyn Session + 'static), &'a Database),
}

#[derive(Clone, Copy)]
struct Options<'a> {
    intent: Option<Intent>,
    deadline: Option<Instant>,
    cancel: Option<&'a CancellationToken>,
    offload: bool,
    columnar: bool,
    tag: &'a str,
    context: Option<&'a Context>,
    rows_max: usize,
    origin: &'static Location<'static>,
}

impl<'a> Query<'a> {
    pub(crate) fn new(
        target: Target<'a>,
        text: &'a str,
        origin: &'static Location<'static>,
    ) -> Self {
        let options = Options {
            intent: None,
            deadline: None,
            cancel: None,
            offload: false,
            columnar: false,
            tag: "",
            context: None,
            rows_max: ROWS_MAX,
            origin,
        };
        Self { target, text, params: ().into_params(), options }
    }

    /// Sets the parameters: a tuple, an array, [`crate::params!`] or [`crate::named!`].
    pub fn params(mut self, params: impl IntoParams<'a>) -> Self {
        self.params = params.into_params();
        self
    }

    pub(crate) fn param_list(mut self, params: ParamList<'a>) -> Self {
        self.params = params;
        self
    }

    /// Says what the text may do, where the classifier cannot know.
    pub fn intent(mut self, intent: Intent) -> Self {
        self.options.intent = Some(intent);
        self
    }

    /// Sets when to give up.
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.options.deadline = Some(deadline);
        self
    }

    /// Sets how long it may take from now; a time past all clocks is no limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.deadline = Instant::now().checked_add(timeout);
        self
    }

    /// Lets another task cancel the statement through a token.
    pub fn cancel(mut self, token: &'a CancellationToken) -> Self {
        self.options.cancel = Some(token);
        self
    }

    /// Runs the statement on a thread, so that other futures of the same task go on.
    pub fn offload(mut self) -> Self {
        self.options.offload = true;
        self
    }

    /// Takes chunks in the engine's own columnar form, from an engine that has one; they are read
    /// by [`Reply::next_columnar`], and rows pass them over.
    pub fn columnar(mut self) -> Self {
        self.options.columnar = true;
        self
    }

    /// Names the statement for logs and metrics.
    pub fn tag(mut self, tag: &'a str) -> Self {
        self.options.tag = tag;
        self
    }

    /// Says on whose behalf it runs.
    pub fn context(mut self, context: &'a Context) -> Self {
        self.options.context = Some(context);
        self
    }

    /// Names the place in the program that asks, where it is not the one that prepares the query.
    pub fn origin(mut self, origin: &'static Location<'static>) -> Self {
        self.options.origin = origin;
        self
    }

    /// Sets how many rows a collecting method may collect.
    pub fn rows_max(mut self, rows_max: usize) -> Self {
        self.options.rows_max = rows_max;
        self
    }

    /// Runs the text and streams its rows.
    ///
    /// # Errors
    /// Every kind; see [`ErrorKind`]. [`Error::retry`] and [`Error::effect`] say what to do.
    pub async fn stream(self) -> Result<Reply<'a>> {
        let Self { target, text, params, options } = self;
        let request = options.request(text, &params, target.database());
        match target {
            Target::Database(database) => database.backend().call(request).await,
            Target::Session(session, _) => session.call(request).await,
        }
    }

    /// Begins the call in place: moving the query into one future after another costs more.
    async fn call(&mut self) -> Result<Reply<'_>> {
        let database = self.target.database();
        let request = self.options.request(self.text, &self.params, database);
        match &mut self.target {
            Target::Database(database) => database.backend().call(request).await,
            Target::Session(session, _) => session.call(request).await,
        }
    }

    /// Runs the text to its end and answers what it did; rows are passed over.
    ///
    /// # Errors
    /// As [`Query::stream`]. What statements before the failed one did stays, unless the text runs
    /// in a transaction.
    pub async fn execute(mut self) -> Result<Outcome> {
        let reply = self.call().await?;
        if reply.is_whole() { Ok(reply.outcome()) } else { reply.finish().await }
    }

    /// Reads the only row.
    ///
    /// # Errors
    /// As [`Query::stream`]; `RowNotFound` without a row; `Limit` with more than one.
    pub async fn fetch_one<T: FromRow>(mut self) -> Result<T> {
        match only_row(self.call().await?).await? {
            Some(row) => Ok(row),
            None => Err(Error::new(ErrorKind::RowNotFound, "the query found no row")),
        }
    }

    /// Reads the only row, if there is one.
    ///
    /// # Errors
    /// As [`Query::stream`]; `Limit` with more than one row.
    pub async fn fetch_optional<T: FromRow>(mut self) -> Result<Option<T>> {
        only_row(self.call().await?).await
    }

    /// Reads the only value of the only row.
    ///
    /// # Errors
    /// As [`Query::fetch_one`].
    pub async fn fetch_value<T: for<'v> FromValue<'v>>(self) -> Result<T> {
        self.fetch_one::<(T,)>().await.map(|(value,)| value)
    }

    /// Reads all rows of the first result.
    ///
    /// # Errors
    /// As [`Query::stream`]; `Limit` past [`Query::rows_max`].
    pub async fn fetch_all<T: FromRow + Send>(mut self) -> Result<Vec<T>> {
        let rows_max = self.options.rows_max;
        let mut reply = self.call().await?;
        let rows = reply.read_all(rows_max).await?;
        reply.finish_if_open().await?;
        Ok(rows)
    }

    /// Runs the text and answers its first result as one value, failure included.
    pub async fn run(self) -> QueryResult {
        let began = Instant::now();
        let rows_max = self.options.rows_max;
        let outcome = async {
            let mut reply = self.stream().await?;
            let rows = reply.read_all::<OwnedRow>(rows_max).await?;
            let affected = reply.outcome().rows_affected;
            let count = if reply.columns().is_empty() { affected } else { rows.len() as u64 };
            reply.finish_if_open().await?;
            Ok((rows, count))
        };
        QueryResult::of(outcome.await, began.elapsed())
    }

    /// Runs the text and hands each row to a function, so that rows are read without being kept.
    ///
    /// # Errors
    /// As [`Query::stream`], and those of the function, which end the reading.
    pub async fn for_each_row(
        self,
        mut each: impl FnMut(Row<'_>) -> Result<()> + Send,
    ) -> Result<()> {
        let mut reply = self.stream().await?;
        while let Some(row) = reply.next().await? {
            each(row)?;
        }
        reply.finish_if_open().await
    }
}

impl<'a> Options<'a> {
    fn request<'r>(
        &self,
        text: &'r str,
        params: &'r ParamList<'_>,
        database: &Database,
    ) -> Request<'r>
    where
        'a: 'r,
    {
        let intent =
            self.intent.unwrap_or_else(|| match classify(text, database.engine().dialect).access {
                Access::Read => Intent::Read,
                Access::Write => Intent::Write,
            });
        Request {
            command: Command::Text { text, params: params.as_params() },
            intent,
            issued: tokio::time::Instant::now().into_std(),
            deadline: self.deadline,
            cancel: self.cancel,
            offload: self.offload,
            columnar: self.columnar,
            tag: self.tag,
            context: self.context,
            origin: self.origin,
        }
    }
}

/// Reads the only row of a reply: at once where it has arrived whole, as a row by key does.
async fn only_row<T: FromRow>(mut reply: Reply<'_>) -> Result<Option<T>> {
    let plan = T::plan(reply.columns())?;
    let first = match reply.next().await? {
        Some(row) => T::read(row, &plan)?,
        None => {
            reply.finish_if_open().await?;
            return Ok(None);
        }
    };
    if reply.next().await?.is_some() {
        let message = "the query found more than one row; use fetch_all or LIMIT 1";
        return Err(Error::new(ErrorKind::Limit, message));
    }
    reply.finish_if_open().await?;
    Ok(Some(first))
}

impl Reply<'_> {
    /// Runs the statements after the first result, whose rows nobody asked for.
    async fn finish_if_open(self) -> Result<()> {
        if self.is_whole() { Ok(()) } else { self.finish().await.map(drop) }
    }
}

impl<'a> Target<'a> {
    fn database(&self) -> &'a Database {
        match self {
            Self::Database(database) | Self::Session(_, database) => database,
        }
    }
}
