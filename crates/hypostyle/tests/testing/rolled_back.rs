//! Tests on tables that are there, each one transaction.

use std::time::Duration;

use hypostyle::testing::{Setup, rolled_back};
use hypostyle::{Database, Environment, Error, ErrorKind, Intent, Model, Result};
use hypostyle_testkit::server::{Brand, MySql, Postgres};

use crate::cases;
use crate::shop::{User, count, models, pass_on, users};

cases![
    nothing_stays_on_any_engine_with_savepoints,
    tables_of_the_same_name_in_another_schema_are_left_alone,
    an_engine_without_savepoints_refuses,
    a_statement_beside_an_open_transaction_is_told_why_it_waits,
    a_text_that_ends_the_transaction_is_refused,
    a_held_connection_is_part_of_it,
    transactions_at_once_take_turns,
    a_call_that_is_dropped_is_undone,
    a_closed_database_refuses_calls,
];

async fn nothing_stays_on_any_engine_with_savepoints(_: Setup) -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("app.db").display());
    let postgres = Postgres::shared().unwrap().scratch().unwrap();
    let mariadb = MySql::shared(Brand::MariaDb).unwrap().scratch().unwrap();
    for url in [file, postgres.url(), mariadb.url()] {
        let shared = Database::open(&url).await?;
        models().create(&shared).await?;
        let kept = users().create(&shared).await?;

        let db = rolled_back(&shared).await?;
        let other = users().create(&db).await?;
        pass_on(&db, kept.id, other.id, true).await?;
        assert_eq!(User::on(&db).get(other.id).await?.email, kept.email);
        assert!(pass_on(&db, other.id, kept.id, false).await.is_err());
        assert_eq!(count(&db).await?, 2);
        drop(db);

        assert_eq!(User::on(&shared).find().all().await?, [kept], "{url}");
        shared.close().await?;
    }
    Ok(())
}

async fn tables_of_the_same_name_in_another_schema_are_left_alone(_: Setup) -> Result<()> {
    let postgres = Postgres::shared().unwrap().scratch().unwrap();
    let shared = Database::open(&postgres.url()).await?;
    models().create(&shared).await?;
    let kept = users().create(&shared).await?;
    let setup = Setup::default().environment(Environment::empty()).url(postgres.url());
    let (one, other) = tokio::try_join!(
        setup.clone().models(&models()).open(),
        setup.clone().models(&models()).open()
    )?;
    for db in [&one, &other] {
        assert_eq!(count(db).await?, 0);
        assert_eq!(users().create(db).await?.id, 1);
    }
    drop((one, other));
    assert_eq!(User::on(&shared).find().all().await?, [kept]);
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'hypostyle%'";
    assert_eq!(shared.fetch_value::<i64>(schemas, ()).await?, 0);
    shared.close().await
}

async fn an_engine_without_savepoints_refuses(_: Setup) -> Result<()> {
    let shared = Database::open("duckdb::memory:").await?;
    let refused = rolled_back(&shared).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
    assert_eq!(refused.context("capability"), Some("savepoints"));
    Ok(())
}

async fn memory() -> Result<Database> {
    let shared = Database::open("sqlite::memory:").await?;
    models().create(&shared).await?;
    rolled_back(&shared).await
}

async fn a_statement_beside_an_open_transaction_is_told_why_it_waits(_: Setup) -> Result<()> {
    let db = memory().await?;
    let mut tx = db.begin().await?;
    users().create(&mut tx).await?;
    let beside = db.request("SELECT 1").timeout(Duration::from_millis(100));
    let error = beside.fetch_value::<i64>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    assert!(error.message().contains("a transaction holds it"), "{error}");
    tx.commit().await?;
    assert_eq!(count(&db).await?, 1);
    Ok(())
}

async fn a_text_that_ends_the_transaction_is_refused(_: Setup) -> Result<()> {
    let db = memory().await?;
    users().create(&db).await?;
    for text in ["COMMIT", "SELECT 1; ROLLBACK", "BEGIN", "/* a */ END", "SAVEPOINT a"] {
        let error = db.execute(text, ()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{text}");
        let mut tx = db.begin().await?;
        assert_eq!(tx.execute(text, ()).await.unwrap_err().kind(), ErrorKind::Unsupported);
    }
    assert_eq!(count(&db).await?, 1);
    db.execute("CREATE TABLE beside (id INTEGER)", ()).await?;
    assert!(db.table_exists("beside").await?);

    let mariadb = MySql::shared(Brand::MariaDb).unwrap().scratch().unwrap();
    let shared = Database::open(&mariadb.url()).await?;
    let error = rolled_back(&shared).await?.execute("CREATE TABLE a (b INT)", ()).await;
    assert_eq!(error.unwrap_err().context("capability"), Some("transactional_ddl"));
    assert!(!shared.table_exists("a").await?);
    Ok(())
}

async fn a_held_connection_is_part_of_it(_: Setup) -> Result<()> {
    let db = memory().await?;
    let mut session = db.session(Intent::Write).await?;
    users().create(&mut session).await?;
    assert!(session.execute("nonsense", ()).await.is_err());
    let mut tx = session.begin().await?;
    users().create(&mut tx).await?;
    tx.rollback().await?;
    assert_eq!(User::on(&mut session).find().count().await?, 1);
    drop(session);
    assert_eq!(count(&db).await?, 1);
    Ok(())
}

async fn transactions_at_once_take_turns(_: Setup) -> Result<()> {
    let db = memory().await?;
    let tasks: Vec<_> = (0..8)
        .map(|task: usize| {
            let db = db.clone();
            tokio::spawn(async move {
                db.transact(|mut tx| async move {
                    users().create(&mut tx).await?;
                    tokio::task::yield_now().await;
                    match task.is_multiple_of(3) {
                        true => Ok(()),
                        false => Err(Error::new(ErrorKind::Validation, "it is not to be kept")),
                    }
                })
                .await
                .is_ok()
            })
        })
        .collect();
    let mut kept = 0;
    for task in tasks {
        kept += u64::from(task.await.unwrap());
    }
    assert_eq!((kept, count(&db).await?), (3, 3));
    assert_eq!((db.pool().active, db.pool().max), (0, 1));
    Ok(())
}

async fn a_call_that_is_dropped_is_undone(_: Setup) -> Result<()> {
    let db = memory().await?;
    users().create(&db).await?;
    let text = "UPDATE users SET age = 1; \
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    let while_it_runs = Duration::from_millis(100);
    let call = tokio::time::timeout(while_it_runs, db.request(text).offload().execute()).await;
    assert!(call.is_err());
    assert_eq!(User::on(&db).count(User::age.eq(1)).await?, 0);

    let body = db.transact(|mut tx| async move { tx.request(text).offload().execute().await });
    assert!(tokio::time::timeout(while_it_runs, body).await.is_err());
    assert_eq!(User::on(&db).count(User::age.eq(1)).await?, 0);

    let mut session = db.session(Intent::Write).await?;
    let call = tokio::time::timeout(while_it_runs, session.request(text).offload().execute()).await;
    assert!(call.is_err());
    assert_eq!(User::on(&mut session).count(User::age.eq(1)).await?, 0);
    drop(session);
    assert_eq!(User::on(&db).update_many(User::id.gt(0), User::age.set(2)).await?, 1);
    Ok(())
}

async fn a_closed_database_refuses_calls(_: Setup) -> Result<()> {
    let shared = Database::open("sqlite::memory:").await?;
    models().create(&shared).await?;
    let db = rolled_back(&shared).await?;
    users().create(&db).await?;
    db.close().await?;
    assert_eq!(count(&db).await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(count(&shared).await?, 0);
    Ok(())
}
