//! The data folder of an instance, and the programs that make it and run on it.

use std::fs;
use std::path::PathBuf;

use hypostyle_core::Result;

use super::{Auth, PASSWORD, PostgresOptions, SUPERUSER, Tls};
use crate::server::account::Account;
use crate::server::command::{prepare, run};
use crate::server::home::{Home, failed};
use crate::server::programs::{Versions, folders, missing, version};
use crate::server::tls::Certificates;

pub(super) const TITLE: &str = "PostgreSQL";
pub(in crate::server) const PACKAGES: &str = "postgresql";
const MAJOR_MIN: u32 = 14;
const VERSIONS: [Versions; 5] = [
    Versions { parent: "/usr/lib/postgresql", prefix: "", rest: "bin" },
    Versions { parent: "/usr", prefix: "pgsql-", rest: "bin" },
    Versions { parent: "/usr/libexec", prefix: "postgresql", rest: "" },
    Versions { parent: "/opt/homebrew/opt", prefix: "postgresql@", rest: "bin" },
    Versions { parent: "/usr/local/opt", prefix: "postgresql@", rest: "bin" },
];

/// What every instance has. A process that is killed loses nothing without `fsync`: the system has
/// it already.
const SETTINGS: [(&str, &str); 5] = [
    ("fsync", "off"),
    ("max_wal_size", "256MB"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("lc_messages", "C"),
];

/// The newest installed programs.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) folder: PathBuf,
    pub(super) version: String,
}

impl Programs {
    /// Finds them.
    ///
    /// # Errors
    /// `Io` with the line that installs them.
    pub(super) fn find() -> Result<Self> {
        let found = folders(&VERSIONS).into_iter().find_map(|folder| {
            if !folder.join("initdb").is_file() {
                return None;
            }
            let printed = run(prepare(&folder.join("postgres")).arg("--version")).ok()?;
            let version = version(&printed)?.to_owned();
            let major: u32 = version.split('.').next()?.parse().ok()?;
            (major >= MAJOR_MIN).then_some(Self { folder, version })
        });
        found.ok_or_else(|| missing(&format!("{TITLE} {MAJOR_MIN} or newer"), PACKAGES))
    }
}

/// A data folder that is ready to be run on.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) certificates: Option<Certificates>,
    /// Settings as the arguments `-c name=value`.
    pub(super) arguments: Vec<String>,
}

impl Cluster {
    /// Makes the data folder, whole or not at all, where it is not there, and says who may come in.
    ///
    /// # Errors
    /// `Io` and `Other` as the system or `initdb` has it.
    pub(super) fn make(
        programs: &Programs,
        account: &Account,
        home: &Home,
        options: &PostgresOptions<'_>,
    ) -> Result<Self> {
        account.owns(home.path())?;
        if !home.path().join("data").exists() {
            initialise(programs, account, home)?;
        }
        home.write("data/pg_hba.conf", &access(options), account)?;
        let certificates = match options.tls {
            Tls::Off => None,
            Tls::Offered | Tls::Required => Some(Certificates::make(home, account)?),
        };
        let mut arguments = vec!["-D".to_owned(), home.path().join("data").display().to_string()];
        let mut set = |name: &str, value: &str| {
            arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
        };
        if let Some(files) = &certificates {
            set("ssl", "on");
            set("ssl_cert_file", &files.certificate.display().to_string());
            set("ssl_key_file", &files.key.display().to_string());
        }
        for (name, value) in SETTINGS.iter().chain(options.settings) {
            set(name, value);
        }
        Ok(Self { certificates, arguments })
    }
}

fn initialise(programs: &Programs, account: &Account, home: &Home) -> Result<()> {
    let (data, part) = (home.path().join("data"), home.path().join("data.part"));
    let password = home.write("password", PASSWORD, account)?;
    if part.exists() {
        fs::remove_dir_all(&part).map_err(|error| failed(&part, "removed", error))?;
    }
    let mut initdb = prepare(&programs.folder.join("initdb"));
    initdb.args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]);
    initdb.args(["--username", SUPERUSER, "--pwfile"]).arg(password).arg("-D").arg(&part);
    account.runs(&mut initdb);
    run(&mut initdb)?;
    fs::rename(&part, &data).map_err(|error| failed(&data, "made", error))
}

/// The lines of `pg_hba.conf`.
fn access(options: &PostgresOptions<'_>) -> String {
    let method = match options.auth {
        Auth::Trust => "trust",
        Auth::Scram => "scram-sha-256",
    };
    let host = if options.tls == Tls::Required { "hostssl" } else { "host" };
    format!("local all all trust\n{host} all all 127.0.0.1/32 {method}\n")
}
