//! Opening a connection: the file, its pragmas, and what keeps it from being opened.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hypostyle_core::files::make_parent;
use hypostyle_core::{Batch, Error, ErrorKind, Intent, Request, Result};

use crate::blocking::{BlockingConnection, Settings};
use crate::config::{Config, Location};
use crate::errors::{Circumstances, error_of};
use crate::hooks::Hooks;
use crate::memory::MemoryFolder;
use crate::network::network_file_system;
use crate::raw::{OpenMode, Raw};

/// A file a log was written to is cut back to this when the log begins anew.
const JOURNAL_BYTES_MAX: u32 = 16 * 1024 * 1024;

/// Everything needed to open another connection to the same database.
pub(crate) struct Spec {
    config: Config,
    path: PathBuf,
    /// Page cache of one connection.
    cache_bytes: u64,
    /// The runtime has one thread: statements would keep everything else from it.
    pub(crate) always_offloads: bool,
    /// Keeps the folder of a private database.
    _memory: Option<MemoryFolder>,
}

impl Spec {
    pub(crate) fn new(
        config: Config,
        connections_max: usize,
        always_offloads: bool,
    ) -> Result<Self> {
        let (path, memory) = match &config.location {
            Location::File(path) => (path.clone(), None),
            Location::Memory => {
                let folder = MemoryFolder::make()?;
                (folder.path().join("memory.db"), Some(folder))
            }
            Location::Folder(folder) => {
                let message = format!(
                    "`{0}` is a folder of databases; open one of them, as sqlite:{0}name.db",
                    folder.display()
                );
                return Err(Error::new(ErrorKind::Config, message));
            }
        };
        let cache_bytes = config.cache_bytes / (connections_max as u64 + 1);
        Ok(Self { config, path, cache_bytes, always_offloads, _memory: memory })
    }

    pub(crate) fn can_write(&self) -> bool {
        self.config.mode != OpenMode::ReadOnly
    }

    fn is_memory(&self) -> bool {
        self.config.location == Location::Memory
    }

    /// Opens a connection; blocks.
    pub(crate) fn open(&self, intent: Intent) -> Result<BlockingConnection> {
        let what = format!("cannot open {}", self.config.shown());
        self.check_file()
            .and_then(|()| self.try_open(intent))
            .map_err(|error| with_remedy(error, self.config.mode).while_doing(&what))
    }

    fn check_file(&self) -> Result<()> {
        if self.config.mode == OpenMode::Create {
            make_parent(&self.path)?;
        } else if !self.path.exists() {
            let message = "there is no such file; leave out `mode` or set mode=rwc to create it";
            return Err(Error::new(ErrorKind::Connection, message));
        }
        if self.path.is_dir() {
            let message = "it is a folder; a URL of a folder of databases ends in `/`";
            return Err(Error::new(ErrorKind::Connection, message));
        }
        match network_file_system(self.path.parent().unwrap_or(Path::new("."))) {
            Some(name) if self.config.journal_mode == "WAL" => {
                let message = format!(
                    "it is on a network file system ({name}), where SQLite's write-ahead log \
                     loses data; move the file, or add ?journal_mode=DELETE and use it from one \
                     machine at a time"
                );
                Err(Error::new(ErrorKind::Config, message))
            }
            _ => Ok(()),
        }
    }

    fn try_open(&self, intent: Intent) -> Result<BlockingConnection> {
        let config = &self.config;
        let hooks = Hooks::new(config.busy_timeout);
        let raw = Raw::open(&self.path, config.mode, hooks)
            .map_err(|failure| error_of(failure, Circumstances::default()))?;
        raw.limit_values(config.value_bytes_max);
        let settings = Settings {
            // Until the encoding is known, SQLite converts.
            is_utf8: false,
            wal_pages_max: config.wal_pages_max,
            syncs_commits: matches!(config.synchronous.as_str(), "FULL" | "EXTRA"),
        };
        let mut opened = BlockingConnection::new(raw, settings, config.statements_max);
        if intent.writes() && self.can_write() {
            self.set_journal_mode(&mut opened)?;
        }
        let synchronous = if self.is_memory() { "OFF" } else { &config.synchronous };
        let foreign_keys = if config.foreign_keys { "ON" } else { "OFF" };
        let query_only = if intent.writes() { "OFF" } else { "ON" };
        let cache_kib = (self.cache_bytes / 1_024).max(1);
        for pragma in [
            &format!("PRAGMA synchronous = {synchronous}"),
            &format!("PRAGMA foreign_keys = {foreign_keys}"),
            &format!("PRAGMA cache_size = -{cache_kib}"),
            &format!("PRAGMA journal_size_limit = {JOURNAL_BYTES_MAX}"),
            "PRAGMA analysis_limit = 400",
            &format!("PRAGMA query_only = {query_only}"),
        ] {
            answer(&mut opened, pragma)?;
        }
        opened.settings.is_utf8 = answer(&mut opened, "PRAGMA encoding")? == "UTF-8";
        if !intent.writes() || !self.can_write() {
            opened.raw().hooks().deny_settings();
        }
        opened.is_pristine = true;
        Ok(opened)
    }

    /// Sets the journal mode. SQLite does not wait for other processes here, so this does.
    fn set_journal_mode(&self, opened: &mut BlockingConnection) -> Result<()> {
        let wanted = &self.config.journal_mode;
        let began = Instant::now();
        let pragma = format!("PRAGMA journal_mode = {wanted}");
        loop {
            match answer(opened, &pragma) {
                Ok(mode) if mode.eq_ignore_ascii_case(wanted) => return Ok(()),
                Ok(mode) => {
                    let message = format!("the journal mode stays `{mode}` instead of `{wanted}`");
                    return Err(Error::new(ErrorKind::Config, message));
                }
                Err(error)
                    if error.kind() == ErrorKind::Locked
                        && began.elapsed() < self.config.busy_timeout =>
                {
                    #[expect(clippy::disallowed_methods, reason = "opening runs on a thread")]
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Says what to do about a file that may not be written: SQLite speaks of writing where nobody
/// asked for it but the journal mode, and the write-ahead log even of a reader.
fn with_remedy(error: Error, mode: OpenMode) -> Error {
    if error.kind() != ErrorKind::ReadOnly {
        return error;
    }
    let message = match mode {
        OpenMode::ReadOnly => {
            "its write-ahead log needs a folder that may be written; make the folder writable, or \
             copy the file to one that is"
        }
        OpenMode::ReadWrite | OpenMode::Create => {
            "the file or its folder may not be written; make both writable, or add ?mode=ro to \
             only read"
        }
    };
    let code = error.code().unwrap_or_default().to_owned();
    Error::new(ErrorKind::ReadOnly, message).coded(code).caused_by(error)
}

/// Runs a pragma and answers the first value as text, empty without one.
fn answer(connection: &mut BlockingConnection, pragma: &str) -> Result<String> {
    let mut batch = Batch::default();
    connection.start(&Request::text(pragma), &mut batch, false)?;
    let value = batch.value(0, 0);
    connection.end_open();
    Ok(match value {
        hypostyle_core::ValueRef::Text(text) => text.to_owned(),
        _ => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_be_written_is_told_with_its_remedy() {
        let check = |kind: ErrorKind, mode: OpenMode, expect: &str| {
            let error = with_remedy(Error::new(kind, "attempt to write"), mode);
            assert!(error.message().contains(expect), "{error}");
            assert_eq!(error.kind(), kind);
        };
        check(ErrorKind::ReadOnly, OpenMode::Create, "add ?mode=ro");
        check(ErrorKind::ReadOnly, OpenMode::ReadWrite, "add ?mode=ro");
        check(ErrorKind::ReadOnly, OpenMode::ReadOnly, "make the folder writable");
        check(ErrorKind::Full, OpenMode::Create, "attempt to write");
    }
}
