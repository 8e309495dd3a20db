//! Who may ask, and what protects those who do.

use super::{Running, short};
use hypostyle::{Database, ErrorKind};
use hypostyle_server::{Config, Mount, Server, Site};
use tokio::net::TcpListener;

async fn locked() -> Running {
    let config = Config { api_key: Some("s3cret".into()), ..Config::default() };
    Running::start_with(short(config), "CREATE TABLE t (a);").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_needed_for_everything_but_health_and_the_console() {
    let site = locked().await;
    for target in [
        "/api/v1/db/tables",
        "/api/v1/db/status",
        "/api/v1/db/is-ready",
        "/api/nothing",
        "/openapi.json",
        "/api/v1/db/tables?api_key=s3cret",
    ] {
        let answer = site.check_failure(target, 401, "UNAUTHORIZED").await;
        assert!(answer.header("www-authenticate").is_some_and(|how| how.starts_with("bearer")));
    }
    for target in ["/healthz", "/readyz", "/", "/d/shop/t/t", "/sql"] {
        assert_eq!(site.get(target).await.status, 200, "{target}");
    }
    for header in [("Authorization", "Bearer s3cret"), ("X-API-Key", "s3cret")] {
        assert_eq!(site.client.get("/api/v1/db/tables", &[header]).await.status, 200);
    }
    let wrong = site.client.get("/api/v1/db/tables", &[("X-API-Key", "S3CRET")]).await;
    wrong.assert_failure(401, "UNAUTHORIZED");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_and_origins_are_refused() {
    let site = Running::start().await;
    let own = site.address.to_string();
    let get = async |headers: &[(&str, &str)]| {
        site.client.send("GET", "/api/v1/db/tables", headers).await
    };
    get(&[("Host", "evil.example")]).await.assert_failure(403, "FORBIDDEN_HOST");
    get(&[("Host", "127.0.0.1.evil.example")]).await.assert_failure(403, "FORBIDDEN_HOST");
    get(&[]).await.assert_failure(403, "FORBIDDEN_HOST");
    assert_eq!(get(&[("Host", "localhost:1")]).await.status, 200);
    let origin = |origin: &'static str| [("Host", own.clone()), ("Origin", origin.to_owned())];
    for foreign in ["http://evil.example", "null", "http://localhost:3000"] {
        let headers = origin(foreign);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        get(&headers).await.assert_failure(403, "FORBIDDEN_ORIGIN");
    }
    let same = format!("http://{own}");
    assert_eq!(get(&[("Host", &own), ("Origin", &same)]).await.status, 200);
    let health = site.client.send("GET", "/healthz", &[("Host", "evil.example")]).await;
    health.assert_failure(403, "FORBIDDEN_HOST");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_an_allowed_origin_may_ask_and_read() {
    let config = Config {
        api_key: Some("s3cret".into()),
        allowed_origins: vec!["https://app.example".into()],
        ..Config::default()
    };
    let site = Running::start_with(short(config), "CREATE TABLE t (a);").await;
    let (host, target) = (site.address.to_string(), "/api/v1/db/tables/t/records");
    let ask = async |method: &str, headers: &[(&str, &str)]| {
        let mut all = vec![("Host", host.as_str())];
        all.extend(headers);
        site.client.send(method, target, &all).await
    };
    let origin = ("Origin", "https://app.example");
    let wants = ("Access-Control-Request-Method", "PATCH");
    let before = ask("OPTIONS", &[origin, wants]).await;
    assert_eq!((before.status, before.body.as_str()), (204, ""));
    let allowed = before.header("access-control-allow-methods").unwrap_or_default();
    assert!(allowed.contains("patch"), "{}", before.head);
    assert_eq!(before.header("access-control-allow-origin"), Some("https://app.example"));
    ask("GET", &[origin]).await.assert_failure(401, "UNAUTHORIZED");
    let answer = ask("GET", &[origin, ("X-API-Key", "s3cret")]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"));
    assert_eq!(answer.header("vary"), Some("origin"));
    let foreign = ask("OPTIONS", &[("Origin", "https://evil.example"), wants]).await;
    foreign.assert_failure(403, "FORBIDDEN_ORIGIN");
    assert_eq!(foreign.header("access-control-allow-origin"), None);
    let own = ask("GET", &[("X-API-Key", "s3cret")]).await;
    assert_eq!(own.header("access-control-allow-origin"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_that_protect_a_browser() {
    let site = Running::start().await;
    for target in ["/", "/d/shop/t/album", "/api/v1/db/tables", "/nothing"] {
        let answer = site.get(target).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{target}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{target}");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(answer.header("x-request-id").is_some(), "{target}");
    }
    assert_eq!(site.get("/").await.header("cache-control"), Some("no-store"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_others_reach_is_refused_without_a_key() {
    let db = || async { Database::open("sqlite::memory:").await.unwrap() };
    let site = |databases: Vec<(&str, Database)>| Site {
        mounts: databases.into_iter().map(|(name, db)| Mount::new(name, db)).collect(),
        ..Site::default()
    };
    let listen = Config { listen: "0.0.0.0:0".parse().unwrap(), ..Config::default() };
    let refused = Server::new(listen, site(vec![("a", db().await)])).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Config);
    assert!(refused.message().contains("set an API key"), "{refused}");
    // The listener counts, whatever the options say.
    let server = Server::new(Config::default(), site(vec![("a", db().await)])).unwrap();
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = server.run(listener, std::future::pending()).await.unwrap_err();
    assert!(refused.message().contains("set an API key"), "{refused}");
    for databases in [vec![], vec![("", db().await)], vec![("a", db().await), ("a", db().await)]] {
        let refused = Server::new(Config::default(), site(databases)).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Config);
    }
}
