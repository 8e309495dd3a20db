//! Engines that lack what SQLite has.

use hypostyle::{Database, Environment};
use hypostyle_server::{Config, Mount, Server, Site};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::Client;

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_counts_rows_on_an_engine_without_savepoints() {
    let options = Database::options().environment(Environment::empty());
    let db = options.open("duckdb::memory:").await.unwrap();
    db.execute("CREATE TABLE item AS SELECT i AS id FROM range(7) AS r (i)", ()).await.unwrap();
    let site = Site { mounts: vec![Mount::new("shop", db)], ..Site::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(listener.local_addr().unwrap());
    let (_stop, stopped) = oneshot::channel::<()>();
    let server = Server::new(Config::default(), site).unwrap();
    tokio::spawn(server.run(listener, async move {
        let _ = stopped.await;
    }));
    let catalog = client.get("/api/v1/db/catalog", &[]).await;
    assert_eq!(catalog.status, 200, "{}", catalog.body);
    let catalog: serde_json::Value = serde_json::from_str(&catalog.body).unwrap();
    assert!(catalog.to_string().contains("\"item\""), "{catalog}");
    assert!(catalog.to_string().contains(":7"), "{catalog}");
}
