//! What a borrower leaves in its session, and what the next one finds.

use hypostyle::{Database, Intent};
use hypostyle_testkit::{Outcome, equal, holds};

use crate::support::{Site, all_at_once, options, tests};

tests! { "sessions":
    what_a_text_changes_does_not_reach_the_next_borrower,
    what_a_transaction_changes_does_not_reach_the_next_borrower,
    what_a_function_hides_is_cleaned_where_every_session_is,
    what_a_function_hides_and_the_server_tells_is_cleaned,
    what_a_function_hides_reaches_nobody_who_shares_a_connection,
}

/// Texts that change a session, each with a query that shows it.
const CHANGES: [(&str, &str); 20] = [
    ("SET ROLE pg_monitor", "SELECT current_user::text"),
    ("SET SESSION AUTHORIZATION pg_monitor", "SELECT session_user::text"),
    ("SET search_path = pg_catalog", "SHOW search_path"),
    ("SET TIME ZONE 'Asia/Tokyo'", "SHOW timezone"),
    ("SET work_mem = '7MB'", "SHOW work_mem"),
    ("set/**/work_mem to '7MB'", "SHOW work_mem"),
    ("SELECT 1; SET work_mem = '7MB'; SELECT 2", "SHOW work_mem"),
    ("SELECT set_config('work_mem', '7MB', false)", "SHOW work_mem"),
    (
        "WITH s AS (SELECT pg_catalog.set_config('work_mem', '7MB', false)) SELECT * FROM s",
        "SHOW work_mem",
    ),
    ("DO $$ BEGIN PERFORM set_config('work_mem', '7MB', false); END $$", "SHOW work_mem"),
    ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SHOW default_transaction_read_only"),
    (
        "CREATE TEMP TABLE here (id int)",
        "SELECT count(*)::text FROM pg_class WHERE relname = 'here'",
    ),
    (
        "SELECT 1 AS id INTO TEMPORARY here",
        "SELECT count(*)::text FROM pg_class WHERE relname = 'here'",
    ),
    (
        "CREATE TABLE pg_temp.here (id int)",
        "SELECT count(*)::text FROM pg_class WHERE relname = 'here'",
    ),
    ("SELECT pg_advisory_lock(7)", LOCKS),
    ("SELECT pg_try_advisory_lock_shared(7)", LOCKS),
    ("LISTEN news", "SELECT count(*)::text FROM pg_listening_channels()"),
    ("PREPARE p AS SELECT 1", "SELECT count(*)::text FROM pg_prepared_statements WHERE name = 'p'"),
    (
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "SELECT count(*)::text FROM pg_cursors WHERE name = 'c'",
    ),
    ("SELECT hide()", "SHOW timezone"),
];

/// The advisory locks of this session.
const LOCKS: &str =
    "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";

/// A function that changes a session, and no text says so; the server tells of the time zone alone.
const HIDE: &str = "CREATE FUNCTION hide() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('TimeZone', 'Asia/Tokyo', false); RETURN 1; END $$;
    CREATE FUNCTION hide_well() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('work_mem', '7MB', false); PERFORM pg_advisory_lock(7); RETURN 1; END $$";

/// A pool whose borrowers all have the same session.
async fn alone(site: &Site, query: &str) -> Outcome<Database> {
    Ok(options().connections_max(1).open(&format!("{}{query}", site.url())).await?)
}

async fn shown(db: &Database, text: &str) -> Outcome<String> {
    Ok(db.fetch_value(text, ()).await?)
}

/// Checks that a text changes its session, and not that of the next borrower.
async fn check(db: &Database, change: &str, show: &str) -> Outcome {
    let before = shown(db, show).await?;
    let mut session = db.session(Intent::Write).await?;
    session.execute(change, ()).await?;
    let inside: String = session.fetch_value(show, ()).await?;
    holds(inside != before, format!("changes nothing: {change}"))?;
    drop(session);
    equal((change, shown(db, show).await?), (change, before.clone()))?;
    db.execute(change, ()).await?;
    equal((change, shown(db, show).await?), (change, before))
}

async fn what_a_text_changes_does_not_reach_the_next_borrower() -> Outcome {
    let site = Site::new(HIDE).await?;
    for query in ["", "?reset=always", "?statement_cache=0"] {
        let db = alone(&site, query).await?;
        for (change, show) in CHANGES {
            check(&db, change, show).await?;
        }
    }
    println!(
        "{} ways to change a session, each in 3 pools: none reached the next borrower",
        CHANGES.len()
    );
    Ok(())
}

async fn what_a_transaction_changes_does_not_reach_the_next_borrower() -> Outcome {
    let site = Site::new(HIDE).await?;
    let db = alone(&site, "").await?;
    // Those that no transaction takes back, committed or not.
    for (change, show) in CHANGES {
        for commits in [true, false] {
            let before = shown(&db, show).await?;
            let mut tx = db.begin().await?;
            tx.execute(change, ()).await?;
            if commits {
                tx.commit().await?;
            } else {
                drop(tx);
            }
            equal((change, shown(&db, show).await?), (change, before))?;
        }
    }
    Ok(())
}

async fn what_a_function_hides_is_cleaned_where_every_session_is() -> Outcome {
    let site = Site::new(HIDE).await?;
    let db = alone(&site, "?reset=always").await?;
    for show in ["SHOW work_mem", LOCKS] {
        check(&db, "SELECT hide_well()", show).await?;
    }
    // Nor are there connections that many share and nobody cleans.
    let db = options().open(&format!("{}?reset=always", site.url())).await?;
    let before = shown(&db, "SHOW work_mem").await?;
    let found = all_at_once(64, |_| {
        let db = db.clone();
        async move {
            for _ in 0..5 {
                db.execute("SELECT hide_well() WHERE random() < 0.5", ()).await?;
            }
            shown(&db, "SELECT setting FROM pg_settings WHERE name = 'work_mem'").await
        }
    });
    let found = found.await?;
    let strange = found.iter().filter(|found| format!("{}kB", found) == "7168kB").count();
    equal((strange, shown(&db, "SHOW work_mem").await?), (0, before))
}

async fn what_a_function_hides_and_the_server_tells_is_cleaned() -> Outcome {
    let site = Site::new(HIDE).await?;
    check(&alone(&site, "").await?, "SELECT hide()", "SHOW timezone").await
}

async fn what_a_function_hides_reaches_nobody_who_shares_a_connection() -> Outcome {
    let site = Site::new(HIDE).await?;
    let db = options().open(&format!("{}?pipeline=always", site.url())).await?;
    let read = "SELECT setting FROM pg_settings WHERE name = 'TimeZone'";
    let before = shown(&db, read).await?;
    let found = all_at_once(64, |number| {
        let db = db.clone();
        async move {
            let mut found = Vec::new();
            for round in 0..10 {
                if (number + round) % 8 == 0 {
                    db.fetch_value::<i64>("SELECT hide()", ()).await?;
                }
                found.push(shown(&db, read).await?);
            }
            Ok(found)
        }
    });
    let found = found.await?.concat();
    let strange = found.iter().filter(|zone| **zone != before).count();
    println!("{strange} of {} reads saw the time zone of a neighbour", found.len());
    equal(strange, 0)
}
