//! Bulk: one statement for many rows under one Sync, all or nothing.

use std::sync::Arc;

use bytes::BytesMut;
use hypostyle_core::{Batch, Error, ErrorKind, Fill, Params, Result, TxState, ValueRef};
use hypostyle_sql::Slot;
use postgres_protocol::message::frontend;

use crate::binding;
use crate::connection::PostgresConnection;
use crate::execute::{HEALS_MAX, Healed};
use crate::failure::{Attempt, Failure};
use crate::statements::Description;

impl PostgresConnection {
    /// Runs one statement for each row. Everything up to a Sync is one transaction.
    pub(crate) async fn many(
        &mut self,
        text: &str,
        rows: &Batch,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.reading.script = None;
        batch.begin(0);
        let samples = samples(rows);
        let params = Params::Positional(&samples);
        let Some(mut described) = self.known_or_described(text, params).await? else {
            let message = "rows of parameters go to one statement, and the text has several";
            return Err(Error::new(ErrorKind::Query, message).into());
        };
        for _ in 0..HEALS_MAX {
            match self.many_once(&described, rows).await {
                Err(failure) => match self.outdated(text, params, &described, failure).await? {
                    Healed::Anew(again) => described = again,
                    Healed::Failed(failure) => return Err(self.in_row(failure, text).await),
                },
                filled => return filled,
            }
        }
        self.many_once(&described, rows).await
    }

    async fn many_once(&mut self, described: &Arc<Description>, rows: &Batch) -> Attempt<Fill> {
        let order = order(described, rows)?;
        self.reading.begin_passing();
        if rows.rows() == 0 {
            return Ok(Fill::End);
        }
        let begun = self.wire.output.len();
        if let Err(error) = put_rows(&mut self.wire.output, described, rows, &order) {
            self.wire.output.truncate(begun);
            return Err(error.into());
        }
        self.mark(described);
        self.sync();
        let fill = self.pump(&mut Batch::default()).await?;
        self.number_after(fill).await
    }

    /// Says which row the server refused.
    async fn in_row(&mut self, failure: Failure, text: &str) -> Failure {
        if !matches!(failure, Failure::Server(_)) {
            return failure;
        }
        let row = self.reading.runs.to_string();
        self.failed(failure, Some(text)).await.with("row", row).into()
    }

    /// Asks for the number of the transaction once it has written.
    pub(crate) async fn number_after(&mut self, fill: Fill) -> Attempt<Fill> {
        let outcome = self.reading.outcome;
        if self.status != TxState::Open {
            return Ok(fill);
        }
        self.lived.ask_number(&mut self.wire.output, self.call)?;
        if self.lived.is_asked() {
            self.sync();
            self.reading.begin_number();
            self.pump(&mut Batch::default()).await?;
        }
        self.reading.outcome = outcome;
        Ok(fill)
    }
}

/// The first value of each column that is not NULL, which stands for its kind.
fn samples(rows: &Batch) -> Vec<ValueRef<'_>> {
    let sample = |column: usize| {
        let mut values = (0..rows.rows()).map(|row| rows.value(row, column));
        values.find(|value| !value.is_null()).unwrap_or(ValueRef::Null)
    };
    (0..rows.width()).map(sample).collect()
}

/// Which value of a row each parameter takes.
fn order(described: &Description, rows: &Batch) -> Result<Vec<usize>> {
    let places = described.slots.iter().map(|slot| match slot {
        Slot::Position(at) => Ok(*at),
        Slot::Name(name) => {
            let message = format!("rows of parameters go by position, not by name (`:{name}`)");
            Err(Error::new(ErrorKind::Parameter, message))
        }
    });
    let order = places.collect::<Result<Vec<usize>>>()?;
    let used = order.iter().max().map_or(0, |last| last + 1);
    if rows.rows() > 0 && used != rows.width() {
        let message = format!("rows of {} values were given for {used}", rows.width());
        return Err(Error::new(ErrorKind::Parameter, message));
    }
    Ok(order)
}

fn put_rows(
    out: &mut BytesMut,
    described: &Description,
    rows: &Batch,
    order: &[usize],
) -> Result<()> {
    if described.name.is_empty() {
        let types = described.params.iter().map(|kind| kind.oid);
        frontend::parse("", &described.sql, types, out).map_err(crate::opened::protocol)?;
    }
    for row in 0..rows.rows() {
        let value = |at: usize| Ok(order.get(at).map_or(ValueRef::Null, |at| rows.value(row, *at)));
        let formats = &described.output.formats;
        binding::bind(out, &described.name, &described.params, value, formats)
            .map_err(|error| error.with("row", row.to_string()))?;
        binding::execute(out, 0);
    }
    Ok(())
}
