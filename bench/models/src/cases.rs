//! The loops around each library's calls: the same for all of them.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench_harness::{Case, Sample, measure};
use tokio::runtime::Runtime;

use crate::keys::Keys;
use crate::library::Library;
use crate::place::{Place, Target};
use crate::rows::{
    AUTHORS, CHILDREN, Content, Edit, FOUND_ROWS, LIKES, MANY_ROWS, PARENTS, POSTS, PostRow,
    UPDATED_ROWS, Walk, check_found, check_parents, check_post,
};

/// Calls between two looks at the clock.
const CALLS_PER_LOOK: i64 = 4;
/// Calls whose answers are compared in full before a library is measured.
pub(crate) const CHECKS: usize = 3;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    FindById,
    FindMany,
    Include,
    Create,
    CreateMany,
    Update,
    Walk,
}

impl Work {
    /// All of it, in the order of the table.
    pub(crate) const ALL: [Self; 7] = [
        Self::FindById,
        Self::FindMany,
        Self::Include,
        Self::Create,
        Self::CreateMany,
        Self::Update,
        Self::Walk,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FindById => "find-by-id",
            Self::FindMany => "find-many",
            Self::Include => "include",
            Self::Create => "create",
            Self::CreateMany => "create-many",
            Self::Update => "update",
            Self::Walk => "walk",
        }
    }

    /// Fills the target for a round.
    pub(crate) fn prepare(self, target: &Target) {
        match self {
            Self::Create | Self::CreateMany => target.reset(0),
            Self::Update => target.reset(UPDATED_ROWS),
            Self::FindById | Self::FindMany | Self::Include | Self::Walk => {}
        }
    }

    /// Panics unless the target holds what so many operations write.
    pub(crate) fn check(self, target: &Target, operations: u64) {
        let operations = i64::try_from(operations).expect("a number of rows");
        match self {
            Self::Create | Self::CreateMany => {
                target.check(&(1..=operations).map(Content::numbered).collect::<Vec<_>>());
            }
            Self::Update => target.check(&updated(operations)),
            Self::FindById | Self::FindMany | Self::Include | Self::Walk => {}
        }
    }
}

/// The rows of the target after so many updates.
fn updated(updates: i64) -> Vec<Content> {
    let mut rows: Vec<Content> = (1..=UPDATED_ROWS).map(Content::numbered).collect();
    let mut keys = Keys::new();
    for number in 1..=updates {
        let at = usize::try_from(keys.next_of(UPDATED_ROWS) - 1).expect("a place");
        Edit::numbered(number).apply(&mut rows[at]);
    }
    rows
}

/// A library that is open, with the runtime that it works on.
pub(crate) struct Handle<L> {
    runtime: Arc<Runtime>,
    library: Option<L>,
}

impl<L: Library> Handle<L> {
    pub(crate) fn open(runtime: &Arc<Runtime>, place: &Place) -> Rc<RefCell<Self>> {
        let (runtime, place) = (Arc::clone(runtime), place.clone());
        let opening = runtime.spawn(async move { L::open(&place).await });
        let library = runtime.block_on(opening).expect("the library opens");
        Rc::new(RefCell::new(Self { runtime, library: Some(library) }))
    }

    /// Runs a round in a task of the runtime, as applications do.
    fn run<F>(&mut self, work: impl FnOnce(L) -> F) -> u64
    where
        F: Future<Output = (L, u64)> + Send + 'static,
    {
        let library = self.library.take().expect("it is given back after a round");
        let running = self.runtime.spawn(work(library));
        let (library, operations) = self.runtime.block_on(running).expect("no task panics");
        self.library = Some(library);
        operations
    }
}

/// Makes a case of one library; its answers are checked in full before it is measured.
pub(crate) fn case<L: Library>(
    handle: &Rc<RefCell<Handle<L>>>,
    work: Work,
    round: Duration,
    target: &Target,
) -> Case {
    let (handle, target) = (Rc::clone(handle), target.clone());
    handle.borrow_mut().run(async move |library| check_reads(library, work).await);
    Case::new(L::NAME, move || {
        work.prepare(&target);
        let sample = measured(&mut handle.borrow_mut(), work, round);
        work.check(&target, sample.operations);
        sample
    })
}

fn measured<L: Library>(handle: &mut Handle<L>, work: Work, round: Duration) -> Sample {
    let rows: Vec<Content> = match work {
        Work::CreateMany => (1..=MANY_ROWS).map(Content::numbered).collect(),
        _ => Vec::new(),
    };
    measure(|| {
        handle.run(async move |mut library: L| {
            let operations = match work {
                Work::CreateMany => {
                    let count = rows.len();
                    library.create_many(rows).await;
                    u64::try_from(count).expect("a number of rows")
                }
                Work::Walk => {
                    let mut walk = Walk::default();
                    library.walk(&mut walk).await;
                    walk.check();
                    POSTS.unsigned_abs()
                }
                _ => calls(&mut library, work, round).await,
            };
            (library, operations)
        })
    })
}

async fn calls<L: Library>(library: &mut L, work: Work, round: Duration) -> u64 {
    let (start, mut keys, mut number) = (Instant::now(), Keys::new(), 0);
    while start.elapsed() < round {
        for _ in 0..CALLS_PER_LOOK {
            number += 1;
            call(library, work, &mut keys, number).await;
        }
    }
    number.unsigned_abs()
}

async fn call<L: Library>(library: &mut L, work: Work, keys: &mut Keys, number: i64) {
    match work {
        Work::FindById => {
            let id = keys.next_of(POSTS);
            let post = library.find_by_id(id).await;
            assert_eq!(black_box(post).facts().id, id, "{} read another row", L::NAME);
        }
        Work::FindMany => {
            let likes_min = keys.next_of(LIKES - 100);
            let posts = black_box(library.find_many(likes_min).await);
            assert_eq!(posts.len(), usize::try_from(FOUND_ROWS).expect("a few rows"));
        }
        Work::Include => {
            let parents = library.include(keys.next_of(AUTHORS - PARENTS)).await;
            let children: usize = black_box(parents).iter().map(|(_, posts)| posts.len()).sum();
            assert_eq!(children, usize::try_from(PARENTS * CHILDREN).expect("a few rows"));
        }
        Work::Create => {
            let draft = library.create(Content::numbered(number)).await;
            assert_eq!(black_box(draft).facts().id, number, "{} gave another number", L::NAME);
        }
        Work::Update => {
            let id = keys.next_of(UPDATED_ROWS);
            let draft = library.update(id, Edit::numbered(number)).await;
            let facts = draft.facts();
            assert_eq!((facts.id, facts.likes), (id, number), "{} wrote otherwise", L::NAME);
        }
        Work::CreateMany | Work::Walk => unreachable!("one call is a round"),
    }
}

/// Compares what a library reads with what stands there, all of it.
async fn check_reads<L: Library>(mut library: L, work: Work) -> (L, u64) {
    let mut keys = Keys::new();
    for _ in 0..CHECKS {
        match work {
            Work::FindById => {
                let id = keys.next_of(POSTS);
                check_post(&library.find_by_id(id).await, id);
            }
            Work::FindMany => {
                let likes_min = keys.next_of(LIKES - 100);
                check_found(&library.find_many(likes_min).await, likes_min);
            }
            Work::Include => {
                let first = keys.next_of(AUTHORS - PARENTS);
                check_parents(library.include(first).await, first);
            }
            Work::Create | Work::CreateMany | Work::Update | Work::Walk => {}
        }
    }
    (library, 0)
}
