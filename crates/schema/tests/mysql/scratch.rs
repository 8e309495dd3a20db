//! A database that is named for trying things, by accounts that may make none.

use hypostyle::schema::migrate::{MigrationKind, MigrationSet};
use hypostyle::schema::{ScratchDatabase, generate, tables};
use hypostyle::sql::Dialect;
use hypostyle::{ConnectionConfig, Database, Environment, ErrorKind, ModelFile, Result, Scratch};
use hypostyle_testkit::server::Brand;

use crate::{BRANDS, Home};

/// Answers where two databases are for an account that has rights in these alone.
fn limited(home: &Home, named: &Home) -> Result<[ConnectionConfig; 2]> {
    let user = format!("limited_{}", home.scratch.name());
    let grants = [home, named].map(|it| {
        let name = it.scratch.name();
        format!("GRANT ALL ON {name}.* TO '{user}'@'%';")
    });
    let create = format!("CREATE USER '{user}'@'%' IDENTIFIED BY 'secret';");
    home.scratch.server().query("", &format!("{create} {}", grants.join(" ")))?;
    let config = |it: &Home| -> Result<ConnectionConfig> {
        let mut config = ConnectionConfig::parse(&it.scratch.url())?;
        config.username = Some(user.clone());
        config.password = Some("secret".into());
        Ok(config)
    };
    Ok([config(home)?, config(named)?])
}

fn models() -> Result<ModelFile> {
    let text = "-- database: shop\nCREATE TABLE t (a int PRIMARY KEY, b int);\n\
                CREATE VIEW v AS SELECT a FROM t; CREATE FUNCTION f() RETURNS int NO SQL RETURN 1;";
    Ok(ModelFile::parse_in(text, "models.sql", Dialect::Mysql)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_makes_no_databases_names_one() -> Result<()> {
    let options = || Database::options().environment(Environment::empty());
    for brand in BRANDS {
        let (home, named) = (Home::new(brand, "").await?, Home::new(brand, "").await?);
        let [config, scratch_config] = limited(&home, &named)?;
        let db = options().open_config(config.clone()).await?;
        let refused = Scratch::open(&db, options(), config.clone(), None).await;
        assert_eq!(refused.err().map(|it| it.kind()), Some(ErrorKind::Permission), "{brand:?}");

        let open = || Scratch::open(&db, options(), config.clone(), Some(scratch_config.clone()));
        let scratch = open().await?;
        let second = open().await.err().map(|error| error.kind());
        assert_eq!(second, Some(ErrorKind::Locked), "{brand:?}: one at a time");
        let files = [("V1__t.sql", "CREATE TABLE t (a int PRIMARY KEY)")];
        let set = MigrationSet::embedded(MigrationKind::App, &files)?;
        let found = generate(&db, &scratch, &models()?, &set, &[]).await?.expect("they differ");
        assert!(found.up.contains("ADD COLUMN `b` int"), "{}", found.up);
        scratch.close().await?;
        assert_eq!(tables(&named.db).await?, Vec::<String>::new(), "{brand:?}: nothing stays");
        let routines = "SELECT count(*) FROM information_schema.routines \
                        WHERE routine_schema = database()";
        assert_eq!(named.db.fetch_value::<i64>(routines, ()).await?, 0);

        named.db.execute("CREATE TABLE precious (a int)", ()).await?;
        let error = open().await.err().expect("it is not empty");
        assert_eq!(error.kind(), ErrorKind::Validation, "{error}");
        assert!(error.message().contains("holds the table `precious`"), "{error}");
        assert_eq!(tables(&named.db).await?, ["precious"]);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_engine_takes_no_database_by_name() -> Result<()> {
    let named = Home::new(Brand::MariaDb, "").await?;
    let config = ConnectionConfig::parse("sqlite::memory:")?;
    let options = || Database::options().environment(Environment::empty());
    let db = options().open_config(config.clone()).await?;
    let scratch = ConnectionConfig::parse(&named.scratch.url())?;
    let error = Scratch::open(&db, options(), config, Some(scratch)).await.err();
    assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Config));
    // A name by itself makes no database one that may be emptied.
    assert!(models()?.check(&named.db).await.is_err());
    let taken = ScratchDatabase::take(&named.db).await?;
    assert_eq!(models()?.check(&named.db).await?.tables.len(), 2);
    taken.discard().await
}
