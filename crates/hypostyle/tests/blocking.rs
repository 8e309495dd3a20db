//! The calls that wait.
#![cfg(all(feature = "blocking", feature = "sqlite"))]

use std::time::{Duration, Instant};

use hypostyle::blocking::{Database, Transaction};
use hypostyle::{Begin, CancellationToken, Error, ErrorKind, Intent, Result, Retry, TransactRetry};

fn database() -> Result<Database> {
    let db = Database::open("sqlite::memory:")?;
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)", ())?;
    db.execute_many("INSERT INTO t (name) VALUES (?)", [["a".into()], ["b".into()]])?;
    Ok(db)
}

fn count(db: &Database) -> Result<i64> {
    db.fetch_value("SELECT count(*) FROM t", ())
}

#[test]
fn rows_are_read_in_every_way() -> Result<()> {
    let db = database()?;
    let one: (i64, String) = db.fetch_one("SELECT * FROM t WHERE id = ?", (1,))?;
    assert_eq!(one, (1, "a".to_owned()));
    assert_eq!(db.fetch_optional::<(i64,)>("SELECT id FROM t WHERE id = 9", ())?, None);
    assert_eq!(db.fetch_all::<(i64,)>("SELECT id FROM t", ())?, [(1,), (2,)]);
    let result = db.query("SELECT name FROM t", ());
    assert_eq!((result.success, result.row_count), (true, 2));
    let mut names = String::new();
    db.request("SELECT name FROM t").for_each_row(|row| {
        names.push_str(row.get("name")?);
        Ok(())
    })?;
    assert_eq!(names, "ab");
    assert!(
        db.health_check()
            && db.table_exists("t")?
            && !db.explain("SELECT * FROM t", ())?.is_empty()
    );
    Ok(())
}

#[test]
fn rows_stream_beyond_one_batch() -> Result<()> {
    let db = database()?;
    let text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) \
                SELECT i FROM n";
    let mut rows = db.stream(text, ())?;
    let mut sum = 0;
    while let Some(row) = rows.next()? {
        sum += row.get::<i64>("i")?;
    }
    assert_eq!(sum, 5_000 * 5_001 / 2);
    drop(db.stream(text, ())?);
    assert_eq!(count(&db)?, 2);
    Ok(())
}

#[test]
fn a_transaction_is_kept_only_when_committed() -> Result<()> {
    let db = database()?;
    let mut kept = db.begin()?;
    kept.execute("INSERT INTO t (name) VALUES ('c')", ())?;
    let mut undone = kept.savepoint()?;
    undone.execute("DELETE FROM t", ())?;
    undone.rollback()?;
    kept.commit()?;
    drop({
        let mut dropped = db.begin()?;
        dropped.execute("DELETE FROM t", ())?;
        dropped
    });
    assert_eq!(count(&db)?, 3);
    let refused = db.begin_read_only()?.execute("DELETE FROM t", ()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ReadOnly);
    Ok(())
}

#[test]
fn a_body_is_repeated_on_a_conflict_and_undone_on_an_error() -> Result<()> {
    let db = database()?;
    let mut runs = 0;
    let body = |tx: &mut Transaction<'_>| {
        runs += 1;
        tx.execute("INSERT INTO t (name) VALUES ('c')", ())?;
        let conflict = Error::new(ErrorKind::Conflict, "again").retry_by(Retry::Transaction);
        if runs < 3 { Err(conflict) } else { Ok(runs) }
    };
    let retry = TransactRetry { attempts_max: 3, backoff: Duration::from_millis(1) };
    assert_eq!(db.transact_with(Begin::default(), retry, body)?, 3);
    assert_eq!(count(&db)?, 3);
    let failed: Result<()> = db.transact(|tx| {
        tx.execute("DELETE FROM t", ())?;
        Err(Error::new(ErrorKind::Validation, "no"))
    });
    assert_eq!((failed.unwrap_err().kind(), count(&db)?), (ErrorKind::Validation, 3));
    Ok(())
}

#[test]
fn another_thread_cancels_a_statement() -> Result<()> {
    let db = database()?;
    let token = CancellationToken::new();
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    let began = Instant::now();
    let error = std::thread::scope(|threads| {
        threads.spawn(|| {
            #[expect(clippy::disallowed_methods, reason = "a thread that waits for the statement")]
            std::thread::sleep(Duration::from_millis(50));
            token.cancel();
        });
        db.request(endless).cancel(&token).fetch_value::<i64>().unwrap_err()
    });
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(began.elapsed() < Duration::from_secs(5));
    let late = db.request(endless).timeout(Duration::from_millis(20)).fetch_value::<i64>();
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(count(&db)?, 2);
    Ok(())
}

#[test]
fn inside_a_runtime_calls_are_refused() -> Result<()> {
    let db = database()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let error = db.execute("SELECT 1", ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("use hypostyle::Database there"), "{error}");
        assert!(!db.query("SELECT 1", ()).success && !db.health_check());
        assert_eq!(Database::open("sqlite::memory:").unwrap_err().kind(), ErrorKind::Unsupported);
    });
    let transaction = db.begin()?;
    runtime.block_on(async { drop(transaction) });
    assert_eq!(count(&db)?, 2);
    Ok(())
}

#[test]
fn rows_are_inserted_as_they_come_and_a_session_keeps_its_connection() -> Result<()> {
    let db = database()?;
    let mut bulk = db.bulk_insert("t", &["name"])?;
    for _ in 0..10_000 {
        bulk.push(["c".into()])?;
    }
    assert_eq!(bulk.finish()?.rows_affected, 10_000);
    drop(db.bulk_insert("t", &["name"])?);
    assert_eq!(count(&db)?, 10_002);

    let mut session = db.session(Intent::Write)?;
    session.execute("CREATE TEMP TABLE mine (id INTEGER)", ())?;
    let mut transaction = session.begin()?;
    transaction.execute("INSERT INTO mine VALUES (1)", ())?;
    transaction.commit()?;
    assert_eq!(session.request("SELECT count(*) FROM mine").fetch_value::<i64>()?, 1);
    drop(session);
    assert!(db.execute("INSERT INTO mine VALUES (2)", ()).is_err());
    Ok(())
}

#[test]
fn a_closed_database_refuses_calls() -> Result<()> {
    let db = database()?;
    assert_eq!(db.figures().map(|figures| figures.active), Some(0));
    db.close()?;
    assert_eq!(count(&db).unwrap_err().kind(), ErrorKind::Closed);
    Ok(())
}
