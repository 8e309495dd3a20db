//! An application whose databases are on a real PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::fs;

use hypostyle::Result;
use hypostyle_app::settings::{Settings, Sources};
use hypostyle_app::{Application, status};
use hypostyle_testkit::server::{Postgres, Scratch};
use tempfile::TempDir;

const SHOP: &str = "-- database: shop\n\
    CREATE TYPE mood AS ENUM ('sad', 'happy');\n\
    CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood);\n";

/// A folder whose module `shop` is on PostgreSQL and whose module `blog` is not.
struct Home {
    folder: TempDir,
    scratch: Scratch<'static>,
}

impl Home {
    fn new(settings: impl FnOnce(&str) -> String) -> Result<Self> {
        let scratch = Postgres::shared()?.scratch()?;
        let home = Self { folder: tempfile::tempdir().unwrap(), scratch };
        home.write("hypostyle.toml", &settings(&home.scratch.url()));
        home.write("modules/shop/models.sql", SHOP);
        let blog = "-- database: blog\nCREATE TABLE post (id INTEGER PRIMARY KEY)";
        home.write("modules/blog/models.sql", blog);
        Ok(home)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn settings(&self) -> Settings {
        Settings::load(Sources::new(self.folder.path())).unwrap()
    }

    async fn open(&self) -> Result<Application> {
        Application::open(self.settings()).await
    }
}

fn shop_alone(url: &str) -> String {
    format!("[databases.shop]\nurl = \"{url}\"\n")
}

/// What became of a module: its objects, or its problem; and what differs.
fn told(app: &Application, name: &str) -> (String, Vec<String>) {
    let module = app.modules().iter().find(|module| module.name == name).unwrap();
    match &module.state {
        Ok(state) => {
            let made: Vec<String> = state.made.iter().map(ToString::to_string).collect();
            (made.join(", "), state.drift.iter().map(ToString::to_string).collect())
        }
        Err(problem) => (problem.to_string(), Vec::new()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_has_its_tables_where_its_url_leads() -> Result<()> {
    let home = Home::new(shop_alone)?;
    home.write("modules/shop/migrations/V001__extend.sql", "CREATE DOMAIN price AS numeric(10,2)");
    home.write("modules/shop/models.sql", &format!("{SHOP}CREATE TABLE line (price price);"));
    let app = home.open().await?;
    let made = "type `mood`, table `item`, table `line`";
    assert_eq!(told(&app, "shop"), (made.to_owned(), vec![]));
    assert_eq!(told(&app, "blog").0, "table `post`");
    let shop = app.database("shop")?;
    shop.execute("INSERT INTO item (mood) VALUES (?)", ("sad",)).await?;
    assert_eq!(app.framework().engine().name, "sqlite");
    let noted = "SELECT location FROM modules WHERE name = 'shop'";
    let noted: String = app.framework().fetch_value(noted, ()).await?;
    assert!(noted.starts_with("postgres://") && noted.contains(home.scratch.name()), "{noted}");
    app.close().await;

    let app = home.open().await?;
    assert_eq!(told(&app, "shop"), (String::new(), vec![]));
    app.close().await;
    let counts = "SELECT (SELECT count(*) FROM item), (SELECT count(*) FROM ia_migrations)";
    assert_eq!(home.scratch.query(counts)?.trim(), "1|1");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_and_what_is_broken_is_told() -> Result<()> {
    let home = Home::new(shop_alone)?;
    home.open().await?.close().await;
    home.write("modules/shop/models.sql", &SHOP.replace("mood mood)", "mood mood NOT NULL)"));
    let app = home.open().await?;
    let differs = "the nullability of `item.mood` is NOT NULL in models.sql but NULL in the \
                   database: write a migration";
    assert_eq!(told(&app, "shop"), (String::new(), vec![differs.to_owned()]));
    app.close().await;

    home.write("modules/shop/models.sql", &format!("{SHOP}CREATE TABLE line (item itme);"));
    let app = home.open().await?;
    let (problem, _) = told(&app, "shop");
    let expect = "modules/shop/models.sql:4:25: type \"itme\" does not exist";
    assert!(problem.starts_with(expect), "{problem}");
    assert_eq!(told(&app, "blog"), (String::new(), vec![]));
    app.close().await;
    assert_eq!(
        home.scratch.query("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'hypo%'")?.trim(),
        "0"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_keeps_no_other_module_from_being_loaded() -> Result<()> {
    let home = Home::new(|_| {
        let url = "postgres://nobody:s3cret@127.0.0.1:1/shop?connect_timeout=1";
        format!("max_retries = 1\n{}", shop_alone(url))
    })?;
    let app = home.open().await?;
    let (problem, _) = told(&app, "shop");
    assert!(problem.contains("127.0.0.1:1") && !problem.contains("s3cret"), "{problem}");
    assert_eq!(told(&app, "blog").0, "table `post`");
    app.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_are_looked_at_without_changing_them() -> Result<()> {
    let home = Home::new(shop_alone)?;
    home.write("modules/shop/migrations/V001__a.sql", "CREATE TABLE a (id int)");
    let look = async || {
        let found = status(&home.settings()).await.unwrap();
        let shop = found.into_iter().find(|status| status.module.as_deref() == Some("shop"));
        let found = shop.unwrap().found.unwrap();
        (found.exists, found.bytes, found.tables, found.pending())
    };
    assert_eq!(look().await, (true, None, 0, 1));
    home.open().await?.close().await;
    assert_eq!(look().await, (true, None, 3, 0));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_of_the_project_may_be_on_postgres_too() -> Result<()> {
    let home = Home::new(|url| {
        let schema = "?search_path=framework";
        format!("{}\n[databases.framework]\nurl = \"{url}{schema}\"\n", shop_alone(url))
    })?;
    home.scratch.query("CREATE SCHEMA framework")?;
    for _ in 0..2 {
        let app = home.open().await?;
        assert_eq!(app.framework().engine().name, "postgres");
        app.close().await;
    }
    let noted = home.scratch.query("SELECT name FROM framework.modules ORDER BY name")?;
    assert_eq!(noted, "blog\nshop");
    Ok(())
}
