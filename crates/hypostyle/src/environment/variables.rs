//! The variables that stand for options of a URL.

use super::parsed;
use crate::ConnectionConfig;

/// A variable that stands for an option of a URL.
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) option: &'static str,
    /// The options that say the same; one of them in the URL wins.
    pub(super) rivals: &'static [&'static str],
    pub(super) expected: &'static str,
    pub(super) takes: fn(&str) -> bool,
}

/// Tells whether a URL says an option, by name or in its place before the `?`.
pub(super) fn says(config: &ConnectionConfig, option: &str) -> bool {
    let has_port = |(_, port): &(String, Option<u16>)| port.is_some();
    config.options.contains_key(option)
        || match option {
            "host" => config.host.is_some(),
            "port" => config.port.is_some() || config.further_hosts.iter().any(has_port),
            "user" => config.username.is_some(),
            "password" => config.password.is_some(),
            "dbname" => !config.database.is_empty(),
            _ => false,
        }
}

pub(super) const SQLITE: [Variable; 3] = [
    Variable {
        name: "SQLITE_JOURNAL_MODE",
        option: "journal_mode",
        rivals: &["journal_mode"],
        expected: "WAL, DELETE, TRUNCATE, PERSIST or MEMORY",
        takes: |text| is_one_of(text, &["WAL", "DELETE", "TRUNCATE", "PERSIST", "MEMORY"]),
    },
    Variable {
        name: "SQLITE_SYNCHRONOUS",
        option: "synchronous",
        rivals: &["synchronous"],
        expected: "OFF, NORMAL, FULL or EXTRA",
        takes: |text| is_one_of(text, &["OFF", "NORMAL", "FULL", "EXTRA"]),
    },
    Variable {
        name: "SQLITE_CACHE_SIZE",
        option: "cache_size",
        rivals: &["cache_bytes", "cache_size"],
        expected: "a number of pages, or of KiB when negative",
        takes: |text| parsed::<i64>(text).is_some(),
    },
];

/// The variables of libpq.
pub(super) const POSTGRES: [Variable; 13] = [
    text("PGHOST", "host", &["host"]),
    Variable {
        expected: "a port, or several by comma",
        takes: |text| text.split(',').all(|port| parsed::<u16>(port.trim()).is_some()),
        ..text("PGPORT", "port", &["port"])
    },
    text("PGUSER", "user", &["user"]),
    text("PGPASSWORD", "password", &["password"]),
    text("PGDATABASE", "dbname", &["dbname"]),
    Variable {
        expected: "disable, allow, prefer, require, verify-ca or verify-full",
        takes: |text| {
            let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
            modes.contains(&text)
        },
        ..text("PGSSLMODE", "sslmode", &["sslmode"])
    },
    text("PGSSLROOTCERT", "sslrootcert", &["sslrootcert"]),
    text("PGSSLCERT", "sslcert", &["sslcert"]),
    text("PGSSLKEY", "sslkey", &["sslkey"]),
    text("PGAPPNAME", "application_name", &["application_name"]),
    text("PGOPTIONS", "options", &["options"]),
    Variable {
        expected: "seconds; 0 waits as long as it takes",
        takes: |text| parsed::<u32>(text).is_some(),
        ..text("PGCONNECT_TIMEOUT", "connect_timeout", &["connect_timeout"])
    },
    Variable {
        expected: "any, read-write, read-only, primary, standby or prefer-standby",
        takes: |text| {
            let kinds = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"];
            kinds.contains(&text)
        },
        ..text("PGTARGETSESSIONATTRS", "target_session_attrs", &["target_session_attrs"])
    },
];

/// A variable that takes any text.
const fn text(
    name: &'static str,
    option: &'static str,
    rivals: &'static [&'static str],
) -> Variable {
    Variable { name, option, rivals, expected: "text", takes: |_| true }
}

fn is_one_of(text: &str, known: &[&str]) -> bool {
    known.iter().any(|name| name.eq_ignore_ascii_case(text))
}
