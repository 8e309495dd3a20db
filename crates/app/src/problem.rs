//! What is wrong with a module, and where.

use std::fmt;
use std::path::Path;

use hypostyle::Error;
use hypostyle::schema::desired;

/// What keeps a module from being loaded.
///
/// # Shape
/// Shown as `modules/shop/models.sql:7:3: near "x": syntax error; expected …`, the file as it stands
/// in the application's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The file or folder.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What was expected instead.
    pub expected: Option<String>,
}

impl Problem {
    pub(crate) fn new(file: &str, message: impl Into<String>, expected: &str) -> Self {
        Self {
            file: Some(file.to_owned()),
            message: message.into(),
            expected: Some(expected.to_owned()),
            ..Self::default()
        }
    }

    /// Takes the problem of a model file below a folder.
    pub(crate) fn of_model(folder: &Path, problem: &desired::Problem) -> Self {
        Self {
            file: Some(within(folder, &problem.file)),
            line: Some(problem.line),
            column: problem.column,
            message: problem.message.clone(),
            expected: Some(match problem.expected.as_str() {
                "" => "SQL that the engine takes".to_owned(),
                expected => expected.to_owned(),
            }),
        }
    }

    /// Takes an error about files below a folder, or about a database.
    pub(crate) fn of_error(folder: &Path, error: &Error) -> Self {
        Self { message: within(folder, error.message()), ..Self::default() }
    }
}

/// Names files as they stand in the folder.
fn within(folder: &Path, text: &str) -> String {
    text.replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            f.write_str(file)?;
            for number in [self.line, self.column].into_iter().flatten() {
                write!(f, ":{number}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        match &self.expected {
            Some(expected) => write!(f, "; expected {expected}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}
