//! The programs of the two brands.

use std::cmp::Reverse;
use std::fs;
use std::path::{Path, PathBuf};

use hypostyle_core::{Error, ErrorKind, Result};

use super::Brand;
use crate::server::command::{prepare, run};
use crate::server::programs::{find, folders, version};

pub(in crate::server) const PACKAGES: &str = "mariadb-server";
/// What is unpacked beside the system, for it has another server of the same files.
pub(in crate::server) const UNPACKED: &str = "mysql-server-core";

/// Where `./dev` unpacks it: a folder for each version.
const UNPACKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.cache/servers");
const UNPACKED_PREFIX: &str = "mysql-";

/// The programs of a brand.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) title: &'static str,
    /// What is run; in an unpacked system it is the loader of its libraries.
    pub(super) server: PathBuf,
    /// The first arguments.
    pub(super) arguments: Vec<String>,
    /// Makes a data folder; where there is none the server itself does.
    pub(super) installer: Option<PathBuf>,
    pub(super) client: PathBuf,
    pub(super) version: String,
}

impl Programs {
    /// Finds them.
    ///
    /// # Errors
    /// `Io` with the line that installs them.
    pub(super) fn find(brand: Brand) -> Result<Self> {
        let client = find("mariadb", &folders(&[]), "MariaDB's client", PACKAGES)?;
        match brand {
            Brand::MariaDb => Self::mariadb(client),
            Brand::Oracle => {
                Self::system(&client).or_else(|| Self::unpacked(&client)).ok_or_else(|| {
                    Error::new(ErrorKind::Io, "MySQL is missing; run: ./dev services install")
                })
            }
        }
    }

    fn mariadb(client: PathBuf) -> Result<Self> {
        let find = |name| find(name, &folders(&[]), "MariaDB", PACKAGES);
        let programs = Self {
            title: "MariaDB",
            server: find("mariadbd")?,
            arguments: vec!["--no-defaults".to_owned()],
            installer: Some(find("mariadb-install-db")?),
            client,
            version: String::new(),
        };
        Ok(Self { version: programs.printed_version()?, ..programs })
    }

    /// The one the system has, unless what bears its name is MariaDB.
    fn system(client: &Path) -> Option<Self> {
        let server = find("mysqld", &folders(&[]), "MySQL", UNPACKED).ok()?;
        let printed = run(prepare(&server).arg("--version")).ok()?;
        if printed.contains("MariaDB") {
            return None;
        }
        Self::oracle(server, vec!["--no-defaults".to_owned()], client)
    }

    /// The newest that was unpacked.
    fn unpacked(client: &Path) -> Option<Self> {
        let mut found: Vec<(Vec<u32>, PathBuf)> = entries(Path::new(UNPACKED_IN))
            .filter_map(|path| {
                let version = path.file_name()?.to_str()?.strip_prefix(UNPACKED_PREFIX)?;
                let parts = version.split(['.', '-']).map_while(|part| part.parse().ok());
                Some((parts.collect(), path.canonicalize().ok()?))
            })
            .collect();
        found.sort_by_key(|(version, _)| Reverse(version.clone()));
        found.iter().find_map(|(_, root)| Self::unpacked_in(root, client))
    }

    fn unpacked_in(root: &Path, client: &Path) -> Option<Self> {
        let libraries =
            entries(&root.join("usr/lib")).find(|path| path.join("libc.so.6").is_file())?;
        let loader = entries(&libraries).find(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ld-linux"))
        })?;
        let inside = |path: &str| root.join(path).display().to_string();
        let arguments = vec![
            "--library-path".to_owned(),
            libraries.display().to_string(),
            inside("usr/sbin/mysqld"),
            "--no-defaults".to_owned(),
            format!("--basedir={}", inside("usr")),
            format!("--lc-messages-dir={}", inside("usr/share/mysql")),
            format!("--plugin-dir={}", inside("usr/lib/mysql/plugin")),
        ];
        Self::oracle(loader, arguments, client)
    }

    fn oracle(server: PathBuf, arguments: Vec<String>, client: &Path) -> Option<Self> {
        let programs = Self {
            title: "MySQL",
            server,
            arguments,
            installer: None,
            client: client.to_owned(),
            version: String::new(),
        };
        Some(Self { version: programs.printed_version().ok()?, ..programs })
    }

    fn printed_version(&self) -> Result<String> {
        let printed = run(prepare(&self.server).args(&self.arguments).arg("--version"))?;
        let version = version(&printed).and_then(|version| version.split('-').next());
        Ok(version.unwrap_or_default().to_owned())
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}
