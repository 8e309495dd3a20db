//! `\connect` of psql: the same server or another, and which database there.

use hypostyle::core::ConnectionConfig;

/// What changes about the connection; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Connect {
    /// A whole URL, which leaves nothing of the former.
    url: Option<String>,
    database: Option<String>,
    user: Option<String>,
    host: Option<String>,
    port: Option<u16>,
}

impl Connect {
    /// Reads `[-reuse-previous=…] [database [user [host [port]]]]`, with `-` for what stays, or
    /// settings as `dbname=…`, or a URL.
    ///
    /// # Errors
    /// Why it is not followed.
    pub(super) fn parse(arguments: &[String]) -> Result<Self, String> {
        let arguments = match arguments.split_first() {
            Some((first, rest)) if first.starts_with("-reuse-previous=") => rest,
            _ => arguments,
        };
        let Some(first) = arguments.first() else { return Ok(Self::default()) };
        if first.contains("://") {
            return Ok(Self { url: Some(first.clone()), ..Self::default() });
        }
        if first.contains('=') {
            return Self::of_settings(first);
        }
        let given = |at: usize| arguments.get(at).filter(|argument| *argument != "-").cloned();
        let port = given(3).map(|port| port.parse().map_err(|_| format!("`{port}` is no port")));
        Ok(Self {
            url: None,
            database: given(0),
            user: given(1),
            host: given(2),
            port: port.transpose()?,
        })
    }

    fn of_settings(text: &str) -> Result<Self, String> {
        let mut connect = Self::default();
        for (name, value) in settings(text)? {
            match name.as_str() {
                "dbname" => connect.database = Some(value),
                "user" => connect.user = Some(value),
                "host" => connect.host = Some(value),
                "port" => {
                    connect.port =
                        Some(value.parse().map_err(|_| format!("`{value}` is no port"))?);
                }
                name => return Err(format!("the setting `{name}` is not read; write a URL")),
            }
        }
        Ok(connect)
    }

    /// Answers where to go from a connection. A password is not shown to another server or user.
    pub(crate) fn from(&self, former: &ConnectionConfig) -> hypostyle::Result<ConnectionConfig> {
        if let Some(url) = &self.url {
            return ConnectionConfig::parse(url);
        }
        let mut config = former.clone();
        let mut forget = |name: &str| config.options.remove(name);
        if self.database.is_some() {
            forget("dbname");
        }
        if self.user.is_some() {
            forget("user");
        }
        if self.host.is_some() {
            forget("host");
        }
        if self.port.is_some() {
            forget("port");
        }
        if self.user.is_some() || self.host.is_some() || self.port.is_some() {
            forget("password");
            config.password = None;
        }
        config.database = self.database.clone().unwrap_or(config.database);
        config.username = self.user.clone().or(config.username);
        config.port = self.port.or(config.port);
        if let Some(host) = &self.host {
            config.host = Some(host.clone());
            config.further_hosts = Vec::new();
        }
        Ok(config)
    }
}

/// Reads `name=value name='a value'`.
fn settings(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut settings = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let Some((name, after)) = rest.split_once('=') else {
            return Err(format!("`{rest}` is no setting"));
        };
        let after = after.trim_start();
        let (value, length) = match after.strip_prefix('\'') {
            Some(quoted) => quoted_value(quoted),
            None => {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                (after[..end].to_owned(), end)
            }
        };
        settings.push((name.trim().to_owned(), value));
        rest = after[length..].trim_start();
    }
    Ok(settings)
}

/// Reads up to the closing quote, and answers the length with both quotes.
fn quoted_value(text: &str) -> (String, usize) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, each)) = characters.next() {
        match each {
            '\'' => return (value, at + 2),
            '\\' => value.extend(characters.next().map(|(_, next)| next)),
            each => value.push(each),
        }
    }
    (value, text.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arguments: &[&str], expect: &str) {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        let mut former =
            ConnectionConfig::parse("postgres://u:secret@h:1/old?sslmode=require").unwrap();
        former.options.insert("dbname".to_owned(), "x".to_owned());
        let shown = Connect::parse(&arguments)
            .map(|connect| connect.from(&former).unwrap().to_string().replace("&dbname=x", ""))
            .unwrap_or_else(|why| why);
        assert_eq!(shown.replace("dbname=x&", ""), expect, "{arguments:?}");
    }

    #[test]
    fn what_is_not_named_stays() {
        let rest = "?sslmode=require";
        check(&[], &format!("postgres://u:***@h:1/old{rest}"));
        check(&["new"], &format!("postgres://u:***@h:1/new{rest}"));
        check(&["My DB", "-", "-", "-"], &format!("postgres://u:***@h:1/My DB{rest}"));
        check(&["-", "ada"], &format!("postgres://ada@h:1/old{rest}"));
        check(&["new", "-", "far", "2"], &format!("postgres://u@far:2/new{rest}"));
        let reuse = "-reuse-previous=on";
        check(&[reuse, "dbname='it\\'s a'"], &format!("postgres://u:***@h:1/it's a{rest}"));
        check(&["dbname=a user=b"], &format!("postgres://b@h:1/a{rest}"));
        check(&["postgres://x@y/z"], "postgres://x@y/z");
        check(&["sslkey=x dbname=a"], "the setting `sslkey` is not read; write a URL");
        check(&["a", "b", "c", "d"], "`d` is no port");
    }
}
