//! Streaming the large table, in a process of its own for each library and round.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

use bench_harness::{Case, ChildFigures, cpu_time, peak_memory_bytes, run_child};
use tokio::runtime::Runtime;

use crate::library::{Dynamic, Library, handles_max};
use crate::registry;
use crate::seed::LARGE_ROWS;
use crate::setup::{Setup, runtime};
use crate::totals::Totals;

/// What every stream must add up to.
static EXPECT: LazyLock<Totals> = LazyLock::new(|| Totals::of_items(LARGE_ROWS));

/// One way to stream.
pub(crate) struct Stream {
    name: &'static str,
    /// Whether timestamps come decoded.
    decodes_moments: bool,
    run: fn(PathBuf, &Runtime) -> ChildFigures<Totals>,
}

/// Streaming into a struct.
pub(crate) fn typed<L: Library>() -> Stream {
    Stream { name: L::NAME, decodes_moments: true, run: run_typed::<L> }
}

/// Streaming rows of values.
pub(crate) fn dynamic<L: Dynamic>(name: &'static str) -> Stream {
    Stream { name, decodes_moments: false, run: run_dynamic::<L> }
}

impl Stream {
    /// The case whose rounds run [`child`].
    pub(crate) fn case(&self, setup: &Setup) -> Case {
        let expect = if self.decodes_moments { *EXPECT } else { EXPECT.without_moments() };
        let name = self.name;
        let dir = setup.database.parent().expect("the database lies in a folder").to_owned();
        Case::new(name, move || {
            let dir = dir.to_str().expect("the folder's path is text");
            let figures = run_child::<Totals>(&["--dir", dir, "stream", name]);
            assert_eq!(figures.result, expect, "{name} read other rows");
            figures.sample()
        })
    }
}

/// Streams once and prints the figures.
pub(crate) fn child(database: &Path, name: &str) {
    let mut streams = registry::libraries().into_iter().flat_map(|library| library.streams);
    let stream = streams.find(|stream| stream.name == name).expect("the library is registered");
    let figures = (stream.run)(database.to_owned(), &runtime(handles_max(usize::MAX)));
    println!("{}", serde_json::to_string(&figures).expect("figures are plain numbers"));
}

fn run_typed<L: Library>(database: PathBuf, runtime: &Runtime) -> ChildFigures<Totals> {
    run(runtime, async move {
        let mut library = open::<L>(&database).await;
        let start = Start::now();
        let mut totals = Totals::default();
        library.stream(&mut totals).await;
        (start, totals)
    })
}

fn run_dynamic<L: Dynamic>(database: PathBuf, runtime: &Runtime) -> ChildFigures<Totals> {
    run(runtime, async move {
        let mut library = open::<L>(&database).await;
        let start = Start::now();
        let mut totals = Totals::default();
        library.stream_dynamic(&mut totals).await;
        (start, totals)
    })
}

async fn open<L: Library>(database: &Path) -> L {
    L::open(database, 1).await.pop().expect("a library has a handle for one task")
}

struct Start {
    moment: Instant,
    cpu_ns: u64,
}

impl Start {
    fn now() -> Self {
        Self { moment: Instant::now(), cpu_ns: cpu_time_ns() }
    }
}

fn run(
    runtime: &Runtime,
    work: impl Future<Output = (Start, Totals)> + Send + 'static,
) -> ChildFigures<Totals> {
    let idle_bytes = peak_memory_bytes();
    let (start, totals) = runtime.block_on(runtime.spawn(work)).expect("the stream does not panic");
    ChildFigures {
        operations: totals.rows,
        wall_ns: nanos(start.moment.elapsed().as_nanos()),
        cpu_ns: cpu_time_ns() - start.cpu_ns,
        idle_bytes,
        peak_bytes: peak_memory_bytes(),
        result: totals,
    }
}

fn cpu_time_ns() -> u64 {
    nanos(cpu_time().as_nanos())
}

fn nanos(count: u128) -> u64 {
    u64::try_from(count).expect("a run ends within centuries")
}
