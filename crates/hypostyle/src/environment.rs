//! The environment variables that options are taken from.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::{ConnectionConfig, Error, ErrorKind, Result};

/// Where environment variables come from. An empty variable counts as not set.
///
/// # Shape
/// | variable | says |
/// |---|---|
/// | `DATABASE_URL` | what [`Options::open_env`](crate::Options::open_env) opens |
/// | `DATABASE_CONNECTION_TIMEOUT` | how long making a connection may take, in seconds |
/// | `DATABASE_MAX_RETRIES` | how often a request is tried in all; 0 and 1 switch retries off |
/// | `DATABASE_POOL_SIZE` | the most connections |
/// | `SQLITE_JOURNAL_MODE` | the option `journal_mode` of a SQLite URL |
/// | `SQLITE_SYNCHRONOUS` | the option `synchronous` of a SQLite URL |
/// | `SQLITE_CACHE_SIZE` | the option `cache_size` of a SQLite URL |
#[derive(Clone)]
pub struct Environment {
    lookup: Arc<Lookup>,
}

type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;

impl Environment {
    /// The environment of the process.
    pub fn process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads it, by default")]
        Self::new(|variable| std::env::var_os(variable))
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
        Self { lookup: Arc::new(lookup) }
    }

    /// Answers a variable.
    ///
    /// # Errors
    /// `Config` when its value is not Unicode.
    pub fn get(&self, variable: &str) -> Result<Option<String>> {
        match (self.lookup)(variable).filter(|value| !value.is_empty()) {
            Some(value) => match value.into_string() {
                Ok(value) => Ok(Some(value)),
                Err(value) => Err(unreadable(variable, &value.to_string_lossy(), "Unicode text")),
            },
            None => Ok(None),
        }
    }

    pub(crate) fn url(&self) -> Result<String> {
        self.get("DATABASE_URL")?.ok_or_else(|| {
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
        if config.database_type != "sqlite" {
            return Ok(());
        }
        for Variable { name, option, rivals, expected, takes } in SQLITE {
            let said = rivals.iter().any(|rival| config.options.contains_key(*rival));
            let value = |text: &str| takes(text).then(|| text.to_owned());
            if !said && let Some(value) = self.read(name, expected, value)? {
                config.options.insert(option.to_owned(), value);
            }
        }
        Ok(())
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

/// A variable that stands for an option of a URL.
struct Variable {
    name: &'static str,
    option: &'static str,
    /// The options that say the same; one of them in the URL wins.
    rivals: &'static [&'static str],
    expected: &'static str,
    takes: fn(&str) -> bool,
}

const SQLITE: [Variable; 3] = [
    Variable {
        name: "SQLITE_JOURNAL_MODE",
        option: "journal_mode",
        rivals: &["journal_mode"],
        expected: "WAL, DELETE, TRUNCATE, PERSIST or MEMORY",
        takes: |text| is_one_of(text, &["WAL", "DELETE", "TRUNCATE", "PERSIST", "MEMORY"]),
    },
    Variable {
        name: "SQLITE_SYNCHRONOUS",
        option: "synchronous",
        rivals: &["synchronous"],
        expected: "OFF, NORMAL, FULL or EXTRA",
        takes: |text| is_one_of(text, &["OFF", "NORMAL", "FULL", "EXTRA"]),
    },
    Variable {
        name: "SQLITE_CACHE_SIZE",
        option: "cache_size",
        rivals: &["cache_bytes", "cache_size"],
        expected: "a number of pages, or of KiB when negative",
        takes: |text| parsed::<i64>(text).is_some(),
    },
];

fn is_one_of(text: &str, known: &[&str]) -> bool {
    known.iter().any(|name| name.eq_ignore_ascii_case(text))
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
