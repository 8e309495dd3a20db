//! PostgreSQL.

mod cluster;
mod scratch;

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hypostyle_core::{Error, Result};
use hypostyle_sql::Dialect;
use nix::sys::signal::Signal;

use self::cluster::{Cluster, Programs, TITLE};
use super::account::Account;
use super::command::{escaped, prepare, run};
use super::daemon::{Plan, Slot};
use super::home::Home;
use super::psql::Psql;
use crate::port::Port;

pub(super) use self::cluster::PACKAGES;
pub use self::scratch::Scratch;

/// The role that owns everything.
pub const SUPERUSER: &str = "postgres";
/// Its password under [`Auth::Scram`]; it holds what URLs have to escape.
pub const PASSWORD: &str = "s3cret/of@postgres: 100%";

pub(super) const HOST: &str = "127.0.0.1";
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

/// What a server does about TLS. Its certificate names `localhost`, and not `127.0.0.1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// It has none.
    #[default]
    Off,
    /// It is there for clients that ask.
    Offered,
    /// Clients over TCP without it are turned away (`hostssl`).
    Required,
}

/// How a private instance is to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct PostgresOptions<'a> {
    /// Settings of the server, as in `postgresql.conf`; they win over those of the launcher, which
    /// are UTC and no `fsync`.
    pub settings: &'a [(&'a str, &'a str)],
    /// How clients over TCP prove who they are.
    pub auth: Auth,
    /// What it does about TLS.
    pub tls: Tls,
}

/// A private PostgreSQL, the newest installed from version 14 on. Dropping it ends it.
#[derive(Debug)]
pub struct Postgres {
    programs: Programs,
    psql: Psql,
    account: Account,
    cluster: Cluster,
    auth: Auth,
    port: Port,
    daemon: Slot,
    /// After the daemon: the folder goes when the server has gone.
    home: Home,
}

impl Postgres {
    /// Starts an instance and waits until it has answered a query.
    ///
    /// # Errors
    /// `Io` when PostgreSQL is missing, with the line that installs it, or cannot be started;
    /// `Connection` with the server's own words when it does not answer; `Permission` as root
    /// without an account to run it as.
    pub fn start(options: PostgresOptions<'_>) -> Result<Self> {
        Self::start_in(Home::in_memory()?, None, options)
    }

    /// Starts an instance in a folder that stays, and leaves it running when the answer is dropped.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn keep(folder: &Path, port: Option<u16>, options: PostgresOptions<'_>) -> Result<Self> {
        Self::start_in(Home::kept(folder, &Account::unprivileged()?)?, port, options)
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

    fn start_in(home: Home, port: Option<u16>, options: PostgresOptions<'_>) -> Result<Self> {
        let programs = Programs::find()?;
        let account = Account::unprivileged()?;
        let server = Self {
            cluster: Cluster::make(&programs, &account, &home, &options)?,
            psql: Psql(programs.folder.join("psql")),
            programs,
            account,
            auth: options.auth,
            port: Port::reserve(port)?,
            daemon: Slot::default(),
            home,
        };
        server.restart()?;
        Ok(server)
    }

    /// Answers the version, as `15.14`.
    pub fn version(&self) -> &str {
        &self.programs.version
    }

    /// Answers the address of loopback that it listens on.
    pub fn host(&self) -> &'static str {
        HOST
    }

    /// Answers the port, the same after a restart.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Answers the process of the postmaster, none while it is down.
    pub fn pid(&self) -> Option<u32> {
        self.daemon.pid()
    }

    /// Answers the folder of its data, its Unix socket and its output, the file `log`.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Answers how clients over TCP prove who they are.
    pub fn auth(&self) -> Auth {
        self.auth
    }

    /// Answers the file of the authority that signed its certificate, none without TLS.
    pub fn tls_ca(&self) -> Option<&Path> {
        self.cluster.certificates.as_ref().map(|files| files.authority.as_path())
    }

    /// Answers the URL of a database over TCP, with the password where one is asked for.
    pub fn url(&self, database: &str) -> String {
        self.url_through(self.port(), database)
    }

    /// Answers the URL of a database by way of something on another port, as a
    /// [`Proxy`](crate::Proxy).
    pub fn url_through(&self, port: u16, database: &str) -> String {
        url(self.auth, port, database)
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

    /// Runs statements in a session of `psql` at any URL, as [`Postgres::query`].
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub fn query_at(&self, url: &str, text: &str) -> Result<String> {
        self.psql.query(url, text)
    }

    /// Answers what `pg_dump` writes of the schema of a database.
    ///
    /// # Errors
    /// `Other` with the program's own words.
    pub fn dump(&self, database: &str) -> Result<String> {
        let mut dump = prepare(&self.programs.folder.join("pg_dump"));
        let url = self.socket_url(database);
        let text = run(dump.args(["--schema-only", "-d", &url]))?;
        // The word that these lines hold is another one each time.
        let is_told =
            |line: &&str| !line.starts_with("\\restrict ") && !line.starts_with("\\unrestrict ");
        Ok(text.lines().filter(is_told).collect::<Vec<_>>().join("\n"))
    }

    /// Shuts it down as an administrator does: sessions are told and cut, data is written. The
    /// folder stays, for [`Postgres::restart`].
    pub fn stop(&self) {
        self.daemon.end(Signal::SIGINT);
    }

    /// Kills every process of it at once with SIGKILL, as a loss of power does.
    pub fn kill(&self) {
        self.daemon.kill();
    }

    /// Starts it again on the same port and data, stopping it first where it runs.
    ///
    /// # Errors
    /// Those of [`Postgres::start`].
    pub fn restart(&self) -> Result<()> {
        /// How long sessions of a postmaster that was killed may hold its memory.
        const HELD_MS_MAX: u64 = 5_000;

        self.stop();
        let was_killed = self.folder().join("data/postmaster.pid").exists();
        let began = Instant::now();
        let program = self.programs.folder.join("postgres");
        let plan = Plan {
            title: TITLE,
            program: &program,
            arguments: &self.arguments(),
            account: &self.account,
            home: &self.home,
            port: self.port(),
            signal: Signal::SIGQUIT,
        };
        loop {
            let started = self.daemon.start(&plan, || self.query("postgres", "SELECT 1").map(drop));
            let may_be_held = was_killed && began.elapsed() < Duration::from_millis(HELD_MS_MAX);
            if started.is_ok() || !may_be_held {
                return started;
            }
        }
    }

    pub(super) fn psql(&self) -> &Psql {
        &self.psql
    }

    fn arguments(&self) -> Vec<String> {
        let place = [
            format!("listen_addresses={}", self.host()),
            format!("port={}", self.port()),
            format!("unix_socket_directories=\"{}\"", self.folder().display()),
        ];
        let place = place.into_iter().flat_map(|setting| ["-c".to_owned(), setting]);
        self.cluster.arguments.iter().cloned().chain(place).collect()
    }
}

pub(super) fn is_installed() -> bool {
    Programs::find().is_ok()
}

pub(super) fn url(auth: Auth, port: u16, database: &str) -> String {
    let user = match auth {
        Auth::Trust => SUPERUSER.to_owned(),
        Auth::Scram => format!("{SUPERUSER}:{}", escaped(PASSWORD)),
    };
    format!("postgres://{user}@{HOST}:{port}/{}", escaped(database))
}
