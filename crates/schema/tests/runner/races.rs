//! Many runs at once, and locks that others hold.

use std::time::{Duration, Instant};

use hypostyle::{Error, Result};
use hypostyle_testkit::server::Brand;

use super::{ENGINES, Engine, Home, open, set};

/// Starts ten runs of the same files, each with a pool of its own; answers how often a file was
/// applied.
async fn ten_runs(home: &Home, files: &'static [(&'static str, &'static str)]) -> Result<usize> {
    let runs: Vec<_> = (0..10)
        .map(|_| {
            let (url, set) = (home.url.clone(), set(files));
            tokio::spawn(async move {
                let db = open(&url).await?;
                let done = loop {
                    let run = hypostyle::Migrator::new(&db).app(set.clone()).up(None).await;
                    match run {
                        // Another run is at a file that is noted statement by statement.
                        Err(error) if error.message().contains("another run is at") => {
                            tokio::time::sleep(Duration::from_millis(50)).await;
                        }
                        Err(error) if error.message().contains("stopped at its statement") => {
                            tokio::time::sleep(Duration::from_millis(50)).await;
                        }
                        done => break done,
                    }
                };
                db.close().await?;
                done
            })
        })
        .collect();
    let mut applied = 0;
    for run in runs {
        let report = run.await.map_err(|_| Error::closed("task"))??;
        applied += report.applied.len();
    }
    Ok(applied)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_runs_each_file_is_applied_once() -> Result<()> {
    const FILES: [(&str, &str); 3] = [
        ("V1__a.sql", "CREATE TABLE a (id INTEGER); INSERT INTO a VALUES (1);"),
        ("V2__b.sql", "CREATE TABLE b (id INTEGER); INSERT INTO b VALUES (1);"),
        ("V3__c.sql", "INSERT INTO a VALUES (2);"),
    ];
    // A file of DuckDB belongs to one process, and there to one handle.
    for engine in ENGINES.into_iter().filter(|engine| *engine != Engine::DuckDb) {
        let home = Home::new(engine).await?;
        assert_eq!(ten_runs(&home, &FILES).await?, 3, "{engine:?}");
        let sum: i64 = home.db.fetch_value("SELECT count(*) FROM a", ()).await?;
        assert_eq!(sum, 2, "{engine:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_built_concurrently_while_nine_wait() -> Result<()> {
    const FILES: [(&str, &str); 2] = [
        ("V1__t.sql", "CREATE TABLE t AS SELECT n FROM generate_series(1, 200000) AS n"),
        ("V2__i.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY by_n ON t (n);"),
    ];
    let home = Home::new(Engine::Postgres).await?;
    assert_eq!(ten_runs(&home, &FILES).await?, 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_not_had_is_given_up_and_tried_again() -> Result<()> {
    for engine in [Engine::Postgres, Engine::MySql(Brand::MariaDb)] {
        let home = Home::new(engine).await?;
        home.db.execute("CREATE TABLE t (id INTEGER)", ()).await?;
        let other = open(&home.url).await?;
        let mut holding = other.begin().await?;
        holding.execute("INSERT INTO t VALUES (1)", ()).await?;
        let set = set(&[("V1__x.sql", "ALTER TABLE t ADD COLUMN more INTEGER")]);
        let began = Instant::now();
        let waiting = home.migrator(&set).lock_timeout(Duration::from_secs(1)).up(None);
        let releasing = async {
            tokio::time::sleep(Duration::from_millis(2_500)).await;
            holding.commit().await
        };
        let (done, released) = tokio::join!(waiting, releasing);
        released?;
        match engine {
            // A file of MySQL has no transaction that is undone: it stops, and goes on.
            Engine::MySql(_) => {
                assert_eq!(done.unwrap_err().kind(), hypostyle::ErrorKind::Locked);
                home.migrator(&set).resume(None).await?;
            }
            _ => assert_eq!(done?.applied.len(), 1),
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
        assert_eq!(home.states(&set).await?, "1 applied", "{engine:?}");
    }
    Ok(())
}
