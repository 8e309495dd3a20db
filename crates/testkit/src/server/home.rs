//! Where a server keeps its data, and how long it lives.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hypostyle_core::{Error, ErrorKind, Result};
use nix::sys::statvfs::statvfs;
use tempfile::TempDir;

use super::account::Account;
use super::watchdog::Watchdog;

/// A file system in memory, as Linux has it.
const MEMORY: &str = "/dev/shm";
/// What must be free of it; a server takes a tenth of that.
const MEMORY_BYTES_MIN: u64 = 8 * 1024 * 1024 * 1024;

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

    /// As [`Home::temporary`], in memory where there is room: a server with a database for each test makes
    /// and removes hundreds of files for each, and half of the time would go into finding them a place.
    ///
    /// # Errors
    /// `Io` when it cannot be made.
    pub(super) fn in_memory() -> Result<Self> {
        if !has_room(Path::new(MEMORY)) {
            return Self::temporary();
        }
        let failed = |error| Error::new(ErrorKind::Io, "no folder in memory").caused_by(error);
        let folder = private().tempdir_in(MEMORY).map_err(failed)?;
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
    private().tempdir()
}

fn private() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("hypostyle-").permissions(Permissions::from_mode(0o700));
    builder
}

fn has_room(folder: &Path) -> bool {
    statvfs(folder).is_ok_and(|there| {
        there.blocks_available().saturating_mul(there.fragment_size()) >= MEMORY_BYTES_MIN
    })
}

pub(super) fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be {what}", path.display())).caused_by(error)
}
