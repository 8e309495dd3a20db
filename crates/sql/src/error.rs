use std::fmt;

/// Says why a text was refused, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    position: usize,
    message: Box<str>,
}

/// Names the reason of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A name or string to quote holds a NUL byte.
    NulByte,
    /// A name to quote holds a character that the engine has in no name.
    NameCharacter,
    /// One text writes its placeholders in two ways.
    MixedPlaceholders,
    /// The number of a placeholder is 0 or above [`PARAMETERS_MAX`](crate::PARAMETERS_MAX).
    ParameterNumber,
    /// The numbers of the placeholders leave one out.
    UnusedParameter,
    /// `COPY` has an option, or its rows a form, that is not read here.
    Copy,
    /// The text holds more than [`PARAMETERS_MAX`](crate::PARAMETERS_MAX) parameters.
    TooManyParameters,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, position: usize, message: impl Into<Box<str>>) -> Self {
        Self { kind, position, message: message.into() }
    }

    /// Returns the reason, for code to decide by.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the byte offset in the refused text.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Returns what is wrong and what to do, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.message, self.position)
    }
}

impl std::error::Error for Error {}
