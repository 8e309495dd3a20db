//! Files that nobody wrote to be read.

use std::time::{Duration, Instant};

use hypostyle::sql::Dialect;
use hypostyle_check::{Report, check};

use crate::{Result, target};

async fn report(file: &str, bytes: impl AsRef<[u8]>) -> Result<Report> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(file);
    std::fs::write(&path, bytes)?;
    let mut targets = [target("sqlite", Dialect::Sqlite).await?];
    Ok(check(&mut targets, &[path], |_, _| ()).await?)
}

/// Reads the only finding.
async fn only(file: &str, bytes: impl AsRef<[u8]>) -> Result<(usize, usize, String)> {
    let report = report(file, bytes).await?;
    let [finding] = &report.findings[..] else { return Ok((0, 0, format!("{report}"))) };
    Ok((finding.line, finding.column, finding.message.clone()))
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_place() -> Result {
    let open = "a string, name or comment does not end";
    assert_eq!(only("a.sql", "SELECT 1;\nSELECT 'a").await?, (2, 8, open.to_owned()));
    assert_eq!(only("a.sql", "SELECT 1 /* a").await?, (1, 10, open.to_owned()));
    let not_utf8 = "not UTF-8 at byte 8; save it as UTF-8";
    assert_eq!(only("a.sql", b"SELECT '\xff'").await?, (1, 1, not_utf8.to_owned()));
    assert_eq!(only("a.rs", b"// abcd \xff").await?.2, "not UTF-8 at byte 8; save it as UTF-8");
    let large = vec![b' '; 17 * 1024 * 1024];
    let message = only("a.sql", large).await?.2;
    assert_eq!(message, "cannot be read: larger than 16777216 bytes; cut it up");
    Ok(())
}

#[tokio::test]
async fn what_is_no_rust_is_left_to_the_compiler() -> Result {
    let check = async |text: &str, line: usize, reason: &str| -> Result {
        let report = report("a.rs", text).await?;
        let [each] = &report.unchecked[..] else { return Err(report.to_string().into()) };
        assert_eq!((each.line, report.is_clean()), (line, true), "{report}");
        assert!(each.reason.starts_with(reason), "{}", each.reason);
        Ok(())
    };
    check("fn a() {\n    \"never ends\n", 2, "it cannot be read as Rust").await?;
    check(&"(".repeat(100_000), 1, "its brackets are nested more than 120 deep").await
}

#[tokio::test]
async fn deep_and_long_statements_end_with_a_verdict() -> Result {
    let deep = format!("SELECT {}1{}", "(".repeat(50_000), ")".repeat(50_000));
    assert_eq!(report("a.sql", deep).await?.statements, 1);
    let long = format!("SELECT id FROM person WHERE id IN ({})", vec!["1"; 100_000].join(", "));
    assert!(report("a.sql", long).await?.is_clean());
    let nul = report("a.sql", "SELECT 1;\0SELECT 2").await?;
    assert_eq!(nul.statements + nul.unchecked.len(), 2, "{nul}");
    Ok(())
}

#[tokio::test]
async fn what_nests_too_deep_for_the_parser_is_left_out() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.sql");
    let brackets = format!("SELECT {}1{};\n", "(".repeat(50_000), ")".repeat(50_000));
    let chain = |by: &str, count: usize| format!("SELECT 1{};\n", by.repeat(count));
    let texts = [brackets, chain(" + 1", 100_000), chain(" UNION ALL SELECT 1", 100_000)];
    std::fs::write(&path, texts.concat() + &chain(" + 1", 290))?;
    let mut targets = [target("postgres", Dialect::Postgres).await?];
    let report = check(&mut targets, &[path], |_, _| ()).await?;
    assert_eq!((report.statements, report.unchecked.len()), (1, 3), "{report}");
    Ok(())
}

#[tokio::test]
async fn empty_files_hold_nothing() -> Result {
    for file in ["a.sql", "a.rs"] {
        let report = report(file, "").await?;
        assert_eq!((report.files, report.statements, report.is_clean()), (1, 0, true), "{file}");
    }
    Ok(())
}

#[tokio::test]
async fn a_thousand_statements_take_a_moment() -> Result {
    let one = "SELECT p.id, t.title FROM person p JOIN post t ON t.author = p.id WHERE p.id = ?;\n";
    let began = Instant::now();
    let report = report("a.sql", one.repeat(1_000)).await?;
    assert_eq!((report.statements, report.is_clean()), (1_000, true));
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    Ok(())
}
