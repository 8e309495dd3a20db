//! Which files are found, and against what they are held.

use std::path::Path;

use hypostyle::sql::Dialect;
use hypostyle_check::{Definition, Report, Target, check};

use crate::Result;

/// Writes files into a folder and checks it against two databases.
async fn report(files: &[(&str, &str)]) -> Result<Report> {
    let folder = tempfile::tempdir()?;
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        std::fs::write(path, text)?;
    }
    let script = |text: &str| Definition::script("schema.sql", text, Dialect::Sqlite);
    let shop = script("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)");
    let blog = script("CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT)");
    let mut targets = [Target::offline("shop", shop).await?, Target::offline("blog", blog).await?];
    Ok(check(&mut targets, &[folder.path().to_owned()], |_, _| ()).await?)
}

#[tokio::test]
async fn what_makes_the_schema_or_is_fetched_is_passed_over() -> Result {
    let wrong = "SELECT * FROM nowhere";
    let report = report(&[
        ("src/a.sql", "SELECT name FROM item"),
        ("src/a.txt", wrong),
        ("target/a.sql", wrong),
        (".git/a.sql", wrong),
        ("node_modules/a.sql", wrong),
        ("modules/shop/models.sql", wrong),
        ("modules/shop/migrations/V1__a.sql", wrong),
    ])
    .await?;
    assert_eq!((report.files, report.statements, report.is_clean()), (1, 1, true), "{report}");
    Ok(())
}

#[tokio::test]
async fn a_statement_is_right_where_one_database_takes_it() -> Result {
    let report = report(&[(
        "a.sql",
        "SELECT name FROM item;\nSELECT title FROM post;\nSELECT name FROM post;",
    )])
    .await?;
    let wrong: Vec<_> = report.findings.iter().map(|it| (it.line, it.database.as_str())).collect();
    assert_eq!(wrong, [(3, "shop")], "{report}");
    Ok(())
}

#[tokio::test]
async fn a_file_is_held_against_the_database_of_its_first_line() -> Result {
    let report = report(&[
        ("a.sql", "-- database: blog\nSELECT name FROM item;\nSELECT title FROM post;"),
        ("b.rs", "// database: shop\nfn f() { db.execute(\"SELECT title FROM post\", ()); }"),
        ("c.sql", "-- database: nowhere\nSELECT 1;"),
    ])
    .await?;
    let wrong: Vec<_> = report.findings.iter().map(|it| (&*it.file, it.line)).collect();
    let wrong: Vec<_> = wrong.iter().map(|(file, line)| (file.ends_with("a.sql"), *line)).collect();
    assert_eq!(wrong, [(true, 2), (false, 2)], "{report}");
    assert_eq!(report.unchecked.len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_a_file_changes_is_gone_for_the_next() -> Result {
    let report = report(&[
        ("a.sql", "ALTER TABLE item ADD COLUMN price INTEGER; SELECT price FROM item;"),
        ("b.sql", "SELECT price FROM item;"),
    ])
    .await?;
    let wrong: Vec<_> = report.findings.iter().map(|it| it.file.ends_with("b.sql")).collect();
    assert_eq!(wrong, [true], "{report}");
    Ok(())
}

#[tokio::test]
async fn migrations_and_models_make_the_same_schema_as_a_script() -> Result {
    let folder = tempfile::tempdir()?;
    let migrations = folder.path().join("migrations");
    std::fs::create_dir(&migrations)?;
    std::fs::write(
        migrations.join("V001__a.sql"),
        "CREATE TABLE item (id INTEGER PRIMARY KEY, nme TEXT);",
    )?;
    std::fs::write(migrations.join("V002__b.sql"), "ALTER TABLE item RENAME COLUMN nme TO name;")?;
    let models = folder.path().join("models.sql");
    std::fs::write(
        &models,
        "-- database: shop\nCREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(20));",
    )?;
    let queries = folder.path().join("a.sql");
    std::fs::write(&queries, "SELECT name FROM item; SELECT nme FROM item;")?;
    for dialect in [Dialect::Sqlite, Dialect::DuckDb, Dialect::Postgres, Dialect::Mysql] {
        for definition in
            [Definition::models(&models, dialect)?, Definition::migrations(&migrations, dialect)?]
        {
            let mut targets = [Target::offline("shop", definition).await?];
            let report = check(&mut targets, std::slice::from_ref(&queries), |_, _| ()).await?;
            let columns: Vec<_> = report.findings.iter().map(|it| it.column).collect();
            assert_eq!(columns, [31], "{dialect:?} {report}");
        }
    }
    Ok(())
}
