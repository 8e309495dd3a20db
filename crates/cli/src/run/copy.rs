//! Rows of a script on their way into a table.

use std::time::{Duration, Instant};

use hypostyle::core::{Batch, Command, Error, ErrorKind, Intent, Name, Outcome, Request, ValueRef};
use hypostyle::sql::Dialect;
use hypostyle::sql::copy::{Fields, RowPlace};

use super::{Limits, On, Script, Watch};
use crate::script::{Block, Source};
use crate::stopped::Why;

/// Rows after which a batch is sent.
const ROWS_MAX: usize = 8_192;
/// Bytes of values after which it is sent.
const HEAP_BYTES_MAX: usize = 1 << 20;

/// The columns that COPY fills where the statement names none.
const COLUMNS: &str = "SELECT attname FROM pg_catalog.pg_attribute \
                       WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped \
                       AND attgenerated = '' ORDER BY attnum";

/// Copies the rows of a block, all or nothing.
pub(super) async fn run(
    on: &mut On<'_, '_>,
    script: Script<'_>,
    at: usize,
    (block, source): (&Block, &Source),
    limits: Limits,
    watch: &mut Watch<'_>,
) -> Result<Outcome, Why> {
    let end = limits.timeout.map(|timeout| Instant::now() + timeout);
    let mut load = Load { script, block, source, end, watch };
    match on {
        On::Session(session) if !script.plan.is_in_transaction(at) => {
            let mut transaction = session.begin().await?;
            let outcome = load.run(&mut On::Transaction(&mut transaction)).await?;
            transaction.commit().await?;
            Ok(outcome)
        }
        on => load.run(on).await,
    }
}

struct Load<'a, 'w> {
    script: Script<'a>,
    block: &'a Block,
    source: &'a Source,
    end: Option<Instant>,
    watch: &'a mut Watch<'w>,
}

impl<'a> Load<'a, '_> {
    async fn run(&mut self, on: &mut On<'_, '_>) -> Result<Outcome, Why> {
        let columns = self.columns(on).await?;
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut batch = Batch::default();
        batch.begin(columns.len());
        let (mut fields, mut places): (Fields<'a>, Vec<RowPlace<'a>>) = (Vec::new(), Vec::new());
        let mut total = Outcome::default();
        let mut rows = self.block.rows(self.source);
        while let Some(row) = rows.next(&mut fields) {
            let place = row.map_err(|(place, problem)| {
                row_failed(Error::new(ErrorKind::Parameter, problem.message()), place)
            })?;
            push(&mut batch, &fields).map_err(|error| row_failed(error, place))?;
            places.push(place);
            if batch.rows() >= ROWS_MAX || batch.heap_bytes() >= HEAP_BYTES_MAX {
                total = total.and(self.send(on, &columns, &batch, &places).await?);
                batch.begin(columns.len());
                places.clear();
            }
        }
        if batch.rows() > 0 {
            total = total.and(self.send(on, &columns, &batch, &places).await?);
        }
        Ok(total)
    }

    async fn send(
        &mut self,
        on: &mut On<'_, '_>,
        columns: &[&str],
        batch: &Batch,
        places: &[RowPlace<'_>],
    ) -> Result<Outcome, Why> {
        let head = &self.block.head;
        let table = Name { schema: head.schema.as_deref(), name: &head.table };
        let command = Command::Load { table, columns, rows: batch };
        let request = Request {
            deadline: self.end,
            cancel: Some(self.script.cancel),
            ..Request::new(command)
        };
        let sent = async { on.call(request).await?.finish().await };
        let outcome = sent.await.map_err(|error: Error| {
            let row = error.context("row").and_then(|row| row.parse::<usize>().ok());
            match row.and_then(|row| places.get(row)) {
                Some(place) => row_failed(error, *place),
                None => Why::from(error),
            }
        })?;
        self.watch.progress.advance(u64::try_from(batch.rows()).unwrap_or_default());
        Ok(outcome)
    }

    /// Answers the columns that the values of a row are for.
    async fn columns(&self, on: &mut On<'_, '_>) -> Result<Vec<String>, Why> {
        let head = &self.block.head;
        if !head.columns.is_empty() {
            return Ok(head.columns.clone());
        }
        let quoted = |name: &str| Dialect::Postgres.quote_identifier(name).map_err(Error::from);
        let mut table = quoted(&head.table)?;
        if let Some(schema) = &head.schema {
            table = format!("{}.{table}", quoted(schema)?);
        }
        let mut query = on.request(COLUMNS).params((table.as_str(),)).intent(Intent::Read);
        if let Some(end) = self.end {
            query = query.timeout(end.saturating_duration_since(Instant::now()).max(MOMENT));
        }
        let columns: Vec<(String,)> = query.cancel(self.script.cancel).fetch_all().await?;
        Ok(columns.into_iter().map(|(name,)| name).collect())
    }
}

/// A timeout that is over is not none.
const MOMENT: Duration = Duration::from_millis(1);

fn push(batch: &mut Batch, fields: &Fields<'_>) -> hypostyle::Result<()> {
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

fn row_failed(error: Error, place: RowPlace<'_>) -> Why {
    Why::Row { error, line: place.line, text: place.text.to_owned() }
}
