//! Tables for people: widths are taken from the first rows, the rest streams by.

use std::io::{self, Write};

use hypostyle::core::{Columns, Row};

use super::cell::{is_number, write_shown};
use super::grid::Grid;
use super::tally::{Tally, rows, time};
use super::{Done, Look, Sink};

/// The rows that are held back to measure the columns.
const SAMPLE_ROWS_MAX: usize = 1_000;

pub(super) struct Table<W> {
    out: W,
    look: Look,
    tally: Tally,
    grid: Grid,
    /// The cells of the rows held back, row by row.
    sample: Vec<String>,
    /// For each column, whether every value so far is a number or NULL, and one is a number.
    numbers: Vec<(bool, bool)>,
    is_measured: bool,
    results: usize,
    line: String,
}

impl<W: Write> Table<W> {
    pub(super) fn new(out: W, look: Look) -> Self {
        let tally = Tally::new(&look);
        Self {
            out,
            look,
            tally,
            grid: Grid::default(),
            sample: Vec::new(),
            numbers: Vec::new(),
            is_measured: false,
            results: 0,
            line: String::new(),
        }
    }

    fn write_sample(&mut self) -> io::Result<()> {
        if self.is_measured {
            return Ok(());
        }
        self.is_measured = true;
        let width = self.grid.len().max(1);
        for row in self.sample.chunks(width) {
            self.grid.measure(row.iter().map(String::as_str));
        }
        for (column, numbers) in self.numbers.iter().enumerate() {
            if *numbers == (true, true) {
                self.grid.set_right(column);
            }
        }
        if let Some(screen) = self.look.width {
            self.grid.fit(screen);
        }
        self.line.clear();
        self.grid.write_header(&self.look.terminal, &mut self.line);
        self.out.write_all(self.line.as_bytes())?;
        for row in self.sample.chunks(width) {
            self.line.clear();
            self.grid.write_row(row.iter().map(String::as_str), &mut self.line);
            self.out.write_all(self.line.as_bytes())?;
        }
        self.sample.clear();
        Ok(())
    }

    fn write_told(&mut self, told: Option<String>) -> io::Result<()> {
        match told {
            Some(told) => writeln!(self.out, "{told}"),
            None => Ok(()),
        }
    }
}

impl<W: Write> Sink for Table<W> {
    fn begin(&mut self, _statements: usize) -> io::Result<()> {
        Ok(())
    }

    fn columns(&mut self, columns: &Columns) -> io::Result<()> {
        let told = self.tally.take();
        self.write_told(told)?;
        if self.results > 0 {
            writeln!(self.out)?;
        }
        self.results += 1;
        self.grid = Grid::new(columns.iter().map(|column| &*column.name));
        self.numbers = vec![(true, false); columns.len()];
        self.is_measured = false;
        Ok(())
    }

    fn row(&mut self, row: Row<'_>) -> io::Result<()> {
        let mut cells = Vec::with_capacity(if self.is_measured { self.grid.len() } else { 0 });
        for (at, value) in row.values().enumerate() {
            let mut cell = String::new();
            write_shown(value, &mut cell);
            if self.is_measured {
                cells.push(cell);
                continue;
            }
            if let Some((only, any)) = self.numbers.get_mut(at) {
                *only &= value.is_null() || is_number(value);
                *any |= is_number(value);
            }
            self.sample.push(cell);
        }
        if self.is_measured {
            self.line.clear();
            self.grid.write_row(cells.iter().map(String::as_str), &mut self.line);
            return self.out.write_all(self.line.as_bytes());
        }
        if self.sample.len() >= SAMPLE_ROWS_MAX * self.grid.len() {
            self.write_sample()?;
        }
        Ok(())
    }

    fn rows_done(&mut self, done: &Done) -> io::Result<()> {
        self.write_sample()?;
        if self.look.quiet {
            return Ok(());
        }
        let more = if done.is_limited { "; there are more" } else { "" };
        let affected = match done.outcome.rows_affected {
            0 => String::new(),
            count => format!(", {} affected", rows(count)),
        };
        let took = match self.look.timing {
            true => format!(" in {}", time(done.took.as_secs_f64())),
            false => String::new(),
        };
        let footer = format!("({}{affected}{more}{took})", rows(done.rows));
        writeln!(self.out, "{}", self.look.terminal.dim(&footer))
    }

    fn done(&mut self, done: &Done) -> io::Result<()> {
        let told = self.tally.add(done);
        self.write_told(told)
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let told = self.tally.take();
        self.write_told(told)?;
        self.out.write_all(text.as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        let told = self.tally.take();
        self.write_told(told)?;
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
