//! Where a server keeps its data, and how long it lives.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hypostyle_core::{Error, ErrorKind, Result};
use tempfile::TempDir;

use super::account::Account;
use super::watchdog::Watchdog;

/// Where a server keeps its data, and how long it lives.
#[derive(Debug)]
pub(super) enum Home {
    /// A new folder of the system's temporary ones; it goes with the handle, and both it and the
    /// server with the process. The watchdog is called off before the folder is removed.
    Temporary(Arc<Watchdog>, TempDir),
    /// A folder that stays, as the server does when its handle is dropped.
    Kept(PathBuf),
}

impl Home {
    /// Makes a folder that is thrown away. Its path is short: it also holds Unix sockets.
    ///
    /// # Errors
    /// `Io` when it cannot be made.
    pub(super) fn temporary() -> Result<Self> {
        let mut folder = tempfile::Builder::new();
        let made = folder.prefix("hypostyle-").permissions(Permissions::from_mode(0o700)).tempdir();
        let failed = |error| Error::new(ErrorKind::Io, "no temporary folder").caused_by(error);
        let folder = made.map_err(failed)?;
        Ok(Self::Temporary(Arc::new(Watchdog::over(folder.path())?), folder))
    }

    /// Makes a folder that stays, or takes the one that is there.
    ///
    /// # Errors
    /// `Io` when it cannot be made.
    pub(super) fn kept(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| failed(folder, "made", error))?;
        Ok(Self::Kept(folder.to_owned()))
    }

    /// Answers the path.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Temporary(_, folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }

    /// Answers who ends the server with this process; none where it outlives the handle.
    pub(super) fn watchdog(&self) -> Option<Arc<Watchdog>> {
        match self {
            Self::Temporary(watchdog, _) => Some(Arc::clone(watchdog)),
            Self::Kept(_) => None,
        }
    }

    /// Writes a file that the account of the server owns, readable by nobody else.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub(super) fn write(&self, name: &str, text: &str, account: &Account) -> Result<PathBuf> {
        let path = self.path().join(name);
        fs::write(&path, text).map_err(|error| failed(&path, "written", error))?;
        let private = Permissions::from_mode(0o600);
        fs::set_permissions(&path, private).map_err(|error| failed(&path, "protected", error))?;
        account.owns(&path)?;
        Ok(path)
    }
}

pub(super) fn failed(path: &Path, what: &str, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be {what}", path.display())).caused_by(error)
}
