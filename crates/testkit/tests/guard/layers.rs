//! Layers stand by their rank, whatever order they are given in, and no rank is taken twice.

use std::sync::{Arc, Mutex};

use hypostyle_core::{Backend, ErrorKind, Layer, Rank, stack};

use crate::support::open;

/// A layer that only notes when it was put around the others.
struct Noted {
    rank: Rank,
    wrapped: Arc<Mutex<Vec<Rank>>>,
}

impl Layer for Noted {
    fn rank(&self) -> Rank {
        self.rank
    }

    fn wrap(&self, inner: Arc<dyn Backend>) -> Arc<dyn Backend> {
        self.wrapped.lock().expect("no test panics with it").push(self.rank);
        inner
    }
}

/// The ranks in the order in which they were wrapped, innermost first.
async fn wrapped(ranks: &[Rank]) -> hypostyle_core::Result<Vec<Rank>> {
    let (_, db) = open(1).await;
    let wrapped: Arc<Mutex<Vec<Rank>>> = Arc::default();
    let layer = |rank: &Rank| -> Box<dyn Layer> {
        Box::new(Noted { rank: *rank, wrapped: wrapped.clone() })
    };
    let layers: Vec<Box<dyn Layer>> = ranks.iter().map(layer).collect();
    stack(db.backend().clone(), &layers)?;
    let order = wrapped.lock().expect("no test panics with it").clone();
    Ok(order)
}

#[tokio::test]
async fn layers_are_sorted_by_rank_outermost_first() {
    let sorted = [
        Rank::Trace,
        Rank::Metrics,
        Rank::SlowLog,
        Rank::Encrypt,
        Rank::Cache,
        Rank::Breaker,
        Rank::Retry,
        Rank::Timeout,
        Rank::Limit,
        Rank::Route,
    ];
    let mut shuffled = sorted;
    for turn in 0..sorted.len() {
        shuffled.rotate_left(turn);
        shuffled.swap(0, 5);
        let mut outermost_first = wrapped(&shuffled).await.unwrap();
        outermost_first.reverse();
        assert_eq!(outermost_first, sorted);
    }
}

#[tokio::test]
async fn a_rank_taken_twice_is_refused_by_name() {
    let error = wrapped(&[Rank::Retry, Rank::Trace, Rank::Retry]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("Retry"), "{error}");
}

#[tokio::test]
async fn no_layer_changes_nothing() {
    assert_eq!(wrapped(&[]).await.unwrap(), []);
}
