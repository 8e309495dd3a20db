//! Three nodes of Galera that all take writes, through the facade with its default layers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hypostyle::{Database, Error, ErrorKind, Result};
use hypostyle_core::{Begin, TransactRetry};
use hypostyle_testkit::server::{Galera, MySql};

const NODES: usize = 3;
const INCREMENTS: usize = 300;
/// How long a node that is not ready may be asked for.
const LEFT_MS_MAX: u64 = 10_000;
/// How long a node may take to find that it is alone.
const ALONE_MS_MAX: u64 = 60_000;

/// Runs a test on a cluster of its own that has the table `d.t` with the row (1, 0).
fn on_cluster<F: Future<Output = Result<()>>>(test: impl FnOnce(&'static Galera) -> F) {
    let cluster = Galera::start(NODES).unwrap();
    let setup = "CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, v INT); \
                 INSERT INTO d.t VALUES (1, 0)";
    cluster.nodes()[0].query("", setup).unwrap();
    let read = "SET wsrep_sync_wait = 15; SELECT v FROM d.t";
    for node in cluster.nodes() {
        assert_eq!(node.query("", read).unwrap(), "0");
    }
    // Tasks outlive the borrow of a local; the processes are ended by hand.
    let cluster: &'static Galera = Box::leak(Box::new(cluster));
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    let ended = runtime.block_on(test(cluster));
    cluster.nodes().iter().for_each(MySql::kill);
    ended.unwrap();
}

/// Adds one to the row, so many times, through one node; answers how many attempts that took.
async fn increments(url: String) -> Result<usize> {
    let db = Database::open(&url).await?;
    let retry = TransactRetry { attempts_max: 1_000, backoff: Duration::from_millis(1) };
    let attempts = AtomicUsize::new(0);
    for _ in 0..INCREMENTS {
        let increment = db.transact_with(Begin::default(), retry, |mut transaction| {
            attempts.fetch_add(1, Ordering::Relaxed);
            async move {
                let text = "SELECT v FROM t WHERE id = 1 FOR UPDATE";
                let value: i64 = transaction.fetch_value(text, ()).await?;
                transaction.execute("UPDATE t SET v = ? WHERE id = 1", (value + 1,)).await
            }
        });
        increment.await?;
    }
    db.close().await?;
    Ok(attempts.into_inner())
}

#[test]
fn three_writers_through_three_nodes_lose_no_increment() {
    on_cluster(|cluster| async move {
        let urls = cluster.nodes().iter().map(|node| node.url("d"));
        let writers: Vec<_> = urls.map(|url| tokio::spawn(increments(url))).collect();
        let mut attempts = 0;
        for writer in writers {
            attempts += writer.await.map_err(|_| Error::closed("writer"))??;
        }
        println!("{} increments took {attempts} attempts", NODES * INCREMENTS);
        for node in cluster.nodes() {
            let value = node.query("", "SET wsrep_sync_wait = 15; SELECT v FROM d.t")?;
            assert_eq!(value, (NODES * INCREMENTS).to_string());
        }
        assert!(attempts > NODES * INCREMENTS, "nobody was in another's way");
        Ok(())
    });
}

#[test]
fn a_node_that_is_not_ready_is_left_for_another() {
    on_cluster(|cluster| async move {
        let [first, others @ ..] = cluster.nodes() else { return Err(Error::closed("node")) };
        let db = Database::open(&cluster.url("d")).await?;
        db.execute("UPDATE t SET v = v + 1", ()).await?;
        assert_eq!(db.fetch_value::<u16>("SELECT @@port FROM t", ()).await?, first.port());

        first.query("", "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'")?;
        let began = Instant::now();
        while !first.query("", "SHOW STATUS LIKE 'wsrep_ready'")?.contains("OFF") {
            assert!(began.elapsed() < Duration::from_millis(ALONE_MS_MAX), "it is still ready");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let began = Instant::now();
        let port = loop {
            match db.fetch_value::<u16>("SELECT @@port FROM t", ()).await {
                Ok(port) => break port,
                Err(error) => assert_eq!(error.kind(), ErrorKind::Connection, "{error}"),
            }
        };
        let took = began.elapsed();
        println!("another node answered after {took:?}");
        assert!(others.iter().any(|node| node.port() == port), "{port}");
        assert!(took < Duration::from_millis(LEFT_MS_MAX), "{took:?}");
        db.execute("UPDATE t SET v = v + 1", ()).await?;
        let value = others[1].query("", "SET wsrep_sync_wait = 15; SELECT v FROM d.t")?;
        assert_eq!(value, "2");
        db.close().await
    });
}
