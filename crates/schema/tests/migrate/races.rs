//! Several migrators at once on one file.

use std::time::Duration;

use hypostyle::{ErrorKind, Result};
use hypostyle_schema::migrate::Migrator;

use crate::{Home, assert_refused};

const ROUNDS: usize = 20;

fn files() -> Vec<(String, String)> {
    let first = ("V1__log.sql".to_owned(), "CREATE TABLE log (line TEXT)".to_owned());
    let rest = (2..=6).map(|at| {
        let text = format!("INSERT INTO log VALUES ('{at}'); CREATE TABLE t{at} (x)");
        (format!("V{at}__more.sql"), text)
    });
    [first].into_iter().chain(rest).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_migrators_at_once_run_each_file_once() -> Result<()> {
    let files = files();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let mut elsewhere = 0;
    for round in 0..ROUNDS {
        let home = Home::new(&files)?;
        let (one, two) = (home.open().await?, home.open().await?);
        let run = |db: hypostyle::Database| {
            let set = home.set();
            tokio::spawn(async move { Migrator::new(&db).app(set?).up(None).await })
        };
        let (first, second) = (run(one.clone()), run(two));
        let (first, second) = (first.await.unwrap()?, second.await.unwrap()?);
        assert_eq!(first.applied.len() + second.applied.len(), 6, "round {round}");
        elsewhere += first.applied_elsewhere + second.applied_elsewhere;
        let lines: String = one.fetch_value("SELECT group_concat(line, ' ') FROM log", ()).await?;
        assert_eq!(lines, "2 3 4 5 6", "round {round}");
        let rows: i64 = one.fetch_value("SELECT count(*) FROM ia_migrations", ()).await?;
        assert_eq!(rows, 6, "round {round}");
    }
    assert!(elsewhere > 0, "the migrators never met");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rival_with_another_file_is_told() -> Result<()> {
    let home = Home::new(&[("V1__a.sql", "CREATE TABLE a (x)")])?;
    let db = home.open().await?;
    let rival = Home::new(&[("V1__a.sql", "CREATE TABLE a (x, y)")])?;
    let (set, other) = (home.set()?, rival.set()?);
    let rival = home.open().await?;
    let mut holds = rival.begin().await?;
    let run = tokio::spawn(async move { Migrator::new(&db).app(set).up(None).await });
    // The first has made its plan by now, and waits for the lock that the rival holds.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let table = "CREATE TABLE ia_migrations (version TEXT NOT NULL, filename TEXT NOT NULL, \
                 migration_type TEXT NOT NULL, description TEXT NOT NULL, \
                 applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, checksum TEXT)";
    holds.execute(table, ()).await?;
    let row = "INSERT INTO ia_migrations VALUES ('01', 'V1__a.sql', 'app', 'a', NULL, ?)";
    holds.execute(row, (&other.migrations()[0].checksum,)).await?;
    holds.commit().await?;
    assert_refused(run.await.unwrap(), &["another process has applied another file", "changed"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_writer_ends_at_a_limit_of_its_own() -> Result<()> {
    let home = Home::new(&[("V1__a.sql", "CREATE TABLE a (x)")])?;
    let path = home.folder.path().join("app.db");
    let url = format!("sqlite:{}?busy_timeout=10", path.display());
    let db = hypostyle::Database::open(&url).await?;
    let rival = home.open().await?;
    let holds = rival.begin().await?;
    let wait = Duration::from_millis(200);
    let began = std::time::Instant::now();
    let run = Migrator::new(&db).app(home.set()?).lock_wait(wait).up(None).await;
    assert_eq!(run.unwrap_err().kind(), ErrorKind::Locked);
    assert!(began.elapsed() >= wait, "{:?}", began.elapsed());

    let patient = Migrator::new(&db).app(home.set()?);
    let (run, ()) = tokio::join!(patient.up(None), async {
        tokio::time::sleep(wait).await;
        drop(holds);
    });
    assert_eq!(run?.applied.len(), 1);
    Ok(())
}
