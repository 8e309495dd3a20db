//! Finds the programs of servers.

use std::fs;
use std::path::PathBuf;

use hypostyle_core::{Error, ErrorKind, Result};

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

/// Finds a program in the first folder that has it.
///
/// # Errors
/// `Io` with the line that installs it.
pub(super) fn find(
    name: &str,
    folders: &[PathBuf],
    title: &str,
    packages: &str,
) -> Result<PathBuf> {
    let found = folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    found.ok_or_else(|| missing(title, packages))
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

#[cfg(test)]
mod tests {
    use super::{Versions, find, folders, version};

    #[test]
    fn a_missing_program_names_the_line_that_installs_it() {
        let error = find("no-such-server", &folders(&[]), "NoSuch", "nosuch-server").unwrap_err();
        let expect = "NoSuch is missing; run: apt-get install -y nosuch-server";
        assert_eq!(error.to_string(), expect);
    }

    #[test]
    fn the_newest_version_comes_first() -> std::io::Result<()> {
        let parent = tempfile::tempdir()?;
        for name in ["v9", "v15", "v14", "vx", "15"] {
            std::fs::create_dir(parent.path().join(name))?;
        }
        let path = parent.path().display().to_string().leak();
        let found = folders(&[Versions { parent: path, prefix: "v", rest: "bin" }]);
        let expect = ["v15/bin", "v14/bin", "v9/bin"].map(|rest| parent.path().join(rest));
        assert_eq!(found[..3], expect);
        assert!(found[3..].contains(&"/usr/bin".into()), "{found:?}");
        Ok(())
    }

    #[test]
    fn the_version_is_the_first_word_with_a_digit() {
        let check = |printed, expect| assert_eq!(version(printed), expect, "{printed}");
        check("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", Some("15.14"));
        check("PgBouncer 1.18.0\nlibevent 2.1.12-stable", Some("1.18.0"));
        check("no version", None);
    }
}
