//! Replays histories of migrations and compares what comes out: `./dev histories FOLDER`.
//!
//! A folder `postgres/NAME`, `sqlite/NAME`, `mariadb/NAME` or `mysql/NAME` holds the files of one
//! history, and maybe `placeholders` with a line `name=value` for each `${name}` in them. They run
//! once by the engine's plain client, in the order of their versions, and once by `hypostyle migrate
//! up`; the dumps of both databases must be equal.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::time::{Duration, Instant};

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_testkit::server::{Brand, MySql, MySqlOptions, Postgres, PostgresOptions};

const USAGE: &str = "usage: histories PROGRAM FOLDER
  PROGRAM   hypostyle
  FOLDER    with postgres/NAME, sqlite/NAME, mariadb/NAME or mysql/NAME, each the files of a history";

/// The tables of the runner itself; no plain client makes them.
const OWN_TABLES: [&str; 3] = ["ia_migrations", "ia_migration_statements", "ia_migration_lock"];

/// The most lines of a difference that are shown.
const LINES_SHOWN_MAX: usize = 60;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder] = &arguments[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match replay_all(program.as_ref(), folder.as_ref()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Replays every history; answers how many differ or fail.
fn replay_all(program: &Path, folder: &Path) -> Result<usize> {
    let (mut failed, mut seen) = (0, 0);
    for engine in ["postgres", "sqlite", "mariadb", "mysql"] {
        let histories = folders(&folder.join(engine))?;
        if histories.is_empty() {
            continue;
        }
        let site = Site::start(engine)?;
        for history in histories {
            seen += 1;
            let name = format!("{engine}/{}", name_of(&history));
            match replay(&site, program, &history) {
                Ok(told) => println!("{name}: {told}"),
                Err(error) => {
                    failed += 1;
                    println!("{name}: FAILED: {error}");
                }
            }
        }
    }
    match seen {
        0 => Err(Error::new(ErrorKind::Validation, format!("no history found\n{USAGE}"))),
        _ => Ok(failed),
    }
}

fn replay(site: &Site, program: &Path, history: &Path) -> Result<String> {
    let files = files(history)?;
    let placeholders = placeholders(history)?;
    let (plain, ours) = (site.database()?, site.database()?);
    let began = Instant::now();
    for file in &files {
        let mut text = fs::read_to_string(file).map_err(io)?;
        for (name, value) in &placeholders {
            text = text.replace(&format!("${{{name}}}"), value);
        }
        site.run_plainly(&plain, &text).map_err(|error| error.while_doing(&name_of(file)))?;
    }
    let by_plain = began.elapsed();
    let began = Instant::now();
    let url = site.url(&ours);
    let mut up = Command::new(program);
    up.args(["migrate", "up", "--quiet", "-d", &url, "--migrations"]).arg(history);
    for (name, value) in &placeholders {
        up.arg("--placeholder").arg(format!("{name}={value}"));
    }
    finish(&mut up)?;
    let by_ours = began.elapsed();
    let (left, right) = (site.dump(&plain)?, site.dump(&ours)?);
    if left.trim().is_empty() {
        return Err(Error::new(ErrorKind::Data, "the plain client's database is empty"));
    }
    if left != right {
        return Err(Error::new(ErrorKind::Data, difference(&left, &right)?));
    }
    let (lines, files) = (left.lines().count(), files.len());
    let seconds = |took: Duration| took.as_secs_f64();
    Ok(format!(
        "{files} files, equal dumps of {lines} lines; plain client {:.1} s, hypostyle {:.1} s",
        seconds(by_plain),
        seconds(by_ours)
    ))
}

/// A server, or a folder of database files.
enum Site {
    Postgres(Postgres),
    Sqlite(tempfile::TempDir),
    MySql(MySql),
}

impl Site {
    fn start(engine: &str) -> Result<Self> {
        Ok(match engine {
            "postgres" => Self::Postgres(Postgres::start(PostgresOptions::default())?),
            "sqlite" => Self::Sqlite(tempfile::tempdir().map_err(io)?),
            "mariadb" => Self::MySql(MySql::start(MySqlOptions::default())?),
            _ => {
                let options = MySqlOptions { brand: Brand::Oracle, ..MySqlOptions::default() };
                Self::MySql(MySql::start(options)?)
            }
        })
    }

    /// Makes an empty database and answers its name.
    fn database(&self) -> Result<String> {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("history_{}", MADE.fetch_add(1, Ordering::Relaxed));
        match self {
            Self::Postgres(server) => server.create_database(&name)?,
            Self::MySql(server) => server.create_database(&name)?,
            Self::Sqlite(_) => {}
        }
        Ok(name)
    }

    fn url(&self, database: &str) -> String {
        match self {
            Self::Postgres(server) => server.url(database),
            Self::MySql(server) => server.url(database),
            Self::Sqlite(folder) => format!("sqlite:{}", self.path(folder, database).display()),
        }
    }

    fn path(&self, folder: &tempfile::TempDir, database: &str) -> PathBuf {
        folder.path().join(format!("{database}.db"))
    }

    /// Runs a text by the plain client, in one transaction where the client offers it.
    fn run_plainly(&self, database: &str, text: &str) -> Result<()> {
        let mut file = tempfile::NamedTempFile::new().map_err(io)?;
        file.write_all(text.as_bytes()).map_err(io)?;
        let mut client = match self {
            Self::Postgres(server) => {
                let mut psql = Command::new("psql");
                psql.args(["-Xq", "-v", "ON_ERROR_STOP=1", "-1", "-d", &server.url(database)]);
                psql.arg("-f").arg(file.path());
                psql
            }
            Self::Sqlite(folder) => {
                let mut sqlite = Command::new("sqlite3");
                sqlite.arg("-bail").arg(self.path(folder, database));
                sqlite.args(["-cmd", "PRAGMA foreign_keys = ON"]);
                sqlite
            }
            Self::MySql(server) => {
                let mut mysql = of_mysql("mariadb", server);
                mysql.arg(database);
                mysql
            }
        };
        client.stdin(fs::File::open(file.path()).map_err(io)?);
        finish(&mut client).map(drop)
    }

    /// Writes the schema as the engine's own tool does, without what the runner made for itself.
    fn dump(&self, database: &str) -> Result<String> {
        let text = match self {
            Self::Postgres(server) => {
                let mut dump = Command::new("pg_dump");
                dump.args(["--schema-only", "--no-owner", "-d", &server.url(database)]);
                dump.args(OWN_TABLES.map(|table| format!("--exclude-table={table}")));
                finish(&mut dump)?
            }
            Self::Sqlite(folder) => {
                let own = OWN_TABLES.map(|table| format!("'{table}'")).join(", ");
                let mut sqlite = Command::new("sqlite3");
                sqlite.arg(self.path(folder, database)).arg(format!(
                    "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name NOT IN ({own}) \
                     ORDER BY type, name"
                ));
                finish(&mut sqlite)?
            }
            Self::MySql(server) => {
                let mut dump = of_mysql("mariadb-dump", server);
                dump.args(["--no-data", "--routines", "--events", "--triggers"]);
                dump.args(["--skip-comments", "--skip-dump-date"]);
                dump.args(OWN_TABLES.map(|table| format!("--ignore-table={database}.{table}")));
                finish(dump.arg(database))?
            }
        };
        // The key of newer dumps against injection is drawn anew each time.
        let is_key =
            |line: &&str| line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ");
        let lines = text.lines().filter(|line| !is_key(line));
        Ok(lines.collect::<Vec<_>>().join("\n").replace(database, "history"))
    }
}

fn of_mysql(program: &str, server: &MySql) -> Command {
    let mut command = Command::new(program);
    command.args(["--no-defaults", "-uroot", "--protocol=tcp", "--host", server.host()]);
    command.arg(format!("--port={}", server.port()));
    command
}

/// The versioned files, ordered as numbers, part by part.
fn files(history: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<(Vec<u64>, PathBuf)> = Vec::new();
    for entry in fs::read_dir(history).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = name_of(&path);
        let version = name.strip_prefix('V').and_then(|rest| rest.split_once("__"));
        if let (Some((version, _)), true) = (version, name.ends_with(".sql")) {
            let numbers = version.split(['.', '_']).map(str::parse).collect::<Result<_, _>>();
            files.push((numbers.map_err(|_| Error::new(ErrorKind::Validation, name))?, path));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, path)| path).collect())
}

fn placeholders(history: &Path) -> Result<Vec<(String, String)>> {
    let path = history.join("placeholders");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path).map_err(io)?;
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn folders(parent: &Path) -> Result<Vec<PathBuf>> {
    if !parent.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(parent).map_err(io)?.flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Runs a command and answers what it printed.
fn finish(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } = command.output().map_err(|error| {
        let program = command.get_program().display();
        Error::new(ErrorKind::Io, format!("{program} cannot be run: {error}")).caused_by(error)
    })?;
    match status.success() {
        true => Ok(String::from_utf8_lossy(&stdout).into_owned()),
        false => {
            let said = String::from_utf8_lossy(&stderr);
            Err(Error::new(ErrorKind::Other, format!("{status}: {}", said.trim())))
        }
    }
}

/// Shows the first lines in which two texts differ.
fn difference(left: &str, right: &str) -> Result<String> {
    let mut file = tempfile::NamedTempFile::new().map_err(io)?;
    file.write_all(left.as_bytes()).map_err(io)?;
    let mut diff = Command::new("diff");
    diff.args(["-U2", "--label", "plain client", "--label", "hypostyle"]);
    diff.arg(file.path()).arg("-").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = diff.spawn().map_err(io)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(right.as_bytes()).map_err(io)?;
    }
    let output = child.wait_with_output().map_err(io)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let shown: Vec<&str> = text.lines().take(LINES_SHOWN_MAX).collect();
    Ok(format!("the dumps differ\n{}", shown.join("\n")))
}

fn io(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, error.to_string()).caused_by(error)
}
