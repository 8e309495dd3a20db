//! What a check found, and how it is told.

use std::fmt;

use serde::Serialize;

use crate::engine::Fault;
use crate::sources::{Place, Source, Text};

/// What is wrong with a statement, and where.
///
/// # Shape
/// Shown as the compiler of Rust does: the message, the place, the line with what is meant
/// underlined, and what exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The file, as it was named or found.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What was probably meant, or what exists.
    pub help: Vec<String>,
    /// The name of the target that it was held against; empty where the file itself is wrong.
    pub database: String,
    /// The line as it is shown.
    #[serde(rename = "text")]
    shown: String,
    #[serde(skip)]
    cells: (usize, usize),
}

/// A statement that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Unchecked {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// What a check found.
///
/// # Shape
/// Findings and what was not checked in the order of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// How many files were read.
    pub files: usize,
    /// How many statements were checked.
    pub statements: usize,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What was not checked.
    pub unchecked: Vec<Unchecked>,
}

impl Report {
    /// Tells whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Says in one line what was checked.
    pub fn summary(&self) -> String {
        let many = |count: usize, what: &str| {
            format!("{count} {what}{}", if count == 1 { "" } else { "s" })
        };
        let wrong = match self.findings.len() {
            0 => String::new(),
            count => format!(", {count} wrong"),
        };
        let (statements, files) = (many(self.statements, "statement"), many(self.files, "file"));
        format!("{statements} in {files} checked{wrong}, {} not checked", self.unchecked.len())
    }

    pub(crate) fn wrong(&mut self, source: &Source, database: &str, fault: Fault, place: Place) {
        self.findings.push(Finding {
            file: source.path.clone(),
            line: place.line,
            column: place.column,
            message: fault.message,
            help: fault.help,
            database: database.to_owned(),
            shown: place.shown,
            cells: place.cells,
        });
    }

    pub(crate) fn unchecked(&mut self, source: &Source, at: usize, reason: impl Into<String>) {
        let line = source.lines.number(at) + 1;
        let (file, reason) = (source.path.clone(), reason.into());
        self.unchecked.push(Unchecked { file, line, reason });
    }
}

/// Finds the place of a fault of a statement that begins at a byte of a text.
pub(crate) fn place(
    source: &Source,
    text: &Text,
    begin: usize,
    end: usize,
    fault: &Fault,
) -> Place {
    let (from, to) = match fault.range {
        Some((from, to)) => (begin + from, begin + to.max(from + 1)),
        None => (begin, end),
    };
    let (from, last) = (text.origin(from), text.origin(to.saturating_sub(1)));
    source.lines.place(&source.text, from, last + 1)
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.message)?;
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "{margin}--> {}:{}:{}", self.file, self.line, self.column)?;
        if !self.shown.is_empty() {
            let (before, inside) = self.cells;
            writeln!(f, "{margin} |")?;
            writeln!(f, "{number} | {}", self.shown)?;
            writeln!(f, "{margin} | {}{}", " ".repeat(before), "^".repeat(inside))?;
        }
        for help in &self.help {
            writeln!(f, "{margin} = help: {help}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        writeln!(f, "{}", self.summary())
    }
}
