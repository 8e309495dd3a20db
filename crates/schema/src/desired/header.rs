//! The first line of a model file.

use super::Problem;
use crate::script::Place;

/// The database of the framework itself, which no module may name.
const RESERVED: &str = "framework";

/// The most characters of a name.
const NAME_CHARS_MAX: usize = 63;

const EXPECTED_LINE: &str = "the first line `-- database: NAME`, as `-- database: shop`";

const EXPECTED_NAME: &str =
    "a letter, then up to 62 letters, digits, `_` or `-`, and not `framework`";

/// Reads the name of the database. A byte order mark before it and blanks after it are passed over.
pub(super) fn database<'t>(text: &'t str, file: &str) -> Result<&'t str, Problem> {
    let line = text.strip_prefix('\u{feff}').unwrap_or(text).lines().next().unwrap_or_default();
    let Some(name) = line.strip_prefix("-- database:") else {
        let message = if text.trim().is_empty() {
            "the file is empty"
        } else {
            "the first line does not name the database"
        };
        return Err(Problem::new(file, 1, message).expected(EXPECTED_LINE));
    };
    let name = name.trim();
    if !is_name(name) {
        let start = line.find(name).unwrap_or_default();
        let message = format!("`{name}` is no name of a module's database");
        let place = Place::of(line, start);
        return Err(Problem::new(file, 1, message).at(place).expected(EXPECTED_NAME));
    }
    Ok(name)
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= NAME_CHARS_MAX
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && !name.eq_ignore_ascii_case(RESERVED)
}
