//! Rows that follow `COPY … FROM stdin`, on their way into a table.

use std::time::Instant;

use hypostyle_sql::copy::{Fields, Head, RowPlace, Rows};
use hypostyle_sql::{Dialect, Error as SyntaxError};

use crate::{
    Batch, CancellationToken, Command, Error, ErrorKind, HeldSession, Intent, Name, Outcome, Query,
    Request, Result, Transaction, ValueRef,
};

/// Rows after which a batch is sent.
const ROWS_MAX: usize = 8_192;

/// Bytes of values after which it is sent.
const HEAP_BYTES_MAX: usize = 1 << 20;

/// The columns that COPY fills where the statement names none.
const COLUMNS: &str = "SELECT attname FROM pg_catalog.pg_attribute \
                       WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped \
                       AND attgenerated = '' ORDER BY attnum";

/// Where rows are copied: a transaction, or a connection that may be in one.
pub enum CopyInto<'a, 't> {
    /// A transaction.
    Transaction(&'a mut Transaction<'t>),
    /// A connection. Where it is in no transaction each batch of rows is one.
    Session(&'a mut HeldSession),
}

/// Copies the rows of a script into their table, as `psql` does.
///
/// # Capability
/// PostgreSQL.
#[derive(Debug)]
pub struct Copy<'a> {
    head: &'a Head,
    rows: Rows<'a>,
    deadline: Option<Instant>,
    cancel: Option<&'a CancellationToken>,
}

/// Why rows were not copied, and which row it was, where that is known.
#[derive(Debug)]
pub struct CopyError<'a> {
    /// What was wrong.
    pub error: Error,
    /// The row.
    pub row: Option<RowPlace<'a>>,
}

impl<'a> Copy<'a> {
    /// Takes the statement, and the rows that follow it.
    pub fn new(head: &'a Head, rows: Rows<'a>) -> Self {
        Self { head, rows, deadline: None, cancel: None }
    }

    /// Sets when to give up.
    #[must_use]
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Lets another task cancel it through a token.
    #[must_use]
    pub fn cancel(mut self, token: &'a CancellationToken) -> Self {
        self.cancel = Some(token);
        self
    }

    /// Copies the rows, some thousands at a time; `sent` hears how many.
    ///
    /// # Errors
    /// `Parameter` for a row that cannot be read or has too few or too many values; `Timeout` past the
    /// deadline; those of the engine. Rows that were sent before stay where no transaction undoes them.
    ///
    /// # Cancellation
    /// As an error.
    pub async fn run(
        mut self,
        into: &mut CopyInto<'_, '_>,
        mut sent: impl FnMut(usize) + Send,
    ) -> Result<Outcome, CopyError<'a>> {
        let columns = self.columns(into).await?;
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut batch = Batch::default();
        batch.begin(columns.len());
        let (mut fields, mut places): (Fields<'a>, Vec<RowPlace<'a>>) = (Vec::new(), Vec::new());
        let mut total = Outcome::default();
        while let Some(row) = self.rows.next(&mut fields) {
            let place = row.map_err(unreadable)?;
            push(&mut batch, &fields).map_err(|error| CopyError { error, row: Some(place) })?;
            places.push(place);
            if batch.rows() >= ROWS_MAX || batch.heap_bytes() >= HEAP_BYTES_MAX {
                total = total.and(self.send(into, &columns, &batch, &places).await?);
                sent(batch.rows());
                batch.begin(columns.len());
                places.clear();
            }
        }
        if batch.rows() > 0 {
            total = total.and(self.send(into, &columns, &batch, &places).await?);
            sent(batch.rows());
        }
        Ok(total)
    }

    async fn send(
        &self,
        into: &mut CopyInto<'_, '_>,
        columns: &[&str],
        batch: &Batch,
        places: &[RowPlace<'a>],
    ) -> Result<Outcome, CopyError<'a>> {
        let table = Name { schema: self.head.schema.as_deref(), name: &self.head.table };
        let command = Command::Load { table, columns, rows: batch };
        let (deadline, cancel) = (self.deadline, self.cancel);
        let request = Request { deadline, cancel, ..Request::new(command) };
        let sent = async {
            let reply = match into {
                CopyInto::Transaction(transaction) => transaction.call(request).await?,
                CopyInto::Session(session) => session.call(request).await?,
            };
            reply.finish().await
        };
        sent.await.map_err(|error: Error| {
            let row = error.context("row").and_then(|row| row.parse::<usize>().ok());
            let row = row.and_then(|row| places.get(row)).copied();
            CopyError { error, row }
        })
    }

    /// Answers the columns that the values of a row are for.
    async fn columns(&self, into: &mut CopyInto<'_, '_>) -> Result<Vec<String>> {
        if !self.head.columns.is_empty() {
            return Ok(self.head.columns.clone());
        }
        let mut table = Dialect::Postgres.quote_identifier(&self.head.table)?;
        if let Some(schema) = &self.head.schema {
            table = format!("{}.{table}", Dialect::Postgres.quote_identifier(schema)?);
        }
        let query: Query<'_> = match into {
            CopyInto::Transaction(transaction) => transaction.request(COLUMNS),
            CopyInto::Session(session) => session.request(COLUMNS),
        };
        let mut query = query.params((table.as_str(),)).intent(Intent::Read);
        if let Some(deadline) = self.deadline {
            query = query.deadline(deadline);
        }
        if let Some(cancel) = self.cancel {
            query = query.cancel(cancel);
        }
        let columns: Vec<(String,)> = query.fetch_all().await?;
        Ok(columns.into_iter().map(|(name,)| name).collect())
    }
}

impl From<Error> for CopyError<'_> {
    fn from(error: Error) -> Self {
        Self { error, row: None }
    }
}

fn unreadable<'a>((place, problem): (RowPlace<'a>, SyntaxError)) -> CopyError<'a> {
    let error = Error::new(ErrorKind::Parameter, problem.message());
    CopyError { error, row: Some(place) }
}

fn push(batch: &mut Batch, fields: &Fields<'_>) -> Result<()> {
    if fields.len() != batch.width() {
        let message = format!("the row has {} values for {} columns", fields.len(), batch.width());
        return Err(Error::new(ErrorKind::Parameter, message));
    }
    for field in fields {
        match field {
            None => batch.push_null(),
            Some(text) => batch.push(ValueRef::Text(text))?,
        }
    }
    batch.end_row();
    Ok(())
}
