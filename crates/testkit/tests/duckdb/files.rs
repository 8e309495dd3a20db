//! Files: those of the folder that configuration allows, and no others, however they are named.

use std::fs;
use std::path::Path;

use hypostyle_core::{Database, Error, ErrorKind, PoolOptions};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, fails_with, holds};
use tempfile::TempDir;

use crate::targets::{folder, open};

cases! { "duckdb files":
    csv_parquet_and_json_are_read_and_written_in_the_allowed_folder,
    a_file_that_others_have_replaced_is_read_anew,
    files_outside_the_allowed_folder_are_refused_however_they_are_named,
    all_who_open_a_database_agree_on_the_allowed_folder,
    without_an_allowed_folder_no_file_is_reached,
    extensions_are_neither_installed_nor_loaded,
    what_reaches_out_of_the_machine_is_refused,
    the_configuration_cannot_be_changed,
    an_allowed_folder_that_is_not_there_is_told,
    a_database_is_opened_read_only,
    a_database_that_is_none_is_told_as_damaged,
    options_reach_the_engine,
    a_folder_is_made_for_a_new_database,
    the_same_file_by_another_name_is_the_same_database,
}

fn failed(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "the files of the case cannot be made").caused_by(error)
}

/// A folder `in` that is allowed, and a file beside it that is not.
struct Files {
    folder: TempDir,
    db: Database,
}

impl Files {
    async fn new() -> Outcome<Self> {
        let folder = folder()?;
        let inside = folder.path().join("in");
        fs::create_dir(&inside).map_err(failed)?;
        fs::write(folder.path().join("secret.csv"), "a,b\n1,2\n").map_err(failed)?;
        fs::write(inside.join("rows.csv"), "id,name\n1,Ada\n2,Größe\n").map_err(failed)?;
        let url = format!("duckdb::memory:?files={}", inside.display());
        let db = open(&url, PoolOptions::default()).await?;
        Ok(Self { folder, db })
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    async fn is_refused(&self, text: &str) -> Outcome {
        match self.db.execute(text, ()).await {
            Ok(_) => holds(false, format!("{text} was let through")),
            Err(error) => {
                let kinds = [ErrorKind::Permission, ErrorKind::Query, ErrorKind::Io];
                holds(kinds.contains(&error.kind()), format!("{text}: {error:?}"))
            }
        }
    }
}

async fn csv_parquet_and_json_are_read_and_written_in_the_allowed_folder(_: Bench) -> Outcome {
    let files = Files::new().await?;
    let csv = files.path("in/rows.csv");
    let named = format!("SELECT id, name FROM '{csv}' ORDER BY id");
    let rows = files.db.fetch_all::<(i64, String)>(&named, ()).await?;
    equal(rows, [(1, "Ada".to_owned()), (2, "Größe".to_owned())])?;
    for format in ["parquet", "json", "csv"] {
        let copy = files.path(&format!("in/copy.{format}"));
        files.db.execute(&format!("COPY (FROM '{csv}') TO '{copy}'"), ()).await?;
        let read = format!("SELECT count(*), sum(id)::BIGINT FROM '{copy}'");
        equal(files.db.fetch_one::<(i64, i64)>(&read, ()).await?, (2, 3))?;
    }
    Ok(())
}

async fn a_file_that_others_have_replaced_is_read_anew(_: Bench) -> Outcome {
    let files = Files::new().await?;
    let (csv, parquet) = (files.path("in/rows.csv"), files.path("in/rows.parquet"));
    let export = format!("COPY (SELECT 1 AS id) TO '{parquet}'");
    files.db.execute(&export, ()).await?;
    let count = |name: &str| {
        let (db, read) =
            (files.db.clone(), format!("SELECT count(*) FROM '{name}' WHERE id > 100"));
        async move { db.fetch_value::<i64>(&read, ()).await }
    };
    equal((count(&csv).await?, count(&parquet).await?), (0, 0))?;
    fs::write(&csv, "id,name\n7,x\n101,y\n").map_err(failed)?;
    let other = open("duckdb::memory:?files=/", PoolOptions::default()).await?;
    other.execute(&format!("COPY (SELECT 101 AS id) TO '{parquet}'"), ()).await?;
    equal((count(&csv).await?, count(&parquet).await?), (1, 1))
}

async fn all_who_open_a_database_agree_on_the_allowed_folder(_: Bench) -> Outcome {
    let folder = folder()?;
    let shown = folder.path().display();
    let url = format!("duckdb:{shown}/x.db");
    let first = open(&format!("{url}?files={shown}"), PoolOptions::default()).await?;
    let second = open(&format!("{url}?files={shown}/."), PoolOptions::default()).await?;
    first.execute("CREATE TABLE t (id BIGINT)", ()).await?;
    second.execute(&format!("COPY t TO '{shown}/t.csv'"), ()).await?;
    for options in ["", "?files=/"] {
        let other = open(&format!("{url}{options}"), PoolOptions::default()).await;
        fails_with(other, ErrorKind::Config, "files")?;
    }
    Ok(())
}

async fn files_outside_the_allowed_folder_are_refused_however_they_are_named(_: Bench) -> Outcome {
    let files = Files::new().await?;
    let secret = files.path("secret.csv");
    let link = files.path("in/link.csv");
    std::os::unix::fs::symlink(&secret, &link).map_err(failed)?;
    std::os::unix::fs::symlink(files.folder.path(), files.path("in/up")).map_err(failed)?;
    for name in [
        secret.clone(),
        files.path("in/../secret.csv"),
        link,
        files.path("in/up/secret.csv"),
        files.path("in/./../secret.csv"),
        format!("file://{secret}"),
        "/etc/hostname".to_owned(),
        "/proc/self/environ".to_owned(),
    ] {
        for text in [
            format!("SELECT * FROM read_csv('{name}')"),
            format!("SELECT * FROM '{name}'"),
            format!("SELECT * FROM read_text('{name}')"),
            format!("SELECT * FROM read_blob('{name}')"),
            format!("SELECT * FROM read_json('{name}')"),
            format!("SELECT * FROM read_parquet('{name}')"),
            format!("COPY (SELECT 1) TO '{name}'"),
            format!("ATTACH '{name}' AS other"),
            format!("ATTACH '{name}' AS other (READ_ONLY)"),
        ] {
            files.is_refused(&text).await?;
        }
    }
    files.is_refused(&format!("EXPORT DATABASE '{}'", files.path("out"))).await?;
    files.is_refused(&format!("IMPORT DATABASE '{}'", files.path("out"))).await?;
    files.is_refused(&format!("SELECT * FROM glob('{}')", files.path("*"))).await?;
    let kept = fs::read_to_string(&secret).map_err(failed)?;
    equal(kept.as_str(), "a,b\n1,2\n")
}

async fn without_an_allowed_folder_no_file_is_reached(bench: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.csv");
    fs::write(&path, "a\n1\n").map_err(failed)?;
    let path = path.display();
    let read = bench.db.execute(&format!("SELECT * FROM read_csv('{path}')"), ()).await;
    fails(read, ErrorKind::Permission)?;
    let written = bench.db.execute(&format!("COPY (SELECT 1) TO '{path}'"), ()).await;
    fails(written, ErrorKind::Permission)?;
    let attached = bench.db.execute(&format!("ATTACH '{path}.db' AS other"), ()).await;
    fails(attached, ErrorKind::Permission)?;
    bench.is_settled().await
}

async fn extensions_are_neither_installed_nor_loaded(bench: Bench) -> Outcome {
    for text in
        ["INSTALL httpfs", "LOAD httpfs", "LOAD '/tmp/x.duckdb_extension'", "FORCE INSTALL spatial"]
    {
        fails(bench.db.execute(text, ()).await, ErrorKind::Permission)?;
    }
    bench.is_settled().await
}

async fn what_reaches_out_of_the_machine_is_refused(bench: Bench) -> Outcome {
    for text in [
        "SELECT * FROM 'http://127.0.0.1:1/a.csv'",
        "SELECT * FROM read_csv('https://127.0.0.1:1/a.csv')",
        "SELECT * FROM read_parquet('s3://bucket/a.parquet')",
        "ATTACH 'postgres:host=127.0.0.1' AS other (TYPE postgres)",
        "ATTACH 'https://127.0.0.1:1/a.db' AS other",
        "CREATE PERSISTENT SECRET s (TYPE http)",
    ] {
        let error = match bench.db.execute(text, ()).await {
            Ok(_) => return holds(false, format!("{text} was let through")),
            Err(error) => error,
        };
        let kinds = [ErrorKind::Permission, ErrorKind::Query, ErrorKind::Data];
        holds(kinds.contains(&error.kind()), format!("{text}: {error:?}"))?;
    }
    bench.is_settled().await
}

async fn the_configuration_cannot_be_changed(bench: Bench) -> Outcome {
    for text in [
        "SET enable_external_access = true",
        "SET GLOBAL allowed_directories = ['/']",
        "SET lock_configuration = false",
        "RESET enable_external_access",
        "SET autoinstall_known_extensions = true",
        "SET custom_extension_repository = 'http://127.0.0.1:1'",
        "SET threads = 1",
    ] {
        let error = match bench.db.execute(text, ()).await {
            Ok(_) => return holds(false, format!("{text} was let through")),
            Err(error) => error,
        };
        let kinds = [ErrorKind::Permission, ErrorKind::Query, ErrorKind::Data];
        holds(kinds.contains(&error.kind()), format!("{text}: {error:?}"))?;
    }
    bench.is_settled().await
}

async fn an_allowed_folder_that_is_not_there_is_told(_: Bench) -> Outcome {
    let opened = open("duckdb::memory:?files=/no/such/folder", PoolOptions::default()).await;
    fails_with(opened, ErrorKind::Config, "/no/such/folder").map(drop)
}

async fn a_database_is_opened_read_only(bench: Bench) -> Outcome {
    let folder = folder()?;
    let url = format!("duckdb:{}/x.db", folder.path().display());
    let writer = open(&url, PoolOptions::default()).await?;
    writer.execute("CREATE TABLE t (id BIGINT); INSERT INTO t VALUES (7)", ()).await?;
    writer.close().await?;
    let reader = open(&format!("{url}?mode=ro"), PoolOptions::default()).await?;
    equal(reader.fetch_value::<i64>("SELECT id FROM t", ()).await?, 7)?;
    let write = reader.execute("INSERT INTO t VALUES (8)", ()).await;
    let error = fails(write, ErrorKind::ReadOnly)?;
    holds(error.code().is_some(), error)?;
    fails(reader.execute("CREATE TABLE u (id BIGINT)", ()).await, ErrorKind::ReadOnly)?;
    reader.close().await?;
    drop(bench);
    Ok(())
}

async fn a_database_that_is_none_is_told_as_damaged(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.db");
    fs::write(&path, "not a database at all, but long enough to be read as one").map_err(failed)?;
    let opened = open(&format!("duckdb:{}", path.display()), PoolOptions::default()).await;
    let error = fails(opened, ErrorKind::Corrupt)?;
    holds(error.message().contains("x.db"), error)
}

async fn options_reach_the_engine(_: Bench) -> Outcome {
    let db = open("duckdb::memory:?threads=1&memory_limit=64MB", PoolOptions::default()).await?;
    let text = "SELECT current_setting('threads')::BIGINT, current_setting('memory_limit')";
    let found: (i64, String) = db.fetch_one(text, ()).await?;
    equal(found, (1, "61.0 MiB".to_owned()))?;
    let large = "SELECT max(l) FROM (SELECT list(i) AS l FROM range(100000000) AS r (i))";
    let error = fails(db.execute(large, ()).await, ErrorKind::Limit)?;
    holds(error.code().is_some(), error)?;
    equal(db.fetch_value::<i64>("SELECT 1", ()).await?, 1)
}

async fn a_folder_is_made_for_a_new_database(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("a/b/x.db");
    let db = open(&format!("duckdb:{}", path.display()), PoolOptions::default()).await?;
    db.execute("CREATE TABLE t (id BIGINT)", ()).await?;
    db.close().await?;
    holds(Path::new(&path).exists(), "no file")
}

async fn the_same_file_by_another_name_is_the_same_database(_: Bench) -> Outcome {
    let folder = folder()?;
    let path = folder.path().join("x.db");
    let link = folder.path().join("link.db");
    let first = open(&format!("duckdb:{}", path.display()), PoolOptions::default()).await?;
    first.execute("CREATE TABLE t (id BIGINT)", ()).await?;
    std::os::unix::fs::symlink(&path, &link).map_err(failed)?;
    let second = open(&format!("duckdb:{}", link.display()), PoolOptions::default()).await?;
    let query = "SELECT count(*) FROM t WHERE id > 10";
    equal(second.fetch_value::<i64>(query, ()).await?, 0)?;
    first.execute("INSERT INTO t VALUES (11)", ()).await?;
    equal(second.fetch_value::<i64>(query, ()).await?, 1)
}
