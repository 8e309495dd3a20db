//! Bulk: one statement for many rows, or chunks of rows into a table, all or nothing.

use std::ops::Range;

use hypostyle_core::{
    Batch, Begin, Error, ErrorKind, Fill, Name, Outcome, Result, TxState, ValueRef,
};
use hypostyle_sql::{Dialect, Marker, Slot, split, translate};

use crate::blocking::{BlockingConnection, Progress};
use crate::raw::{Appender, Failure, Kind, NewChunk, Shape};
use crate::types::{Misfit, inexact, write};

/// Rows between two looks whether to stop.
const ROWS_BETWEEN_LOOKS: usize = 64;

impl BlockingConnection {
    pub(crate) fn many(&mut self, text: &str, rows: &Batch) -> Result<Outcome> {
        let at = match self.cache.find(text) {
            Some(at) => at,
            None => self.prepare_kept(text)?,
        };
        if rows.rows() == 0 {
            return Ok(Outcome::default());
        }
        self.plan_anew_where_outdated(at)?;
        let order = order_of(self.cache.parts(at).1, rows.width())?;
        let mut total = Outcome::default();
        for row in 0..rows.rows() {
            let prepared = self.cache.get(at);
            prepared
                .bind(|slot| Ok(order.get(slot).map_or(ValueRef::Null, |at| rows.value(row, *at))))
                .map_err(|error| error.with("row", row.to_string()))?;
            let (kind, counts) = (prepared.kind, prepared.counts());
            let answered = prepared.statement.begin(false).and_then(|pending| pending.finish());
            let mut answer = answered.map_err(|failure| {
                self.failed_at(failure, kind, text).with("row", row.to_string())
            })?;
            if counts && !answer.has_rows() {
                total.rows_affected += answer.rows_changed();
            }
            if row % ROWS_BETWEEN_LOOKS == 0 {
                self.look_up()?;
            }
        }
        Ok(total)
    }

    fn failed_at(&mut self, failure: Failure, kind: Kind, text: &str) -> Error {
        let message = crate::errors::Said::of(&failure).message;
        let error = self.failed(failure, Some(kind), None);
        self.named(error, &message, text)
    }

    /// Prepares a single statement and keeps it.
    fn prepare_kept(&mut self, text: &str) -> Result<usize> {
        let translated = translate(text, Dialect::DuckDb, Marker::Dollar)?;
        let mut parts = split(&translated.text, Dialect::DuckDb);
        match (parts.next(), parts.next()) {
            (Some(only), None) => {
                let is_own = matches!(translated.text, std::borrow::Cow::Borrowed(_));
                let prepared = self.prepare(only.text, is_own.then_some(only.start))?;
                Ok(self.cache.keep(text, translated.slots, prepared))
            }
            _ => Err(Error::new(ErrorKind::Query, "expected exactly one statement")),
        }
    }

    /// Loads rows into a table. Of those that break a constraint the first is told by its number.
    pub(crate) fn load_all(
        &mut self,
        table: Name<'_>,
        columns: &[&str],
        rows: &Batch,
    ) -> Result<Progress> {
        let all = 0..rows.rows();
        let is_own = self.tx() == TxState::None;
        let loaded = self.all_or_nothing(|connection| connection.load(table, columns, rows, all));
        match loaded {
            Err(error) if is_of_a_row(error.kind()) && error.context("row").is_none() => {
                let row = match row_of_key(&error, columns, rows) {
                    None if is_own => self.first_that_fails(table, columns, rows),
                    row => row,
                };
                Err(match row {
                    Some(row) => error.with("row", row.to_string()),
                    None => error,
                })
            }
            loaded => loaded,
        }
    }

    fn load(
        &mut self,
        table: Name<'_>,
        columns: &[&str],
        rows: &Batch,
        range: Range<usize>,
    ) -> Result<Outcome> {
        if rows.rows() == 0 {
            return Ok(Outcome::default());
        }
        if columns.is_empty() || rows.width() != columns.len() {
            let message =
                format!("rows of {} values were given for {} columns", rows.width(), columns.len());
            return Err(Error::new(ErrorKind::Parameter, message));
        }
        let insert = insert_text(table, columns)?;
        let made = Appender::new(&self.raw, table.schema, table.name, columns);
        let mut appender = made.map_err(|failure| self.missing(failure, &insert))?;
        let shapes = appender.shapes();
        let Some(chunks) = self.chunks(&shapes, rows, range.clone())? else {
            drop(appender);
            return self.many(&insert, rows);
        };
        for chunk in &chunks {
            self.look_up()?;
            let appended = appender.append(chunk);
            appended.map_err(|failure| self.failed_at(failure, Kind::INSERT, &insert))?;
        }
        let closed = appender.close();
        closed.map_err(|failure| self.failed_at(failure, Kind::INSERT, &insert))?;
        Ok(Outcome { rows_affected: range.len() as u64, last_insert_id: None })
    }

    /// Says what is not there to be loaded into, as the statement would that does the same.
    fn missing(&mut self, failure: Failure, insert: &str) -> Error {
        match self.prepare(insert, None) {
            Err(error) => error,
            Ok(_) => self.failed(failure, Some(Kind::INSERT), None),
        }
    }

    /// Writes rows into chunks before any of them goes to the engine; `None` where the engine knows
    /// better how to turn one kind of value into another.
    fn chunks<'s>(
        &self,
        shapes: &'s [Shape],
        rows: &Batch,
        range: Range<usize>,
    ) -> Result<Option<Vec<NewChunk<'s>>>> {
        if !shapes.iter().all(Shape::is_known) {
            return Ok(None);
        }
        let mut chunks: Vec<NewChunk<'s>> = Vec::new();
        for row in range {
            if chunks.last().is_none_or(NewChunk::is_full) {
                chunks.push(NewChunk::new(&self.raw, shapes).map_err(crate::errors::of_value)?);
            }
            let Some(chunk) = chunks.last_mut() else { continue };
            for at in 0..shapes.len() {
                let Some((mut slot, shape)) = chunk.column(at) else { continue };
                let value = rows.value(row, at);
                match write(&mut slot, value, shape)? {
                    Ok(()) => {}
                    Err(Misfit::Kind) => return Ok(None),
                    Err(Misfit::Range) => {
                        return Err(inexact(value, shape).with("row", row.to_string()));
                    }
                }
            }
            chunk.end_row();
        }
        Ok(Some(chunks))
    }

    /// Finds the first row that the engine refuses, by loading ever fewer and undoing them.
    fn first_that_fails(
        &mut self,
        table: Name<'_>,
        columns: &[&str],
        rows: &Batch,
    ) -> Option<usize> {
        let (mut good, mut bad) = (0, rows.rows());
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            self.begin(Begin::default()).ok()?;
            let loaded = self.load(table, columns, rows, 0..middle);
            self.run_own("ROLLBACK").ok()?;
            self.end_transaction();
            match loaded {
                Ok(_) => good = middle,
                Err(_) => bad = middle,
            }
        }
        Some(good)
    }

    /// Runs several statements so that all or none of them leave something. Inside a transaction a
    /// failure fails the transaction, for DuckDB has no savepoints.
    pub(crate) fn all_or_nothing(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<Outcome>,
    ) -> Result<Progress> {
        let is_nested = self.tx() != TxState::None;
        if !is_nested {
            self.begin(Begin::default())?;
        }
        let done = work(self).and_then(|outcome| {
            if !is_nested {
                self.run_own("COMMIT")?;
            }
            Ok(outcome)
        });
        match done {
            Ok(outcome) => {
                self.outcome = outcome;
                self.transaction.note(outcome.rows_affected, true, false);
                match is_nested {
                    true => self.count_changes(true, false),
                    false => self.end_transaction(),
                }
                Ok(Progress::Filled(Fill::End))
            }
            Err(error) => {
                self.undo(is_nested);
                Err(error)
            }
        }
    }

    fn undo(&mut self, is_nested: bool) {
        if is_nested {
            self.fail_transaction();
        } else if self.tx() != TxState::None {
            match self.run_own("ROLLBACK") {
                Ok(()) => self.end_transaction(),
                Err(error) => {
                    tracing::warn!(target: "hypostyle::duckdb", %error, "a failed bulk was not undone");
                }
            }
        }
    }
}

/// Finds the columns of the rows that the parameters of a statement are taken from.
fn order_of(slots: &[Slot], width: usize) -> Result<Vec<usize>> {
    let order = slots.iter().map(|slot| match slot {
        Slot::Position(at) if *at < width => Ok(*at),
        Slot::Position(at) => {
            let message = format!("parameter {} is not bound; {width} were given", at + 1);
            Err(Error::new(ErrorKind::Parameter, message))
        }
        Slot::Name(name) => {
            let message = format!("rows of parameters go by position, not by name (`:{name}`)");
            Err(Error::new(ErrorKind::Parameter, message))
        }
    });
    let order = order.collect::<Result<Vec<usize>>>()?;
    if order.iter().max().map_or(0, |last| last + 1) < width {
        let message = format!("rows of {width} values were given for {}", order.len());
        return Err(Error::new(ErrorKind::Parameter, message));
    }
    Ok(order)
}

/// Finds the row of the key that the error tells, or of the value that is missing: the last one, for
/// a key that is there twice was refused the second time.
fn row_of_key(error: &Error, columns: &[&str], rows: &Batch) -> Option<usize> {
    let places = error
        .columns()
        .iter()
        .map(|name| columns.iter().position(|column| column.eq_ignore_ascii_case(name)));
    let places = places.collect::<Option<Vec<usize>>>().filter(|places| !places.is_empty())?;
    if error.kind() == ErrorKind::NotNullViolation {
        return (0..rows.rows()).find(|row| rows.value(*row, places[0]).is_null());
    }
    let key = crate::errors::duplicate_key(error.message())?;
    let is_key = |row: usize, with_names: bool| {
        let parts = places.iter().zip(error.columns()).map(|(at, name)| {
            let value = shown(rows.value(row, *at))?;
            Some(if with_names { format!("{name}: {value}") } else { value })
        });
        parts.collect::<Option<Vec<String>>>().is_some_and(|parts| parts.join(", ") == key)
    };
    (0..rows.rows()).rev().find(|row| is_key(*row, true) || is_key(*row, false))
}

/// A value as DuckDB shows it in a message, where that is certain.
fn shown(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::I64(value) => Some(value.to_string()),
        ValueRef::U64(value) => Some(value.to_string()),
        ValueRef::Text(text) => Some(text.to_owned()),
        ValueRef::Uuid(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Tells whether an error concerns the values of one row.
fn is_of_a_row(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UniqueViolation
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation
            | ErrorKind::Data
    )
}

fn insert_text(table: Name<'_>, columns: &[&str]) -> Result<String> {
    let quote = |name: &str| Dialect::DuckDb.quote_identifier(name);
    let mut text = String::from("INSERT INTO ");
    if let Some(schema) = table.schema {
        text += &quote(schema)?;
        text.push('.');
    }
    text += &quote(table.name)?;
    for (at, column) in columns.iter().enumerate() {
        text += if at == 0 { " (" } else { ", " };
        text += &quote(column)?;
    }
    let marks: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
    Ok(format!("{text}) VALUES ({})", marks.join(", ")))
}
