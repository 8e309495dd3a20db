//! The database that the command line names.

use std::path::Path;

use hypostyle::core::ConnectionConfig;
use hypostyle::{Database, Environment};

use crate::args::Global;
use crate::exit::{Exit, Failure, Result};

/// What a database is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// For anything; a file that is not there is made.
    Any,
    /// For what makes sense only with a database that is there.
    Existing,
}

/// Opens the database of the command line.
pub(crate) async fn open(global: &Global, usage: Use) -> Result<Database> {
    Ok(open_config(config(global, usage)?).await?)
}

/// Answers where the database of the command line is.
pub(crate) fn config(global: &Global, usage: Use) -> Result<ConnectionConfig> {
    match url(global)? {
        Some(url) => Ok(ConnectionConfig::parse(&complete(&url, usage)?)?),
        None => Err(Failure::usage(
            "no database: name one with --url (-d), as in -d sqlite:shop.db, or set DATABASE_URL",
        )),
    }
}

/// Answers the URL of the command line, or of the environment; its parts count, too.
pub(crate) fn url(global: &Global) -> Result<Option<String>> {
    match &global.url {
        Some(url) => Ok(Some(url.clone())),
        None => Ok(Environment::process().database_url()?),
    }
}

/// Opens a database whose statements may take as long as they take: somebody waits for them.
pub(crate) async fn open_config(config: ConnectionConfig) -> hypostyle::Result<Database> {
    Database::options().timeout(None).open_config(config).await
}

/// Makes a URL of what the user wrote.
pub(crate) fn complete(text: &str, usage: Use) -> Result<String> {
    let mut url = if has_scheme(text) { text.to_owned() } else { format!("sqlite:{text}") };
    let config = ConnectionConfig::parse(&url)?;
    let is_file = matches!(config.database_type.as_str(), "sqlite" | "duckdb")
        && !config.database.ends_with(":memory:");
    if usage == Use::Existing && is_file && !config.options.contains_key("mode") {
        // The driver would say the same in terms of an option that the user did not give.
        let path = config.database.as_str();
        let path = path.strip_prefix("///").or_else(|| path.strip_prefix("//")).unwrap_or(path);
        if !Path::new(path).exists() {
            return Err(Failure::new(
                Exit::Failure,
                format!("there is no database {path}; check the path"),
            ));
        }
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str("mode=rw");
    }
    Ok(url)
}

/// Writes what the user wrote without its password.
pub(crate) fn shown(text: &str) -> String {
    match complete(text, Use::Any).and_then(|url| Ok(ConnectionConfig::parse(&url)?)) {
        Ok(config) => config.to_string(),
        Err(_) => "a URL that cannot be read".to_owned(),
    }
}

/// Tells a URL from a path: a single letter before the colon is a drive.
fn has_scheme(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.len() > 1
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|each| each.is_ascii_alphanumeric() || "+-._".contains(each))
    };
    text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// Makes the URL of an SQLite file; what a URL would read otherwise is escaped.
pub(crate) fn file_url(path: &str) -> String {
    format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3F"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_an_sqlite_file() {
        let check = |text: &str, expect: &str| {
            assert_eq!(complete(text, Use::Any).unwrap(), expect, "{text}");
        };
        check("shop.db", "sqlite:shop.db");
        check("/a b/shop.db?mode=ro", "sqlite:/a b/shop.db?mode=ro");
        check("C:\\shop.db", "sqlite:C:\\shop.db");
        check("sqlite:shop.db?mode=ro", "sqlite:shop.db?mode=ro");
        check("postgres://h/db", "postgres://h/db");
        assert_eq!(shown("postgres://u:secret@h/db"), "postgres://u:***@h/db");
    }

    #[test]
    fn a_path_of_a_file_is_not_read_as_a_url() {
        assert_eq!(file_url("/a b/100%?.db"), "sqlite:/a b/100%25%3F.db");
    }

    #[test]
    fn a_file_that_must_be_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db");
        let path = path.to_str().unwrap();
        let complete = |text: &str| complete(text, Use::Existing).map_err(|f| f.exit());
        assert_eq!(complete(path), Err(Exit::Failure));
        std::fs::write(path, "").unwrap();
        assert_eq!(complete(path), Ok(format!("sqlite:{path}?mode=rw")));
        let with_option = format!("sqlite:{path}?synchronous=OFF");
        assert_eq!(complete(&with_option), Ok(with_option.clone() + "&mode=rw"));
        assert_eq!(complete("sqlite::memory:"), Ok("sqlite::memory:".to_owned()));
        assert_eq!(complete("sqlite:x.db?mode=ro"), Ok("sqlite:x.db?mode=ro".to_owned()));
    }
}
