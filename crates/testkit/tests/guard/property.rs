//! Random calls, dropped at random awaits and failing at random: whatever happens, what was
//! answered is true, and no session is handed out dirty.

use std::future::Future;
use std::pin::Pin;

use hypostyle_core::{Database, ErrorKind, Result, Transaction};
use hypostyle_testkit::fault::{Behaviour, Faults, Op};
use hypostyle_testkit::{Dropped, drop_at};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};

use crate::support::{open, settled};

/// What is done inside a transaction, or outside any.
#[derive(Clone, Debug)]
enum Action {
    Write(Fate),
    Stream {
        rows: usize,
        read: usize,
    },
    Text(&'static str),
    /// Tells the next call of a kind to fail.
    Inject(Op),
    Nested(Vec<Action>, End),
}

#[derive(Clone, Copy, Debug)]
enum End {
    Commit(Fate),
    Rollback(Fate),
    Drop,
}

#[derive(Clone, Copy, Debug)]
enum Fate {
    Awaited,
    DroppedAt(usize),
}

/// Ids that must have been committed, and ids that may.
#[derive(Clone, Debug, Default)]
struct Model {
    sure: Vec<u64>,
    maybe: Vec<u64>,
}

impl Model {
    fn add(&mut self, other: Self, how: &Dropped<Result<()>>) {
        match how {
            Dropped::Ready(Ok(())) => {
                self.sure.extend(other.sure);
                self.maybe.extend(other.maybe);
            }
            Dropped::Ready(Err(_)) => {}
            Dropped::Pending => self.maybe.extend(other.sure.into_iter().chain(other.maybe)),
        }
    }
}

struct Run {
    faults: Faults,
    next_id: u64,
}

impl Run {
    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn inject(&self, op: Op) {
        self.faults.once(op, Behaviour::fails(ErrorKind::Conflict));
    }

    async fn outside(&mut self, db: &Database, action: &Action, model: &mut Model) {
        match action {
            Action::Write(fate) => {
                let id = self.id();
                let text = format!("write {id}");
                let done = meet(*fate, async { db.execute(&text, ()).await.map(drop) }).await;
                model.add(Model { sure: vec![id], maybe: Vec::new() }, &done);
            }
            Action::Stream { rows, read } => {
                let text = format!("rows {rows}");
                if let Ok(mut reply) = db.stream(&text, ()).await {
                    for _ in 0..*read {
                        let _ = reply.next().await;
                    }
                }
            }
            Action::Text(text) => drop(db.execute(text, ()).await),
            Action::Inject(op) => self.inject(*op),
            Action::Nested(actions, end) => {
                let Ok(mut transaction) = db.begin().await else { return };
                let mut inner = Model::default();
                self.inside(&mut transaction, actions, &mut inner).await;
                let done = finish(transaction, *end).await;
                if matches!(end, End::Commit(_)) {
                    model.add(inner, &done);
                }
            }
        }
    }

    fn inside<'a>(
        &'a mut self,
        transaction: &'a mut Transaction<'_>,
        actions: &'a [Action],
        model: &'a mut Model,
    ) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
        Box::pin(async move {
            for action in actions {
                self.act(transaction, action, model).await;
            }
        })
    }

    async fn act(&mut self, transaction: &mut Transaction<'_>, action: &Action, model: &mut Model) {
        match action {
            Action::Write(fate) => {
                let id = self.id();
                let text = format!("write {id}");
                let write = async { transaction.execute(&text, ()).await.map(drop) };
                let done = meet(*fate, write).await;
                model.add(Model { sure: vec![id], maybe: Vec::new() }, &done);
            }
            Action::Stream { rows, read } => {
                let text = format!("rows {rows}");
                if let Ok(mut reply) = transaction.stream(&text, ()).await {
                    for _ in 0..*read {
                        let _ = reply.next().await;
                    }
                }
            }
            Action::Text(text) => drop(transaction.execute(text, ()).await),
            Action::Inject(op) => self.inject(*op),
            Action::Nested(actions, end) => {
                let Ok(mut savepoint) = transaction.savepoint().await else { return };
                let mut inner = Model::default();
                self.inside(&mut savepoint, actions, &mut inner).await;
                let done = finish(savepoint, *end).await;
                if matches!(end, End::Commit(_)) {
                    model.add(inner, &done);
                }
            }
        }
    }
}

async fn meet<F: Future<Output = Result<()>>>(fate: Fate, call: F) -> Dropped<Result<()>> {
    match fate {
        Fate::Awaited => Dropped::Ready(call.await),
        Fate::DroppedAt(polls) => drop_at(polls, call).await,
    }
}

async fn finish(transaction: Transaction<'_>, end: End) -> Dropped<Result<()>> {
    match end {
        End::Commit(fate) => meet(fate, transaction.commit()).await,
        End::Rollback(fate) => meet(fate, transaction.rollback()).await,
        End::Drop => {
            drop(transaction);
            Dropped::Ready(Ok(()))
        }
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![3 => Just(Fate::Awaited), 1 => (0..8_usize).prop_map(Fate::DroppedAt)]
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        4 => fate().prop_map(End::Commit),
        1 => fate().prop_map(End::Rollback),
        1 => Just(End::Drop),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    const FAILING: [Op; 10] = [
        Op::Connect,
        Op::Text,
        Op::Fill,
        Op::Begin,
        Op::Commit,
        Op::Rollback,
        Op::Savepoint,
        Op::Release,
        Op::RollbackTo,
        Op::Reset,
    ];
    let texts = ["fail", "give-up", "spoil", "break", "set", "nothing"];
    let leaf = prop_oneof![
        6 => fate().prop_map(Action::Write),
        2 => (0..12_usize, 0..9_usize).prop_map(|(rows, read)| Action::Stream { rows, read }),
        2 => (0..texts.len()).prop_map(move |at| Action::Text(texts[at])),
        1 => (0..FAILING.len()).prop_map(|at| Action::Inject(FAILING[at])),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        (vec(inner, 0..5), end()).prop_map(|(actions, end)| Action::Nested(actions, end))
    })
}

async fn check(actions: Vec<Action>, waits: [usize; 4]) {
    let (faults, db) = open(2).await;
    let slow = [Op::Text, Op::Release, Op::Commit, Op::Abandon];
    let mut run = Run { faults: faults.clone(), next_id: 0 };
    let mut model = Model::default();
    for action in &actions {
        for (op, waits) in slow.into_iter().zip(waits) {
            faults.always(op, Behaviour::waits(waits));
        }
        run.outside(&db, action, &mut model).await;
        // A dirty session would answer this with a violation.
        drop(db.execute("probe", ()).await);
        assert_eq!(faults.violations(), Vec::<String>::new());
    }
    let committed = faults.committed();
    for id in &model.sure {
        assert_eq!(committed.iter().filter(|found| *found == id).count(), 1, "{id}: {committed:?}");
    }
    for id in &committed {
        let known = model.sure.contains(id) || model.maybe.contains(id);
        assert!(known, "{id} was committed, {model:?} says otherwise");
    }
    settled(&faults, &db, &committed).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_answered_is_true_and_no_session_is_handed_out_dirty(
        actions in vec(action(), 1..8),
        waits in any::<[u8; 4]>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(check(actions, waits.map(|wait| usize::from(wait % 4))));
    }
}
