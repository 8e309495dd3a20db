//! The file of passwords that PostgreSQL's own programs read.

use std::fs;
use std::io;
use std::path::Path;

use crate::{ConnectionConfig, Error, ErrorKind, Result};

/// What stands for a server reached by a socket in its usual folder.
const LOCALHOST: &str = "localhost";

/// Looks up the password of a database; `None` where there is no file, or no line for it.
///
/// # Errors
/// `Config` for a file that cannot be read, for one that others may read, and for hosts of one URL
/// that have different passwords: the driver gives every host the same.
///
/// # Source
/// <https://www.postgresql.org/docs/current/libpq-pgpass.html>
pub(super) fn password(path: &Path, config: &ConnectionConfig) -> Result<Option<String>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let message = format!("the password file {} cannot be read", path.display());
            return Err(Error::new(ErrorKind::Config, message).caused_by(error));
        }
    };
    let (user, database) = (user(config), database(config));
    let mut passwords = hosts(config)
        .into_iter()
        .map(|(host, port)| find(&text, [host.as_str(), port.as_str(), database, user]));
    let first = passwords.next().flatten();
    if passwords.any(|password| password != first) {
        let message = format!(
            "the password file {} has different passwords for the hosts of the URL; name one host, \
             or the password",
            path.display()
        );
        return Err(Error::new(ErrorKind::Config, message));
    }
    if first.is_some() && is_open_to_others(path) {
        let path = path.display();
        let message = format!("others may read the password file {path}; chmod 600 {path}");
        return Err(Error::new(ErrorKind::Config, message));
    }
    Ok(first)
}

/// Finds the password of the first line that fits host, port, database and user.
fn find(text: &str, wanted: [&str; 4]) -> Option<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(fields).find_map(|fields| {
        let (password, keys) = fields.split_last()?;
        let fits = |(key, wanted): (&String, &str)| key == "*" || key == wanted;
        (keys.len() == wanted.len() && keys.iter().zip(wanted).all(fits)).then(|| password.clone())
    })
}

/// Cuts a line into its five fields; a backslash takes the next character as it is.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let is_last = fields.len() == 5;
        let taken = match character {
            '\\' => Some(characters.next().unwrap_or(character)),
            ':' if !is_last => {
                fields.push(String::new());
                None
            }
            other => Some(other),
        };
        if let Some(field) = fields.last_mut() {
            field.extend(taken);
        }
    }
    fields
}

fn user(config: &ConnectionConfig) -> &str {
    config.username.as_ref().or_else(|| config.options.get("user")).map_or("", String::as_str)
}

fn database(config: &ConnectionConfig) -> &str {
    match config.options.get("dbname") {
        Some(name) if config.database.is_empty() => name,
        _ if config.database.is_empty() => user(config),
        _ => &config.database,
    }
}

/// Lists the hosts and ports as the file names them.
fn hosts(config: &ConnectionConfig) -> Vec<(String, String)> {
    let option = |name: &str| config.options.get(name).map_or("", String::as_str);
    let ports: Vec<&str> = option("port").split(',').map(str::trim).collect();
    let port = |at: usize, own: Option<u16>| match (own, ports.get(at).or(ports.first())) {
        (Some(port), _) => port.to_string(),
        (None, Some(port)) if !port.is_empty() => (*port).to_owned(),
        _ => "5432".to_owned(),
    };
    let named: Vec<(&str, Option<u16>)> = match &config.host {
        Some(host) => {
            let further = config.further_hosts.iter().map(|(host, port)| (host.as_str(), *port));
            std::iter::once((host.as_str(), config.port)).chain(further).collect()
        }
        None => option("host").split(',').map(|host| (host.trim(), config.port)).collect(),
    };
    let hosts = named.into_iter().enumerate();
    hosts.map(|(at, (host, own))| (shown(host).to_owned(), port(at, own))).collect()
}

fn shown(host: &str) -> &str {
    match host {
        "" | "/var/run/postgresql" | "/tmp" => LOCALHOST,
        host => host.trim_matches(['[', ']']),
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
        # host:port:database:user:password\n\
        db1:5432:shop:ada:one\n\
        db1:*:*:ada:a\\:b\\\\c:d\n\
        localhost:5432:*:*:socket\n\
        ::1:1:x:y:never read\n\
        db2:*:*:*:back\\\n\
        \\:\\:1:7:*:*:six\n\
        short:line\n";

    #[track_caller]
    fn check(url: &str, expect: Option<&str>) {
        let config = ConnectionConfig::parse(url).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        private(&path);
        let found = password(&path, &config).map_err(|error| error.message().to_owned());
        assert_eq!(found, Ok(expect.map(str::to_owned)), "{url}");
    }

    fn private(path: &Path) {
        fs::write(path, FILE).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    #[test]
    fn the_first_line_that_fits_is_the_password() {
        check("postgres://ada@db1/shop", Some("one"));
        check("postgres://ada@db1:9/shop", Some("a:b\\c:d"));
        check("postgres://ada@db1/hr", Some("a:b\\c:d"));
        check("postgres://bob@db1/shop", None);
        check("postgres://bob@db2/shop", Some("back\\"));
        check("postgres:///shop?user=bob", Some("socket"));
        check("postgres:///shop?user=bob&host=/tmp&port=5432", Some("socket"));
        check("postgres:///shop?user=bob&host=/run/pg", None);
        check("postgres://bob@[::1]:7/shop", Some("six"));
        check("postgres:///?host=db1&user=ada&dbname=shop", Some("one"));
    }

    #[test]
    fn hosts_with_different_passwords_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        private(&path);
        let look = |url: &str| password(&path, &ConnectionConfig::parse(url).unwrap());
        assert_eq!(look("postgres://ada@db1:1,db1:2/shop").unwrap().as_deref(), Some("a:b\\c:d"));
        let error = look("postgres://ada@db1,db1:2/shop").unwrap_err();
        assert!(error.message().contains("name one host"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused_where_its_password_would_be_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        private(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let look = |url: &str| password(&path, &ConnectionConfig::parse(url).unwrap());
        let error = look("postgres://ada@db1/shop").unwrap_err();
        assert!(error.message().ends_with(&format!("chmod 600 {}", path.display())), "{error}");
        assert_eq!(look("postgres://bob@db1/shop").unwrap(), None);
    }
}
