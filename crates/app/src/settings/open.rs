//! How databases are opened with settings.

use std::path::Path;

use hypostyle::sql::Dialect;
use hypostyle::{ConnectionConfig, Database, Environment, Error, ErrorKind, Options, RetryPolicy};

use super::table::{ENVIRONMENTS, Settings};

impl Settings {
    /// Answers the application's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Answers whether it runs in production.
    pub fn is_production(&self) -> bool {
        self.environment == ENVIRONMENTS[3]
    }

    /// Makes the options that databases are opened with; nothing is read from the process.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_app::settings::{Settings, Sources};
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let folder = tempfile::tempdir()?;
    /// let settings = Settings::load(Sources::new(folder.path()))?;
    /// let db = settings.options().open(&settings.url_of("shop")?).await?;
    /// assert!(folder.path().join("data/database/shop.db").exists());
    /// # db.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn options(&self) -> Options {
        let mut retry = RetryPolicy::default();
        retry.locked.attempts_max = self.max_retries;
        retry.connection.attempts_max = self.max_retries;
        let unless_zero = |time: std::time::Duration| (!time.is_zero()).then_some(time);
        Database::options()
            .connections_max(self.pool_size)
            .connect_timeout(self.connection_timeout)
            .timeout(unless_zero(self.statement_timeout))
            .retry((self.max_retries > 1).then_some(retry))
            .slow_after(unless_zero(self.slow_after))
            .environment(Environment::empty())
    }

    /// Answers the URL that a database is opened with, its password and the SQLite options in it:
    /// its own, or its file in the folder of `database_url`.
    ///
    /// # Errors
    /// `Config` for a database without a URL of its own while `database_url` is no folder.
    pub fn url_of(&self, name: &str) -> hypostyle::Result<String> {
        let own = self.databases.get(name).and_then(|database| database.url.as_ref());
        if let Some(url) = own {
            return self.complete(url.expose());
        }
        let folder = match &self.database_url {
            Some(url) => self.complete(url.expose())?,
            None => self.complete("sqlite:data/database/")?,
        };
        let (folder, query) = folder.split_once('?').unwrap_or((&folder, ""));
        if !folder.starts_with("sqlite:") || !folder.ends_with('/') {
            let message = format!(
                "the database `{name}` has no URL: set databases.{name}.url, or let database_url \
                 be a folder, as in sqlite:data/database/"
            );
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(format!("{folder}{}.db?{query}", escaped(name)))
    }

    /// Answers where things are tried for a database, where that is set.
    ///
    /// # Errors
    /// `Config` for a URL that cannot be used.
    pub fn scratch_of(&self, name: &str) -> hypostyle::Result<Option<ConnectionConfig>> {
        let url = self.databases.get(name).and_then(|database| database.scratch_url.as_ref());
        url.map(|url| ConnectionConfig::parse(url.expose())).transpose()
    }

    /// Answers whose SQL the database of a module speaks, by its URL; SQLite's where it has none that
    /// can be used, which opening it then tells.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::sql::Dialect;
    /// use hypostyle_app::settings::{Settings, Sources};
    /// let folder = tempfile::tempdir()?;
    /// let file = "databases.shop.url = \"postgres://shop@localhost/shop\"";
    /// std::fs::write(folder.path().join("hypostyle.toml"), file)?;
    /// let settings = Settings::load(Sources::new(folder.path()))?;
    /// assert_eq!(settings.dialect_of("shop"), Dialect::Postgres);
    /// assert_eq!(settings.dialect_of("blog"), Dialect::Sqlite);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dialect_of(&self, name: &str) -> Dialect {
        let config = self.url_of(name).and_then(|url| ConnectionConfig::parse(&url));
        match config.as_ref().map(|config| config.database_type.as_str()) {
            Ok("postgres" | "postgresql") => Dialect::Postgres,
            Ok("mysql" | "mariadb") => Dialect::Mysql,
            Ok("duckdb") => Dialect::DuckDb,
            _ => Dialect::Sqlite,
        }
    }

    /// Completes the URL of a database: a path of SQLite's begins at the application's folder, and
    /// the options under `sqlite` are added unless the URL says otherwise.
    ///
    /// # Errors
    /// `Config` for a text that is no URL.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_app::settings::{Settings, Sources};
    /// let folder = tempfile::tempdir()?;
    /// let settings = Settings::load(Sources::new(folder.path()))?;
    /// assert_eq!(
    ///     settings.complete("sqlite:////srv/shop.db?synchronous=FULL")?,
    ///     "sqlite:/srv/shop.db?synchronous=FULL&journal_mode=WAL"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn complete(&self, url: &str) -> hypostyle::Result<String> {
        let config = ConnectionConfig::parse(url)?;
        if config.database_type != "sqlite" {
            return Ok(url.to_owned());
        }
        let query = url.split_once('?').map(|(_, query)| query).filter(|query| !query.is_empty());
        let mut options: Vec<String> = query.map(str::to_owned).into_iter().collect();
        let says = |names: &[&str]| names.iter().any(|name| config.options.contains_key(*name));
        if !says(&["journal_mode"]) {
            options.push(format!("journal_mode={}", self.sqlite.journal_mode));
        }
        if !says(&["synchronous"]) {
            options.push(format!("synchronous={}", self.sqlite.synchronous));
        }
        if let Some(size) = self.sqlite.cache_size
            && !says(&["cache_size", "cache_bytes"])
        {
            options.push(format!("cache_size={size}"));
        }
        Ok(format!("sqlite:{}?{}", self.path(&config.database)?, options.join("&")))
    }

    /// Makes the path of a URL begin at the application's folder.
    fn path(&self, path: &str) -> hypostyle::Result<String> {
        let path = path.strip_prefix("///").or_else(|| path.strip_prefix("//")).unwrap_or(path);
        if path == ":memory:" {
            return Ok(path.to_owned());
        }
        let folder = self.folder.strip_prefix(".").unwrap_or(&self.folder);
        let whole = folder.join(path.strip_prefix("./").unwrap_or(path));
        let whole = whole.to_str().ok_or_else(|| {
            let message = "the application's folder has a name that is not UTF-8: rename it";
            Error::new(ErrorKind::Config, message)
        })?;
        // Two slashes at the beginning would be taken for none.
        let rest = whole.trim_start_matches('/');
        Ok(if rest.len() == whole.len() { escaped(rest) } else { format!("/{}", escaped(rest)) })
    }
}

/// Escapes what a URL would read otherwise.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3F")
}
