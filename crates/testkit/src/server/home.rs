//! Where a server keeps its data, and how long it lives.

use std::fs;
use std::path::{Path, PathBuf};

use hypostyle_core::{Error, ErrorKind, Result};
use tempfile::TempDir;

use super::account::Account;

/// Where a server keeps its data, and how long it lives.
#[derive(Debug)]
pub enum Home {
    /// A new folder of the system's temporary ones; server and folder go with the handle.
    Temporary(TempDir),
    /// A folder that stays, as the server does when its handle is dropped.
    Kept(PathBuf),
}

impl Home {
    /// Makes a folder that is thrown away. Its path is short: it also holds Unix sockets.
    ///
    /// # Errors
    /// `Io` when it cannot be made.
    pub fn temporary() -> Result<Self> {
        let made = tempfile::Builder::new().prefix("hypostyle-").tempdir();
        let failed = |error| Error::new(ErrorKind::Io, "no temporary folder").caused_by(error);
        made.map(Self::Temporary).map_err(failed)
    }

    /// Makes a folder that stays, or takes the one that is there.
    ///
    /// # Errors
    /// `Io` when it cannot be made.
    pub fn kept(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| failed(folder, "made", error))?;
        Ok(Self::Kept(folder.to_owned()))
    }

    /// Answers the path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }

    /// Tells whether server and folder outlive the handle.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Kept(_))
    }

    /// Writes a file that the account of the server owns, readable by nobody else.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub(super) fn write(&self, name: &str, text: &str, account: &Account) -> Result<PathBuf> {
        use std::os::unix::fs::PermissionsExt as _;

        let path = self.path().join(name);
        fs::write(&path, text).map_err(|error| failed(&path, "written", error))?;
        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&path, private).map_err(|error| failed(&path, "protected", error))?;
        account.owns(&path)?;
        Ok(path)
    }
}

pub(super) fn failed(path: &Path, what: &str, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be {what}", path.display())).caused_by(error)
}
