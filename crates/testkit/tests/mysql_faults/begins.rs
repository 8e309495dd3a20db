//! Transactions whose `begin` was dropped.

use std::time::{Duration, Instant};

use hypostyle_testkit::server::Brand;
use hypostyle_testkit::{Dropped, Outcome, drop_at, equal};

use crate::support::{IN_TRANSACTION, Site, all_at_once, options, tests, up_to};

tests! { "begins":
    cancelled_begins_swallow_no_later_insert,
}

const BEGINS: usize = 400;
const TASKS: usize = 16;

async fn cancelled_begins_swallow_no_later_insert(brand: Brand) -> Outcome {
    let site = Site::new(brand, "CREATE TABLE t (id bigint PRIMARY KEY)").await?;
    let db = options().open(&site.url()).await?;
    let cancelled = all_at_once(TASKS, |task| {
        let db = db.clone();
        async move {
            let mut cancelled = 0;
            for number in (task..BEGINS).step_by(TASKS) {
                let is_dropped = if number % 2 == 0 {
                    matches!(drop_at(number / 2 % 8, db.begin()).await, Dropped::Pending)
                } else {
                    let limit = up_to(Duration::from_millis(3));
                    tokio::time::timeout(limit, db.begin()).await.is_err()
                };
                cancelled += usize::from(is_dropped);
            }
            Ok(cancelled)
        }
    });
    let cancelled: usize = cancelled.await?.into_iter().sum();
    let inserting = all_at_once(TASKS, |task| {
        let db = db.clone();
        async move {
            for number in (task..BEGINS).step_by(TASKS) {
                db.execute("INSERT INTO t VALUES (?)", (number as u64,)).await?;
            }
            Ok(())
        }
    });
    inserting.await?;
    equal(site.count("SELECT count(*) FROM t").await?, BEGINS)?;
    let ended = Instant::now();
    site.until(IN_TRANSACTION, 0).await?;
    println!(
        "{cancelled} of {BEGINS} begins cancelled; in transaction: 0 after {:?}",
        ended.elapsed()
    );
    tokio::time::sleep(Duration::from_secs(1)).await;
    equal(site.sessions(IN_TRANSACTION).await?, 0)?;
    equal(cancelled > BEGINS / 10, true)
}
