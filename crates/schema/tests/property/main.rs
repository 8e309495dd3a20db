//! For pairs of schemas by chance: what is planned from one to the other leads there, field by field,
//! with the rows that stay as they were, and its way back leads back.

mod coverage;
mod draft;
mod edit;
mod family;
mod ground;
mod lacking;
mod pair;
mod rows;

#[path = "../diff/compare.rs"]
mod compare;
#[path = "../diff/engine.rs"]
mod engine;

use std::collections::BTreeMap;

use hypostyle_testkit::server::Brand;

use crate::coverage::Coverage;
use crate::engine::Engine;
use crate::ground::Ground;
use crate::pair::Pair;

/// How many pairs that fail are shown, each made as small as it fails.
const SHOWN: usize = 5;

/// Reads a number that a person sets for a longer run.
#[expect(clippy::disallowed_methods, reason = "a test has no other outermost edge")]
fn set(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

async fn holds(engine: Engine, usual: u64) -> Coverage {
    let first = set("HYPOSTYLE_SEED", 0);
    let pairs = set("HYPOSTYLE_PAIRS", usual);
    let mut ground =
        Ground::new(engine).await.expect("the server is installed: ./dev services install");
    let mut coverage = Coverage::new();
    let (mut filled, mut refused) = (0, BTreeMap::<String, usize>::new());
    let mut failed = Vec::new();
    for seed in first..first + pairs {
        let pair = Pair::new(engine, seed);
        match pair.check(&mut ground).await {
            Ok(held) => {
                coverage.schema(&held.from, &held.to);
                filled += usize::from(held.filled > 0);
                if let Some(words) = held.refused {
                    *refused.entry(words).or_default() += 1;
                }
            }
            Err(error) => {
                let (least, error) = pair.shrunk(&mut ground, error).await;
                failed.push(format!("{}\n\n{error}", least.shown()));
            }
        }
        if failed.len() == SHOWN {
            break;
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n========\n\n"));
    println!(
        "{}: {pairs} pairs, {filled} with rows, {} fields and variants differed, refused: {refused:#?}",
        engine.name(),
        coverage.differed()
    );
    coverage
}

/// Checks that every field and variant that an engine has differed in a pair.
fn is_whole(engine: Engine, coverage: &Coverage) {
    let wrong = coverage.wrong(&lacking::lacking(engine));
    assert!(wrong.is_empty(), "{}: {wrong:#?}", engine.name());
}

#[tokio::test]
async fn plans_on_sqlite_lead_there_and_back() {
    is_whole(Engine::Sqlite, &holds(Engine::Sqlite, 200).await);
}

#[tokio::test]
async fn plans_on_duckdb_lead_there_and_back() {
    is_whole(Engine::DuckDb, &holds(Engine::DuckDb, 100).await);
}

#[tokio::test]
async fn plans_on_postgres_lead_there_and_back() {
    is_whole(Engine::Postgres, &holds(Engine::Postgres, 80).await);
}

#[tokio::test]
async fn plans_on_mariadb_lead_there_and_back() {
    let engine = Engine::MySql(Brand::MariaDb);
    is_whole(engine, &holds(engine, 80).await);
}

#[tokio::test]
async fn plans_on_mysql_lead_there_and_back() {
    let engine = Engine::MySql(Brand::Oracle);
    is_whole(engine, &holds(engine, 80).await);
}
