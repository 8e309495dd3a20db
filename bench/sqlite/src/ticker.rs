//! How late a 1 ms ticker gets while a long statement runs on the only worker of its runtime.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bench_harness::{Case, Sample, cpu_time};
use bench_work::{Setup, runtime};
use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::engine::Scalar;
use crate::rusqlite_direct::open_connection;

const TICK: Duration = Duration::from_millis(1);
const STATEMENT: Duration = Duration::from_millis(100);
/// How long the ticker runs alone before the statement starts.
const LEAD: Duration = Duration::from_millis(10);

/// The worst time between two ticks beside a 100 ms statement.
pub(crate) fn case<L: Scalar>(setup: &Setup) -> Case {
    let runtime = runtime(1);
    let statement = LongStatement::lasting(STATEMENT, Path::new(&setup.location));
    let mut library = Some(open::<L>(&runtime, setup.location.clone()));
    Case::new(L::NAME, move || {
        let cpu_before = cpu_time();
        let own = library.take().expect("each round gives the handle back");
        let (own, worst) = runtime.block_on(beside(own, statement));
        library = Some(own);
        let cpu = cpu_time() - cpu_before;
        Sample { operations: 1, wall: worst, cpu, growth_bytes: None }
    })
}

fn open<L: Scalar>(runtime: &Runtime, location: String) -> L {
    let opening = runtime.spawn(async move { L::open(&location, 1).await });
    let mut handles = runtime.block_on(opening).expect("the library opens");
    handles.pop().expect("a library has a handle for one task")
}

async fn beside<L: Scalar>(mut library: L, statement: LongStatement) -> (L, Duration) {
    let done = Arc::new(AtomicBool::new(false));
    let ticker = tokio::spawn(worst_gap(Arc::clone(&done)));
    sleep(LEAD).await;
    let working = tokio::spawn(async move {
        let counted = library.scalar(&statement.sql()).await;
        assert_eq!(counted, statement.count, "{} counted wrongly", L::NAME);
        library
    });
    let library = working.await.expect("the statement does not panic");
    done.store(true, Ordering::Relaxed);
    (library, ticker.await.expect("the ticker does not panic"))
}

async fn worst_gap(done: Arc<AtomicBool>) -> Duration {
    let mut worst = Duration::ZERO;
    let mut last = Instant::now();
    while !done.load(Ordering::Relaxed) {
        sleep(TICK).await;
        worst = worst.max(last.elapsed());
        last = Instant::now();
    }
    worst
}

/// A statement that counts to `count` without reading a table.
#[derive(Clone, Copy)]
struct LongStatement {
    count: i64,
}

impl LongStatement {
    /// Finds how far SQLite counts on this machine in that time.
    fn lasting(time: Duration, database: &Path) -> Self {
        let probe = Self { count: 500_000 };
        let connection = open_connection(database);
        let start = Instant::now();
        let counted: i64 = connection
            .query_row(&probe.sql(), [], |row| row.get(0))
            .expect("the statement that finds the length runs");
        let share = time.as_secs_f64() / start.elapsed().as_secs_f64();
        Self { count: (counted as f64 * share) as i64 }
    }

    fn sql(self) -> String {
        let count = self.count;
        format!(
            "SELECT (WITH RECURSIVE number(value) AS (SELECT 1 UNION ALL \
             SELECT value + 1 FROM number WHERE value < {count}) SELECT count(*) FROM number)"
        )
    }
}
