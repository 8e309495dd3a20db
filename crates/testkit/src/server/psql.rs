//! Sessions of `psql`, apart from the client under test.

use std::path::PathBuf;

use hypostyle_core::Result;

use super::command::{prepare, run};

/// The client that comes with a server.
#[derive(Clone, Debug)]
pub(super) struct Psql(pub(super) PathBuf);

impl Psql {
    /// Runs statements at a URL; several are one transaction.
    ///
    /// # Shape
    /// A line per row, columns divided by `|`, NULL an empty text.
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub(super) fn query(&self, url: &str, text: &str) -> Result<String> {
        let mut psql = prepare(&self.0);
        run(psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text]))
    }
}
