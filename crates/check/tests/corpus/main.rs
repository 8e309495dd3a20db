//! Statements right and wrong, of every engine, with what is said of them.

use std::path::{Path, PathBuf};

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;
use hypostyle::sql::Dialect;
use hypostyle_check::{Definition, Report, Target, check};

mod hostile;
mod servers;
mod sources;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/cases").join(name)
}

async fn target(name: &str, dialect: Dialect) -> Result<Target> {
    let path = folder(name).join("schema.sql");
    let text = std::fs::read_to_string(&path)?;
    Ok(Target::offline(name, Definition::script("schema.sql", text, dialect)).await?)
}

/// Checks a file of a folder against the folder's schema, and reads what was said of it.
async fn report(name: &str, file: &str, dialect: Dialect) -> Result<Report> {
    let mut targets = [target(name, dialect).await?];
    Ok(check(&mut targets, &[folder(name).join(file)], |_, _| ()).await?)
}

/// Tells a report as a person reads it, what was not checked included.
fn told(report: &Report, name: &str) -> String {
    let unchecked = report.unchecked.iter();
    let unchecked: String =
        unchecked.map(|each| format!("unchecked: line {}: {}\n", each.line, each.reason)).collect();
    let folder = folder(name).display().to_string() + std::path::MAIN_SEPARATOR_STR;
    (report.to_string() + &unchecked).replace(&folder, "")
}

async fn check_case(name: &str, dialect: Dialect) -> Result {
    for file in ["right.sql", "wrong.sql", "open.sql", "calls.rs"] {
        if !folder(name).join(file).exists() {
            continue;
        }
        let told = told(&report(name, file, dialect).await?, name);
        let expected = std::fs::read_to_string(folder(name).join(format!("{file}.txt")))?;
        assert_eq!(told, expected, "{name}/{file}:\n{told}");
    }
    Ok(())
}

#[tokio::test]
async fn sqlite_judges_by_itself() -> Result {
    check_case("sqlite", Dialect::Sqlite).await
}

#[tokio::test]
async fn duckdb_judges_by_itself() -> Result {
    check_case("duckdb", Dialect::DuckDb).await
}

#[tokio::test]
async fn postgres_is_judged_by_names_without_a_server() -> Result {
    check_case("postgres", Dialect::Postgres).await
}

#[tokio::test]
async fn mysql_is_judged_by_names_without_a_server() -> Result {
    check_case("mysql", Dialect::Mysql).await
}
