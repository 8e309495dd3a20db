//! Stopping: what is under way finishes, within bounds.

use std::time::{Duration, Instant};

use super::{Answer, Running, short};
use hypostyle_server::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Takes about a second of computing.
const SLOW: &str = "CREATE VIEW slow AS WITH RECURSIVE n(i) AS \
                    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) \
                    SELECT count(*) AS rows FROM n;";

#[tokio::test(flavor = "multi_thread")]
async fn requests_under_way_finish_and_no_more_are_accepted() {
    let mut site = Running::start_with(Config::default(), SLOW).await;
    let mut idle = TcpStream::connect(site.address).await.unwrap();
    let stop = site.stop.take();
    let slow = site.get("/api/v1/db/tables/slow");
    let stop = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.map(|stop| stop.send(()))
    };
    let (answer, _) = tokio::join!(slow, stop);
    assert!(answer.body.contains("\"records\":[{\"rows\":1000000}]"), "{}", answer.body);
    (&mut site.running).await.unwrap().unwrap();
    assert_eq!(idle.read(&mut [0; 16]).await.unwrap(), 0, "an idle connection is closed");
    assert!(TcpStream::connect(site.address).await.is_err());
    assert!(site.db.health_check().await, "the database stays open");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_waits_no_longer_than_it_was_told() {
    let endless = "CREATE VIEW endless AS WITH RECURSIVE n(i) AS \
                   (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;";
    let mut site = Running::start_with(short(Config::default()), endless).await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let request =
        format!("GET /api/v1/db/tables/endless HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    site.stop.take().map(|stop| stop.send(()));
    (&mut site.running).await.unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_serves_several_requests_and_a_silent_one_is_closed() {
    let config = Config { header_timeout: Duration::from_millis(300), ..Config::default() };
    let site = Running::start_with(config, "CREATE TABLE t (a);").await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
    for _ in 0..3 {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = vec![0; 4_096];
        let read = stream.read(&mut bytes).await.unwrap();
        assert_eq!(Answer::read(&bytes[..read]).status, 200);
    }
    let mut silent = TcpStream::connect(site.address).await.unwrap();
    silent.write_all(b"GET / HT").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut rest));
    assert!(closed.await.is_ok(), "a client that sends half a head is closed");
}
