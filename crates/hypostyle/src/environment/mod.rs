//! The environment variables that options are taken from.

mod account;
mod parts;
mod passfile;
mod variables;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::{ConnectionConfig, Error, ErrorKind, Result};
use variables::{POSTGRES, SQLITE, Variable};

/// Where environment variables come from. An empty variable counts as not set.
///
/// # Shape
/// | variable | says |
/// |---|---|
/// | `DATABASE_URL` | what [`Options::open_env`](crate::Options::open_env) opens |
/// | `DATABASE_HOST`, `DATABASE_PORT`, `DATABASE_NAME`, `DATABASE_USER`, `DATABASE_PASSWORD`, or `DB_HOST` … `DB_PASSWORD` | the parts of a PostgreSQL URL, where `DATABASE_URL` is not set; with `sslmode=require` where `ENVIRONMENT` is `production` |
/// | `DATABASE_CONNECTION_TIMEOUT` | how long making a connection may take, in seconds |
/// | `DATABASE_MAX_RETRIES` | how often a request is tried in all; 0 and 1 switch retries off |
/// | `DATABASE_POOL_SIZE` | the most connections |
/// | `HYPOSTYLE_TEST_URL` | where the tests of an application run that `testing::Setup` begins |
/// | `SQLITE_JOURNAL_MODE` | the option `journal_mode` of a SQLite URL |
/// | `SQLITE_SYNCHRONOUS` | the option `synchronous` of a SQLite URL |
/// | `SQLITE_CACHE_SIZE` | the option `cache_size` of a SQLite URL |
/// | `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE` | what a PostgreSQL URL leaves open of these |
/// | `PGSSLMODE`, `PGSSLROOTCERT`, `PGSSLCERT`, `PGSSLKEY`, `PGAPPNAME`, `PGOPTIONS`, `PGCONNECT_TIMEOUT`, `PGTARGETSESSIONATTRS` | the options of a PostgreSQL URL that are called so without `PG`, but `application_name` and `target_session_attrs` |
/// | `PGPASSFILE` | the file in which a password is looked up that neither the URL nor `PGPASSWORD` says; otherwise `~/.pgpass` |
#[derive(Clone)]
pub struct Environment {
    lookup: Arc<Lookup>,
    account: Arc<Account>,
}

type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;
type Account = dyn Fn() -> Option<String> + Send + Sync;

impl Environment {
    /// The environment of the process.
    pub fn process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads it, by default")]
        let variables = Self::new(|variable| std::env::var_os(variable));
        Self { account: Arc::new(account::name), ..variables }
    }

    /// An environment without variables.
    pub fn empty() -> Self {
        Self::new(|_| None)
    }

    /// An environment of these variables only.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Environment;
    /// let environment = Environment::from_map([("DATABASE_URL", "sqlite:app.db")]);
    /// assert_eq!(environment.get("DATABASE_URL")?.as_deref(), Some("sqlite:app.db"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn from_map<K: Into<String>, V: Into<OsString>>(
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        let variables: HashMap<String, OsString> = variables.collect();
        Self::new(move |variable| variables.get(variable).cloned())
    }

    fn new(lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Self { lookup: Arc::new(lookup), account: Arc::new(|| None) }
    }

    /// Sets the account of the operating system, which is the user of a PostgreSQL database where
    /// nothing else says one. Default the account of the process for [`Environment::process`], none
    /// for the others.
    #[must_use]
    pub fn account(self, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { account: Arc::new(move || Some(name.clone())), ..self }
    }

    /// Answers a variable.
    ///
    /// # Errors
    /// `Config` when its value is not Unicode.
    pub fn get(&self, variable: &str) -> Result<Option<String>> {
        match (self.lookup)(variable).filter(|value| !value.is_empty()) {
            Some(value) => match value.into_string() {
                Ok(value) => Ok(Some(value)),
                // What is no text may be a password all the same.
                Err(_) => {
                    let message = format!("{variable} takes Unicode text, and its value is none");
                    Err(Error::new(ErrorKind::Config, message))
                }
            },
            None => Ok(None),
        }
    }

    /// Answers the URL of the database that the variables name: `DATABASE_URL`, or else what its
    /// parts make (`DATABASE_HOST`, `DB_HOST` and their like); `None` where they name none.
    ///
    /// # Errors
    /// `Config` for a variable that cannot be used.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Environment;
    /// let environment = Environment::from_map([("DB_HOST", "db1"), ("DB_NAME", "shop")]);
    /// assert_eq!(environment.database_url()?.as_deref(), Some("postgres://db1/shop"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn database_url(&self) -> Result<Option<String>> {
        match self.get("DATABASE_URL")? {
            None => self.url_of_parts(),
            url => Ok(url),
        }
    }

    pub(crate) fn url(&self) -> Result<String> {
        self.database_url()?.ok_or_else(|| {
            let message = "DATABASE_URL is not set; set it to the URL of a database, as in \
                           DATABASE_URL=sqlite:app.db";
            Error::new(ErrorKind::Config, message)
        })
    }

    pub(crate) fn connect_timeout(&self) -> Result<Option<Duration>> {
        let seconds = |text: &str| {
            let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0)?;
            Duration::try_from_secs_f64(seconds).ok()
        };
        self.read("DATABASE_CONNECTION_TIMEOUT", "seconds, more than 0", seconds)
    }

    pub(crate) fn attempts_max(&self) -> Result<Option<u32>> {
        self.read("DATABASE_MAX_RETRIES", "a number of attempts", parsed)
    }

    pub(crate) fn connections_max(&self) -> Result<Option<usize>> {
        let at_least_one = |text: &str| parsed(text).filter(|count| *count > 0);
        self.read("DATABASE_POOL_SIZE", "a number of connections, at least 1", at_least_one)
    }

    /// Adds the options of a database that its URL leaves open.
    pub(crate) fn complete(&self, config: &mut ConnectionConfig) -> Result<()> {
        match config.database_type.as_str() {
            "sqlite" => self.add_options(config, &SQLITE),
            "postgres" | "postgresql" => {
                self.add_options(config, &POSTGRES)?;
                self.add_user(config);
                self.add_password(config)
            }
            _ => Ok(()),
        }
    }

    fn add_options(&self, config: &mut ConnectionConfig, variables: &[Variable]) -> Result<()> {
        for Variable { name, option, rivals, expected, takes } in variables {
            let said = rivals.iter().any(|rival| variables::says(config, rival));
            let value = |text: &str| takes(text).then(|| text.to_owned());
            if !said && let Some(value) = self.read(name, expected, value)? {
                config.options.insert((*option).to_owned(), value);
            }
        }
        Ok(())
    }

    fn add_user(&self, config: &mut ConnectionConfig) {
        if !variables::says(config, "user")
            && let Some(name) = (self.account)()
        {
            config.options.insert("user".to_owned(), name);
        }
    }

    fn add_password(&self, config: &mut ConnectionConfig) -> Result<()> {
        if !variables::says(config, "password")
            && let Some(path) = self.passfile()?
            && let Some(password) = passfile::password(&path, config)?
        {
            config.options.insert("password".to_owned(), password);
        }
        Ok(())
    }

    /// Answers where passwords of PostgreSQL are kept; the file need not be there.
    fn passfile(&self) -> Result<Option<PathBuf>> {
        if let Some(path) = self.get("PGPASSFILE")? {
            return Ok(Some(path.into()));
        }
        let (folder, file) = match cfg!(windows) {
            true => ("APPDATA", "postgresql/pgpass.conf"),
            false => ("HOME", ".pgpass"),
        };
        Ok(self.get(folder)?.map(|folder| PathBuf::from(folder).join(file)))
    }

    fn read<T>(
        &self,
        variable: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(text) = self.get(variable)? else { return Ok(None) };
        read(text.trim()).map(Some).ok_or_else(|| unreadable(variable, &text, expected))
    }
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn unreadable(variable: &str, value: &str, expected: &str) -> Error {
    let message = format!("{variable} takes {expected}, not `{value}`");
    Error::new(ErrorKind::Config, message).with("variable", variable)
}

impl Default for Environment {
    fn default() -> Self {
        Self::process()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}
