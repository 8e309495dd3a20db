//! Private databases: `:memory:` as a file that is never synced and goes with its handle.
//!
//! SQLite's own `:memory:` belongs to one connection, and its shared forms let readers and a writer
//! stand in each other's way. A file in the temporary folder behaves as every other database here:
//! many readers beside a writer.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use hypostyle_core::{Error, ErrorKind, Result};
use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

const PREFIX: &str = "hypostyle-memory-";
const LOCK: &str = "lock";
/// A younger folder may belong to a process that has not locked it yet.
const SWEEP_AGE: Duration = Duration::from_secs(60);

/// The folder of a private database, removed when dropped.
pub(crate) struct MemoryFolder {
    folder: TempDir,
    /// Held while the process lives, so that others can tell.
    _lock: File,
}

impl MemoryFolder {
    pub(crate) fn make() -> Result<Self> {
        sweep();
        let failed = |error: std::io::Error| {
            let message = "no private database can be made in the temporary folder";
            Error::new(ErrorKind::Io, message).caused_by(error)
        };
        let folder = TempDir::with_prefix(PREFIX).map_err(failed)?;
        let lock = File::create(folder.path().join(LOCK)).map_err(failed)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)
            .map_err(|error| failed(error.into()))?;
        Ok(Self { folder, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes folders whose process was killed.
fn sweep() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX))
            && is_orphan(&entry.path())
        {
            // Another process may be sweeping as well.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_orphan(folder: &Path) -> bool {
    let age = fs::metadata(folder).and_then(|meta| meta.modified()).map(|made| made.elapsed());
    let is_old = matches!(age, Ok(Ok(age)) if age > SWEEP_AGE);
    is_old
        && File::open(folder.join(LOCK))
            .is_ok_and(|lock| flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok())
}
