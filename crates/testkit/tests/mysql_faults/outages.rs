//! A server that is killed under load and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use hypostyle::{Database, Effect};
use hypostyle_testkit::server::{Brand, MySql, MySqlOptions};
use hypostyle_testkit::{Outcome, Proxy, equal, holds};

use crate::support::{
    all_succeed, blocking, joined, killed, number, options, recovers, restarted, server, tests,
};

tests! { "outages":
    a_killed_server_is_not_run_down_and_used_again_once_it_is_back,
}

const WORKERS: usize = 40;
const RECONNECTS_A_SECOND: usize = 20;

async fn a_killed_server_is_not_run_down_and_used_again_once_it_is_back(brand: Brand) -> Outcome {
    // What was told as written is to survive.
    let settings = &[("innodb_flush_log_at_trx_commit", "2")];
    let server = server(MySqlOptions { brand, settings, ..MySqlOptions::default() }).await?;
    query(&server, "CREATE DATABASE app; CREATE TABLE app.t (id bigint)").await?;
    let proxy = Proxy::start(server.port())?;
    let url = server.url_through(proxy.port(), "app");
    let db = options().timeout(Duration::from_secs(2)).open(&url).await?;
    let load = Load::start(&db);
    tokio::time::sleep(Duration::from_millis(500)).await;
    killed(&server).await?;
    let rate = most_in_a_second(&proxy, Duration::from_secs(3)).await;
    restarted(&server).await?;
    let back = recovers(&db, Duration::from_secs(10)).await?;
    all_succeed(&db, 100).await?;
    let Told { written, lost, unknown } = load.end().await?;
    println!(
        "killed: {rate} reconnects a second at most; first answer {back:?} after the restart; {} writes told, {lost} failed, {} unknown",
        written.len(),
        unknown.len()
    );
    holds(rate <= RECONNECTS_A_SECOND, format!("{rate} reconnects in a second"))?;
    holds(lost > 0, "no caller noticed")?;
    let there = query(&server, "SELECT id FROM app.t ORDER BY id").await?;
    let there = there.lines().map(number).collect::<Outcome<Vec<usize>>>()?;
    let mut once = there.clone();
    once.dedup();
    equal(once.len(), there.len())?;
    let is_missing = |id: &&usize| there.binary_search(id).is_err();
    equal(written.iter().filter(is_missing).count(), 0)?;
    let told = |id: &&usize| !written.contains(id) && !unknown.contains(id);
    equal(there.iter().filter(told).count(), 0)
}

async fn query(server: &Arc<MySql>, text: &'static str) -> Outcome<String> {
    let server = Arc::clone(server);
    blocking(move || server.query("", text)).await
}

/// Writes and reads without a pause until told to end.
struct Load {
    is_ending: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<Told>>,
}

/// What callers of a load were told.
#[derive(Default)]
struct Told {
    written: Vec<usize>,
    lost: usize,
    unknown: Vec<usize>,
}

impl Load {
    fn start(db: &Database) -> Self {
        let (is_ending, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let worker = |_| {
            let (db, is_ending, next) = (db.clone(), is_ending.clone(), next.clone());
            tokio::spawn(async move {
                let mut told = Told::default();
                while !is_ending.load(Ordering::Relaxed) {
                    let id = next.fetch_add(1, Ordering::Relaxed);
                    let done = db.execute("INSERT INTO t VALUES (?)", (id as u64,)).await;
                    match done {
                        Ok(_) => told.written.push(id),
                        Err(error) if error.effect() == Effect::None => told.lost += 1,
                        Err(_) => told.unknown.push(id),
                    }
                    let read = db.fetch_value::<i64>("SELECT 0 + ?", (id as u64,)).await;
                    told.lost += usize::from(read.is_err());
                }
                told
            })
        };
        let tasks = (0..WORKERS).map(worker).collect();
        Self { is_ending, tasks }
    }

    async fn end(self) -> Outcome<Told> {
        self.is_ending.store(true, Ordering::Relaxed);
        let mut all = Told::default();
        for task in self.tasks {
            let told = joined(task).await?;
            all.written.extend(told.written);
            all.unknown.extend(told.unknown);
            all.lost += told.lost;
        }
        Ok(all)
    }
}

/// Watches a proxy for some time; answers the most connections in any second.
async fn most_in_a_second(proxy: &Proxy, time: Duration) -> usize {
    const LOOK: Duration = Duration::from_millis(50);

    let (began, mut counts) = (std::time::Instant::now(), vec![proxy.accepted()]);
    while began.elapsed() < time {
        tokio::time::sleep(LOOK).await;
        counts.push(proxy.accepted());
    }
    let looks = counts.iter().zip(counts.iter().skip(20));
    looks.map(|(first, last)| last - first).max().unwrap_or_default()
}
