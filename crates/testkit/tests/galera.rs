//! Three nodes of Galera that all take writes, through the facade with its default layers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hypostyle::{Database, Error, ErrorKind, Result};
use hypostyle_core::{Begin, TransactRetry};
use hypostyle_testkit::server::{Galera, MySql};
use hypostyle_testkit::{Outcome, equal, fails, holds};

const NODES: usize = 3;
const INCREMENTS: usize = 300;
/// How long a node that is not ready may be asked for.
const LEFT_MS_MAX: u64 = 10_000;
/// How long a node may take to find that it is alone.
const ALONE_MS_MAX: u64 = 60_000;

/// Runs a test on a cluster of its own that has the table `d.t` with the row (1, 0).
fn on_cluster<F: Future<Output = Outcome>>(test: impl FnOnce(&'static Galera) -> F) -> Outcome {
    // Tasks outlive the borrow of a local; the processes are ended by hand.
    let cluster: &'static Galera = Box::leak(Box::new(Galera::start(NODES)?));
    let ended = prepared(cluster).and_then(|()| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| Error::closed("runtime").caused_by(error))?;
        runtime.block_on(test(cluster))
    });
    cluster.nodes().iter().for_each(MySql::kill);
    ended
}

fn prepared(cluster: &Galera) -> Outcome {
    let setup = "CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, v INT); \
                 INSERT INTO d.t VALUES (1, 0)";
    cluster.nodes()[0].query("", setup)?;
    values_are(cluster, 0)
}

/// Checks that every node has a value once it has what the others wrote.
fn values_are(cluster: &Galera, expect: usize) -> Outcome {
    for node in cluster.nodes() {
        let value = node.query("", "SET wsrep_sync_wait = 15; SELECT v FROM d.t")?;
        equal(value, expect.to_string())?;
    }
    Ok(())
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
fn three_writers_through_three_nodes_lose_no_increment() -> Outcome {
    on_cluster(|cluster| async move {
        let urls = cluster.nodes().iter().map(|node| node.url("d"));
        let writers: Vec<_> = urls.map(|url| tokio::spawn(increments(url))).collect();
        let mut attempts = 0;
        for writer in writers {
            attempts += writer.await.map_err(|_| Error::closed("writer"))??;
        }
        println!("{} increments took {attempts} attempts", NODES * INCREMENTS);
        values_are(cluster, NODES * INCREMENTS)?;
        holds(attempts > NODES * INCREMENTS, "nobody was in another's way")
    })
}

#[test]
fn a_node_that_is_not_ready_is_left_for_another() -> Outcome {
    on_cluster(|cluster| async move {
        let [first, others @ ..] = cluster.nodes() else { return holds(false, "no node") };
        let db = Database::open(&cluster.url("d")).await?;
        db.execute("UPDATE t SET v = v + 1", ()).await?;
        equal(db.fetch_value::<u16>("SELECT @@port FROM t", ()).await?, first.port())?;

        first.query("", "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'")?;
        let began = Instant::now();
        while !first.query("", "SHOW STATUS LIKE 'wsrep_ready'")?.contains("OFF") {
            let is_soon = began.elapsed() < Duration::from_millis(ALONE_MS_MAX);
            holds(is_soon, "the node is ready all the same")?;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let began = Instant::now();
        let port = loop {
            match db.fetch_value::<u16>("SELECT @@port FROM t", ()).await {
                Ok(port) => break port,
                refusal => drop(fails(refusal, ErrorKind::Connection)?),
            }
        };
        let took = began.elapsed();
        println!("another node answered after {took:?}");
        holds(others.iter().any(|node| node.port() == port), port)?;
        holds(took < Duration::from_millis(LEFT_MS_MAX), format!("{took:?}"))?;
        db.execute("UPDATE t SET v = v + 1", ()).await?;
        db.close().await?;
        first.query("", "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'")?;
        while !first.query("", "SHOW STATUS LIKE 'wsrep_ready'")?.contains("ON") {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        values_are(cluster, 2)
    })
}
