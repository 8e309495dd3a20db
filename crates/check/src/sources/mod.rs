//! Where SQL stands: scripts, and strings in sources of Rust.

mod literal;
mod place;
mod read;
mod rust;
mod script;

pub(crate) use literal::Text;
pub(crate) use place::{Lines, Place};
pub(crate) use read::{files, read};

/// What a line says, alone or beside a statement, that is wrong on purpose or known to nobody else.
const UNCHECKED: &str = "hypostyle:unchecked";

/// A file and the SQL in it.
pub(crate) struct Source {
    /// As it is shown.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) lines: Lines,
    /// The database that the file names.
    pub(crate) database: Option<String>,
    pub(crate) found: Vec<Found>,
}

/// A call, or a statement of a script.
pub(crate) struct Found {
    /// Where it begins and ends in the file.
    pub(crate) range: (usize, usize),
    pub(crate) what: What,
}

pub(crate) enum What {
    Statement(Text, Given),
    /// What is not checked, and why.
    Unchecked(String),
    /// What keeps the file, or this place of it, from being read.
    Flaw(String),
}

/// The parameters that a call gives to its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Unknown,
    Count(usize),
    Names(Vec<String>),
}

impl Source {
    /// Tells whether the line of a byte, or the one before it, asks to be left alone.
    pub(crate) fn is_excused(&self, at: usize) -> bool {
        let number = self.lines.number(at);
        let says = |number: usize| self.lines.line(&self.text, number).contains(UNCHECKED);
        says(number) || number.checked_sub(1).is_some_and(says)
    }
}
