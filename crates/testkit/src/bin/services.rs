//! The servers that tests start for themselves, started for a person: `./dev services`.
//!
//! They keep their data, their ports and their passwords (none) until the folder is removed. What
//! runs where is in `services.json` there.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_testkit::server::{
    Brand, MySql, MySqlOptions, PgBouncer, PgBouncerOptions, Postgres, PostgresOptions, Process,
    Signal, Tls, missing_packages, missing_unpacked,
};
use serde::{Deserialize, Serialize};

const USAGE: &str = "usage: services up|down|status FOLDER
       services missing             prints the packages that are not installed
       services missing-unpacked    prints those that are to be unpacked beside the system";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["up", folder] => with_lock(folder.as_ref(), up),
        ["down", folder] => with_lock(folder.as_ref(), down),
        ["status", folder] => with_lock(folder.as_ref(), status),
        ["missing"] => list_packages(&missing_packages()),
        ["missing-unpacked"] => list_packages(&missing_unpacked()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What is known of one server: enough to reach it, to stop it, and to start it on its port again.
#[derive(Debug, Deserialize, Serialize)]
struct Service {
    name: String,
    version: String,
    urls: Vec<String>,
    port: u16,
    pid: u32,
    /// Tells the process from a later one of the same number.
    started: Option<String>,
    /// The signal that ends it, its clients or not.
    signal: String,
    folder: PathBuf,
}

impl Service {
    fn process(&self) -> Process {
        Process { pid: self.pid, started: self.started.clone() }
    }

    fn state(&self) -> String {
        match self.process().is_running() {
            true => format!("pid {}", self.pid),
            false => "stopped".to_owned(),
        }
    }
}

/// Starts all where one does not run: one server stands on the other.
fn up(folder: &Path) -> Result<()> {
    let known = read(folder)?;
    if known.is_empty() || known.iter().any(|service| !service.process().is_running()) {
        stop(&known)?;
        start(folder, &known)?;
    }
    status(folder)
}

fn down(folder: &Path) -> Result<()> {
    stop(&read(folder)?)?;
    status(folder)
}

fn status(folder: &Path) -> Result<()> {
    let mut text = String::new();
    for service in read(folder)? {
        text += &format!("{} {} ({})\n", service.name, service.version, service.state());
        text.extend(service.urls.iter().map(|url| format!("  {url}\n")));
    }
    match text.is_empty() {
        true => say("no server was started yet\n"),
        false => say(&format!("{text}all of it: {}\n", list(folder).display())),
    }
    Ok(())
}

fn list_packages(packages: &[&str]) -> Result<()> {
    say(&format!("{}\n", packages.join(" ")));
    Ok(())
}

/// Prints; whoever closes the pipe has read enough.
fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Stops what runs, the last started first.
fn stop(services: &[Service]) -> Result<()> {
    for service in services.iter().rev() {
        let signal = service.signal.parse::<Signal>();
        let signal = signal.map_err(|error| {
            Error::new(ErrorKind::Data, format!("no signal: {}", service.signal)).caused_by(error)
        })?;
        service.process().end(signal);
    }
    Ok(())
}

/// Starts all, each on the port it had, and writes each down as soon as it runs.
fn start(folder: &Path, known: &[Service]) -> Result<()> {
    let port_of = |name: &str| known.iter().find(|known| known.name == name).map(|it| it.port);

    let options = PostgresOptions { tls: Tls::Offered, ..PostgresOptions::default() };
    let server = Postgres::keep(&folder.join("postgres"), port_of("postgres"), options)?;
    let process = running(server.pid())?;
    let postgres = Service {
        name: "postgres".to_owned(),
        version: server.version().to_owned(),
        urls: vec![server.url("postgres"), server.socket_url("postgres")],
        port: server.port(),
        pid: process.pid,
        started: process.started,
        signal: Signal::SIGINT.to_string(),
        folder: server.folder().to_owned(),
    };
    let mut services = vec![postgres];
    write(folder, &services)?;

    let (place, options) = (folder.join("pgbouncer"), PgBouncerOptions::default());
    let bouncer = PgBouncer::keep(&place, port_of("pgbouncer"), &server, options)?;
    let process = running(bouncer.pid())?;
    services.push(Service {
        name: "pgbouncer".to_owned(),
        version: bouncer.version().to_owned(),
        urls: vec![bouncer.url("postgres"), bouncer.url("pgbouncer")],
        port: bouncer.port(),
        pid: process.pid,
        started: process.started,
        signal: Signal::SIGKILL.to_string(),
        folder: bouncer.folder().to_owned(),
    });
    write(folder, &services)?;

    for (name, brand) in [("mariadb", Brand::MariaDb), ("mysql", Brand::Oracle)] {
        let options = MySqlOptions { brand, tls: Tls::Offered, ..MySqlOptions::default() };
        let server = MySql::keep(&folder.join(name), port_of(name), options)?;
        let process = running(server.pid())?;
        services.push(Service {
            name: name.to_owned(),
            version: server.version().to_owned(),
            urls: vec![server.url("mysql"), server.socket_url("mysql")],
            port: server.port(),
            pid: process.pid,
            started: process.started,
            signal: Signal::SIGTERM.to_string(),
            folder: server.folder().to_owned(),
        });
        write(folder, &services)?;
    }
    Ok(())
}

fn running(pid: Option<u32>) -> Result<Process> {
    pid.map(Process::of).ok_or_else(|| Error::closed("server"))
}

/// Keeps others out: two that start servers in one folder would share what is one's own.
fn with_lock(folder: &Path, run: fn(&Path) -> Result<()>) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let folder = folder.canonicalize().map_err(|error| failed(folder, error))?;
    let path = folder.join("lock");
    let lock = File::create(&path).map_err(|error| failed(&path, error))?;
    lock.lock().map_err(|error| failed(&path, error))?;
    run(&folder)
}

fn list(folder: &Path) -> PathBuf {
    folder.join("services.json")
}

fn read(folder: &Path) -> Result<Vec<Service>> {
    let path = list(folder);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read(&path).map_err(|error| failed(&path, error))?;
    serde_json::from_slice(&text).map_err(|error| failed(&path, error.into()))
}

/// Writes the list whole or not at all.
fn write(folder: &Path, services: &[Service]) -> Result<()> {
    let (path, part) = (list(folder), folder.join("services.json.part"));
    let text = serde_json::to_vec_pretty(services).map_err(|error| failed(&path, error.into()))?;
    fs::write(&part, text).map_err(|error| failed(&part, error))?;
    fs::rename(&part, &path).map_err(|error| failed(&path, error))
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{}: {error}", path.display()))
}
