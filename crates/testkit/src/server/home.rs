//! Where a server keeps its data, and how long it lives.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
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
        let failed = |error| Error::new(ErrorKind::Io, "no temporary folder").caused_by(error);
        let folder = temporary().map_err(failed)?;
        Ok(Self::Temporary(Arc::new(Watchdog::over(folder.path())?), folder))
    }

    /// Makes a folder that stays, or takes the one that is there. Where the account cannot enter
    /// it, as a folder in the home of root, it is a link to a temporary one.
    ///
    /// # Errors
    /// `Io` when it cannot be made.
    pub(super) fn kept(folder: &Path, account: &Account) -> Result<Self> {
        if !folder.exists() {
            // What is there all the same is a link to a folder that is gone.
            let _ = fs::remove_file(folder);
            fs::create_dir_all(folder).map_err(|error| failed(folder, "made", error))?;
            if !account.enters(folder) {
                move_away(folder).map_err(|error| failed(folder, "made elsewhere", error))?;
            }
        }
        let path = folder.canonicalize().map_err(|error| failed(folder, "found", error))?;
        Ok(Self::Kept(path))
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

/// Puts a link to a temporary folder in the place of an empty one.
fn move_away(folder: &Path) -> io::Result<()> {
    let elsewhere = temporary()?.keep();
    fs::remove_dir(folder)?;
    symlink(elsewhere, folder)
}

fn temporary() -> io::Result<TempDir> {
    let private = Permissions::from_mode(0o700);
    tempfile::Builder::new().prefix("hypostyle-").permissions(private).tempdir()
}

pub(super) fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be {what}", path.display())).caused_by(error)
}
