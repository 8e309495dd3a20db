use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_testkit::server::{Auth, PASSWORD, Postgres, PostgresOptions, Process, Signal, Tls};
use hypostyle_testkit::{Outcome, child, equal, fails_with, holds};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::support::{Test, are_gone, is_running, wait};

pub(crate) const TESTS: &[Test] = &[
    ("postgres_answers_at_both_urls", both_urls),
    ("postgres_takes_settings", settings),
    ("postgres_that_cannot_start_says_why", cannot_start),
    ("postgres_asks_for_the_password_under_scram", scram),
    ("postgres_answers_with_tls_and_refuses_plain_where_it_is_required", tls_required),
    ("postgres_offers_tls_only_where_it_is_told_to", tls_offered),
    ("postgres_runs_twice_at_once", two_at_once),
    ("postgres_that_is_dropped_leaves_no_process_and_no_folder", dropped),
    ("postgres_that_is_killed_comes_back_on_its_port_with_its_data", killed),
    ("postgres_that_is_stopped_comes_back_on_its_port", stopped),
    ("postgres_outlives_the_thread_that_started_it", thread),
    ("postgres_goes_with_a_process_that_is_killed", process_killed),
    ("postgres_goes_with_a_process_that_ends", process_ended),
    ("postgres_that_was_stopped_goes_with_a_process_that_ends", process_stopped),
    ("postgres_that_is_kept_outlives_its_handle_and_keeps_port_and_data", kept),
    ("postgres_drops_a_scratch_database_with_its_handle", scratch),
];

const PLAIN: &str = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

fn start(options: PostgresOptions<'_>) -> Result<Postgres> {
    Postgres::start(options)
}

fn tls(tls: Tls) -> PostgresOptions<'static> {
    PostgresOptions { tls, ..PostgresOptions::default() }
}

/// Every process of a server; the launcher itself knows the first alone.
fn processes(server: &Postgres) -> Result<Vec<u32>> {
    let children = server.query("postgres", "SELECT pid FROM pg_stat_activity")?;
    let children = children.lines().filter_map(|pid| pid.parse().ok());
    Ok(children.filter(|pid| is_running(*pid)).chain(server.pid()).collect())
}

fn both_urls() -> Outcome {
    let server = Postgres::shared()?;
    let name = "two words, \"quoted\" & 100%/é";
    server.create_database(name)?;
    let text = "SELECT current_database(), inet_server_port()";
    equal(server.query_at(&server.url(name), text)?, format!("{name}|{}", server.port()))?;
    equal(server.query_at(&server.socket_url(name), text)?, format!("{name}|"))?;
    let version = server.query(name, "SHOW server_version")?;
    equal(version.split(' ').next(), Some(server.version()))
}

fn settings() -> Outcome {
    let settings = [("max_connections", "17"), ("fsync", "on"), ("search_path", "a, \"b c\"")];
    let server = start(PostgresOptions { settings: &settings, ..PostgresOptions::default() })?;
    for (name, value) in settings {
        equal(server.query("postgres", &format!("SHOW {name}"))?, value)?;
    }
    equal(server.query("postgres", "SHOW timezone")?, "UTC")
}

fn cannot_start() -> Outcome {
    let settings = [("work_mem", "a lot")];
    let began = Instant::now();
    let started = start(PostgresOptions { settings: &settings, ..PostgresOptions::default() });
    let what = "invalid value for parameter \"work_mem\"";
    fails_with(started.map(drop), ErrorKind::Connection, what)?;
    holds(began.elapsed() < Duration::from_secs(30), "waited for a server that had ended")
}

fn scram() -> Outcome {
    let server = start(PostgresOptions { auth: Auth::Scram, ..PostgresOptions::default() })?;
    let url = server.url("postgres");
    equal(server.query_at(&url, "SELECT 1")?, "1")?;
    let escaped = url.rsplit_once('@').map(|(front, _)| front).unwrap_or_default();
    holds(!escaped.contains(PASSWORD), format!("{url} does not escape the password"))?;
    let without = format!("postgres://postgres@{}:{}/postgres", server.host(), server.port());
    let refused = server.query_at(&without, "SELECT 1");
    fails_with(refused, ErrorKind::Other, "no password supplied")?;
    let wrong = format!("postgres://postgres:no@{}:{}/postgres", server.host(), server.port());
    let refused = server.query_at(&wrong, "SELECT 1");
    fails_with(refused, ErrorKind::Other, "password authentication failed").map(drop)
}

fn tls_required() -> Outcome {
    let server = start(tls(Tls::Required))?;
    let authority = server.tls_ca().ok_or_else(|| Error::closed("authority"))?.display();
    let options = format!("?sslmode=verify-full&sslrootcert={authority}");
    let named = format!("postgres://postgres@localhost:{}/postgres{options}", server.port());
    equal(server.query_at(&named, PLAIN)?, "t")?;

    let unnamed = server.query_at(&format!("{}{options}", server.url("postgres")), PLAIN);
    fails_with(unnamed, ErrorKind::Other, "does not match host name \"127.0.0.1\"")?;
    let plain = format!("{}?sslmode=disable", server.url("postgres"));
    fails_with(server.query_at(&plain, PLAIN), ErrorKind::Other, "no encryption")?;

    let stranger = start(tls(Tls::Offered))?;
    let foreign = format!("postgres://postgres@localhost:{}/postgres{options}", stranger.port());
    let refused = server.query_at(&foreign, PLAIN);
    fails_with(refused, ErrorKind::Other, "certificate verify failed").map(drop)
}

fn tls_offered() -> Outcome {
    let with = start(tls(Tls::Offered))?;
    let without = Postgres::shared()?;
    for (mode, expect) in [("disable", "f"), ("prefer", "t"), ("require", "t")] {
        let url = format!("{}?sslmode={mode}", with.url("postgres"));
        equal(with.query_at(&url, PLAIN)?, expect)?;
    }
    let url = format!("{}?sslmode=require", without.url("postgres"));
    let refused = without.query_at(&url, PLAIN);
    fails_with(refused, ErrorKind::Other, "does not support SSL")?;
    equal(without.tls_ca(), None)
}

fn two_at_once() -> Outcome {
    let (one, other) = (start(PostgresOptions::default())?, start(PostgresOptions::default())?);
    holds(one.port() != other.port() && one.folder() != other.folder(), "they share a place")?;
    one.query("postgres", "CREATE TABLE t AS SELECT 1")?;
    let missing = other.query_at(&other.url("postgres"), "TABLE t");
    fails_with(missing, ErrorKind::Other, "does not exist").map(drop)
}

fn dropped() -> Outcome {
    let server = start(PostgresOptions::default())?;
    let (processes, folder) = (processes(&server)?, server.folder().to_owned());
    holds(processes.len() > 3 && folder.exists(), format!("{processes:?} are not all"))?;
    drop(server);
    let running: Vec<u32> = processes.into_iter().filter(|pid| is_running(*pid)).collect();
    equal(running, Vec::<u32>::new())?;
    holds(!folder.exists(), "the folder is left")
}

fn killed() -> Outcome {
    let server = start(PostgresOptions::default())?;
    server.query("postgres", "CREATE TABLE t AS SELECT generate_series(1, 1000) AS id")?;
    let (port, processes) = (server.port(), processes(&server)?);
    let url = server.url("postgres");
    std::thread::scope(|scope| {
        let endless = "SELECT count(*) FROM generate_series(1, 1000000000000)";
        let busy = scope.spawn(|| server.query_at(&url, endless));
        let is_busy = "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%000000000000)'
            AND pid <> pg_backend_pid()";
        while server.query("postgres", is_busy)? != "t" {
            wait();
        }
        server.kill();
        let cut = busy.join().unwrap_or_else(|_| Err(Error::closed("thread")));
        fails_with(cut, ErrorKind::Other, "server closed the connection unexpectedly")
    })?;
    equal(server.pid(), None)?;
    let running: Vec<u32> = processes.into_iter().filter(|pid| is_running(*pid)).collect();
    equal(running, Vec::<u32>::new())?;
    server.restart()?;
    equal(server.port(), port)?;
    equal(server.query_at(&url, "SELECT count(*) FROM t")?, "1000")
}

fn stopped() -> Outcome {
    let server = start(PostgresOptions::default())?;
    server.query("postgres", "CREATE TABLE t AS SELECT 42 AS id")?;
    let (port, url) = (server.port(), server.url("postgres"));
    server.stop();
    fails_with(server.query_at(&url, "TABLE t"), ErrorKind::Other, "Connection refused")?;
    server.restart()?;
    server.restart()?;
    equal(server.port(), port)?;
    equal(server.query_at(&url, "TABLE t")?, "42")
}

fn thread() -> Outcome {
    let started = std::thread::spawn(|| start(PostgresOptions::default())).join();
    let server = started.unwrap_or_else(|_| Err(Error::closed("thread")))?;
    for _ in 0..30 {
        wait();
    }
    equal(server.query("postgres", "SELECT 1")?, "1")
}

/// The child: starts a server, says what it is, and waits as long as it is told to.
pub(crate) fn play() -> ExitCode {
    let Ok(server) = Postgres::shared() else { return ExitCode::FAILURE };
    let Ok(processes) = processes(server) else { return ExitCode::FAILURE };
    let processes: Vec<String> = processes.iter().map(u32::to_string).collect();
    println!("{} {}", server.folder().display(), processes.join(" "));
    let _ = std::io::stdout().flush();
    match child::part().unwrap_or_default().first().map(String::as_str) {
        Some("wait") => loop {
            wait();
        },
        Some("stop") => server.stop(),
        _ => {}
    }
    ExitCode::SUCCESS
}

fn process_killed() -> Outcome {
    goes_with_its_process("wait")
}

fn process_ended() -> Outcome {
    goes_with_its_process("end")
}

fn process_stopped() -> Outcome {
    goes_with_its_process("stop")
}

fn goes_with_its_process(part: &str) -> Outcome {
    let failed = |error: std::io::Error| Error::closed("child").caused_by(error);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let line = runtime.map_err(failed)?.block_on(async {
        let mut child = child::play(&[part])?;
        let output = child.stdout.take().ok_or_else(|| Error::closed("pipe"))?;
        let line = BufReader::new(output).lines().next_line().await.map_err(failed)?;
        match part {
            // SIGKILL: no destructor runs.
            "wait" => child.kill().await.map_err(failed)?,
            _ => holds(child.wait().await.map_err(failed)?.success(), "the child failed")?,
        }
        Outcome::Ok(line.unwrap_or_default())
    })?;
    let mut words = line.split(' ');
    let folder = words.next().unwrap_or_default();
    let processes: Vec<u32> = words.filter_map(|pid| pid.parse().ok()).collect();
    holds(processes.len() > 3, format!("the child said {line:?}"))?;
    are_gone(&processes, folder.as_ref())
}

fn kept() -> Outcome {
    let parent = Private::new()?;
    let folder = parent.0.path().join("kept");
    let server = Postgres::keep(&folder, None, PostgresOptions::default())?;
    equal(folder.is_symlink(), nix::unistd::geteuid().is_root())?;
    server.query("postgres", "CREATE TABLE t AS SELECT 42 AS id")?;
    let (port, url, pid) = (server.port(), server.url("postgres"), server.pid());
    drop(server);
    let other = Postgres::shared()?;
    equal(other.query_at(&url, "TABLE t")?, "42")?;

    let pid = pid.ok_or_else(|| Error::closed("process"))?;
    Process::of(pid).end(Signal::SIGINT);
    holds(!is_running(pid), "it runs")?;
    let again = Postgres::keep(&folder, Some(port), PostgresOptions::default())?;
    equal(again.query_at(&url, "TABLE t")?, "42")?;
    again.stop();
    Ok(())
}

/// A folder that only its owner may enter; what it links to goes with it.
struct Private(tempfile::TempDir);

impl Private {
    fn new() -> Outcome<Self> {
        use std::os::unix::fs::PermissionsExt as _;

        let private = std::fs::Permissions::from_mode(0o700);
        let made = tempfile::Builder::new().permissions(private).tempdir();
        Ok(Self(made.map_err(|error| Error::closed("folder").caused_by(error))?))
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        if let Ok(elsewhere) = self.0.path().join("kept").canonicalize() {
            let _ = std::fs::remove_dir_all(elsewhere);
        }
    }
}

fn scratch() -> Outcome {
    let server = Postgres::shared()?;
    let (one, other) = (server.scratch()?, server.scratch()?);
    one.query("CREATE TABLE t AS SELECT 1")?;
    fails_with(other.query("TABLE t"), ErrorKind::Other, "does not exist")?;
    let url = one.url();
    equal(server.query_at(&url, "TABLE t")?, "1")?;
    std::thread::scope(|scope| {
        let holder = scope.spawn(|| server.query_at(&url, "SELECT pg_sleep(60)"));
        while server.query("postgres", &sessions_of(one.name()))? == "0" {
            wait();
        }
        drop(one);
        let cut = holder.join().unwrap_or_else(|_| Err(Error::closed("thread")));
        fails_with(cut, ErrorKind::Other, "terminating connection")
    })?;
    fails_with(server.query_at(&url, "SELECT 1"), ErrorKind::Other, "does not exist").map(drop)
}

fn sessions_of(database: &str) -> String {
    format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'")
}
