//! PostgreSQL.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use hypostyle_core::{Error, Result};
use hypostyle_sql::Dialect;
use nix::sys::signal::Signal;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::account::Account;
use super::command::{prepare, run};
use super::daemon::{Daemon, Plan};
use super::home::{Home, failed};
use super::port::Port;
use super::programs::{Versions, folders, missing, version};

/// The role that owns everything.
pub const SUPERUSER: &str = "postgres";
/// Its password under [`Auth::Scram`]; it holds what URLs have to escape.
pub const PASSWORD: &str = "s3cret/of@postgres: 100%";

const TITLE: &str = "PostgreSQL";
const PACKAGES: &str = "postgresql";
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
const SETTINGS: [(&str, &str); 4] =
    [("fsync", "off"), ("timezone", "UTC"), ("log_timezone", "UTC"), ("lc_messages", "C")];

/// Enough for a pool per test on every core.
const SHARED_SETTINGS: [(&str, &str); 1] = [("max_connections", "500")];

/// How clients over TCP prove who they are. Those on the Unix socket need not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Not at all.
    #[default]
    Trust,
    /// By [`PASSWORD`], with SCRAM-SHA-256.
    Scram,
}

/// How a private instance is to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct PostgresOptions<'a> {
    /// Settings of the server, as in `postgresql.conf`; they win over those of the launcher.
    pub settings: &'a [(&'a str, &'a str)],
    /// How clients over TCP prove who they are.
    pub auth: Auth,
}

/// A private PostgreSQL, the newest installed from version 14 on. Dropping it ends it.
#[derive(Debug)]
pub struct Postgres {
    programs: Programs,
    account: Account,
    settings: Vec<(String, String)>,
    auth: Auth,
    port: Port,
    daemon: Mutex<Option<Daemon>>,
    /// Last: the folder goes after the server.
    home: Home,
}

#[derive(Debug)]
struct Programs {
    folder: PathBuf,
    version: String,
}

impl Postgres {
    /// Starts an instance and waits until it has answered a query.
    ///
    /// # Errors
    /// `Io` when PostgreSQL is missing, with the line that installs it, or cannot be started;
    /// `Connection` with the server's own words when it does not answer; `Permission` as root
    /// without an account to run it as.
    pub fn start(options: PostgresOptions<'_>) -> Result<Self> {
        Self::start_at(Home::temporary()?, Port::reserve()?, options)
    }

    /// Answers the instance that this process shares, started at the first call.
    ///
    /// # Errors
    /// Those of [`Postgres::start`], the same at every call.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<Postgres>> = OnceLock::new();

        let options = PostgresOptions { settings: &SHARED_SETTINGS, ..PostgresOptions::default() };
        SHARED.get_or_init(|| Self::start(options)).as_ref().map_err(|error| {
            Error::new(error.kind(), error.message()).while_doing("the shared server")
        })
    }

    fn start_at(home: Home, port: Port, options: PostgresOptions<'_>) -> Result<Self> {
        let settings = SETTINGS.iter().chain(options.settings);
        let server = Self {
            programs: Programs::find()?,
            account: Account::unprivileged()?,
            settings: settings.map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
            auth: options.auth,
            port,
            daemon: Mutex::new(None),
            home,
        };
        server.initialise()?;
        server.restart()?;
        Ok(server)
    }

    /// Answers the version, as `15.14`.
    pub fn version(&self) -> &str {
        &self.programs.version
    }

    /// Answers the address of loopback that it listens on.
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// Answers the port, the same after a restart.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Answers the process of the postmaster, none while it is down.
    pub fn pid(&self) -> Option<u32> {
        self.daemon().as_ref().map(Daemon::pid)
    }

    /// Answers the folder of its data, log and Unix socket.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Answers the URL of a database over TCP, with the password where one is asked for.
    pub fn url(&self, database: &str) -> String {
        let user = match self.auth {
            Auth::Trust => SUPERUSER.to_owned(),
            Auth::Scram => format!("{SUPERUSER}:{}", escaped(PASSWORD)),
        };
        format!("postgres://{user}@{}:{}/{}", self.host(), self.port(), escaped(database))
    }

    /// Answers the URL of a database over the Unix socket, in libpq's form with the folder as host.
    pub fn socket_url(&self, database: &str) -> String {
        let folder = escaped(&self.folder().display().to_string());
        let (database, port) = (escaped(database), self.port());
        format!("postgres:///{database}?user={SUPERUSER}&host={folder}&port={port}")
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// `Other` with the server's own words, as when there is one of this name.
    pub fn create_database(&self, name: &str) -> Result<()> {
        let name = Dialect::Postgres.quote_identifier(name)?;
        self.query("postgres", &format!("CREATE DATABASE {name}")).map(drop)
    }

    /// Makes an empty database of a new name that is dropped together with the answer.
    ///
    /// # Errors
    /// Those of [`Postgres::create_database`].
    pub fn scratch(&self) -> Result<Scratch<'_>> {
        static MADE: AtomicUsize = AtomicUsize::new(0);

        let name = format!("scratch_{}", MADE.fetch_add(1, Ordering::Relaxed));
        self.create_database(&name)?;
        Ok(Scratch { server: self, name })
    }

    /// Runs statements as the superuser in a session of `psql`, apart from what is under test.
    ///
    /// # Shape
    /// A line per row, columns divided by `|`, NULL an empty text. Several statements are one
    /// transaction.
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub fn query(&self, database: &str, text: &str) -> Result<String> {
        self.query_at(&self.socket_url(database), text)
    }

    /// Runs statements in a session of `psql` at any URL.
    ///
    /// # Shape
    /// As [`Postgres::query`].
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub fn query_at(&self, url: &str, text: &str) -> Result<String> {
        let mut psql = self.command("psql");
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text]);
        run(&mut psql)
    }

    /// Shuts it down as an administrator does: sessions are told and cut, data is written. The
    /// folder stays, for [`Postgres::restart`].
    pub fn stop(&self) {
        if let Some(daemon) = self.daemon().take() {
            daemon.end(Signal::SIGINT);
        }
    }

    /// Kills every process of it at once with SIGKILL, as a loss of power does.
    pub fn kill(&self) {
        if let Some(daemon) = self.daemon().take() {
            daemon.kill();
        }
    }

    /// Starts it again on the same port and data, stopping it first where it runs.
    ///
    /// # Errors
    /// Those of [`Postgres::start`].
    pub fn restart(&self) -> Result<()> {
        self.stop();
        let program = self.programs.folder.join("postgres");
        let plan = Plan {
            title: TITLE,
            program: &program,
            arguments: &self.arguments(),
            account: &self.account,
            home: &self.home,
            signal: Signal::SIGQUIT,
        };
        let daemon = Daemon::start(&plan, || self.query("postgres", "SELECT 1").map(drop))?;
        *self.daemon() = Some(daemon);
        Ok(())
    }

    fn daemon(&self) -> MutexGuard<'_, Option<Daemon>> {
        self.daemon.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn arguments(&self) -> Vec<String> {
        let folder = self.folder().display().to_string();
        let mut arguments = vec!["-D".to_owned(), self.data().display().to_string()];
        let own = [
            ("listen_addresses", self.host()),
            ("port", &self.port().to_string()),
            ("unix_socket_directories", &folder),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        for (name, value) in own.iter().chain(&self.settings) {
            arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
        }
        arguments
    }

    /// Makes the data folder, whole or not at all, and says who may come in.
    fn initialise(&self) -> Result<()> {
        self.account.owns(self.home.path())?;
        let data = self.data();
        if !data.exists() {
            let part = self.home.path().join("data.part");
            let password = self.home.write("password", PASSWORD, &self.account)?;
            let mut initdb = self.command("initdb");
            initdb.args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]);
            initdb.args(["--username", SUPERUSER, "--pwfile"]).arg(password);
            run(initdb.arg("-D").arg(&part))?;
            fs::rename(&part, &data).map_err(|error| failed(&data, "made", error))?;
        }
        let method = match self.auth {
            Auth::Trust => "trust",
            Auth::Scram => "scram-sha-256",
        };
        let access = format!("local all all trust\nhost all all 127.0.0.1/32 {method}\n");
        self.home.write("data/pg_hba.conf", &access, &self.account).map(drop)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = prepare(&self.programs.folder.join(program));
        self.account.runs(&mut command);
        command
    }
}

impl Programs {
    fn find() -> Result<Self> {
        let found = folders(&VERSIONS).into_iter().find_map(|folder| {
            if !folder.join("initdb").is_file() {
                return None;
            }
            let printed = run(prepare(&folder.join("postgres")).arg("--version")).ok()?;
            let version = version(&printed)?.to_owned();
            let major: u32 = version.split('.').next()?.parse().ok()?;
            (major >= MAJOR_MIN).then_some(Self { folder, version })
        });
        found.ok_or_else(|| missing(TITLE, PACKAGES))
    }
}

/// A database of one test. Dropping it drops the database, whoever is still in it.
#[derive(Debug)]
pub struct Scratch<'a> {
    server: &'a Postgres,
    name: String,
}

impl Scratch<'_> {
    /// Answers the server.
    pub fn server(&self) -> &Postgres {
        self.server
    }

    /// Answers the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Answers the URL over TCP.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Runs statements in it, as [`Postgres::query`].
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub fn query(&self, text: &str) -> Result<String> {
        self.server.query(&self.name, text)
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        let text = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A server that is down keeps its databases, and its folder goes anyway.
        let _ = self.server.query("postgres", &text);
    }
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
