use hypostyle_core::{Error, ErrorKind};
use hypostyle_testkit::server::{
    Auth, PgBouncer, PgBouncerOptions, PoolMode, Postgres, PostgresOptions, Tls,
};
use hypostyle_testkit::{Outcome, equal, fails_with, holds};

use crate::support::{Test, is_running};

pub(crate) const TESTS: &[Test] = &[
    ("pgbouncer_answers_from_the_server_behind_it", answers),
    ("pgbouncer_takes_mode_pool_size_and_settings", settings),
    ("pgbouncer_asks_for_passwords_as_the_server_does", scram),
    ("pgbouncer_reaches_a_server_that_requires_tls", tls),
    ("pgbouncer_comes_back_on_its_port_and_leaves_nothing_behind", restarted),
];

fn answers() -> Outcome {
    let server = Postgres::shared()?;
    let scratch = server.scratch()?;
    let bouncer = PgBouncer::start(server, PgBouncerOptions::default())?;
    let text = "SELECT current_database(), inet_server_port()";
    let found = server.query_at(&bouncer.url(scratch.name()), text)?;
    equal(found, format!("{}|{}", scratch.name(), server.port()))?;
    holds(bouncer.port() != server.port(), "it shares the server's port")?;
    let version = server.query_at(&bouncer.url("pgbouncer"), "SHOW VERSION")?;
    equal(version, format!("PgBouncer {}", bouncer.version()))
}

fn settings() -> Outcome {
    let server = Postgres::shared()?;
    for (pool_mode, expect) in
        [(PoolMode::Session, "session"), (PoolMode::Transaction, "transaction")]
    {
        let settings = &[("query_wait_timeout", "7"), ("max_client_conn", "11")];
        let options = PgBouncerOptions { pool_mode, default_pool_size: 3, settings };
        let bouncer = PgBouncer::start(server, options)?;
        let shown = server.query_at(&bouncer.url("pgbouncer"), "SHOW CONFIG")?;
        let value = |name: &str| {
            let line = shown.lines().find_map(|line| line.strip_prefix(&format!("{name}|")));
            line.and_then(|rest| rest.split('|').next()).unwrap_or_default().to_owned()
        };
        equal(value("pool_mode"), expect)?;
        equal(value("default_pool_size"), "3")?;
        equal(value("query_wait_timeout"), "7")?;
        equal(value("max_client_conn"), "11")?;
    }
    Ok(())
}

fn scram() -> Outcome {
    let server = Postgres::start(PostgresOptions { auth: Auth::Scram, ..Default::default() })?;
    let bouncer = PgBouncer::start(&server, PgBouncerOptions::default())?;
    equal(server.query_at(&bouncer.url("postgres"), "SELECT current_user")?, "postgres")?;
    let at = |user: &str| format!("postgres://{user}@127.0.0.1:{}/postgres", bouncer.port());
    let refused = server.query_at(&at("postgres:no"), "SELECT 1");
    fails_with(refused, ErrorKind::Other, "authentication failed")?;
    server.query("postgres", "CREATE ROLE late LOGIN PASSWORD 'later'")?;
    equal(server.query_at(&at("late:later"), "SELECT current_user")?, "late")
}

fn tls() -> Outcome {
    let server = Postgres::start(PostgresOptions { tls: Tls::Required, ..Default::default() })?;
    let bouncer = PgBouncer::start(&server, PgBouncerOptions::default())?;
    let text = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    equal(server.query_at(&bouncer.url("postgres"), text)?, "t")
}

fn restarted() -> Outcome {
    let server = Postgres::shared()?;
    let bouncer = PgBouncer::start(server, PgBouncerOptions::default())?;
    let (url, port, folder) =
        (bouncer.url("postgres"), bouncer.port(), bouncer.folder().to_owned());
    let first = bouncer.pid().ok_or_else(|| Error::closed("process"))?;
    bouncer.stop();
    holds(!is_running(first), "it runs")?;
    fails_with(server.query_at(&url, "SELECT 1"), ErrorKind::Other, "Connection refused")?;
    bouncer.restart()?;
    equal(bouncer.port(), port)?;
    equal(server.query_at(&url, "SELECT 1")?, "1")?;
    let second = bouncer.pid().ok_or_else(|| Error::closed("process"))?;
    drop(bouncer);
    holds(!is_running(second), "it runs")?;
    holds(!folder.exists(), "the folder is left")
}
