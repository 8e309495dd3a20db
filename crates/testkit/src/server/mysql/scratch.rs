//! A database of one test.

use hypostyle_core::Result;

use super::MySql;

/// A database of one test. Dropping it drops the database, whoever is still in it.
#[derive(Debug)]
pub struct MySqlScratch<'a> {
    pub(super) server: &'a MySql,
    pub(super) name: String,
}

impl<'a> MySqlScratch<'a> {
    /// Answers the server.
    pub fn server(&self) -> &'a MySql {
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

    /// Runs statements in it, as [`MySql::query`].
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub fn query(&self, text: &str) -> Result<String> {
        self.server.query(&self.name, text)
    }

    /// Answers what `mariadb-dump` writes of its schema, as [`MySql::dump`].
    ///
    /// # Errors
    /// `Other` with the program's own words.
    pub fn dump(&self) -> Result<String> {
        self.server.dump(&self.name)
    }
}

impl Drop for MySqlScratch<'_> {
    fn drop(&mut self) {
        let name = &self.name;
        let drop = format!("SET lock_wait_timeout = 1; DROP DATABASE IF EXISTS {name}");
        if self.server.query("", &drop).is_ok() {
            return;
        }
        // A lock of a session holds the database. A server that is down keeps its databases, and
        // its folder goes anyway.
        let _ = self.server.cut(name).and_then(|()| self.server.query("", &drop));
    }
}
