//! SQLite's files: what cannot be opened, what is damaged, what is read-only.

use std::fs;
use std::path::Path;

use hypostyle_core::{Database, Error, ErrorKind, PoolOptions, Result, Type};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, fails_with, holds, ids_are};

use crate::targets::{folder, open, url};

cases! { "files":
    a_file_is_made_where_there_is_none,
    folders_on_the_way_are_made,
    a_missing_file_is_told_where_none_may_be_made,
    a_folder_is_told,
    a_url_of_a_folder_of_databases_is_told,
    a_file_that_is_no_database_is_told_as_corrupt,
    a_damaged_file_is_told_as_corrupt_and_others_stay_usable,
    an_empty_file_is_an_empty_database,
    a_file_opened_read_only_is_read,
    a_file_opened_read_only_refuses_writes_by_the_engine,
    a_file_opened_read_only_is_not_made,
    an_unknown_option_is_told_with_those_there_are,
    a_value_an_option_does_not_take_is_told,
    a_path_with_blanks_and_umlauts_is_opened,
    a_log_left_by_another_is_read,
    text_of_a_database_in_utf16_is_read,
    what_is_committed_is_there_when_opened_again,
    a_private_database_is_gone_with_its_handle,
    a_wrong_scheme_is_told,
    a_file_replaced_by_a_broken_one_is_told,
}

async fn opened(path: &Path, options: &str) -> Result<Database> {
    open(&url(path, options), PoolOptions::default()).await
}

fn io(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "the test's own file").caused_by(error)
}

/// Makes a database with rows enough for many pages, and closes it.
async fn filled(path: &Path) -> Outcome {
    let db = opened(path, "").await?;
    let text = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); \
                WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000) \
                INSERT INTO t SELECT n, printf('%0100d', n) FROM c; \
                CREATE TABLE u (id INTEGER PRIMARY KEY); INSERT INTO u VALUES (7)";
    db.execute(text, ()).await?;
    db.request("PRAGMA wal_checkpoint(TRUNCATE)").execute().await?;
    Ok(db.close().await?)
}

async fn a_file_is_made_where_there_is_none(bench: Bench) -> Outcome {
    holds(bench.site.file().is_some_and(|path| path.exists()), "no file")
}

async fn folders_on_the_way_are_made(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("a/b/c.db");
    opened(&path, "").await?.close().await?;
    holds(path.exists(), "no file")
}

async fn a_missing_file_is_told_where_none_may_be_made(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("a/missing.db");
    let error = fails(opened(&path, "?mode=rw").await, ErrorKind::Connection)?;
    for part in ["missing.db", "no such file", "mode"] {
        holds(error.message().contains(part), &error)?;
    }
    holds(!folder.path().join("a").exists(), "a folder was made")
}

async fn a_folder_is_told(_: Bench) -> Outcome {
    let folder = folder()?;
    fails_with(opened(folder.path(), "").await, ErrorKind::Connection, "folder").map(drop)
}

async fn a_url_of_a_folder_of_databases_is_told(_: Bench) -> Outcome {
    let folder = folder()?;
    let place = format!("sqlite:{}/", folder.path().display());
    let refusal = open(&place, PoolOptions::default()).await;
    fails_with(refusal, ErrorKind::Config, "folder of databases").map(drop)
}

async fn a_file_that_is_no_database_is_told_as_corrupt(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("letter.txt");
    fs::write(&path, "Dear reader, this is no database. ".repeat(100)).map_err(io)?;
    let error = fails(opened(&path, "").await, ErrorKind::Corrupt)?;
    holds(error.message().contains("letter.txt"), &error)?;
    holds(error.message().contains("other than a SQLite database"), &error)?;
    let content = fs::read_to_string(&path).map_err(io)?;
    holds(content.starts_with("Dear reader"), "the file was written to")
}

async fn a_damaged_file_is_told_as_corrupt_and_others_stay_usable(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.db");
    filled(&path).await?;
    let mut bytes = fs::read(&path).map_err(io)?;
    // Page 2 is the root of `t`.
    bytes[4096..8192].fill(0xa5);
    fs::write(&path, &bytes).map_err(io)?;
    let db = opened(&path, "").await?;
    let read = db.fetch_all::<(i64,)>("SELECT id FROM t", ()).await;
    let error = fails_with(read, ErrorKind::Corrupt, "backup")?;
    equal(error.retry(), hypostyle_core::Retry::Never)?;
    equal(db.fetch_value::<i64>("SELECT id FROM u", ()).await?, 7)
}

async fn an_empty_file_is_an_empty_database(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.db");
    fs::write(&path, "").map_err(io)?;
    let db = opened(&path, "?mode=rw").await?;
    equal(db.fetch_value::<i64>("SELECT count(*) FROM sqlite_schema", ()).await?, 0)
}

async fn a_file_opened_read_only_is_read(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.db");
    filled(&path).await?;
    let db = opened(&path, "?mode=ro").await?;
    equal(db.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 1000)?;
    let mut transaction = db.begin_read_only().await?;
    equal(transaction.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 1000)?;
    Ok(transaction.commit().await?)
}

async fn a_file_opened_read_only_refuses_writes_by_the_engine(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.db");
    filled(&path).await?;
    let db = opened(&path, "?mode=ro").await?;
    fails(db.execute("DELETE FROM t", ()).await, ErrorKind::ReadOnly)?;
    fails(db.execute("PRAGMA user_version = 7", ()).await, ErrorKind::Permission)?;
    let begun = match db.begin().await {
        Ok(mut transaction) => transaction.execute("DELETE FROM t", ()).await.map(drop),
        Err(error) => Err(error),
    };
    fails(begun, ErrorKind::ReadOnly)?;
    let rows = [[hypostyle_core::ValueRef::I64(0)]];
    fails(db.insert_many("u", &["id"], rows).await, ErrorKind::ReadOnly)?;
    equal(db.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 1000)
}

async fn a_file_opened_read_only_is_not_made(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.db");
    fails(opened(&path, "?mode=ro").await, ErrorKind::Connection)?;
    holds(!path.exists(), "a file was made")
}

async fn an_unknown_option_is_told_with_those_there_are(_: Bench) -> Outcome {
    let refusal = open("sqlite:x.db?mod=ro", PoolOptions::default()).await;
    fails_with(refusal, ErrorKind::Config, "busy_timeout").map(drop)
}

async fn a_value_an_option_does_not_take_is_told(_: Bench) -> Outcome {
    for (options, says) in [
        ("?mode=readonly", "ro, rw or rwc"),
        ("?busy_timeout=soon", "milliseconds"),
        ("?journal_mode=OFF", "WAL"),
        ("?statements_max=0", "at least 1"),
    ] {
        let refusal = open(&format!("sqlite:x.db{options}"), PoolOptions::default()).await;
        fails_with(refusal, ErrorKind::Config, says)?;
    }
    Ok(())
}

async fn a_path_with_blanks_and_umlauts_is_opened(_: Bench) -> Outcome {
    let folder = folder()?;
    let place = format!("sqlite:{}/my%20Größe%3f.db", folder.path().display());
    let db = open(&place, PoolOptions::default()).await?;
    equal(db.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
    holds(folder.path().join("my Größe?.db").exists(), "another file was made")
}

async fn a_log_left_by_another_is_read(_: Bench) -> Outcome {
    let folder = folder()?;
    let (path, copy) = (folder.path().join("x.db"), folder.path().join("copy.db"));
    let db = opened(&path, "").await?;
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)", ()).await?;
    // As a crash leaves them: the file, and a log that was never copied into it.
    fs::copy(&path, &copy).map_err(io)?;
    let log = |path: &Path| format!("{}-wal", path.display());
    fs::copy(log(&path), log(&copy)).map_err(io)?;
    ids_are(&opened(&copy, "").await?, &[1]).await
}

async fn text_of_a_database_in_utf16_is_read(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.db");
    let db = opened(&path, "?journal_mode=DELETE").await?;
    db.execute("PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (id INTEGER, v TEXT)", ()).await?;
    db.execute("INSERT INTO t VALUES (1, ?)", ("größe 🦀",)).await?;
    equal(db.fetch_value::<String>("PRAGMA encoding", ()).await?, "UTF-16le")?;
    equal(db.fetch_value::<String>("SELECT v FROM t", ()).await?, "größe 🦀")?;
    let again = opened(&path, "").await?;
    equal(again.fetch_value::<String>("SELECT v FROM t", ()).await?, "größe 🦀")
}

async fn what_is_committed_is_there_when_opened_again(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    bench.db.close().await?;
    ids_are(&bench.again(PoolOptions::default()).await?, &[1]).await
}

async fn a_private_database_is_gone_with_its_handle(_: Bench) -> Outcome {
    for _ in 0..2 {
        let db = open("sqlite::memory:", PoolOptions::default()).await?;
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)", ()).await?;
        ids_are(&db, &[]).await?;
        db.close().await?;
    }
    Ok(())
}

async fn a_wrong_scheme_is_told(_: Bench) -> Outcome {
    let registry = hypostyle_core::Registry::default().with(hypostyle_sqlite::Sqlite);
    let config = hypostyle_core::ConnectionConfig::parse("oracle://h/db")?;
    let refusal = registry.open(&config, PoolOptions::default()).await.map(drop);
    fails_with(refusal, ErrorKind::Config, "sqlite").map(drop)
}

async fn a_file_replaced_by_a_broken_one_is_told(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.db");
    filled(&path).await?;
    let options = PoolOptions { connections_max: 2, ..PoolOptions::default() };
    let db = open(&url(&path, ""), options).await?;
    let length = fs::metadata(&path).map_err(io)?.len();
    let file = fs::OpenOptions::new().write(true).open(&path).map_err(io)?;
    file.set_len(length / 2).map_err(io)?;
    let read = db.fetch_all::<(i64, String)>("SELECT id, v FROM t", ()).await;
    let kind = read.as_ref().err().map(Error::kind);
    holds(
        matches!(kind, Some(ErrorKind::Corrupt | ErrorKind::Io)),
        format!("half a file answered {:?}", read.map(|rows| rows.len())),
    )
}
