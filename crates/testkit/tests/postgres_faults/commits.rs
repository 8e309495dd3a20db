//! Commits whose answer is lost, under transfers between accounts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hypostyle::{Database, Effect, Result};
use hypostyle_testkit::{Outcome, Proxy, equal, holds};

use crate::support::{Site, all_at_once, number, options, tests, up_to};

tests! { "commits":
    a_commit_whose_answer_is_swallowed_is_known_and_happens_once,
    transfers_under_resets_are_known_and_happen_once,
}

const SCHEMA: &str = "CREATE TABLE account (id bigint PRIMARY KEY, balance bigint NOT NULL);
    INSERT INTO account SELECT n, 1000 FROM generate_series(0, 9) n;
    CREATE TABLE ledger (id bigint NOT NULL, source bigint, target bigint, amount bigint)";
const TRANSFERS: usize = 100;
const ACCOUNTS: usize = 10;
const WORKERS: usize = 10;

async fn a_commit_whose_answer_is_swallowed_is_known_and_happens_once() -> Outcome {
    let site = Site::new(SCHEMA).await?;
    let proxy = Arc::new(Proxy::start(site.server().port())?);
    let db = open(&site, &proxy, Duration::from_millis(500)).await?;
    let commits = Arc::new(AtomicUsize::new(0));
    let counted = commits.clone();
    // Every one that is a transfer's: the question what became of it begins no transaction.
    proxy.swallow_reply(move |bytes| {
        let is_commit = bytes.windows(6).any(|part| part == b"COMMIT");
        counted.fetch_add(usize::from(is_commit), Ordering::SeqCst);
        is_commit
    });
    let began = Instant::now();
    let known = transfers(&db).await?;
    let swallowed = commits.load(Ordering::SeqCst);
    println!("{swallowed} answers to COMMIT swallowed in {:?}", began.elapsed());
    holds(swallowed >= TRANSFERS, "not every answer was swallowed")?;
    equal(known.values().filter(|done| **done).count(), TRANSFERS)?;
    is_true(&site, &known).await
}

async fn transfers_under_resets_are_known_and_happen_once() -> Outcome {
    let site = Site::new(SCHEMA).await?;
    let proxy = Arc::new(Proxy::start(site.server().port())?);
    let db = open(&site, &proxy, Duration::from_secs(10)).await?;
    let (resetting, began) = (proxy.clone(), Instant::now());
    let resets = tokio::spawn(async move {
        loop {
            tokio::time::sleep(up_to(Duration::from_millis(150))).await;
            resetting.reset();
        }
    });
    let known = transfers(&db).await;
    resets.abort();
    let known = known?;
    let done = known.values().filter(|done| **done).count();
    println!(
        "{done} of {TRANSFERS} transfers under resets in {:?}, {} connections",
        began.elapsed(),
        proxy.accepted()
    );
    is_true(&site, &known).await
}

async fn open(site: &Site, proxy: &Proxy, timeout: Duration) -> Result<Database> {
    let url = site.url_through(proxy.port());
    options().connections_max(WORKERS * 2).timeout(timeout).open(&url).await
}

/// Moves money many times; answers which transfers were made, as far as the caller was told.
async fn transfers(db: &Database) -> Outcome<BTreeMap<usize, bool>> {
    let told = all_at_once(WORKERS, |worker| {
        let db = db.clone();
        async move {
            let mut told = Vec::new();
            for id in (worker..TRANSFERS).step_by(WORKERS) {
                let done = transfer(&db, id).await;
                if let Err(error) = &done {
                    holds(error.effect() == Effect::None, format!("transfer {id}: {error:?}"))?;
                }
                told.push((id, done.is_ok()));
            }
            Ok(told)
        }
    });
    Ok(told.await?.into_iter().flatten().collect())
}

async fn transfer(db: &Database, id: usize) -> Result<()> {
    let [id, source, target] =
        [id, id % ACCOUNTS, (id / ACCOUNTS % 9 + id + 1) % ACCOUNTS].map(|n| n as u64);
    db.transact(|mut tx| async move {
        // In the order of their numbers, so that two transfers never wait for each other.
        let text = "UPDATE account SET balance = balance + ? WHERE id = ?";
        let mut moves = [(source, -3), (target, 3)];
        moves.sort_unstable();
        for (account, amount) in moves {
            tx.execute(text, (amount, account)).await?;
        }
        tx.execute("INSERT INTO ledger VALUES (?, ?, ?, 3)", (id, source, target)).await?;
        Ok(())
    })
    .await
}

/// Checks what callers were told against what the server has.
async fn is_true(site: &Site, known: &BTreeMap<usize, bool>) -> Outcome {
    let ids = site.psql("SELECT id FROM ledger ORDER BY id").await?;
    let made = ids.lines().map(number).collect::<Outcome<Vec<_>>>()?;
    let told: Vec<usize> = known.iter().filter(|(_, done)| **done).map(|(id, _)| *id).collect();
    equal(made, told)?;
    let wrong = "SELECT count(*) FROM account a WHERE balance <> 1000
        + (SELECT coalesce(sum(amount), 0) FROM ledger WHERE target = a.id)
        - (SELECT coalesce(sum(amount), 0) FROM ledger WHERE source = a.id)";
    equal(site.count(wrong).await?, 0)?;
    equal(site.count("SELECT sum(balance) FROM account").await?, 1000 * ACCOUNTS)
}
