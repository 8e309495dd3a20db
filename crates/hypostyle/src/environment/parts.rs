//! A URL from variables that each hold a part of it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Environment, parsed};
use crate::Result;

/// What a part of a URL has as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Environment {
    /// Makes the URL of a PostgreSQL database of its parts; `None` where they name neither a host
    /// nor a database.
    pub(super) fn url_of_parts(&self) -> Result<Option<String>> {
        let (host, name) = (self.part("HOST")?, self.part("NAME")?);
        if host.is_none() && name.is_none() {
            return Ok(None);
        }
        let host = match host {
            None => self.get("PGHOST")?.unwrap_or_else(|| "localhost".to_owned()),
            Some(host) => host,
        };
        let port = self.port()?.map_or_else(String::new, |port| format!(":{port}"));
        let hosts: Vec<String> = host.split(',').map(|host| escaped(host.trim()) + &port).collect();
        let path = format!("{}/{}", hosts.join(","), escaped(&name.unwrap_or_default()));
        let mode = if self.wants_tls()? { "?sslmode=require" } else { "" };
        Ok(Some(format!("postgres://{}{path}{mode}", self.credentials()?)))
    }

    fn credentials(&self) -> Result<String> {
        let user = self.part("USER")?.map(|user| escaped(&user));
        let password = self.part("PASSWORD")?.map(|password| format!(":{}", escaped(&password)));
        Ok(match (user, password) {
            (None, None) => String::new(),
            (user, password) => user.unwrap_or_default() + &password.unwrap_or_default() + "@",
        })
    }

    fn port(&self) -> Result<Option<u16>> {
        for variable in ["DATABASE_PORT", "DB_PORT"] {
            if let Some(port) = self.read(variable, "a port", parsed)? {
                return Ok(Some(port));
            }
        }
        Ok(None)
    }

    fn part(&self, name: &str) -> Result<Option<String>> {
        match self.get(&format!("DATABASE_{name}"))? {
            None => self.get(&format!("DB_{name}")),
            part => Ok(part),
        }
    }

    /// In production passwords and rows do not cross a network in the clear, unless `PGSSLMODE`
    /// says what holds.
    fn wants_tls(&self) -> Result<bool> {
        let environment = self.get("ENVIRONMENT")?.unwrap_or_default();
        let is_production = environment.trim().eq_ignore_ascii_case("production");
        Ok(is_production && self.get("PGSSLMODE")?.is_none())
    }
}

fn escaped(part: &str) -> String {
    utf8_percent_encode(part, ESCAPED).to_string()
}
