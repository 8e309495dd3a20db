//! PgBouncer, before a PostgreSQL.

use std::path::{Path, PathBuf};

use hypostyle_core::Result;
use nix::sys::signal::Signal;

use super::account::Account;
use super::command::{prepare, run};
use super::daemon::{Plan, Slot};
use super::home::Home;
use super::postgres::{Auth, HOST, PASSWORD, Postgres, SUPERUSER, url};
use super::programs::{find, folders, version};
use super::psql::Psql;
use crate::port::Port;

const TITLE: &str = "PgBouncer";
pub(super) const PACKAGES: &str = "pgbouncer";
const CLIENTS_MAX: u32 = 1_000;

/// When a client gives its server's session back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PoolMode {
    /// When it disconnects.
    Session,
    /// After each transaction.
    #[default]
    Transaction,
}

/// How an instance is to be.
#[derive(Clone, Copy, Debug)]
pub struct PgBouncerOptions<'a> {
    /// When a client gives its server's session back.
    pub pool_mode: PoolMode,
    /// The most sessions of the server for a database and a role.
    pub default_pool_size: u32,
    /// Settings as in `pgbouncer.ini`; they win over those of the launcher.
    pub settings: &'a [(&'a str, &'a str)],
}

impl Default for PgBouncerOptions<'_> {
    fn default() -> Self {
        Self { pool_mode: PoolMode::Transaction, default_pool_size: 20, settings: &[] }
    }
}

/// A private PgBouncer before a private PostgreSQL. Dropping it ends it.
#[derive(Debug)]
pub struct PgBouncer {
    program: PathBuf,
    version: String,
    psql: Psql,
    account: Account,
    auth: Auth,
    port: Port,
    configuration: PathBuf,
    daemon: Slot,
    /// After the daemon: the folder goes when the server has gone.
    home: Home,
}

impl PgBouncer {
    /// Starts an instance before a server and waits until it has answered a query.
    ///
    /// Clients prove who they are as the server asks them to; roles made later are known to it.
    ///
    /// # Errors
    /// `Io` when PgBouncer is missing, with the line that installs it, or cannot be started;
    /// `Connection` with its own words when it does not answer.
    pub fn start(server: &Postgres, options: PgBouncerOptions<'_>) -> Result<Self> {
        Self::start_in(Home::temporary()?, None, server, options)
    }

    /// Starts an instance in a folder that stays, and leaves it running when the answer is dropped.
    ///
    /// # Errors
    /// As [`PgBouncer::start`].
    pub fn keep(
        folder: &Path,
        port: Option<u16>,
        server: &Postgres,
        options: PgBouncerOptions<'_>,
    ) -> Result<Self> {
        let home = Home::kept(folder, &Account::unprivileged()?)?;
        Self::start_in(home, port, server, options)
    }

    fn start_in(
        home: Home,
        port: Option<u16>,
        server: &Postgres,
        options: PgBouncerOptions<'_>,
    ) -> Result<Self> {
        let program = program()?;
        let printed = run(prepare(&program).arg("--version"))?;
        let account = Account::unprivileged()?;
        let port = Port::reserve(port)?;
        account.owns(home.path())?;
        let users = format!("\"{SUPERUSER}\" \"{PASSWORD}\"\n");
        let users = home.write("users", &users, &account)?;
        let text = configuration(&home, &users, port.number(), server, &options);
        let bouncer = Self {
            configuration: home.write("pgbouncer.ini", &text, &account)?,
            program,
            version: version(&printed).unwrap_or_default().to_owned(),
            psql: server.psql().clone(),
            account,
            auth: server.auth(),
            port,
            daemon: Slot::default(),
            home,
        };
        bouncer.restart()?;
        Ok(bouncer)
    }

    /// Answers the version, as `1.18.0`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Answers the port, the same after a restart.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Answers the process, none while it is down.
    pub fn pid(&self) -> Option<u32> {
        self.daemon.pid()
    }

    /// Answers the folder of its configuration, its Unix socket and its output, the file `log`.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Answers the URL of a database; `pgbouncer` is its own, for commands as `SHOW POOLS`.
    pub fn url(&self, database: &str) -> String {
        url(self.auth, self.port(), database)
    }

    /// Kills it, having nothing to lose: clients and sessions of the server are cut. The folder
    /// stays, for [`PgBouncer::restart`].
    pub fn stop(&self) {
        self.daemon.kill();
    }

    /// Starts it again on the same port, stopping it first where it runs.
    ///
    /// # Errors
    /// Those of [`PgBouncer::start`].
    pub fn restart(&self) -> Result<()> {
        let plan = Plan {
            title: TITLE,
            program: &self.program,
            arguments: &[self.configuration.display().to_string()],
            account: &self.account,
            home: &self.home,
            port: self.port(),
            // On its other signals some versions wait until the last client has gone.
            signal: Signal::SIGKILL,
        };
        self.daemon.start(&plan, || self.psql.query(&self.url("postgres"), "SELECT 1").map(drop))
    }
}

pub(super) fn is_installed() -> bool {
    program().is_ok()
}

fn program() -> Result<PathBuf> {
    find("pgbouncer", &folders(&[]), TITLE, PACKAGES)
}

/// The text of `pgbouncer.ini`: the last line of a name wins.
fn configuration(
    home: &Home,
    users: &Path,
    port: u16,
    server: &Postgres,
    options: &PgBouncerOptions<'_>,
) -> String {
    let folder = home.path().display();
    let users = users.display();
    let auth = match server.auth() {
        Auth::Trust => "trust",
        Auth::Scram => "scram-sha-256",
    };
    let mode = match options.pool_mode {
        PoolMode::Session => "session",
        PoolMode::Transaction => "transaction",
    };
    let mut text = format!(
        "[databases]
* = host={HOST} port={}
[pgbouncer]
listen_addr = {HOST}
listen_port = {port}
unix_socket_dir = {folder}
auth_type = {auth}
auth_file = {users}
auth_user = {SUPERUSER}
admin_users = {SUPERUSER}
server_tls_sslmode = prefer
max_client_conn = {CLIENTS_MAX}
pool_mode = {mode}
default_pool_size = {}
",
        server.port(),
        options.default_pool_size,
    );
    for (name, value) in options.settings {
        text.push_str(&format!("{name} = {value}\n"));
    }
    text
}
