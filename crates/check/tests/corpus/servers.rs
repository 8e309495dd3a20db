//! The corpus again, judged by the servers themselves: what is said without them holds.

use hypostyle::sql::Dialect;
use hypostyle::{ConnectionConfig, Database, Environment, Options, Scratch};
use hypostyle_check::{Definition, Report, Target, check};
use hypostyle_testkit::server::{Brand, MySql, Postgres};

use crate::{Result, folder, report};

fn options() -> Options {
    Database::options().environment(Environment::empty())
}

fn definition(name: &str, dialect: Dialect) -> Result<Definition> {
    let text = std::fs::read_to_string(folder(name).join("schema.sql"))?;
    Ok(Definition::script("schema.sql", text, dialect))
}

/// Holds what a server says against what is said without it: the same lines are wrong.
async fn check_case(name: &str, dialect: Dialect, target: Target) -> Result<Target> {
    let mut targets = [target];
    let mut on_server = async |file: &str| -> Result<Report> {
        Ok(check(&mut targets, &[folder(name).join(file)], |_, _| ()).await?)
    };
    let right = on_server("right.sql").await?;
    assert_eq!((right.findings.len(), right.unchecked.len()), (0, 0), "{name}: {right}");
    let wrong = on_server("wrong.sql").await?;
    let lines = |report: &Report| report.findings.iter().map(|it| it.line).collect::<Vec<_>>();
    let offline = report(name, "wrong.sql", dialect).await?;
    assert_eq!(lines(&wrong), lines(&offline), "{name}: {wrong}");
    let [target] = targets;
    Ok(target)
}

#[tokio::test]
async fn postgres_says_the_same_and_keeps_nothing() -> Result {
    let home = Postgres::shared()?.scratch()?;
    let db = options().open(&home.url()).await?;
    let definition = definition("postgres", Dialect::Postgres)?;
    let target = Target::server("shop", Some(definition), &db).await?;
    drop(check_case("postgres", Dialect::Postgres, target).await?);
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('sales', 'hypostyle_check')";
    assert_eq!(db.fetch_value::<i64>(schemas, ()).await?, 0);
    Ok(())
}

#[tokio::test]
async fn postgres_as_it_is_judges_without_running() -> Result {
    let home = Postgres::shared()?.scratch()?;
    home.query(
        "CREATE TABLE person (id int PRIMARY KEY, name text); INSERT INTO person VALUES (1, 'a')",
    )?;
    let db = options().open(&home.url()).await?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.sql");
    std::fs::write(
        &path,
        "DELETE FROM person;\nDROP TABLE person;\nSELECT nam FROM person WHERE id = :id;",
    )?;
    let report = check(&mut [Target::server("shop", None, &db).await?], &[path], |_, _| ()).await?;
    let [finding] = &report.findings[..] else { return Err(report.to_string().into()) };
    assert_eq!((finding.line, finding.column), (3, 8));
    assert_eq!(finding.help, ["did you mean `name`?"]);
    assert_eq!((report.statements, report.unchecked.len()), (2, 1));
    assert_eq!(db.fetch_value::<i64>("SELECT count(*) FROM person", ()).await?, 1);
    Ok(())
}

async fn mysql(brand: Brand) -> Result {
    let home = MySql::shared(brand)?.scratch()?;
    let db = options().open(&home.url()).await?;
    let config = ConnectionConfig::parse(&home.url())?;
    let scratch = Scratch::open(&db, options(), config, None).await?;
    let definition = definition("mysql", Dialect::Mysql)?;
    let target = Target::server("shop", Some(definition), &scratch).await?;
    drop(check_case("mysql", Dialect::Mysql, target).await?);
    scratch.close().await?;
    let kept = "SELECT count(*) FROM information_schema.tables WHERE table_schema = database()";
    assert_eq!(db.fetch_value::<i64>(kept, ()).await?, 0);
    Ok(())
}

#[tokio::test]
async fn mariadb_says_the_same_and_keeps_nothing() -> Result {
    mysql(Brand::MariaDb).await
}

#[tokio::test]
async fn oracles_mysql_says_the_same_and_keeps_nothing() -> Result {
    mysql(Brand::Oracle).await
}
