//! Who may ask: the key, the host the request was sent to, the page it came from. All pure.

use axum::http::{HeaderMap, HeaderName, Uri, header};
use subtle::ConstantTimeEq;

use crate::Config;
use crate::error::Error;

/// Tells what anyone may ask for: whether the process lives, and the console's own files, which
/// hold no data and ask for the key themselves.
fn is_open(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
        || !(path.starts_with("/api/") || path == "/openapi.json")
}

/// Hosts of the machine itself.
const LOCAL_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Checks that the request was sent to a name of this server, so that a page of another site cannot
/// reach it by pointing a name of its own here.
pub(crate) fn check_host(config: &Config, uri: &Uri, headers: &HeaderMap) -> Result<(), Error> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next().map(|host| host.to_str()), hosts.next()) {
        (Some(Ok(host)), None) => host,
        _ => return Err(Error::ForbiddenHost { host: String::new() }),
    };
    let target = uri.authority().map(|authority| authority.as_str());
    for authority in [Some(host), target].into_iter().flatten() {
        if !is_known_host(config, authority) {
            return Err(Error::ForbiddenHost { host: authority.to_owned() });
        }
    }
    Ok(())
}

/// Checks that a request sent by a page was sent by one of ours, or of an allowed origin.
pub(crate) fn check_origin(config: &Config, headers: &HeaderMap) -> Result<(), Error> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    for origin in headers.get_all(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        let own = origin.split_once("://").is_some_and(|(scheme, authority)| {
            matches!(scheme, "http" | "https") && authority.eq_ignore_ascii_case(host)
        });
        let allowed = config.allowed_origins.iter().any(|one| one.eq_ignore_ascii_case(origin));
        if !own && !allowed {
            return Err(Error::ForbiddenOrigin { origin: origin.to_owned() });
        }
    }
    Ok(())
}

/// Checks the key, where there is one.
pub(crate) fn check_key(config: &Config, path: &str, headers: &HeaderMap) -> Result<(), Error> {
    let Some(key) = &config.api_key else { return Ok(()) };
    if is_open(path) || presented(headers).is_some_and(|given| same(given, key)) {
        return Ok(());
    }
    Err(Error::Unauthorized)
}

fn presented(headers: &HeaderMap) -> Option<&str> {
    const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| {
        let (scheme, key) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    bearer.or_else(|| headers.get(X_API_KEY)?.to_str().ok())
}

/// Compares in a time that tells nothing but the length.
fn same(given: &str, key: &str) -> bool {
    given.as_bytes().ct_eq(key.as_bytes()).into()
}

fn is_known_host(config: &Config, authority: &str) -> bool {
    let Some(host) = host_of(authority) else { return false };
    let is = |known: &str| known.eq_ignore_ascii_case(host);
    let ip = config.listen.ip();
    let own = if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() };
    LOCAL_HOSTS.iter().any(|known| is(known))
        || (!ip.is_unspecified() && is(&own))
        || config.allowed_hosts.iter().any(|known| is(known))
}

/// Answers the host of `host`, `host:port`, `[v6]` or `[v6]:port`.
fn host_of(authority: &str) -> Option<&str> {
    let end = match authority.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(end)?;
    let is_port = |port: &str| port.parse::<u16>().is_ok() && !port.starts_with('+');
    let valid = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (valid && !host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn config() -> Config {
        Config {
            listen: "192.168.1.5:8080".parse().unwrap(),
            api_key: Some("s3cret".into()),
            allowed_hosts: vec!["db.example".into()],
            allowed_origins: vec!["https://app.example".into()],
            ..Config::default()
        }
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[track_caller]
    fn check_host_is(host: &str, expect: bool) {
        let uri = Uri::from_static("/");
        let passed = check_host(&config(), &uri, &headers(&[("host", host)])).is_ok();
        assert_eq!(passed, expect, "{host}");
    }

    #[test]
    fn only_known_hosts_are_served_on_any_port() {
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:9", "192.168.1.5"] {
            check_host_is(host, true);
        }
        check_host_is("db.example:443", true);
        for host in ["evil.example", "localhost.evil.example", "", ":80", "[::1", "[::1]x", "::1"] {
            check_host_is(host, false);
        }
        for host in ["localhost:http", "localhost:", "localhost:80:80", "u@localhost", "0.0.0.0"] {
            check_host_is(host, false);
        }
    }

    #[test]
    fn the_target_of_the_request_line_counts_as_a_host_too() {
        let pass = |uri: &'static str, hosts: &[(&'static str, &str)]| {
            check_host(&config(), &Uri::from_static(uri), &headers(hosts)).is_ok()
        };
        assert!(pass("http://localhost/x", &[("host", "localhost")]));
        assert!(!pass("http://evil.example/x", &[("host", "localhost")]));
        assert!(!pass("/", &[]));
        assert!(!pass("/", &[("host", "localhost"), ("host", "localhost")]));
    }

    #[test]
    fn a_page_of_another_origin_is_refused() {
        let pass =
            |pairs: &[(&'static str, &str)]| check_origin(&config(), &headers(pairs)).is_ok();
        let host = ("host", "localhost:8080");
        assert!(pass(&[host]));
        assert!(pass(&[host, ("origin", "http://localhost:8080")]));
        assert!(pass(&[host, ("origin", "https://app.example")]));
        for origin in [
            "http://localhost:3000",
            "http://evil.example",
            "null",
            "",
            "file://localhost:8080",
            "https://app.example.evil.example",
        ] {
            assert!(!pass(&[host, ("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn the_key_is_taken_from_either_header_and_never_from_elsewhere() {
        let pass = |path: &str, pairs: &[(&'static str, &str)]| {
            check_key(&config(), path, &headers(pairs)).is_ok()
        };
        let tables = "/api/v1/db/tables";
        assert!(pass(tables, &[("authorization", "Bearer s3cret")]));
        assert!(pass(tables, &[("authorization", "bearer  s3cret")]));
        assert!(pass(tables, &[("x-api-key", "s3cret")]));
        for open in ["/", "/healthz", "/readyz", "/assets/x.js", "/d/shop/t/orders"] {
            assert!(pass(open, &[]), "{open}");
        }
        for closed in ["/openapi.json", "/api/", "/api/v1/db/health", "/api/x"] {
            assert!(!pass(closed, &[]), "{closed}");
        }
        for pairs in [
            &[] as &[_],
            &[("authorization", "Bearer s3cre")],
            &[("authorization", "Bearer s3crets")],
            &[("authorization", "Basic s3cret")],
            &[("authorization", "s3cret")],
            &[("x-api-key", "S3CRET")],
            &[("cookie", "s3cret")],
        ] {
            assert!(!pass("/api/v1/db/tables", pairs), "{pairs:?}");
        }
        assert!(check_key(&Config::default(), "/", &HeaderMap::new()).is_ok());
    }
}
