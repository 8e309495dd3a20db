//! Rows into a table: arrays where the server takes them, else statements of many rows.

use bytes::BytesMut;
use hypostyle_core::{Batch, Error, ErrorKind, Fill, Name, Result};
use hypostyle_sql::{Dialect, Slot};
use mysql_common::constants::MariadbCapabilities;

use crate::bulk::{Rows, is_of_all};
use crate::commands;
use crate::connection::MySqlConnection;
use crate::execute::{HEALS_MAX, OUTDATED};
use crate::failure::{Attempt, Failure};
use crate::statements::{Effects, Sketch};

/// The parameters that a statement takes.
const PARAMETERS_MAX: usize = 65_535;
/// The rows of a statement: more gain nothing.
const ROWS_MAX: usize = 512;

/// What is inserted into.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// `` INSERT INTO `t` (`a`, `b`) VALUES ``
    head: &'a str,
    width: usize,
}

impl MySqlConnection {
    /// Inserts rows into a table.
    pub(crate) async fn load(
        &mut self,
        table: Name<'_>,
        columns: &[&str],
        rows: &Batch,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.reading.script = None;
        batch.begin(0);
        check_width(columns, rows)?;
        let head = insert_head(table, columns)?;
        let place = Place { head: &head, width: columns.len() };
        let order: Vec<usize> = (0..columns.len()).collect();
        let rows = Rows { rows, order: &order };
        let takes_arrays =
            self.agreed.has(MariadbCapabilities::MARIADB_CLIENT_STMT_BULK_OPERATIONS);
        let done = if takes_arrays || rows.count() < 2 {
            self.load_each(place, rows).await
        } else {
            match self.load_together(place, rows).await {
                // Which row it was is found by sending each by itself, which also prepares anew.
                Err(Failure::Server(error))
                    if !is_of_all(error.code) || OUTDATED.contains(&error.code) =>
                {
                    self.load_each(place, rows).await
                }
                done => done,
            }
        };
        let runs = self.reading.runs;
        match done {
            Err(failure @ Failure::Server(_)) => {
                let error = self.failed(failure, Some(&place.text(1))).await;
                Err(error.with("row", runs.to_string()).into())
            }
            done => done,
        }
    }

    /// Inserts rows by a statement of one row.
    async fn load_each(&mut self, place: Place<'_>, rows: Rows<'_>) -> Attempt<Fill> {
        let text = place.text(1);
        for _ in 0..HEALS_MAX {
            let at = self.known_or_prepared(&text, || Ok(place.sketch(1))).await?;
            match self.rows_into(at, rows).await {
                Err(failure) if failure.has_code(&OUTDATED) => self.forget_statements(),
                done => return done,
            }
        }
        Err(Error::closed("statement").into())
    }

    /// Inserts rows by statements of many rows.
    async fn load_together(&mut self, place: Place<'_>, rows: Rows<'_>) -> Attempt<Fill> {
        let sizes = place.sizes(rows.count());
        let mut statements = Vec::with_capacity(sizes.len());
        for (size, _) in &sizes {
            statements.push(self.insert_of(place, *size).await?);
        }
        let begun = self.wire.output.len();
        match self.put_together(rows, &sizes, &statements) {
            Ok((own, count)) => {
                self.pending += own + count;
                self.reading.begin_passing(inserting());
                self.reading.expect_own(own);
                self.end_undoable().await
            }
            Err(error) => {
                self.wire.output.truncate(begun);
                self.undo = None;
                Err(error.into())
            }
        }
    }

    /// Appends the statements; answers how many commands are our own, and how many insert.
    fn put_together(
        &mut self,
        rows: Rows<'_>,
        sizes: &[(usize, usize)],
        statements: &[u32],
    ) -> Result<(usize, usize)> {
        let count = sizes.iter().map(|(_, times)| times).sum();
        let own = self.put_undo(count)?;
        let (out, bytes_max) = (&mut self.wire.output, self.packet_bytes_max);
        let mut first = 0;
        for ((size, times), statement) in sizes.iter().zip(statements) {
            for _ in 0..*times {
                put_rows(out, *statement, rows, first, *size, bytes_max)?;
                first += size;
            }
        }
        Ok((own, count))
    }

    /// Finds the number of the statement that inserts so many rows, or has it prepared.
    async fn insert_of(&mut self, place: Place<'_>, rows: usize) -> Attempt<u32> {
        let text = place.text(rows);
        let at = self.known_or_prepared(&text, || Ok(place.sketch(rows))).await?;
        let missing = || Error::closed("statement");
        Ok(self.statements.get(at).ok_or_else(missing)?.id)
    }
}

fn put_rows(
    out: &mut BytesMut,
    statement: u32,
    rows: Rows<'_>,
    first: usize,
    count: usize,
    bytes_max: usize,
) -> Result<()> {
    let width = rows.order.len();
    let value = |at: usize| Ok(rows.value(first + at / width, at % width));
    commands::put_execute(out, statement, count * width, value, bytes_max).map(drop)
}

fn inserting() -> Effects {
    Effects { inserts: true, ..Effects::default() }
}

impl Place<'_> {
    fn rows_max(self) -> usize {
        (PARAMETERS_MAX / self.width.max(1)).clamp(1, ROWS_MAX)
    }

    /// Cuts rows into statements: their sizes, each with how often. The sizes are halves of one
    /// another, so that few statements insert any number of rows.
    fn sizes(self, rows: usize) -> Vec<(usize, usize)> {
        let (mut sizes, mut left, mut size) = (Vec::new(), rows, self.rows_max());
        while left > 0 {
            if left >= size {
                sizes.push((size, left / size));
                left %= size;
            }
            size = (size / 2).max(1);
        }
        sizes
    }

    fn text(self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.width].join(","));
        let mut text = String::with_capacity(self.head.len() + rows * (row.len() + 1));
        text.push_str(self.head);
        for at in 0..rows {
            text.push_str(if at == 0 { "" } else { "," });
            text.push_str(&row);
        }
        text
    }

    fn sketch(self, rows: usize) -> Sketch {
        let slots = (0..rows * self.width).map(Slot::Position).collect();
        Sketch { sql: self.text(rows).into(), slots, effects: inserting() }
    }
}

fn insert_head(table: Name<'_>, columns: &[&str]) -> Result<String> {
    let quote = |name: &str| Dialect::Mysql.quote_identifier(name);
    let schema = table.schema.map(quote).transpose()?.map_or_else(String::new, |name| name + ".");
    let columns = columns.iter().map(|name| quote(name));
    let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?.join(", ");
    Ok(format!("INSERT INTO {schema}{} ({columns}) VALUES ", quote(table.name)?))
}

fn check_width(columns: &[&str], rows: &Batch) -> Result<()> {
    if rows.rows() > 0 && rows.width() != columns.len() {
        let (width, count) = (rows.width(), columns.len());
        let message = format!("rows of {width} values were given for {count} columns");
        return Err(Error::new(ErrorKind::Parameter, message));
    }
    if columns.len() > PARAMETERS_MAX {
        let message = "a statement takes at most 65 535 parameters, and a row has more values";
        return Err(Error::new(ErrorKind::Limit, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_inserts_as_many_rows_as_it_takes() {
        let head = insert_head(Name { schema: Some("d"), name: "a`b" }, &["x", "y"]).unwrap();
        let place = Place { head: &head, width: 2 };
        assert_eq!(place.text(2), "INSERT INTO `d`.`a``b` (`x`, `y`) VALUES (?,?),(?,?)");
        assert_eq!(place.rows_max(), 512);
        assert_eq!(place.sizes(1_300), [(512, 2), (256, 1), (16, 1), (4, 1)]);
        assert_eq!(place.sizes(0), []);
        let wide = Place { head: "", width: 1_000 };
        assert_eq!(wide.sizes(100), [(65, 1), (32, 1), (2, 1), (1, 1)]);
        assert_eq!(Place { head: "", width: 0 }.text(1), "()");
        assert!(insert_head(Name::from("a\0"), &[]).is_err());
    }
}
