//! Rows of a script, where they are and what goes in front of them.

use hypostyle::sql::copy::{Head, Rows};

use super::Source;

/// Rows of a script.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) head: Head,
    /// The number of the source that has the rows.
    pub(super) source: usize,
    /// The bytes of the rows in it, without the line that ends them.
    pub(super) rows: std::ops::Range<usize>,
    /// The line of the first row, from 1.
    pub(super) line: usize,
}

impl Block {
    /// Reads the rows, which are in this source.
    pub(crate) fn rows<'a>(&'a self, source: &'a Source) -> Rows<'a> {
        Rows::new(&self.head.format, &source.text[self.rows.clone()], self.line)
    }
}
