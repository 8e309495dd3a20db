//! What is wrong with a model file, and where.

use std::fmt;
use std::sync::Arc;

use hypostyle_core::{Error, ErrorKind};
use serde::Serialize;

use crate::script::Place;

/// What keeps a model file from being used.
///
/// # Shape
/// Shown as `modules/shop/models.sql:7:12: what is wrong; expected what should stand there`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The file, as it was named by the caller.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1, where it is known.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What should stand there; empty where the message says it all.
    pub expected: String,
    /// The engine's error, where there is one.
    #[serde(skip)]
    pub source: Option<Arc<Error>>,
}

impl Problem {
    pub(super) fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column: None,
            message: message.into(),
            expected: String::new(),
            source: None,
        }
    }

    pub(super) fn at(self, place: Place) -> Self {
        Self { line: place.line, column: Some(place.column), ..self }
    }

    pub(super) fn expected(self, expected: impl Into<String>) -> Self {
        Self { expected: expected.into(), ..self }
    }

    pub(super) fn caused_by(self, source: Error) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        write!(f, ": {}", self.message)?;
        match self.expected.as_str() {
            "" => Ok(()),
            expected => write!(f, "; expected {expected}"),
        }
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// Keeps kind, retry and effect of the engine's error; `Validation` without one.
impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let message = problem.to_string();
        let error = match &problem.source {
            Some(source) => Error::new(source.kind(), message)
                .retry_by(source.retry())
                .effect_of(source.effect()),
            None => Error::new(ErrorKind::Validation, message),
        };
        match problem.source.as_deref().and_then(Error::code) {
            Some(code) => error.coded(code).caused_by(problem),
            None => error.caused_by(problem),
        }
    }
}
