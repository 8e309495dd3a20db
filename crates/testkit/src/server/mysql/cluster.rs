//! The data folder of an instance, and the arguments to run on it.

use std::fs;
use std::path::PathBuf;

use hypostyle_core::Result;

use super::programs::Programs;
use super::{Brand, MySqlOptions};
use crate::server::account::Account;
use crate::server::command::{prepare, run};
use crate::server::home::{Home, failed};
use crate::server::postgres::Tls;
use crate::server::tls::Certificates;

/// What every instance has. A process that is killed loses nothing without `fsync`: the system has
/// it already.
const SETTINGS: [(&str, &str); 8] = [
    ("default_time_zone", "+00:00"),
    ("character_set_server", "utf8mb4"),
    ("skip_name_resolve", "ON"),
    ("innodb_flush_log_at_trx_commit", "2"),
    ("innodb_flush_method", "nosync"),
    ("innodb_doublewrite", "OFF"),
    ("innodb_buffer_pool_size", "64M"),
    ("performance_schema", "OFF"),
];
const SETTINGS_MARIADB: [(&str, &str); 2] = [("innodb_log_file_size", "16M"), ("sync_frm", "OFF")];
/// Certificates that it would make by itself would offer TLS where there is to be none.
const SETTINGS_ORACLE: [(&str, &str); 5] = [
    ("innodb_redo_log_capacity", "32M"),
    ("auto_generate_certs", "OFF"),
    ("disable_log_bin", "ON"),
    ("mysqlx", "OFF"),
    ("secure_file_priv", "NULL"),
];

/// A data folder that is ready to be run on.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) certificates: Option<Certificates>,
    pub(super) arguments: Vec<String>,
}

/// The Unix socket of an instance.
pub(super) fn socket(home: &Home) -> PathBuf {
    home.path().join("socket")
}

impl Cluster {
    /// Makes the data folder, whole or not at all, where it is not there.
    ///
    /// # Errors
    /// `Io` and `Other` as the system or the server has it.
    pub(super) fn make(
        programs: &Programs,
        account: &Account,
        home: &Home,
        options: &MySqlOptions<'_>,
    ) -> Result<Self> {
        account.owns(home.path())?;
        if !home.path().join("data").exists() {
            initialise(programs, account, home)?;
        }
        let certificates = match options.tls {
            Tls::Off => None,
            Tls::Offered | Tls::Required => Some(Certificates::make(home, account)?),
        };
        let mut arguments = programs.arguments.clone();
        let mut set = |name: &str, value: &str| arguments.push(format!("--{name}={value}"));
        let path = |name: &str| home.path().join(name).display().to_string();
        set("datadir", &path("data"));
        set("socket", &socket(home).display().to_string());
        set("pid_file", &path("pid"));
        set("tmpdir", &home.path().display().to_string());
        if let Some(files) = &certificates {
            set("ssl_ca", &files.authority.display().to_string());
            set("ssl_cert", &files.certificate.display().to_string());
            set("ssl_key", &files.key.display().to_string());
        }
        if options.tls == Tls::Required {
            set("require_secure_transport", "ON");
        }
        let brand: &[(&str, &str)] = match options.brand {
            Brand::MariaDb => &SETTINGS_MARIADB,
            Brand::Oracle => &SETTINGS_ORACLE,
        };
        for (name, value) in SETTINGS.iter().chain(brand).chain(options.settings) {
            set(name, value);
        }
        Ok(Self { certificates, arguments })
    }
}

fn initialise(programs: &Programs, account: &Account, home: &Home) -> Result<()> {
    let (data, part) = (home.path().join("data"), home.path().join("data.part"));
    if part.exists() {
        fs::remove_dir_all(&part).map_err(|error| failed(&part, "removed", error))?;
    }
    let folder = format!("--datadir={}", part.display());
    let mut install = match &programs.installer {
        Some(installer) => {
            let mut install = prepare(installer);
            install.args(["--no-defaults", "--skip-test-db", "--skip-name-resolve"]);
            install.arg("--auth-root-authentication-method=normal");
            install
        }
        None => {
            let mut install = prepare(&programs.server);
            install.args(&programs.arguments).arg("--initialize-insecure");
            install.args(SETTINGS_ORACLE.map(|(name, value)| format!("--{name}={value}")));
            install
        }
    };
    // Two that are made at once would share the names of their files in the system's folder.
    account.runs(install.arg(folder).arg(format!("--tmpdir={}", home.path().display())));
    run(&mut install)?;
    fs::rename(&part, &data).map_err(|error| failed(&data, "made", error))
}
