//! Sessions of the server's own client, apart from the client under test.

use std::path::{Path, PathBuf};
use std::process::Command;

use hypostyle_core::{ConnectionConfig, Result};

use crate::server::command::{prepare, run};

/// The client that comes with MariaDB; it speaks to Oracle's server as well.
#[derive(Clone, Debug)]
pub(super) struct Client(pub(super) PathBuf);

impl Client {
    /// Runs statements at a URL, of whose options it knows `socket`, `ssl-mode` and `ssl-ca`.
    ///
    /// # Shape
    /// A line per row, columns divided by tabs, NULL the word.
    ///
    /// # Errors
    /// `Other` with the server's own words.
    pub(super) fn query(&self, url: &str, text: &str) -> Result<String> {
        let (mut client, config) = connecting(&self.0, url)?;
        client.args(["--batch", "--skip-column-names"]);
        if !config.database.is_empty() {
            client.arg(format!("--database={}", config.database));
        }
        run(client.arg("--execute").arg(text))
    }

    /// Writes the schema of the database of a URL as the client's own tool for dumps does, without
    /// remarks.
    ///
    /// # Errors
    /// `Other` with the tool's own words.
    pub(super) fn dump(&self, url: &str) -> Result<String> {
        let (mut dump, config) = connecting(&self.0.with_file_name("mariadb-dump"), url)?;
        dump.args(["--no-data", "--routines", "--triggers", "--events", "--skip-comments"]);
        run(dump.arg(&config.database))
    }
}

/// Prepares a program of the client's for a URL.
fn connecting(program: &Path, url: &str) -> Result<(Command, ConnectionConfig)> {
    let config = ConnectionConfig::parse(url)?;
    let option = |name: &str| config.options.get(name).map(String::as_str);
    let mut client = prepare(program);
    client.arg("--no-defaults");
    match option("socket") {
        Some(socket) => client.arg(format!("--socket={socket}")),
        None => {
            client.arg("--protocol=tcp").args(config.host.as_ref().map(|it| format!("--host={it}")))
        }
    };
    client.args(config.port.map(|port| format!("--port={port}")));
    client.args(config.username.as_ref().map(|user| format!("--user={user}")));
    client.args(config.password.as_ref().map(|password| format!("--password={password}")));
    match option("ssl-mode") {
        // Left to itself it takes a connection for one with TLS and sends the password as it is.
        Some("disabled") | None => client.arg("--skip-ssl"),
        Some("verify_identity") => client.args(["--ssl", "--ssl-verify-server-cert"]),
        Some(_) => client.arg("--ssl"),
    };
    client.args(option("ssl-ca").map(|path| format!("--ssl-ca={path}")));
    Ok((client, config))
}
