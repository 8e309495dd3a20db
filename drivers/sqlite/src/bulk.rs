//! Bulk: one statement for many rows, or many rows in one statement, all or nothing.

use hypostyle_core::{Batch, Error, ErrorKind, Fill, Name, Outcome, Result, TxState};
use hypostyle_sql::{Dialect, Slot};

use crate::binding::unbound;
use crate::blocking::BlockingConnection;

/// Rows that one INSERT of a bulk load carries: more gain nothing.
const LOAD_ROWS: usize = 50;
/// SQLite's own limit on parameters of a statement.
const PARAMETERS_MAX: usize = 32_766;

impl BlockingConnection {
    pub(crate) fn many(&mut self, text: &str, rows: &Batch) -> Result<Outcome> {
        let at = match self.cache.find(text) {
            Some(at) => at,
            None => self.prepare_kept(text)?,
        };
        if rows.rows() == 0 {
            return Ok(Outcome::default());
        }
        let prepared = self.cache.get(at);
        let order = prepared.slots.iter().map(|slot| match slot {
            Slot::Position(at) if *at < rows.width() => Ok(*at),
            Slot::Position(at) => Err(unbound(at + 1, rows.width())),
            Slot::Name(name) => {
                let message = format!("rows of parameters go by position, not by name (`:{name}`)");
                Err(Error::new(ErrorKind::Parameter, message))
            }
        });
        let order = order.collect::<Result<Vec<usize>>>()?;
        if order.iter().max().map_or(0, |last| last + 1) < rows.width() {
            let message = format!("rows of {} values were given for {}", rows.width(), order.len());
            return Err(Error::new(ErrorKind::Parameter, message));
        }
        let mut total = Outcome::default();
        for row in 0..rows.rows() {
            self.run_kept(at, order.len(), |slot| rows.value(row, order[slot]))
                .map_err(|error| error.with("row", row.to_string()))?;
            total = total.and(self.outcome);
            if row % LOAD_ROWS == 0 {
                self.look_up()?;
            }
        }
        Ok(total)
    }

    pub(crate) fn load(
        &mut self,
        table: Name<'_>,
        columns: &[&str],
        rows: &Batch,
    ) -> Result<Outcome> {
        if rows.rows() == 0 {
            return Ok(Outcome::default());
        }
        if columns.is_empty() || rows.width() != columns.len() {
            let message =
                format!("rows of {} values were given for {} columns", rows.width(), columns.len());
            return Err(Error::new(ErrorKind::Parameter, message));
        }
        let group = LOAD_ROWS.min(rows.rows()).min(PARAMETERS_MAX / columns.len()).max(1);
        let width = columns.len();
        let mut total = Outcome::default();
        let mut row = 0;
        let many = self.prepare_kept(&insert_text(table, columns, group)?)?;
        while rows.rows() - row >= group {
            let first = row;
            let value = |at: usize| rows.value(first + at / width, at % width);
            match self.run_kept(many, group * width, value) {
                Ok(()) => {}
                // Row by row, to tell which one it is.
                Err(error) if is_of_a_row(error.kind()) => break,
                Err(error) => return Err(error),
            }
            self.look_up()?;
            total = total.and(self.outcome);
            row += group;
        }
        let one = self.prepare_kept(&insert_text(table, columns, 1)?)?;
        while row < rows.rows() {
            self.run_kept(one, width, |at| rows.value(row, at))
                .map_err(|error| error.with("row", row.to_string()))?;
            total = total.and(self.outcome);
            row += 1;
        }
        Ok(total)
    }

    /// Looks whether to stop: statements too short for SQLite to ask do not do so by themselves.
    fn look_up(&mut self) -> Result<()> {
        if self.raw.hooks().should_stop() { Err(self.stopped()) } else { Ok(()) }
    }

    /// Runs several statements so that all or none of them leave something.
    pub(crate) fn all_or_nothing(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<Outcome>,
    ) -> Result<Fill> {
        let nested = self.tx() != TxState::None;
        let (begin, commit) = if nested {
            ("SAVEPOINT hypostyle_many", "RELEASE hypostyle_many")
        } else {
            ("BEGIN IMMEDIATE", "COMMIT")
        };
        self.run_own(begin)?;
        let done = work(self);
        let done = match done {
            Ok(outcome) => {
                if !nested {
                    self.prepare_commit();
                }
                self.run_own(commit).map(|()| outcome)
            }
            Err(error) => Err(error),
        };
        match done {
            Ok(outcome) => {
                self.outcome = outcome;
                self.after_write(false);
                Ok(Fill::End)
            }
            Err(error) => {
                self.undo_all(nested);
                Err(error)
            }
        }
    }

    /// Undoes a failed bulk; what the engine has undone already is left as it is.
    fn undo_all(&mut self, nested: bool) {
        if self.tx() == TxState::None {
            return;
        }
        self.raw.hooks().lift_limits();
        let undone = if nested {
            let back = self.run_own("ROLLBACK TO hypostyle_many");
            back.and_then(|()| self.run_own("RELEASE hypostyle_many"))
        } else {
            self.run_own("ROLLBACK")
        };
        if let Err(error) = undone {
            tracing::warn!(target: "hypostyle::sqlite", %error, "a failed bulk was not undone");
        }
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
            | ErrorKind::Parameter
            | ErrorKind::Limit
    )
}

fn insert_text(table: Name<'_>, columns: &[&str], rows: usize) -> Result<String> {
    let quote = |name: &str| Dialect::Sqlite.quote_identifier(name);
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
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    text += ") VALUES ";
    text += &vec![row.as_str(); rows].join(", ");
    Ok(text)
}
