//! The options of a SQLite database, from its URL.

use std::path::PathBuf;
use std::time::Duration;

use hypostyle_core::files::path_of;
use hypostyle_core::{ConnectionConfig, Error, ErrorKind, Result};

use crate::raw::OpenMode;

/// What a URL names.
///
/// # Shape
/// One rule: after `sqlite:`, three slashes or two or none begin a relative path, four or one an
/// absolute one; a path that ends in `/` is a folder of databases.
///
/// | URL | path |
/// |---|---|
/// | `sqlite:app.db`, `sqlite://app.db`, `sqlite:///app.db`, `sqlite:///./app.db` | `app.db` |
/// | `sqlite:/data/app.db`, `sqlite:////data/app.db` | `/data/app.db` |
/// | `sqlite::memory:`, `sqlite:///:memory:` | a private database, gone when closed |
/// | `sqlite:///data/` | the folder `data` |
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A private database, shared by the connections of its pool and gone when it is closed.
    Memory,
    /// A file.
    File(PathBuf),
    /// A folder of databases, `{name}.db` each.
    Folder(PathBuf),
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
                    "the SQLite URL names no file; write sqlite:app.db or sqlite::memory:";
                Err(Error::new(ErrorKind::Config, message))
            }
            ":memory:" => Ok(Self::Memory),
            path if path.ends_with('/') => Ok(Self::Folder(PathBuf::from(path))),
            path => Ok(Self::File(PathBuf::from(path))),
        }
    }

    /// Answers the file of a database by name in a folder.
    pub fn database(&self, name: &str) -> Option<PathBuf> {
        match self {
            Self::Folder(folder) => Some(folder.join(format!("{name}.db"))),
            Self::Memory | Self::File(_) => None,
        }
    }
}

/// How a database is opened; each field is an option of the URL.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) location: Location,
    pub(crate) mode: OpenMode,
    pub(crate) journal_mode: String,
    pub(crate) synchronous: String,
    /// The page cache of all connections together.
    pub(crate) cache_bytes: u64,
    pub(crate) busy_timeout: Duration,
    pub(crate) foreign_keys: bool,
    pub(crate) wal_pages_max: i32,
    pub(crate) statements_max: usize,
    /// The longest text, blob, row or statement.
    pub(crate) value_bytes_max: i32,
}

/// Options with what they take, for messages.
const OPTIONS: [(&str, &str); 10] = [
    ("mode", "ro, rw or rwc"),
    ("journal_mode", "WAL, DELETE, TRUNCATE, PERSIST or MEMORY"),
    ("synchronous", "OFF, NORMAL, FULL or EXTRA"),
    ("cache_bytes", "a number of bytes"),
    ("cache_size", "a number of pages of 4 096 bytes, or of KiB when negative"),
    ("busy_timeout", "milliseconds"),
    ("foreign_keys", "on or off"),
    ("wal_pages_max", "a number of pages, at least 1"),
    ("statements_max", "a number of statements, at least 1"),
    ("value_bytes_max", "a number of bytes, from 1 to 1 000 000 000"),
];

const PAGE_BYTES: u64 = 4_096;

/// SQLite's own limit.
const VALUE_BYTES_MAX: i32 = 1_000_000_000;

impl Config {
    pub(crate) fn parse(url: &ConnectionConfig) -> Result<Self> {
        let mut config = Self {
            location: Location::parse(&url.database)?,
            mode: OpenMode::Create,
            journal_mode: "WAL".to_owned(),
            synchronous: "NORMAL".to_owned(),
            cache_bytes: 40 * 1024 * 1024,
            busy_timeout: Duration::from_millis(10_000),
            foreign_keys: true,
            wal_pages_max: 1_000,
            statements_max: 100,
            value_bytes_max: VALUE_BYTES_MAX,
        };
        url.read_options("SQLite", &OPTIONS, |key, value| config.apply(key, value))?;
        Ok(config)
    }

    fn apply(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "mode" => self.mode = mode(value)?,
            "journal_mode" => {
                let modes = ["WAL", "DELETE", "TRUNCATE", "PERSIST", "MEMORY"];
                self.journal_mode = one_of(value, &modes)?;
            }
            "synchronous" => {
                self.synchronous = one_of(value, &["OFF", "NORMAL", "FULL", "EXTRA"])?;
            }
            "cache_bytes" => self.cache_bytes = value.parse().ok()?,
            "cache_size" => self.cache_bytes = cache_bytes(value.parse().ok()?)?,
            "busy_timeout" => self.busy_timeout = Duration::from_millis(value.parse().ok()?),
            "foreign_keys" => {
                self.foreign_keys = one_of(value, &["ON", "OFF"])? == "ON";
            }
            "wal_pages_max" => {
                self.wal_pages_max = value.parse().ok().filter(|pages| *pages > 0)?
            }
            "statements_max" => {
                self.statements_max = value.parse().ok().filter(|count| *count > 0)?;
            }
            _ => {
                let allowed = 1..=VALUE_BYTES_MAX;
                self.value_bytes_max = value.parse().ok().filter(|max| allowed.contains(max))?;
            }
        }
        Some(())
    }

    /// The path shown to people.
    pub(crate) fn shown(&self) -> String {
        match &self.location {
            Location::Memory => "sqlite::memory:".to_owned(),
            Location::File(path) | Location::Folder(path) => format!("sqlite:{}", path.display()),
        }
    }
}

fn mode(value: &str) -> Option<OpenMode> {
    match value {
        "ro" => Some(OpenMode::ReadOnly),
        "rw" => Some(OpenMode::ReadWrite),
        "rwc" => Some(OpenMode::Create),
        _ => None,
    }
}

fn one_of(value: &str, known: &[&str]) -> Option<String> {
    known.iter().find(|name| name.eq_ignore_ascii_case(value)).map(|name| (*name).to_owned())
}

/// `cache_size` as the pragma of that name has it: pages, or KiB when negative.
fn cache_bytes(cache_size: i64) -> Option<u64> {
    let unit = if cache_size < 0 { 1_024 } else { PAGE_BYTES };
    cache_size.unsigned_abs().checked_mul(unit)
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
    fn a_url_names_a_file_a_folder_or_memory_by_one_rule() {
        let file = |path: &str| Ok(Location::File(path.into()));
        check("sqlite:rel.db", file("rel.db"));
        check("sqlite://rel.db", file("rel.db"));
        check("sqlite:///rel.db", file("rel.db"));
        check("sqlite:///./rel.db", file("./rel.db"));
        check("sqlite:////abs.db", file("/abs.db"));
        check("sqlite:/abs.db", file("/abs.db"));
        check("sqlite::memory:", Ok(Location::Memory));
        check("sqlite:///:memory:", Ok(Location::Memory));
        check(
            "sqlite:///custom/path/database/",
            Ok(Location::Folder("custom/path/database/".into())),
        );
        check("sqlite:", Err("names no file"));
        check("sqlite:a.db?sync=FULL", Err("no option `sync`"));
        check("sqlite:a.db?synchronous=fast", Err("takes OFF, NORMAL, FULL or EXTRA, not `fast`"));
        check("sqlite:a.db?wal_pages_max=0", Err("at least 1"));
        check("sqlite:a.db?value_bytes_max=1000000001", Err("from 1 to 1 000 000 000"));
    }

    #[test]
    fn the_cache_is_said_in_bytes_pages_or_kib() {
        let bytes = |url: &str| {
            let config = ConnectionConfig::parse(url).unwrap();
            Config::parse(&config).unwrap().cache_bytes
        };
        assert_eq!(bytes("sqlite:a.db"), 40 * 1024 * 1024);
        assert_eq!(bytes("sqlite:a.db?cache_size=10000"), 40_960_000);
        assert_eq!(bytes("sqlite:a.db?cache_size=-2000"), 2_048_000);
        assert_eq!(bytes("sqlite:a.db?cache_bytes=1"), 1);
    }
}
