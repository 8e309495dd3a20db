//! The loops around each library's calls: the same for all of them.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench_harness::{Case, measure};
use tokio::runtime::Runtime;
use tokio::task::yield_now;

use crate::item::Item;
use crate::keys::Keys;
use crate::library::{Library, Many, OneByOne, Pooled};
use crate::setup::Setup;
use crate::workload::Pace;

/// Calls between two looks at the clock.
const CALLS_PER_LOOK: usize = 8;

/// Reads rows by random keys in so many tasks at once.
pub(crate) fn point_select<L: Library>(setup: &Setup, tasks: usize, pace: Pace) -> Case {
    let round = setup.round;
    let mut handles = Handles::<L>::open(setup, tasks);
    handles.each(|task, mut library| async move {
        let id = Keys::of_task(task).next_id();
        assert_eq!(library.point_select(id).await, Item::numbered(id), "{} read wrongly", L::NAME);
        (library, 1)
    });
    Case::new(L::NAME, move || {
        measure(|| {
            handles.each(move |task, mut library| async move {
                let calls = select_for(&mut library, Keys::of_task(task), round, pace).await;
                (library, calls)
            })
        })
    })
}

/// Writes single rows in transactions of their own.
pub(crate) fn insert<L: Library>(setup: &Setup) -> Case {
    let round = setup.round;
    writing(setup, L::NAME, move |mut library: L, items| async move {
        let calls = insert_for(&mut library, &items, round).await;
        (library, calls)
    })
}

/// Writes so many rows in a transaction, each statement once the one before it is answered.
pub(crate) fn one_by_one<L: OneByOne>(setup: &Setup, name: &'static str, rows: usize) -> Case {
    let round = setup.round;
    writing(setup, name, move |mut library: L, items| async move {
        let mut written = Written::new(round);
        for chunk in items.chunks(rows) {
            library.execute_each(chunk).await;
            if written.is_enough_with(chunk) {
                break;
            }
        }
        (library, written.calls)
    })
}

/// Writes so many rows in a transaction, handed over as one.
pub(crate) fn execute_many<L: Many>(setup: &Setup, rows: usize) -> Case {
    let round = setup.round;
    writing(setup, L::NAME, move |mut library: L, items| async move {
        let mut written = Written::new(round);
        for chunk in items.chunks(rows) {
            library.execute_many(chunk).await;
            if written.is_enough_with(chunk) {
                break;
            }
        }
        (library, written.calls)
    })
}

/// Writes all rows in one transaction.
pub(crate) fn bulk<L: Library>(setup: &Setup) -> Case {
    writing(setup, L::NAME, |mut library: L, items| async move {
        library.bulk(&items).await;
        (library, count(&items))
    })
}

/// Writes rows, and checks that all of them and no others are there.
fn writing<L, Fut>(
    setup: &Setup,
    name: &'static str,
    work: impl Fn(L, Arc<[Item]>) -> Fut + 'static,
) -> Case
where
    L: Library,
    Fut: Future<Output = (L, u64)> + Send + 'static,
{
    let (items, target) = (Arc::clone(&setup.items), Arc::clone(&setup.target));
    let mut handles = Handles::<L>::open(setup, 1);
    Case::new(name, move || {
        target.clear();
        let sample = measure(|| handles.each(|_, library| work(library, Arc::clone(&items))));
        let written = usize::try_from(sample.operations).expect("no more calls than items");
        target.check(&items[..written]);
        target.clear();
        sample
    })
}

/// Takes a connection out of an idle pool and puts it back.
pub(crate) fn acquire<L: Pooled>(setup: &Setup) -> Case {
    let round = setup.round;
    let mut handles = Handles::<L>::open(setup, 1);
    Case::new(L::NAME, move || {
        measure(|| {
            handles.each(move |_, mut library| async move {
                let calls = acquire_for(&mut library, round).await;
                (library, calls)
            })
        })
    })
}

async fn select_for<L: Library>(
    library: &mut L,
    mut keys: Keys,
    round: Duration,
    pace: Pace,
) -> u64 {
    let start = Instant::now();
    let mut calls = 0;
    while start.elapsed() < round {
        for _ in 0..CALLS_PER_LOOK {
            let id = keys.next_id();
            let item = library.point_select(id).await;
            assert_eq!(item.id, id, "{} read another row", L::NAME);
            black_box(item);
            calls += 1;
            if pace == Pace::Yielding {
                yield_now().await;
            }
        }
    }
    calls
}

async fn insert_for<L: Library>(library: &mut L, items: &[Item], round: Duration) -> u64 {
    let mut written = Written::new(round);
    for chunk in items.chunks(CALLS_PER_LOOK) {
        for item in chunk {
            library.insert(item).await;
        }
        if written.is_enough_with(chunk) {
            break;
        }
    }
    written.calls
}

/// Rows written so far in a round.
struct Written {
    start: Instant,
    round: Duration,
    calls: u64,
}

impl Written {
    fn new(round: Duration) -> Self {
        Self { start: Instant::now(), round, calls: 0 }
    }

    /// Counts rows, and tells whether the round is over.
    fn is_enough_with(&mut self, items: &[Item]) -> bool {
        self.calls += count(items);
        self.start.elapsed() >= self.round
    }
}

async fn acquire_for<L: Pooled>(library: &mut L, round: Duration) -> u64 {
    let start = Instant::now();
    let mut calls = 0;
    while start.elapsed() < round {
        for _ in 0..CALLS_PER_LOOK {
            library.acquire().await;
            calls += 1;
        }
    }
    calls
}

/// So many rows, as a number of operations.
pub fn count(items: &[Item]) -> u64 {
    u64::try_from(items.len()).expect("a slice's length fits in 64 bits")
}

/// The handles of a library, lent to one task each and given back at the end of the round.
struct Handles<L> {
    runtime: Arc<Runtime>,
    idle: Vec<L>,
}

impl<L: Library> Handles<L> {
    fn open(setup: &Setup, tasks: usize) -> Self {
        let runtime = Arc::clone(&setup.runtime);
        let location = setup.location.clone();
        let opening = runtime.spawn(async move { L::open(&location, tasks).await });
        let idle = runtime.block_on(opening).expect("the library opens");
        Self { runtime, idle }
    }

    /// Runs `work` in one task for each handle and adds up their calls.
    fn each<Fut>(&mut self, work: impl Fn(u64, L) -> Fut) -> u64
    where
        Fut: Future<Output = (L, u64)> + Send + 'static,
    {
        let tasks = (0..).zip(self.idle.drain(..));
        let running: Vec<_> =
            tasks.map(|(task, library)| self.runtime.spawn(work(task, library))).collect();
        let mut total = 0;
        for task in running {
            let (library, calls) = self.runtime.block_on(task).expect("no task panics");
            self.idle.push(library);
            total += calls;
        }
        total
    }
}
