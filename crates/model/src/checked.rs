//! What `garde` found, as an error of ours.

use garde::Report;
use hypostyle_core::{Error, ErrorKind, Result};

/// Turns what `garde` found into one error that names the fields.
///
/// # Errors
/// `Validation` with a sentence for each field that is wrong.
pub fn checked(table: &str, found: std::result::Result<(), Report>) -> Result<()> {
    let Err(report) = found else { return Ok(()) };
    let mut fields = Vec::new();
    let mut sentences = Vec::new();
    for (path, problem) in report.iter() {
        let field = path.to_string();
        sentences.push(match field.as_str() {
            "" => problem.to_string(),
            field => format!("{field}: {problem}"),
        });
        if !field.is_empty() && !fields.contains(&field) {
            fields.push(field);
        }
    }
    Err(Error::new(ErrorKind::Validation, sentences.join("; ")).on(table, fields))
}
