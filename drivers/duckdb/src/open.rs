//! Opening a connection: the file, its settings, and what keeps it from being opened.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use hypostyle_core::files::make_parent;
use hypostyle_core::{Error, ErrorKind, Result, Retry};
use hypostyle_sql::Dialect;

use crate::blocking::{BlockingConnection, Settings};
use crate::changes::Changes;
use crate::config::{Config, Location, OpenMode};
use crate::errors::{Circumstances, Said, error_of};
use crate::raw::{Failure, Instance};

/// Everything needed to open another connection to the same database.
pub(crate) struct Spec {
    config: Config,
    open: Mutex<Open>,
}

/// The open database. A file is given back to other processes with its last connection.
#[derive(Default)]
struct Open {
    instance: Weak<Instance>,
    changes: Arc<Changes>,
    /// Keeps a private database while its pool is there.
    memory: Option<Arc<Instance>>,
}

impl Spec {
    pub(crate) fn new(config: Config) -> Self {
        Self { config, open: Mutex::default() }
    }

    /// Opens a connection; blocks.
    pub(crate) fn open(&self) -> Result<BlockingConnection> {
        let what = format!("cannot open {}", self.config.shown());
        let opened = self.instance().and_then(|(instance, changes)| {
            let raw = instance.connect().map_err(|failure| opening(&failure))?;
            Ok(BlockingConnection::new(raw, instance, changes, self.settings()))
        });
        opened.map_err(|error| error.while_doing(&what))
    }

    fn settings(&self) -> Settings {
        Settings {
            is_read_only: self.config.mode == OpenMode::ReadOnly,
            is_memory: self.config.location == Location::Memory,
            busy_timeout: self.config.busy_timeout,
            statements_max: self.config.statements_max,
            reads_files: self.config.files.is_some(),
        }
    }

    fn instance(&self) -> Result<(Arc<Instance>, Arc<Changes>)> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(instance) = open.instance.upgrade() {
            return Ok((instance, open.changes.clone()));
        }
        let path = match &self.config.location {
            Location::Memory => None,
            Location::File(path) => Some(self.file(path)?),
        };
        let folder = self.config.files.as_deref().map(allowed).transpose()?;
        if let Some(path) = &path {
            open.changes = Changes::of_file(path, folder.as_deref().map(Path::new))?;
        }
        let instance = Instance::open(path.as_deref(), &self.engine_settings());
        let instance = Arc::new(instance.map_err(|failure| opening(&failure))?);
        confine(&instance, folder.as_deref())?;
        open.instance = Arc::downgrade(&instance);
        if path.is_none() {
            open.memory = Some(instance.clone());
        }
        Ok((instance, open.changes.clone()))
    }

    /// The one path of a file, however it was written: DuckDB tells databases apart by it.
    fn file(&self, path: &Path) -> Result<String> {
        if self.config.mode == OpenMode::Create {
            make_parent(path)?;
        } else if !path.exists() {
            let message = "there is no such file; leave out `mode` or set mode=rwc to create it";
            return Err(Error::new(ErrorKind::Connection, message));
        }
        if path.is_dir() {
            return Err(Error::new(ErrorKind::Connection, "it is a folder"));
        }
        let found = resolved(path).map_err(|error| {
            Error::new(ErrorKind::Connection, "its folder cannot be reached").caused_by(error)
        })?;
        let found = found.into_os_string().into_string();
        found.map_err(|_| Error::new(ErrorKind::Config, "its path is not UTF-8"))
    }

    /// What DuckDB is told at its start.
    fn engine_settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = Vec::new();
        let mut set = |name, value: &str| settings.push((name, value.to_owned()));
        if self.config.mode == OpenMode::ReadOnly {
            set("access_mode", "READ_ONLY");
        }
        if let Some(threads) = self.config.threads {
            set("threads", &threads.to_string());
        }
        if let Some(limit) = &self.config.memory_limit {
            set("memory_limit", limit);
        }
        set("errors_as_json", "true");
        for name in NEVER {
            set(name, "false");
        }
        settings
    }
}

/// Sets what is no setting of the start; lets statements reach one folder at most, and locks it all.
fn confine(instance: &Arc<Instance>, folder: Option<&str>) -> Result<()> {
    let connection = instance.connect().map_err(|failure| opening(&failure))?;
    // Whoever opened the database before in this process has done the same.
    if connection.run("SET lock_configuration = false").is_err() {
        return Ok(());
    }
    let folder = folder.map(|folder| Dialect::DuckDb.quote_string(folder)).transpose()?;
    for text in [
        "SET GLOBAL TimeZone = 'UTC'",
        &format!("SET allowed_directories = [{}]", folder.unwrap_or_default()),
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ] {
        connection.run(text).map_err(|failure| opening(&failure))?;
    }
    Ok(())
}

/// What would reach out of the machine or into the home of the user.
const NEVER: [&str; 4] = [
    "autoinstall_known_extensions",
    "autoload_known_extensions",
    "allow_community_extensions",
    "allow_persistent_secrets",
];

/// The one path of the folder that statements may reach, with a slash at its end.
fn allowed(folder: &Path) -> Result<String> {
    let found = folder.canonicalize().map_err(|error| {
        let message = format!("the folder of `files`, {}, cannot be reached", folder.display());
        Error::new(ErrorKind::Config, message).caused_by(error)
    })?;
    let found = found.to_str().ok_or_else(|| {
        Error::new(ErrorKind::Config, "the path of the folder of `files` is not UTF-8")
    })?;
    Ok(format!("{}/", found.trim_end_matches('/')))
}

/// Resolves links: of a file that is not there yet, those of its folder.
fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    if path.exists() {
        return path.canonicalize();
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
    Ok(folder.join(path.file_name().unwrap_or_default()))
}

/// Makes the error of a database that cannot be opened. That another process holds it, DuckDB says
/// by its message alone, which names the process.
fn opening(failure: &Failure) -> Error {
    let said = Said::of(failure);
    let message = said.message.as_str();
    if message.contains("Could not set lock on file") {
        let message =
            format!("{message}: one process at a time has a DuckDB file open for writing");
        return Error::new(ErrorKind::Locked, message)
            .coded(said.exception)
            .retry_by(Retry::Request);
    }
    if message.contains("not a valid DuckDB database file") {
        return Error::new(ErrorKind::Corrupt, message).coded(said.exception);
    }
    let error = error_of(said, Circumstances::default());
    match error.kind() {
        ErrorKind::Io => {
            let message = format!("{}: check the path, and the rights to it", error.message());
            Error::new(ErrorKind::Connection, message).coded(error.code().unwrap_or_default())
        }
        ErrorKind::Data => {
            Error::new(ErrorKind::Config, error.message()).coded(error.code().unwrap_or_default())
        }
        _ => error,
    }
}
