//! PgBouncer between us and the server.

use std::sync::Arc;
use std::time::Instant;

use hypostyle::{Database, Decimal, Uuid};
use hypostyle_testkit::server::{PgBouncer, PgBouncerOptions, PoolMode};
use hypostyle_testkit::{Outcome, equal, holds};

use crate::support::{Site, all_at_once, blocking, options, small, tests};

tests! { "poolers":
    queries_of_many_shapes_answer_right_in_transaction_mode,
    queries_of_many_shapes_answer_right_without_a_statement_cache,
    queries_of_many_shapes_answer_right_in_session_mode,
}

const WORKERS: usize = 16;
const QUERIES: usize = 100;

async fn queries_of_many_shapes_answer_right_in_transaction_mode() -> Outcome {
    // Fewer sessions than workers: they change hands at each transaction.
    shapes(PoolMode::Transaction, 4, "").await
}

async fn queries_of_many_shapes_answer_right_without_a_statement_cache() -> Outcome {
    shapes(PoolMode::Transaction, 4, "?statement_cache=0").await
}

async fn queries_of_many_shapes_answer_right_in_session_mode() -> Outcome {
    shapes(PoolMode::Session, 24, "").await
}

async fn shapes(pool_mode: PoolMode, default_pool_size: u32, query: &'static str) -> Outcome {
    let site = Site::new("CREATE TABLE t (id bigint, name text, at timestamptz)").await?;
    let server = site.server();
    let options_of = PgBouncerOptions { pool_mode, default_pool_size, settings: &[] };
    let bouncer = Arc::new(blocking(move || PgBouncer::start(server, options_of)).await?);
    let name = site.psql("SELECT current_database()").await?;
    let db = options().open(&format!("{}{query}", bouncer.url(&name))).await?;
    let began = Instant::now();
    let counted = all_at_once(WORKERS, |worker| {
        let db = db.clone();
        async move {
            let mut right = 0;
            for query in 0..QUERIES {
                // Workers are at different shapes at any moment.
                right += usize::from(shape(&db, worker + query, worker * QUERIES + query).await?);
            }
            Ok(right)
        }
    });
    let right: usize = counted.await?.into_iter().sum();
    println!(
        "PgBouncer {} in {pool_mode:?} mode{query}: {right} right in {:?}",
        bouncer.version(),
        began.elapsed()
    );
    equal(right, WORKERS * QUERIES)?;
    let backends = site.sessions("true").await?;
    holds(backends <= default_pool_size as usize, format!("{backends} sessions"))
}

/// Runs a query of one of seven shapes and tells whether what it answers is what was asked for.
async fn shape(db: &Database, shape: usize, number: usize) -> Outcome<bool> {
    let id = small(number);
    let name = format!("name {number}");
    Ok(match shape % 7 {
        0 => db.fetch_value::<i64>("SELECT ?::bigint", (id,)).await? == id,
        1 => {
            let row: (String, i32) = db.fetch_one("SELECT ?::text, 7::int", (&*name,)).await?;
            row == (name, 7)
        }
        2 => {
            let text = "SELECT ?::bigint / 2.0::float8, ?::text, ?::bigint % 2 = 0, NULL::bigint";
            let (half, found, is_even, null): (f64, String, bool, Option<i64>) =
                db.fetch_one(text, (id, &*name, id)).await?;
            (found, is_even, null) == (name, number.is_multiple_of(2), None)
                && (half * 2.0).to_string() == id.to_string()
        }
        3 => {
            let text =
                "SELECT (?::bigint + 0.25)::numeric, '00000000-0000-0000-0000-000000000001'::uuid";
            let (exact, uuid): (Decimal, Uuid) = db.fetch_one(text, (id,)).await?;
            exact.to_string() == format!("{id}.25") && uuid.as_u128() == 1
        }
        4 => {
            let rows: Vec<(i64,)> = db
                .fetch_all("SELECT g FROM generate_series(?::bigint, ?::bigint) g", (id, id + 9))
                .await?;
            rows.into_iter().map(|(n,)| n).eq(id..id + 10)
        }
        5 => {
            let bytes: Vec<u8> = db.fetch_value("SELECT ?::bytea", (name.as_bytes(),)).await?;
            bytes == name.as_bytes()
        }
        _ => {
            let text = "INSERT INTO t VALUES (?, ?, now()) RETURNING id, name";
            let row: (i64, String) = db.fetch_one(text, (id, &*name)).await?;
            row == (id, name)
        }
    })
}
