//! MariaDB and Oracle's MySQL.

mod client;
mod cluster;
mod options;
mod programs;
mod scratch;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use hypostyle_core::{Error, Result};
use hypostyle_sql::Dialect;
use nix::sys::signal::Signal;

use self::client::Client;
use self::cluster::Cluster;
use self::programs::Programs;
use super::account::Account;
use super::command::escaped;
use super::daemon::{Plan, Slot};
use super::home::Home;
use super::postgres::{HOST, PASSWORD};
use crate::port::Port;

pub use self::options::{Brand, MySqlAuth, MySqlOptions};
pub(super) use self::programs::{PACKAGES, UNPACKED};
pub use self::scratch::MySqlScratch;

/// The account that owns everything.
const ROOT: &str = "root";
/// Enough for a pool per test on every core.
const SHARED_SETTINGS: [(&str, &str); 1] = [("max_connections", "500")];

/// A private MariaDB or MySQL. Dropping it ends it.
#[derive(Debug)]
pub struct MySql {
    brand: Brand,
    programs: Programs,
    client: Client,
    account: Account,
    cluster: Cluster,
    auth: MySqlAuth,
    /// An argument of the next start alone.
    once: Mutex<Option<&'static str>>,
    port: Port,
    daemon: Slot,
    /// After the daemon: the folder goes when the server has gone.
    home: Home,
}

impl MySql {
    /// Starts an instance and waits until it has answered a query.
    ///
    /// # Errors
    /// `Io` when the server is missing, with the line that installs it, or cannot be started;
    /// `Connection` with the server's own words when it does not answer; `Permission` as root
    /// without an account to run it as.
    pub fn start(options: MySqlOptions<'_>) -> Result<Self> {
        let server = Self::start_in(Home::in_memory()?, None, None, options)?;
        server.admit()?;
        Ok(server)
    }

    /// Starts an instance in a folder that stays, and leaves it running when the answer is dropped.
    ///
    /// # Errors
    /// As [`MySql::start`].
    pub fn keep(folder: &Path, port: Option<u16>, options: MySqlOptions<'_>) -> Result<Self> {
        let home = Home::kept(folder, &Account::unprivileged()?)?;
        let server = Self::start_in(home, port, None, options)?;
        server.admit()?;
        Ok(server)
    }

    /// Answers the instance of a brand that this process shares, started at the first call.
    ///
    /// # Errors
    /// Those of [`MySql::start`], the same at every call.
    pub fn shared(brand: Brand) -> Result<&'static Self> {
        static MARIADB: OnceLock<Result<MySql>> = OnceLock::new();
        static ORACLE: OnceLock<Result<MySql>> = OnceLock::new();

        let place = if brand == Brand::MariaDb { &MARIADB } else { &ORACLE };
        let options = MySqlOptions { brand, settings: &SHARED_SETTINGS, ..Default::default() };
        place.get_or_init(|| Self::start(options)).as_ref().map_err(|error| {
            Error::new(error.kind(), error.message()).while_doing("the shared server")
        })
    }

    /// Starts a node of a cluster; `once` is an argument of its first start alone.
    pub(super) fn start_node(
        once: Option<&'static str>,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let options = MySqlOptions { settings, ..MySqlOptions::default() };
        Self::start_in(Home::in_memory()?, None, once, options)
    }

    fn start_in(
        home: Home,
        port: Option<u16>,
        once: Option<&'static str>,
        options: MySqlOptions<'_>,
    ) -> Result<Self> {
        let programs = Programs::find(options.brand)?;
        let account = Account::unprivileged()?;
        let server = Self {
            brand: options.brand,
            cluster: Cluster::make(&programs, &account, &home, &options)?,
            client: Client(programs.client.clone()),
            programs,
            account,
            auth: options.auth,
            once: Mutex::new(once),
            port: Port::reserve(port)?,
            daemon: Slot::default(),
            home,
        };
        server.restart()?;
        Ok(server)
    }

    /// Lets the account in over TCP, as the options say.
    pub(super) fn admit(&self) -> Result<()> {
        let proof = match (self.auth, self.brand) {
            (MySqlAuth::Trust, _) => "BY ''".to_owned(),
            (MySqlAuth::Password, Brand::MariaDb) => format!("BY '{PASSWORD}'"),
            (MySqlAuth::Password, Brand::Oracle) => {
                format!("WITH caching_sha2_password BY '{PASSWORD}'")
            }
            (MySqlAuth::Ed25519, _) => {
                self.query("", "INSTALL SONAME 'auth_ed25519'")?;
                format!("VIA ed25519 USING PASSWORD('{PASSWORD}')")
            }
        };
        let text = format!(
            "CREATE USER IF NOT EXISTS '{ROOT}'@'{HOST}'; \
             ALTER USER '{ROOT}'@'{HOST}' IDENTIFIED {proof}; \
             GRANT ALL ON *.* TO '{ROOT}'@'{HOST}' WITH GRANT OPTION"
        );
        self.query("", &text).map(drop)
    }

    /// Answers whose server it is.
    pub fn brand(&self) -> Brand {
        self.brand
    }

    /// Answers the version, as `10.11.19`.
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

    /// Answers the process, none while it is down.
    pub fn pid(&self) -> Option<u32> {
        self.daemon.pid()
    }

    /// Answers the folder of its data, its Unix socket and its output, the file `log`.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Answers how clients over TCP prove who they are.
    pub fn auth(&self) -> MySqlAuth {
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
        let user = match self.auth {
            MySqlAuth::Trust => ROOT.to_owned(),
            MySqlAuth::Password | MySqlAuth::Ed25519 => format!("{ROOT}:{}", escaped(PASSWORD)),
        };
        format!("{}://{user}@{HOST}:{port}/{}", self.scheme(), escaped(database))
    }

    /// Answers the URL of a database over the Unix socket.
    pub fn socket_url(&self, database: &str) -> String {
        let socket = escaped(&cluster::socket(&self.home).display().to_string());
        format!("{}://{ROOT}@localhost/{}?socket={socket}", self.scheme(), escaped(database))
    }

    fn scheme(&self) -> &'static str {
        match self.brand {
            Brand::MariaDb => "mariadb",
            Brand::Oracle => "mysql",
        }
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// `Other` with the server's own words, as when there is one of this name.
    pub fn create_database(&self, name: &str) -> Result<()> {
        let name = Dialect::Mysql.quote_identifier(name)?;
        self.query("", &format!("CREATE DATABASE {name}")).map(drop)
    }

    /// Makes an empty database of a new name that is dropped together with the answer.
    ///
    /// # Errors
    /// Those of [`MySql::create_database`].
    pub fn scratch(&self) -> Result<MySqlScratch<'_>> {
        static MADE: AtomicUsize = AtomicUsize::new(0);

        let name = format!("scratch_{}", MADE.fetch_add(1, Ordering::Relaxed));
        self.create_database(&name)?;
        Ok(MySqlScratch { server: self, name })
    }

    /// Runs statements as the account that owns everything in a session of the server's own client,
    /// apart from what is under test. An empty name is no database.
    ///
    /// # Shape
    /// A line per row, columns divided by tabs, NULL the word.
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub fn query(&self, database: &str, text: &str) -> Result<String> {
        self.query_at(&self.socket_url(database), text)
    }

    /// Runs statements in a session at any URL, as [`MySql::query`].
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub fn query_at(&self, url: &str, text: &str) -> Result<String> {
        self.client.query(url, text)
    }

    /// Answers what `mariadb-dump` writes of the schema of a database, as it would on any day and by any
    /// name.
    ///
    /// # Errors
    /// `Other` with the program's own words.
    pub fn dump(&self, database: &str) -> Result<String> {
        let text = self.client.dump(&self.socket_url(database))?;
        Ok(text.replace(&format!("`{database}`"), "`database`"))
    }

    /// Ends every session in a database, as an administrator does.
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub fn cut(&self, database: &str) -> Result<()> {
        let sessions = "SELECT concat('KILL ', id, ';') FROM information_schema.processlist \
                        WHERE db = ";
        let kill =
            self.query("", &format!("{sessions}{}", Dialect::Mysql.quote_string(database)?))?;
        for text in kill.lines() {
            // One may have ended by itself.
            let _ = self.query("", text);
        }
        Ok(())
    }

    /// Shuts it down as an administrator does: sessions are cut, data is written. The folder stays,
    /// for [`MySql::restart`].
    pub fn stop(&self) {
        self.daemon.end(Signal::SIGTERM);
    }

    /// Kills it at once with SIGKILL, as a loss of power does.
    pub fn kill(&self) {
        self.daemon.kill();
    }

    /// Starts it again on the same port and data, stopping it first where it runs.
    ///
    /// # Errors
    /// Those of [`MySql::start`].
    pub fn restart(&self) -> Result<()> {
        self.stop();
        let once = self.once.lock().unwrap_or_else(PoisonError::into_inner).take();
        let place = [format!("--port={}", self.port()), format!("--bind-address={HOST}")];
        let arguments: Vec<String> = [&self.cluster.arguments[..], &place]
            .concat()
            .into_iter()
            .chain(once.map(str::to_owned))
            .collect();
        let plan = Plan {
            title: self.programs.title,
            program: &self.programs.server,
            arguments: &arguments,
            account: &self.account,
            home: &self.home,
            port: self.port(),
            // It has no signal that ends it at once, and what is thrown away needs no shutdown.
            signal: Signal::SIGKILL,
        };
        self.daemon.start(&plan, || self.query("", "SELECT 1").map(drop))
    }
}

pub(super) fn is_installed(brand: Brand) -> bool {
    Programs::find(brand).is_ok()
}
