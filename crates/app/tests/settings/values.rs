//! What each kind of value is written as, and what becomes of it.

use std::time::Duration;

use hypostyle_app::settings::{Chart, Settings};

use crate::place::Said;

#[track_caller]
fn loaded(said: Said<'_>) -> Settings {
    said.load().unwrap_or_else(|problems| panic!("{problems}"))
}

/// Checks a value of the file, as it is listed.
#[track_caller]
fn check(toml: &str, key: &str, expect: &str) {
    let settings = loaded(Said::toml(toml));
    assert_eq!(settings.entry(key).unwrap().value, expect, "{toml}");
}

/// Checks a value of a variable, as it is listed.
#[track_caller]
fn check_variable(name: &str, value: &str, key: &str, expect: &str) {
    let settings = loaded(Said::variables(&[(name, value)]));
    assert_eq!(settings.entry(key).unwrap().value, expect, "{name}={value}");
}

#[test]
fn times_are_texts_or_seconds() {
    check("slow_after = '500ms'", "slow_after", "500ms");
    check("slow_after = '1h 30m'", "slow_after", "1h 30m");
    check("slow_after = 2", "slow_after", "2s");
    check("slow_after = 0.25", "slow_after", "250ms");
    check("slow_after = '90'", "slow_after", "1m 30s");
    check("slow_after = 0", "slow_after", "0s");
    check_variable("DATABASE_CONNECTION_TIMEOUT", "5", "connection_timeout", "5s");
    check_variable("DATABASE_CONNECTION_TIMEOUT", "0.5", "connection_timeout", "500ms");
    check_variable("DATABASE_CONNECTION_TIMEOUT", "2m", "connection_timeout", "2m");
}

#[test]
fn sizes_are_texts_or_bytes() {
    let key = "server.body_bytes_max";
    check("server.body_bytes_max = '2MiB'", key, "2MiB");
    check("server.body_bytes_max = '32MB'", key, "32MB");
    check("server.body_bytes_max = 1_000", key, "1kB");
    check("server.body_bytes_max = 0x400", key, "1KiB");
    check_variable("HYPOSTYLE_SERVER_BODY_BYTES_MAX", "64 KiB", key, "64KiB");
}

#[test]
fn lists_are_arrays_or_have_commas() {
    let key = "server.allowed_hosts";
    check("server.allowed_hosts = ['a.example', '[::1]']", key, "a.example, [::1]");
    check("server.allowed_hosts = []", key, "");
    check_variable(
        "HYPOSTYLE_SERVER_ALLOWED_HOSTS",
        " a.example ,b.example,",
        key,
        "a.example, b.example",
    );
}

#[test]
fn words_in_variables_are_read_in_any_case() {
    check_variable("SQLITE_JOURNAL_MODE", "delete", "sqlite.journal_mode", "DELETE");
    check_variable("SQLITE_SYNCHRONOUS", "full", "sqlite.synchronous", "FULL");
    check_variable("SQLITE_CACHE_SIZE", "-2000", "sqlite.cache_size", "-2000");
    check_variable("HYPOSTYLE_SERVER_SQL_EDITOR", "0", "server.sql_editor", "false");
    check_variable("DATABASE_MAX_RETRIES", " 3 ", "max_retries", "3");
}

#[test]
fn nothing_is_said_by_an_empty_text() {
    check("database_url = ''", "database_url", "");
    check("[sqlite]\ncache_size = ''", "sqlite.cache_size", "");
    let toml = "database_url = 'sqlite:x/'\n[environments.testing]\ndatabase_url = ''\n";
    let said = Said { variables: &[("ENVIRONMENT", "testing")], ..Said::toml(toml) };
    assert_eq!(loaded(said).database_url, None);
}

#[test]
fn the_title_is_the_name_unless_it_is_said() {
    check("", "server.title", "Hypostyle");
    check("name = 'Shop'", "server.title", "Shop");
    check("name = 'Shop'\n[server]\ntitle = 'Till'", "server.title", "Till");
}

#[test]
fn defaults_are_those_of_the_requirements() {
    let settings = loaded(Said::default());
    assert_eq!(settings.environment, "development");
    assert_eq!((settings.max_retries, settings.pool_size), (5, 20));
    assert_eq!(settings.connection_timeout, Duration::from_secs(30));
    assert_eq!(settings.statement_timeout, Duration::from_secs(30));
    assert_eq!(settings.slow_after, Duration::from_secs(1));
    assert_eq!((&*settings.sqlite.journal_mode, &*settings.sqlite.synchronous), ("WAL", "NORMAL"));
    assert_eq!(settings.sqlite.cache_size, None);
    let server = &settings.server;
    assert_eq!(server.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!((server.page_size_default, server.page_size_max), (50, 1_000));
    assert_eq!((server.body_bytes_max, server.response_bytes_max), (1_048_576, 33_554_432));
    assert_eq!((server.requests_max, server.connections_max), (256, 1_024));
    assert_eq!(server.request_timeout, Duration::from_secs(30));
    assert_eq!(server.header_timeout, Duration::from_secs(10));
    assert_eq!(server.shutdown_timeout, Duration::from_secs(10));
    assert!(server.sql_editor && server.api_key.is_none() && server.allowed_hosts.is_empty());
    assert!(settings.databases.is_empty() && settings.panels.is_empty());
}

#[test]
fn panels_keep_their_order_and_get_a_name() {
    let panel = |title: &str| {
        format!(
            "[[panels]]\ntitle = '{title}'\ndatabase = 'shop'\nchart = 'bar'\nsql = 'SELECT 1'\n"
        )
    };
    let toml = panel("Revenue by Month (€)")
        + "id = 'b'\n"
        + &panel("10 best — customers")
        + &panel("売上");
    let settings = loaded(Said::toml(&toml));
    let ids: Vec<&str> = settings.panels.iter().map(|panel| &*panel.id).collect();
    assert_eq!(ids, ["b", "10-best-customers", "panel-3"]);
    let first = &settings.panels[0];
    assert_eq!((first.chart, &first.unit, &*first.database), (Chart::Bar, &None, "shop"));
    assert_eq!(first.origin.to_string(), "hypostyle.toml:1");
}

#[test]
fn panels_of_an_environment_stand_in_the_place_of_those_of_the_top() {
    let body = "database = 'shop'\nchart = 'number'\nsql = 'SELECT 1'\n";
    let toml = format!(
        "[[panels]]\ntitle = 'A'\n{body}[[environments.testing.panels]]\ntitle = 'B'\nunit = '€'\n{body}"
    );
    let said = Said { variables: &[("ENVIRONMENT", "testing")], ..Said::toml(&toml) };
    let settings = loaded(said);
    assert_eq!(settings.panels.len(), 1);
    assert_eq!((&*settings.panels[0].id, settings.panels[0].unit.as_deref()), ("b", Some("€")));
}
