//! The documents of the guide, run as they stand there.

use hypostyle::Result;
use hypostyle::model::operation::Limits;
use serde_json::Value;

use crate::engine::Home;

const GUIDE: &str = include_str!("../../../../docs/guide/operations.md");

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_says_what_documents_answer() -> Result<()> {
    let script = blocks().find(|(kind, _)| *kind == "sql").map(|(_, text)| text);
    let pairs = pairs();
    assert!(pairs.len() > 15, "{}", pairs.len());
    Home::each(script.unwrap_or_default(), async |home| {
        for (document, kind, expect) in &pairs {
            let answer = home.try_within(document, &Limits::default()).await;
            let is_same = match (&answer, *kind) {
                (Ok(answer), "json answer") => json(&answer.to_json()) == json(expect),
                (Err(error), "text refusal") => error.message() == expect.trim_end(),
                _ => false,
            };
            assert!(is_same, "{}: {document}{expect}{answer:?}", home.engine);
        }
    })
    .await
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

/// Each document with what follows it.
fn pairs() -> Vec<(&'static str, &'static str, &'static str)> {
    let blocks: Vec<_> = blocks().collect();
    let pairs = blocks.windows(2).filter_map(|pair| match pair {
        [("json operation", document), (kind, expect)] => Some((*document, *kind, *expect)),
        _ => None,
    });
    pairs.collect()
}

/// The blocks of code, each with what it is said to be.
fn blocks() -> impl Iterator<Item = (&'static str, &'static str)> {
    GUIDE.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'))
}
