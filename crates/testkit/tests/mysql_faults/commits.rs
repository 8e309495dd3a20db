//! Commits whose answer is lost, under transfers between accounts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hypostyle::{Database, Effect, ErrorKind, Result};
use hypostyle_testkit::server::Brand;
use hypostyle_testkit::{Outcome, Proxy, equal, holds};

use crate::support::{Site, all_at_once, number, options, tests, up_to};

tests! { "commits":
    a_commit_whose_answer_is_swallowed_is_unknown_and_happens_once,
    transfers_under_resets_happen_once_where_they_are_told,
}

const SCHEMA: &str = "CREATE TABLE account (id bigint PRIMARY KEY, balance bigint NOT NULL);
    INSERT INTO account VALUES (0, 1000), (1, 1000), (2, 1000), (3, 1000), (4, 1000), (5, 1000),
        (6, 1000), (7, 1000), (8, 1000), (9, 1000);
    CREATE TABLE ledger (id bigint NOT NULL, source bigint, target bigint, amount bigint)";
const TRANSFERS: usize = 100;
const ACCOUNTS: usize = 10;
const WORKERS: usize = 10;

/// What a caller was told of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Done,
    NotDone,
    Unknown,
}

async fn a_commit_whose_answer_is_swallowed_is_unknown_and_happens_once(brand: Brand) -> Outcome {
    let site = Site::new(brand, SCHEMA).await?;
    let proxy = Arc::new(Proxy::start(site.server().port())?);
    let db = open(&site, &proxy, Duration::from_millis(500)).await?;
    let commits = Arc::new(AtomicUsize::new(0));
    let counted = commits.clone();
    proxy.swallow_reply(move |bytes| {
        let is_commit = bytes.windows(6).any(|part| part == b"COMMIT");
        counted.fetch_add(usize::from(is_commit), Ordering::SeqCst);
        is_commit
    });
    let began = Instant::now();
    let told = transfers(&db).await?;
    let swallowed = commits.load(Ordering::SeqCst);
    println!("{swallowed} answers to COMMIT swallowed in {:?}", began.elapsed());
    holds(swallowed >= TRANSFERS, "not every answer was swallowed")?;
    let unknown = told.iter().filter(|(_, told)| *told == Told::Unknown).count();
    equal(unknown, TRANSFERS)?;
    // Nobody repeated what nobody knew.
    equal(ledger(&site).await?.len(), TRANSFERS)?;
    is_true(&site, &told).await
}

async fn transfers_under_resets_happen_once_where_they_are_told(brand: Brand) -> Outcome {
    let site = Site::new(brand, SCHEMA).await?;
    let proxy = Arc::new(Proxy::start(site.server().port())?);
    let db = open(&site, &proxy, Duration::from_secs(10)).await?;
    let (resetting, began) = (proxy.clone(), Instant::now());
    let resets = tokio::spawn(async move {
        loop {
            tokio::time::sleep(up_to(Duration::from_millis(150))).await;
            resetting.reset();
        }
    });
    let told = transfers(&db).await;
    resets.abort();
    let told = told?;
    let count = |what| told.iter().filter(|(_, told)| *told == what).count();
    println!(
        "of {TRANSFERS} transfers under resets {} were made, {} not, {} unknown, in {:?}, {} connections",
        count(Told::Done),
        count(Told::NotDone),
        count(Told::Unknown),
        began.elapsed(),
        proxy.accepted()
    );
    holds(count(Told::Done) > TRANSFERS / 2, "hardly one was made")?;
    is_true(&site, &told).await
}

async fn open(site: &Site, proxy: &Proxy, timeout: Duration) -> Result<Database> {
    let url = site.url_through(proxy.port());
    options().connections_max(WORKERS * 2).timeout(timeout).open(&url).await
}

/// Moves money many times; answers what callers were told of each transfer.
async fn transfers(db: &Database) -> Outcome<Vec<(usize, Told)>> {
    let told = all_at_once(WORKERS, |worker| {
        let db = db.clone();
        async move {
            let mut told = Vec::new();
            for id in (worker..TRANSFERS).step_by(WORKERS) {
                let done = match transfer(&db, id).await {
                    Ok(()) => Told::Done,
                    Err(error) if error.effect() == Effect::None => Told::NotDone,
                    Err(error) => {
                        let kinds = [ErrorKind::Connection, ErrorKind::Timeout];
                        holds(kinds.contains(&error.kind()), format!("transfer {id}: {error:?}"))?;
                        Told::Unknown
                    }
                };
                told.push((id, done));
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

async fn ledger(site: &Site) -> Outcome<Vec<usize>> {
    let ids = site.query("SELECT id FROM ledger ORDER BY id").await?;
    ids.lines().map(number).collect()
}

/// Checks what callers were told against what the server has.
async fn is_true(site: &Site, told: &[(usize, Told)]) -> Outcome {
    let made = ledger(site).await?;
    let mut once = made.clone();
    once.dedup();
    equal(once.len(), made.len())?;
    for (id, told) in told {
        let is_made = made.binary_search(id).is_ok();
        let is_true = *told == Told::Unknown || is_made == (*told == Told::Done);
        holds(is_true, format!("transfer {id} was told as {told:?}, and made: {is_made}"))?;
    }
    let wrong = "SELECT count(*) FROM account a WHERE balance <> 1000
        + (SELECT coalesce(sum(amount), 0) FROM ledger WHERE target = a.id)
        - (SELECT coalesce(sum(amount), 0) FROM ledger WHERE source = a.id)";
    equal(site.count(wrong).await?, 0)?;
    equal(site.count("SELECT sum(balance) FROM account").await?, 1000 * ACCOUNTS)
}
