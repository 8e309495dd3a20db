//! A database of one test.

use hypostyle_core::Result;

use super::Postgres;

/// A database of one test. Dropping it drops the database, whoever is still in it.
#[derive(Debug)]
pub struct Scratch<'a> {
    pub(super) server: &'a Postgres,
    pub(super) name: String,
}

impl<'a> Scratch<'a> {
    /// Answers the server.
    pub fn server(&self) -> &'a Postgres {
        self.server
    }

    /// Answers the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Answers the URL over TCP.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Runs statements in it, as [`Postgres::query`].
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub fn query(&self, text: &str) -> Result<String> {
        self.server.query(&self.name, text)
    }

    /// Answers what `pg_dump` writes of its schema, as [`Postgres::dump`].
    ///
    /// # Errors
    /// `Other` with the program's own words.
    pub fn dump(&self) -> Result<String> {
        self.server.dump(&self.name)
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        let text = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A server that is down keeps its databases, and its folder goes anyway.
        let _ = self.server.query("postgres", &text);
    }
}
