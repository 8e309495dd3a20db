//! JSON, row by row, exact to the last digit.

use std::io::{self, Write};

use hypostyle::core::{Columns, Row};
use serde::Serialize;

use super::tally::Tally;
use super::{Done, Sink};

/// Writes one document: the result of one statement, or an array of those of several.
pub(super) struct Json<W> {
    out: W,
    line: String,
    several: bool,
    results: usize,
    rows: u64,
}

impl<W: Write> Json<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, line: String::new(), several: false, results: 0, rows: 0 }
    }

    fn begin_result(&mut self) -> io::Result<()> {
        let separator = if self.results > 0 { ",\n" } else { "" };
        self.results += 1;
        self.out.write_all(separator.as_bytes())
    }
}

/// What a statement without rows did.
#[derive(Serialize)]
struct Statement<'a> {
    statement: usize,
    line: usize,
    command: &'a str,
    rows_affected: u64,
    last_insert_id: Option<i64>,
}

impl<W: Write> Sink for Json<W> {
    fn begin(&mut self, statements: usize) -> io::Result<()> {
        self.several = statements != 1;
        self.out.write_all(if self.several { b"[" } else { b"" })
    }

    fn columns(&mut self, _columns: &Columns) -> io::Result<()> {
        self.begin_result()?;
        self.rows = 0;
        self.out.write_all(b"[")
    }

    fn row(&mut self, row: Row<'_>) -> io::Result<()> {
        self.line.clear();
        self.line.push_str(if self.rows > 0 { ",\n" } else { "" });
        self.rows += 1;
        push_object(row, &mut self.line);
        self.out.write_all(self.line.as_bytes())
    }

    fn rows_done(&mut self, _done: &Done) -> io::Result<()> {
        self.out.write_all(b"]")
    }

    fn done(&mut self, done: &Done) -> io::Result<()> {
        self.begin_result()?;
        let statement = Statement {
            statement: done.number,
            line: done.line,
            command: &done.keyword,
            rows_affected: done.outcome.rows_affected,
            last_insert_id: done.outcome.last_insert_id,
        };
        serde_json::to_writer(&mut self.out, &statement).map_err(io::Error::from)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(if self.several { b"]\n" } else { b"\n" })?;
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes an object for each row, a line each.
pub(super) struct Jsonl<W> {
    out: W,
    line: String,
    tally: Tally,
}

impl<W: Write> Jsonl<W> {
    pub(super) fn new(out: W, tally: Tally) -> Self {
        Self { out, line: String::new(), tally }
    }
}

impl<W: Write> Sink for Jsonl<W> {
    fn begin(&mut self, _statements: usize) -> io::Result<()> {
        Ok(())
    }

    fn columns(&mut self, _columns: &Columns) -> io::Result<()> {
        Ok(())
    }

    fn row(&mut self, row: Row<'_>) -> io::Result<()> {
        self.line.clear();
        push_object(row, &mut self.line);
        self.line.push('\n');
        self.out.write_all(self.line.as_bytes())
    }

    fn rows_done(&mut self, _done: &Done) -> io::Result<()> {
        Ok(())
    }

    fn done(&mut self, done: &Done) -> io::Result<()> {
        self.tally.add_on_stderr(done);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.tally.take_on_stderr();
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Appends a row as an object.
fn push_object(row: Row<'_>, out: &mut String) {
    // Writing to a string does not fail.
    let _ = row.write_json(out);
}
