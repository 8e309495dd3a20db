//! Files of embedded engines: the path that a URL names, and the folder it stands in.

use std::path::Path;

use crate::{Error, ErrorKind, Result};

/// Answers the path of a URL behind its scheme, by the one rule of all embedded engines: three
/// slashes, two or none begin a relative path, four or one an absolute one.
pub fn path_of(url_path: &str) -> &str {
    url_path.strip_prefix("///").or_else(|| url_path.strip_prefix("//")).unwrap_or(url_path)
}

/// Makes the folder of a file that is to be created.
///
/// # Errors
/// `Connection` where it cannot be made.
pub fn make_parent(path: &Path) -> Result<()> {
    let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(parent).map_err(|error| {
        let message = format!("the folder {} cannot be made", parent.display());
        Error::new(ErrorKind::Connection, message).caused_by(error)
    })
}
