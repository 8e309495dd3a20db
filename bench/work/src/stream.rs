//! Streaming the large table, in a process of its own for each library and round.

use std::sync::LazyLock;
use std::time::Instant;

use bench_harness::{Case, ChildFigures, cpu_time, peak_memory_bytes, run_child};
use tokio::runtime::Runtime;

use crate::entry::Entry;
use crate::library::{Dynamic, Library, handles_max};
use crate::setup::{LARGE_ROWS, Setup, runtime};
use crate::totals::Totals;

/// What every stream must add up to.
static EXPECT: LazyLock<Totals> = LazyLock::new(|| Totals::of_items(LARGE_ROWS));

/// One way to stream.
pub struct Stream {
    name: &'static str,
    /// Whether timestamps come decoded.
    decodes_moments: bool,
    run: fn(String, &Runtime) -> ChildFigures<Totals>,
}

impl Stream {
    /// Streaming into a struct.
    pub(crate) fn typed<L: Library>() -> Self {
        Self { name: L::NAME, decodes_moments: true, run: run_typed::<L> }
    }

    /// Streaming rows of values.
    pub(crate) fn dynamic<L: Dynamic>(name: &'static str, decodes_moments: bool) -> Self {
        Self { name, decodes_moments, run: run_dynamic::<L> }
    }

    /// The case whose rounds run [`stream_child`].
    pub(crate) fn case(&self, setup: &Setup) -> Case {
        let expect = expected_totals(self.decodes_moments);
        let (name, location) = (self.name, setup.location.clone());
        Case::new(name, move || {
            let figures = run_child::<Totals>(&["stream", name, &location]);
            assert_eq!(figures.result, expect, "{name} read other rows");
            figures.sample()
        })
    }
}

/// What a stream of the large table must add up to.
pub fn expected_totals(decodes_moments: bool) -> Totals {
    if decodes_moments { *EXPECT } else { EXPECT.without_moments() }
}

/// Streams once and prints the figures: what the hidden command `stream NAME LOCATION` does.
///
/// # Panics
/// If no library streams under this name.
pub fn stream_child(libraries: Vec<Entry>, name: &str, location: &str) {
    let mut streams = libraries.into_iter().flat_map(|library| library.streams);
    let stream = streams.find(|stream| stream.name == name).expect("the library is registered");
    let figures = (stream.run)(location.to_owned(), &runtime(handles_max(usize::MAX)));
    println!("{}", serde_json::to_string(&figures).expect("figures are plain numbers"));
}

fn run_typed<L: Library>(location: String, runtime: &Runtime) -> ChildFigures<Totals> {
    run(runtime, async move {
        let mut library = open::<L>(&location).await;
        let start = Start::now();
        let mut totals = Totals::default();
        library.stream(&mut totals).await;
        (start, totals)
    })
}

fn run_dynamic<L: Dynamic>(location: String, runtime: &Runtime) -> ChildFigures<Totals> {
    run(runtime, async move {
        let mut library = open::<L>(&location).await;
        let start = Start::now();
        let mut totals = Totals::default();
        library.stream_dynamic(&mut totals).await;
        (start, totals)
    })
}

async fn open<L: Library>(location: &str) -> L {
    L::open(location, 1).await.pop().expect("a library has a handle for one task")
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
