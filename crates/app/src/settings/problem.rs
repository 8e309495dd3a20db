//! What is wrong with settings: all of it at once.

use std::fmt;

use super::origin::Origin;

/// Something wrong with a setting: where, what, and what to do.
///
/// # Shape
/// Shown as `hypostyle.toml:12:5: server.listen takes …`. A secret is never repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The place; `None` where no line is to blame.
    pub origin: Option<Origin>,
    /// The column in characters, from 1, where it is known.
    pub column: Option<usize>,
    /// What is wrong and what to do.
    pub message: String,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { origin: None, column: None, message: message.into() }
    }

    pub(super) fn at(origin: Origin, message: impl Into<String>) -> Self {
        Self { origin: Some(origin), column: None, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

/// Everything that is wrong, in the order of the places; a line each when shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Answers each problem.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Answers how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Answers whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Puts those of the file in the order of its lines; others stay behind.
    pub(super) fn sort(&mut self) {
        self.0.sort_by_key(|problem| match problem.origin {
            Some(Origin::File(line)) => (line, problem.column),
            _ => (usize::MAX, None),
        });
    }

    pub(super) fn or<T>(self, value: impl FnOnce() -> T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value()) } else { Err(self) }
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
