//! Results as people and programs read them: one sink for each format.

#[cfg(feature = "arrow")]
mod arrow;
mod cell;
mod csv;
mod grid;
mod json;
mod table;
mod tally;

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use clap::ValueEnum;
use hypostyle::core::{Columns, Outcome, Row};

use crate::terminal::Terminal;

pub(crate) use grid::layout;
pub(crate) use tally::time;

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people
    #[default]
    Table,
    /// One JSON document: an array of objects; of results, where there are several statements
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated with a header line; NULL is empty, an empty text is ""
    Csv,
    /// A stream of Arrow record batches, for programs; one result
    #[cfg(feature = "arrow")]
    Arrow,
    /// A Parquet file, compressed by Snappy; one result
    #[cfg(feature = "arrow")]
    Parquet,
}

impl Format {
    /// Tells whether it is nothing for a screen.
    pub(crate) fn is_binary(self) -> bool {
        !matches!(self, Self::Table | Self::Json | Self::Jsonl | Self::Csv)
    }
}

/// What a sink is told besides the rows.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) terminal: Terminal,
    /// The columns of the screen that a table is cut to; `None` cuts nothing.
    pub(crate) width: Option<usize>,
    /// How long statements took is shown.
    pub(crate) timing: bool,
    /// A line for each statement, even where many do the same.
    pub(crate) verbose: bool,
    /// Nothing but rows.
    pub(crate) quiet: bool,
}

/// A statement that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// The number of the statement, from 1.
    pub(crate) number: usize,
    pub(crate) line: usize,
    pub(crate) keyword: String,
    /// Whether the count of affected rows means something.
    pub(crate) counts_rows: bool,
    pub(crate) outcome: Outcome,
    /// The rows that came back and were written.
    pub(crate) rows: u64,
    /// More rows would have come than were asked for.
    pub(crate) is_limited: bool,
    pub(crate) took: Duration,
}

/// Writes results in the order they come.
pub(crate) trait Sink {
    /// Begins the results of a script with so many statements.
    fn begin(&mut self, statements: usize) -> io::Result<()>;

    /// Begins a result with rows.
    fn columns(&mut self, columns: &Columns) -> io::Result<()>;

    /// Writes a row of the result begun last.
    fn row(&mut self, row: Row<'_>) -> io::Result<()>;

    /// Ends the result begun last.
    fn rows_done(&mut self, done: &Done) -> io::Result<()>;

    /// Takes a statement that has no rows to show.
    fn done(&mut self, done: &Done) -> io::Result<()>;

    /// Shows a text of the script itself, where it does not stand among rows for programs.
    fn say(&mut self, text: &str) -> io::Result<()> {
        // Rows matter more than what is said about them.
        let _ = io::stderr().write_all(text.as_bytes());
        Ok(())
    }

    /// Ends the results; not called after a failure, so that half a document does not look whole.
    fn finish(&mut self) -> io::Result<()>;

    /// Hands over what has been written so far.
    fn flush(&mut self) -> io::Result<()>;
}

/// Makes the sink of a format.
pub(crate) fn sink(format: Format, out: Box<dyn Write + Send>, look: Look) -> Box<dyn Sink> {
    let out = BufWriter::with_capacity(64 * 1024, out);
    match format {
        Format::Table => Box::new(table::Table::new(out, look)),
        Format::Json => Box::new(json::Json::new(out)),
        Format::Jsonl => Box::new(json::Jsonl::new(out, tally::Tally::on_stderr(&look))),
        Format::Csv => Box::new(csv::Csv::new(out, tally::Tally::on_stderr(&look))),
        #[cfg(feature = "arrow")]
        Format::Arrow => {
            Box::new(arrow::Arrow::<arrow::Stream>::new(out, tally::Tally::on_stderr(&look)))
        }
        #[cfg(feature = "arrow")]
        Format::Parquet => {
            Box::new(arrow::Arrow::<arrow::Parquet>::new(out, tally::Tally::on_stderr(&look)))
        }
    }
}
