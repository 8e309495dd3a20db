//! Sessions of the server's own client, apart from the client under test.

use std::path::PathBuf;

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
        let config = ConnectionConfig::parse(url)?;
        let option = |name: &str| config.options.get(name).map(String::as_str);
        let mut client = prepare(&self.0);
        client.args(["--no-defaults", "--batch", "--skip-column-names"]);
        match option("socket") {
            Some(socket) => client.arg(format!("--socket={socket}")),
            None => client.arg("--protocol=tcp").args(config.host.map(|it| format!("--host={it}"))),
        };
        client.args(config.port.map(|port| format!("--port={port}")));
        client.args(config.username.map(|user| format!("--user={user}")));
        client.args(config.password.map(|password| format!("--password={password}")));
        match option("ssl-mode") {
            // Left to itself it takes a connection for one with TLS and sends the password as it is.
            Some("disabled") | None => client.arg("--skip-ssl"),
            Some("verify_identity") => client.args(["--ssl", "--ssl-verify-server-cert"]),
            Some(_) => client.arg("--ssl"),
        };
        client.args(option("ssl-ca").map(|path| format!("--ssl-ca={path}")));
        if !config.database.is_empty() {
            client.arg(format!("--database={}", config.database));
        }
        run(client.arg("--execute").arg(text))
    }
}
