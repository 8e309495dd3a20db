//! The options of a DuckDB database, from its URL.

use std::path::PathBuf;
use std::time::Duration;

use hypostyle_core::files::path_of;
use hypostyle_core::{ConnectionConfig, Error, ErrorKind, Result};

/// What a URL names.
///
/// # Shape
/// One rule: after `duckdb:`, three slashes or two or none begin a relative path, four or one an
/// absolute one.
///
/// | URL | path |
/// |---|---|
/// | `duckdb:app.db`, `duckdb://app.db`, `duckdb:///app.db`, `duckdb:///./app.db` | `app.db` |
/// | `duckdb:/data/app.db`, `duckdb:////data/app.db` | `/data/app.db` |
/// | `duckdb::memory:`, `duckdb:///:memory:` | a private database, gone when closed |
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A private database, shared by the connections of its pool and gone when it is closed.
    Memory,
    /// A file.
    File(PathBuf),
}

impl Location {
    /// Reads the location out of a URL's path.
    ///
    /// # Errors
    /// `Config` for an empty path.
    pub fn parse(path: &str) -> Result<Self> {
        match path_of(path) {
            "" => {
                let message =
                    "the DuckDB URL names no file; write duckdb:app.db or duckdb::memory:";
                Err(Error::new(ErrorKind::Config, message))
            }
            ":memory:" => Ok(Self::Memory),
            path => Ok(Self::File(PathBuf::from(path))),
        }
    }
}

/// Whether a file may be written and made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenMode {
    ReadOnly,
    ReadWrite,
    /// As `ReadWrite`, and makes a file that is not there.
    Create,
}

/// How a database is opened; each field is an option of the URL.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) location: Location,
    pub(crate) mode: OpenMode,
    /// The threads of DuckDB's own; by default as many as there are cores.
    pub(crate) threads: Option<u32>,
    /// What DuckDB may keep in memory, as it writes it; by default 80 % of what there is.
    pub(crate) memory_limit: Option<String>,
    /// The only folder whose files may be read and written besides the database.
    pub(crate) files: Option<PathBuf>,
    pub(crate) busy_timeout: Duration,
    pub(crate) statements_max: usize,
}

/// Options with what they take, for messages.
const OPTIONS: [(&str, &str); 6] = [
    ("mode", "ro, rw or rwc"),
    ("threads", "a number of threads, at least 1"),
    ("memory_limit", "a size, as 512MB or 2GiB"),
    ("files", "a folder"),
    ("busy_timeout", "milliseconds"),
    ("statements_max", "a number of statements, at least 1"),
];

impl Config {
    pub(crate) fn parse(url: &ConnectionConfig) -> Result<Self> {
        let mut config = Self {
            location: Location::parse(&url.database)?,
            mode: OpenMode::Create,
            threads: None,
            memory_limit: None,
            files: None,
            busy_timeout: Duration::from_millis(10_000),
            statements_max: 100,
        };
        url.read_options("DuckDB", &OPTIONS, |key, value| config.apply(key, value))?;
        if config.location == Location::Memory && config.mode == OpenMode::ReadOnly {
            let message =
                "a private database cannot be opened with mode=ro: there is nothing in it";
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(config)
    }

    fn apply(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "mode" => {
                self.mode = match value {
                    "ro" => OpenMode::ReadOnly,
                    "rw" => OpenMode::ReadWrite,
                    "rwc" => OpenMode::Create,
                    _ => return None,
                }
            }
            "threads" => self.threads = Some(value.parse().ok().filter(|count| *count > 0)?),
            "memory_limit" => self.memory_limit = is_size(value).then(|| Some(value.to_owned()))?,
            "files" => self.files = (!value.is_empty()).then(|| Some(value.into()))?,
            "busy_timeout" => self.busy_timeout = Duration::from_millis(value.parse().ok()?),
            _ => self.statements_max = value.parse().ok().filter(|count| *count > 0)?,
        }
        Some(())
    }

    /// The path shown to people.
    pub(crate) fn shown(&self) -> String {
        match &self.location {
            Location::Memory => "duckdb::memory:".to_owned(),
            Location::File(path) => format!("duckdb:{}", path.display()),
        }
    }
}

fn is_size(value: &str) -> bool {
    let digits = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    let units = ["KB", "MB", "GB", "TB", "KIB", "MIB", "GIB", "TIB"];
    digits > 0 && units.contains(&value[digits..].trim().to_ascii_uppercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expect: Result<Location, &str>) {
        let config = ConnectionConfig::parse(url).and_then(|config| Config::parse(&config));
        match (config, expect) {
            (Ok(config), Ok(expect)) => assert_eq!(config.location, expect, "{url}"),
            (Err(error), Err(expect)) => assert!(error.message().contains(expect), "{error}"),
            (config, expect) => panic!("{url}: {config:?} is not {expect:?}"),
        }
    }

    #[test]
    fn a_url_names_a_file_or_memory_by_one_rule() {
        let file = |path: &str| Ok(Location::File(path.into()));
        check("duckdb:rel.db", file("rel.db"));
        check("duckdb://rel.db", file("rel.db"));
        check("duckdb:///rel.db", file("rel.db"));
        check("duckdb:///./rel.duckdb", file("./rel.duckdb"));
        check("duckdb:////abs.db", file("/abs.db"));
        check("duckdb:/abs.db", file("/abs.db"));
        check("duckdb::memory:", Ok(Location::Memory));
        check("duckdb:///:memory:?threads=2&memory_limit=1.5GiB", Ok(Location::Memory));
        check("duckdb:", Err("names no file"));
        check("duckdb:a.db?thread=1", Err("no option `thread`"));
        check("duckdb:a.db?threads=0", Err("at least 1"));
        check("duckdb:a.db?memory_limit=lots", Err("a size"));
        check("duckdb::memory:?mode=ro", Err("nothing in it"));
    }
}
