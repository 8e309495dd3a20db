//! What statements without rows did, in as few lines as say it.

use std::io::{self, Write as _};

use super::{Done, Look};

/// Joins statements that follow one another and do the same.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pending: Option<Joined>,
    verbose: bool,
    quiet: bool,
    timing: bool,
}

#[derive(Debug)]
struct Joined {
    keyword: String,
    counts_rows: bool,
    statements: usize,
    rows_affected: u64,
    seconds: f64,
}

impl Tally {
    pub(super) fn new(look: &Look) -> Self {
        let Look { verbose, quiet, timing, .. } = *look;
        Self { pending: None, verbose, quiet, timing }
    }

    /// Formats for programs leave stdout to the rows.
    pub(super) fn on_stderr(look: &Look) -> Self {
        Self { timing: false, ..Self::new(look) }
    }

    /// Takes a statement, and answers the line of those before it that did something else.
    pub(super) fn add(&mut self, done: &Done) -> Option<String> {
        if self.quiet {
            return None;
        }
        if self.verbose {
            let line = Joined::from(done).line(true);
            return Some(format!("line {}: {line}", done.line));
        }
        if let Some(joined) = self.pending.as_mut().filter(|joined| joined.keyword == done.keyword)
        {
            joined.statements += 1;
            joined.rows_affected += done.outcome.rows_affected;
            joined.seconds += done.took.as_secs_f64();
            return None;
        }
        let before = self.take();
        self.pending = Some(Joined::from(done));
        before
    }

    /// Answers the line of the statements not told yet.
    pub(super) fn take(&mut self) -> Option<String> {
        self.pending.take().map(|joined| joined.line(self.timing))
    }

    pub(super) fn add_on_stderr(&mut self, done: &Done) {
        tell(self.add(done));
    }

    pub(super) fn take_on_stderr(&mut self) {
        tell(self.take());
    }
}

impl From<&Done> for Joined {
    fn from(done: &Done) -> Self {
        Self {
            keyword: done.keyword.clone(),
            counts_rows: done.counts_rows,
            statements: 1,
            rows_affected: done.outcome.rows_affected,
            seconds: done.took.as_secs_f64(),
        }
    }
}

impl Joined {
    fn line(&self, timing: bool) -> String {
        let mut line = self.keyword.clone();
        if self.statements > 1 {
            line += &format!(" × {}", self.statements);
        }
        if self.counts_rows {
            line += &format!(": {} affected", rows(self.rows_affected));
        }
        if timing {
            line += &format!(" in {}", time(self.seconds));
        }
        line
    }
}

/// Counts rows in words.
pub(super) fn rows(count: u64) -> String {
    format!("{count} row{}", if count == 1 { "" } else { "s" })
}

/// Writes a duration with as many digits as matter.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        ..0.001 => format!("{:.2} ms", seconds * 1e3),
        ..1.0 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

fn tell(line: Option<String>) {
    if let Some(line) = line {
        // Rows matter more than what is said about them.
        let _ = writeln!(io::stderr(), "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hypostyle::core::Outcome;
    use std::time::Duration;

    fn done(number: usize, keyword: &str, rows_affected: u64) -> Done {
        Done {
            number,
            line: number,
            keyword: keyword.to_owned(),
            counts_rows: keyword != "CREATE",
            outcome: Outcome { rows_affected, last_insert_id: None },
            rows: 0,
            is_limited: false,
            took: Duration::from_millis(1),
        }
    }

    fn told(mut tally: Tally) -> Vec<String> {
        let script = [
            done(1, "CREATE", 0),
            done(2, "INSERT", 1),
            done(3, "INSERT", 2),
            done(4, "DELETE", 1),
        ];
        let mut lines: Vec<String> = script.iter().filter_map(|done| tally.add(done)).collect();
        lines.extend(tally.take());
        lines
    }

    #[test]
    fn statements_that_do_the_same_are_told_in_one_line() {
        let expect = ["CREATE", "INSERT × 2: 3 rows affected", "DELETE: 1 row affected"];
        assert_eq!(told(Tally::default()), expect);
    }

    #[test]
    fn verbose_tells_each_and_quiet_none() {
        let lines = told(Tally { verbose: true, ..Tally::default() });
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[2], "line 3: INSERT: 2 rows affected in 1.0 ms");
        assert!(told(Tally { quiet: true, ..Tally::default() }).is_empty());
    }
}
