//! The program behind `./dev services`.

use std::path::Path;
use std::process::Command;

use hypostyle_core::Error;
use hypostyle_testkit::server::{Postgres, Process, Signal};
use hypostyle_testkit::{Outcome, equal, holds};
use serde_json::Value;

use crate::support::Test;

pub(crate) const TESTS: &[Test] = &[
    ("services_go_up_and_down_and_keep_ports_and_data", up_and_down),
    ("services_that_were_killed_go_up_again", killed),
    ("services_say_their_usage", usage),
];

/// A folder of services; what runs there is stopped with it.
struct Services(tempfile::TempDir);

impl Services {
    fn new() -> Outcome<Self> {
        let made = tempfile::tempdir();
        Ok(Self(made.map_err(|error| Error::closed("folder").caused_by(error))?))
    }

    fn run(&self, verb: &str) -> Outcome<String> {
        let (status, said) = run(&[verb, &self.0.path().display().to_string()])?;
        holds(status == Some(0), format!("{verb} failed: {said}"))?;
        Ok(said)
    }

    /// The fields of a server in `services.json`.
    fn fields(&self, name: &str) -> Outcome<Fields> {
        let text = std::fs::read_to_string(self.0.path().join("services.json"));
        let list: Value = serde_json::from_str(&text.unwrap_or_default()).unwrap_or_default();
        let found = list.as_array().into_iter().flatten().find(|service| service["name"] == name);
        let found = found.ok_or_else(|| Error::closed("list"))?;
        let pid = found["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok());
        Ok(Fields {
            url: found["urls"][0].as_str().unwrap_or_default().to_owned(),
            process: Process::of(pid.ok_or_else(|| Error::closed("pid"))?),
        })
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        let _ = self.run("down");
    }
}

#[derive(Debug, PartialEq)]
struct Fields {
    url: String,
    process: Process,
}

fn run(arguments: &[&str]) -> Outcome<(Option<i32>, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_services")).args(arguments).output();
    let output = output.map_err(|error| Error::closed("program").caused_by(error))?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.code(), String::from_utf8_lossy(&said).into_owned()))
}

fn up_and_down() -> Outcome {
    let services = Services::new()?;
    holds(services.run("status")?.contains("no server was started yet"), "there was one")?;
    let said = services.run("up")?;
    let (postgres, bouncer) = (services.fields("postgres")?, services.fields("pgbouncer")?);
    for Fields { url, process } in [&postgres, &bouncer] {
        holds(said.contains(url) && said.contains(&format!("pid {}", process.pid)), &said)?;
    }
    let psql = Postgres::shared()?;
    psql.query_at(&postgres.url, "CREATE TABLE t AS SELECT 42")?;
    equal(psql.query_at(&bouncer.url, "TABLE t")?, "42")?;

    services.run("up")?;
    equal(&services.fields("postgres")?, &postgres)?;
    let said = services.run("down")?;
    equal(said.matches("(stopped)").count(), 4)?;
    holds(!postgres.process.is_running() && !bouncer.process.is_running(), "one runs")?;

    services.run("up")?;
    equal(services.fields("postgres")?.url, postgres.url.as_str())?;
    equal(services.fields("pgbouncer")?.url, bouncer.url.as_str())?;
    equal(psql.query_at(&bouncer.url, "TABLE t")?, "42")
}

fn killed() -> Outcome {
    let services = Services::new()?;
    services.run("up")?;
    let first = services.fields("postgres")?;
    first.process.end(Signal::SIGKILL);
    holds(services.run("status")?.contains("(stopped)"), "it is said to run")?;
    services.run("up")?;
    let second = services.fields("postgres")?;
    holds(first.process != second.process, "it is the same process")?;
    equal(Postgres::shared()?.query_at(&second.url, "SELECT 1")?, "1")
}

fn usage() -> Outcome {
    for arguments in [&[] as &[&str], &["up"], &["sideways", "."]] {
        let (status, said) = run(arguments)?;
        equal(status, Some(2))?;
        holds(said.starts_with("usage: "), said)?;
    }
    for verb in ["missing", "missing-unpacked"] {
        let (status, said) = run(&[verb])?;
        equal((status, said.as_str()), (Some(0), "\n"))?;
    }
    holds(!Path::new("missing").exists(), "a folder was made")
}
