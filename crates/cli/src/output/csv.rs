//! Comma-separated values after RFC 4180, as PostgreSQL's COPY writes them.

use std::io::{self, Write};

use hypostyle::core::{Columns, Row};

use super::cell::write_plain;
use super::tally::Tally;
use super::{Done, Sink};

/// Writes results with rows; several have an empty line between them.
///
/// The `csv` crate cannot tell NULL from an empty text: it quotes a field by what stands in it.
pub(super) struct Csv<W> {
    out: W,
    tally: Tally,
    results: usize,
    line: String,
    field: String,
}

impl<W: Write> Csv<W> {
    pub(super) fn new(out: W, tally: Tally) -> Self {
        Self { out, tally, results: 0, line: String::new(), field: String::new() }
    }

    fn write_line(&mut self) -> io::Result<()> {
        self.line.push_str("\r\n");
        let written = self.out.write_all(self.line.as_bytes());
        self.line.clear();
        written
    }
}

impl<W: Write> Sink for Csv<W> {
    fn begin(&mut self, _statements: usize) -> io::Result<()> {
        Ok(())
    }

    fn columns(&mut self, columns: &Columns) -> io::Result<()> {
        if self.results > 0 {
            self.write_line()?;
        }
        self.results += 1;
        for (at, column) in columns.iter().enumerate() {
            separate(at, &mut self.line);
            push_field(&column.name, &mut self.line);
        }
        self.write_line()
    }

    fn row(&mut self, row: Row<'_>) -> io::Result<()> {
        for (at, value) in row.values().enumerate() {
            separate(at, &mut self.line);
            if !value.is_null() {
                self.field.clear();
                write_plain(value, &mut self.field);
                push_field(&self.field, &mut self.line);
            }
        }
        self.write_line()
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

fn separate(at: usize, line: &mut String) {
    if at > 0 {
        line.push(',');
    }
}

/// Appends a field that is not NULL, quoted where a reader would mistake it.
fn push_field(text: &str, line: &mut String) {
    let is_plain = !text.is_empty()
        && !text.contains([',', '"', '\r', '\n'])
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace);
    if is_plain {
        line.push_str(text);
        return;
    }
    line.push('"');
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let check = |text: &str, expect: &str| {
            let mut line = String::new();
            push_field(text, &mut line);
            assert_eq!(line, expect);
        };
        check("plain text", "plain text");
        check("", "\"\"");
        check("a,b", "\"a,b\"");
        check("say \"hi\"", "\"say \"\"hi\"\"\"");
        check("two\nlines", "\"two\nlines\"");
        check(" padded", "\" padded\"");
    }
}
