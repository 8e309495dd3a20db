//! Finds the programs of servers.

use std::fs;
use std::path::PathBuf;

use hypostyle_core::{Error, ErrorKind};

/// Where systems put programs that are there in one version.
const FOLDERS: [&str; 6] =
    ["/usr/local/bin", "/usr/bin", "/usr/local/sbin", "/usr/sbin", "/opt/homebrew/bin", "/bin"];

/// A folder for each version of a program: `parent/prefix<version>/rest`.
pub(super) struct Versions {
    pub(super) parent: &'static str,
    pub(super) prefix: &'static str,
    pub(super) rest: &'static str,
}

/// Lists the folders there are, the newest version first, and then those of single versions.
pub(super) fn folders(versions: &[Versions]) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for Versions { parent, prefix, rest } in versions {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        found.extend(entries.filter_map(|entry| {
            let version = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join(rest)))
        }));
    }
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).chain(FOLDERS.map(PathBuf::from)).collect()
}

/// Makes the error of a program that is missing.
pub(super) fn missing(title: &str, packages: &str) -> Error {
    let message = format!("{title} is missing; run: apt-get install -y {packages}");
    Error::new(ErrorKind::Io, message)
}

/// Reads the version out of what `--version` prints: the first word that starts with a digit.
pub(super) fn version(printed: &str) -> Option<&str> {
    printed.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}
