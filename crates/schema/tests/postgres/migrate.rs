//! Migrations.

use std::time::{Duration, Instant};

use hypostyle::{Database, ErrorKind, Result};
use hypostyle_schema::migrate::{MigrationKind, MigrationSet, Migrator, State};
use hypostyle_schema::tables;

use crate::Home;

const ROUNDS: usize = 10;

fn set(files: &[(&'static str, &'static str)]) -> Result<MigrationSet> {
    MigrationSet::embedded(MigrationKind::App, files)
}

async fn up(db: &Database, files: &[(&'static str, &'static str)]) -> Result<usize> {
    Ok(Migrator::new(db).app(set(files)?).up(None).await?.applied.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_file_runs_once_and_is_tracked_as_specified() -> Result<()> {
    let home = Home::new("").await?;
    let distant = home.again("?options=-c%20timezone%3DPacific/Kiritimati").await?;
    let files = [
        ("V1__a.sql", "CREATE TABLE a (id int); INSERT INTO a VALUES (1); -- ';'"),
        ("V2__f.sql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2 $$"),
    ];
    let system = [("V1__s.sql", "CREATE TABLE s (id int)")];
    let system = MigrationSet::embedded(MigrationKind::System, &system)?;
    let both = || Migrator::new(&distant).system(system.clone()).app(set(&files).unwrap());
    assert!(both().status().await?.iter().all(|entry| entry.state == State::Pending));
    assert_eq!(tables(&home.db).await?.len(), 0);
    assert_eq!(both().up(None).await?.applied.len(), 3);
    assert_eq!(both().up(None).await?.applied.len(), 0);
    assert!(
        both()
            .status()
            .await?
            .iter()
            .all(|entry| matches!(entry.state, State::Applied { at: Some(_) }))
    );
    let table = home.scratch.query(
        "SELECT string_agg(column_name || ' ' || data_type || ' ' || is_nullable, ', '
             ORDER BY ordinal_position) FROM information_schema.columns
         WHERE table_name = 'ia_migrations'",
    )?;
    assert_eq!(
        table.trim(),
        "version text NO, filename text NO, migration_type text NO, description text NO, \
         applied_at timestamp without time zone YES, checksum text YES"
    );
    let keys = home.scratch.query(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint
         WHERE conrelid = 'ia_migrations'::regclass ORDER BY contype",
    )?;
    let check = "CHECK ((migration_type = ANY (ARRAY['system'::text, 'app'::text])))";
    let keys: Vec<&str> = keys.lines().filter(|key| !key.starts_with("NOT NULL")).collect();
    assert_eq!(keys, [check, "PRIMARY KEY (version, migration_type)"]);
    let late = home.scratch.query(
        "SELECT max(abs(extract(epoch FROM applied_at - now() AT TIME ZONE 'UTC'))) < 60
         FROM ia_migrations",
    )?;
    assert_eq!(late.trim(), "t", "applied_at is not in UTC");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_fails_leaves_nothing_and_says_where() -> Result<()> {
    let home = Home::new("").await?;
    let files = [
        ("V1__a.sql", "CREATE TABLE a (id int)"),
        ("V2__b.sql", "CREATE TABLE b (id int);\nINSERT INTO b\n  SELECT nope FROM a;"),
    ];
    let error = up(&home.db, &files).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Query);
    assert!(error.message().starts_with("V2__b.sql:3:10: `INSERT INTO b SELECT nope"), "{error}");
    assert_eq!(tables(&home.db).await?, ["a", "ia_migrations"]);
    let deferred = [(
        "V1__a.sql",
        "CREATE TABLE c (id int PRIMARY KEY, up int REFERENCES c DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO c VALUES (1, 2)",
    )];
    let home = Home::new("").await?;
    let error = up(&home.db, &deferred).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error}");
    assert_eq!(tables(&home.db).await?.len(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_that_empties_the_search_path_is_tracked_all_the_same() -> Result<()> {
    let home = Home::new("").await?;
    let files = [(
        "V1__dump.sql",
        "SET client_encoding = 'UTF8';
         SELECT pg_catalog.set_config('search_path', '', false);
         CREATE TABLE public.a (id integer NOT NULL);
         ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);",
    )];
    assert_eq!(up(&home.db, &files).await?, 1);
    assert_eq!(up(&home.db, &files).await?, 0);
    assert_eq!(tables(&home.db).await?, ["a", "ia_migrations"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_stay_in_the_schema_of_the_search_path() -> Result<()> {
    let home = Home::new("CREATE SCHEMA app").await?;
    let (app, lost) = (home.again("?search_path=app").await?, home.again("?search_path=x").await?);
    let files = [("V1__a.sql", "CREATE TABLE a (id int)")];
    assert_eq!(up(&app, &files).await?, 1);
    assert_eq!(up(&home.db, &files).await?, 1);
    assert_eq!(up(&app, &files).await?, 0);
    assert_eq!(tables(&home.db).await?, ["a", "ia_migrations", "app.a", "app.ia_migrations"]);
    let error = up(&lost, &files).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("search_path"), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_migrators_at_once_run_each_file_once() -> Result<()> {
    let files = [
        ("V1__log.sql", "CREATE TABLE log (line text)"),
        ("V2__a.sql", "INSERT INTO log VALUES ('2'); CREATE TABLE t2 (x int)"),
        ("V3__b.sql", "INSERT INTO log VALUES ('3'); SELECT pg_sleep(0.01)"),
        ("V4__c.sql", "INSERT INTO log VALUES ('4'); CREATE TYPE mood AS ENUM ('sad')"),
    ];
    let mut elsewhere = 0;
    for round in 0..ROUNDS {
        let home = Home::new("").await?;
        let (one, two) = (home.again("").await?, home.again("").await?);
        let run = |db: Database| {
            let set = set(&files);
            tokio::spawn(async move { Migrator::new(&db).app(set?).up(None).await })
        };
        let (first, second) = (run(one), run(two));
        let (first, second) = (first.await.unwrap()?, second.await.unwrap()?);
        assert_eq!(first.applied.len() + second.applied.len(), 4, "round {round}");
        elsewhere += first.applied_elsewhere + second.applied_elsewhere;
        let lines = "SELECT string_agg(line, ' ' ORDER BY line) FROM log";
        let lines: String = home.db.fetch_value(lines, ()).await?;
        assert_eq!(lines, "2 3 4", "round {round}");
        let rows: i64 = home.db.fetch_value("SELECT count(*) FROM ia_migrations", ()).await?;
        assert_eq!(rows, 4, "round {round}");
    }
    assert!(elsewhere > 0, "the migrators never met");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_another_run_ends_at_a_limit_of_its_own() -> Result<()> {
    let home = Home::new("").await?;
    let files = set(&[("V1__a.sql", "CREATE TABLE a (id int)")])?;
    let slow =
        set(&[("V1__a.sql", "CREATE TABLE a (id int)"), ("V2__b.sql", "SELECT pg_sleep(60)")])?;
    let rival = home.again("").await?;
    let rival = tokio::spawn(async move { Migrator::new(&rival).app(slow).up(None).await });
    let asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' \
                  AND datname = current_database()";
    while home.db.fetch_value::<i64>(asleep, ()).await? == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let began = Instant::now();
    let wait = Duration::from_millis(200);
    let more = set(&[("V1__a.sql", "CREATE TABLE a (id int)"), ("V3__c.sql", "SELECT 1")])?;
    let run = Migrator::new(&home.db).app(more).lock_wait(wait).up(None).await;
    let error = run.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    assert!(error.message().contains("another run of migrations"), "{error}");
    assert!((wait..Duration::from_secs(20)).contains(&began.elapsed()), "{:?}", began.elapsed());
    // A run with nothing to do waits for nobody.
    assert_eq!(Migrator::new(&home.db).app(files).up(None).await?.applied.len(), 0);
    rival.abort();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_leaves_nothing_of_its_file() -> Result<()> {
    let home = Home::new("").await?;
    let files = [("V1__a.sql", "CREATE TABLE a (id int); SELECT pg_sleep(60)")];
    let run = tokio::time::timeout(Duration::from_millis(500), up(&home.db, &files)).await;
    assert!(run.is_err());
    let began = Instant::now();
    assert_eq!(up(&home.db, &[("V1__b.sql", "CREATE TABLE b (id int)")]).await?, 1);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(tables(&home.db).await?, ["b", "ia_migrations"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_with_rows_after_copy_is_run_as_psql_runs_it() -> Result<()> {
    let home = Home::new("").await?;
    let files = [(
        "V1__dump.sql",
        "\\restrict abc
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.a (id integer, name text, tags text[], twice integer GENERATED ALWAYS AS (id * 2) STORED);
COPY public.a (id, name, tags) FROM stdin;
1\tit's; -- $$ /*\t{a,b}
2\t\\N\t\\N
3\ttab\\tand \\\\.\t{}
\\.

COPY public.a FROM stdin WITH (FORMAT csv);
4,\"a \"\"b\"\"
c\",
\\.
ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);
\\unrestrict abc
",
    )];
    assert_eq!(up(&home.db, &files).await?, 1);
    let rows = home.scratch.query(
        "SELECT string_agg(concat_ws('|', id, coalesce(name, '~'), coalesce(tags::text, '~'), twice),
             E'\\n' ORDER BY id) FROM public.a",
    )?;
    let expect = "1|it's; -- $$ /*|{a,b}|2\n2|~|~|4\n3|tab\tand \\.|{}|6\n4|a \"b\"\nc|~|8";
    assert_eq!(rows.trim(), expect);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_refused_is_named_by_its_line_and_undoes_its_file() -> Result<()> {
    let home = Home::new("").await?;
    for (rows, expect) in
        [("1\n2\nx", "V1__a.sql:5: the row"), ("1\n2\t3\n", "V1__a.sql:4: the row")]
    {
        let text = format!("CREATE TABLE a (id int);\nCOPY a FROM stdin;\n{rows}\n\\.\n");
        let set = set(&[("V1__a.sql", Box::leak(text.into_boxed_str()))])?;
        let error = Migrator::new(&home.db).app(set).up(None).await.unwrap_err();
        assert!(error.message().contains(expect), "{error}");
        assert!(error.message().contains("V1__a.sql:2: `COPY a FROM stdin`"), "{error}");
        assert_eq!(tables(&home.db).await?.len(), 0);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_copied_have_the_time_of_a_statement() -> Result<()> {
    let slow = "CREATE TABLE t (a int);
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
        CREATE TRIGGER waits BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION wait();";
    for copy in
        ["COPY t FROM stdin;\n1\n\\.\n", "-- no-transaction\nCOPY t (a) FROM stdin;\n1\n\\.\n"]
    {
        let home = Home::new(slow).await?;
        let limit = Duration::from_millis(300);
        let set = MigrationSet::embedded(MigrationKind::App, &[("V1__rows.sql", copy)])?;
        let began = Instant::now();
        let run = Migrator::new(&home.db).app(set).statement_timeout(limit).up(None).await;
        let error = run.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
        assert_eq!(home.db.fetch_value::<i64>("SELECT count(*) FROM t", ()).await?, 0);
    }
    Ok(())
}
