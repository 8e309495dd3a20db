//! Text that is compared as its column says.

use hypostyle::model::{Model, Models};
use hypostyle::{ConnectionConfig, Database, ErrorKind, Result, Scratch};
use hypostyle_testkit::server::{Brand, MySql};

#[derive(Model)]
#[model(table = "signs")]
struct Binary {
    #[model(key)]
    id: i64,
    #[model(length = 20, collate = "utf8mb4_bin", unique)]
    name: String,
}

#[derive(Model)]
#[model(table = "signs")]
struct Folded {
    #[model(key)]
    id: i64,
    #[model(collate = "NOCASE", unique)]
    name: String,
}

#[tokio::test]
async fn mysql_minds_capitals_where_a_column_does() -> Result<()> {
    for brand in [Brand::Oracle, Brand::MariaDb] {
        let server = MySql::shared(brand)?;
        let home = server.scratch()?;
        let db = Database::open(&home.url()).await?;
        let config = ConnectionConfig::parse(&home.url())?;
        let scratch = Scratch::open(&db, Database::options(), config, None).await?;
        let models = Models::of("signs").with::<Binary>();
        models.create(&db).await?;
        Binary::on(&db).create(NewBinary { name: "ada".to_owned() }).await?;
        Binary::on(&db).create(NewBinary { name: "ADA".to_owned() }).await?;
        let found = Binary::on(&db).find_many(Binary::name.eq("ADA")).all().await?;
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [2]);
        assert!(models.diff(&db, &scratch).await?.changes.is_empty());
        scratch.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn sqlite_takes_capitals_for_small_letters_where_a_column_does() -> Result<()> {
    let db = Database::open("sqlite::memory:").await?;
    let scratch = Database::open("sqlite::memory:").await?;
    let models = Models::of("signs").with::<Folded>();
    models.create(&db).await?;
    Folded::on(&db).create(NewFolded { name: "ada".to_owned() }).await?;
    let again = Folded::on(&db).create(NewFolded { name: "ADA".to_owned() }).await;
    assert_eq!(again.err().map(|error| error.kind()), Some(ErrorKind::UniqueViolation));
    let found = Folded::on(&db).find_one(Folded::name.eq("ADA")).await?;
    assert_eq!(found.map(|row| (row.id, row.name)), Some((1, "ada".to_owned())));
    assert!(models.diff(&db, &scratch).await?.changes.is_empty());
    Ok(())
}
