//! An application whose modules are on MySQL, MariaDB and DuckDB.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::fs;

use hypostyle::Result;
use hypostyle_app::Application;
use hypostyle_app::settings::{Settings, Sources};
use hypostyle_testkit::server::{Brand, MySql};
use tempfile::TempDir;

const SHOP: &str = "-- database: shop\n\
    CREATE TABLE item (id bigint PRIMARY KEY, code uuid, name varchar(40) NOT NULL);\n\
    CREATE TABLE line (item bigint, note text, FOREIGN KEY (item) REFERENCES item (id));\n\
    CREATE INDEX line_item ON line (item);\n";

/// Opens the application of a folder, and answers what became of the module: what was made or its
/// problem, and what differs.
async fn opened(folder: &TempDir) -> (String, Vec<String>) {
    let settings = Settings::load(Sources::new(folder.path())).unwrap();
    let app = Application::open(settings).await.unwrap();
    let module = app.modules().iter().find(|module| module.name == "shop").unwrap();
    let told = match &module.state {
        Ok(state) => {
            let made: Vec<String> = state.made.iter().map(ToString::to_string).collect();
            (made.join(", "), state.drift.iter().map(ToString::to_string).collect())
        }
        Err(problem) => (problem.to_string(), Vec::new()),
    };
    app.close().await;
    told
}

async fn a_module_has_its_tables(url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("hypostyle.toml", &format!("[databases.shop]\nurl = \"{url}\"\n"));
    write("modules/shop/models.sql", SHOP);
    write("modules/shop/migrations/V001__early.sql", "CREATE TABLE early (id int);");
    let made = "table `item`, table `line`, index `line_item`";
    assert_eq!(opened(&folder).await, (made.to_owned(), vec![]), "{url}");
    assert_eq!(opened(&folder).await, (String::new(), vec![]), "{url}");

    write("modules/shop/models.sql", &SHOP.replace("note text", "note text NOT NULL"));
    let differs = "the nullability of `line.note` is NOT NULL in models.sql but NULL in the \
                   database: write a migration";
    assert_eq!(opened(&folder).await, (String::new(), vec![differs.to_owned()]), "{url}");

    write("modules/shop/models.sql", &SHOP.replace("note text", "note txet"));
    let (problem, _) = opened(&folder).await;
    assert!(
        problem.starts_with("modules/shop/models.sql:3") && problem.contains("txet"),
        "{problem}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_has_its_tables_where_its_url_leads() -> Result<()> {
    for brand in [Brand::MariaDb, Brand::Oracle] {
        let scratch = MySql::shared(brand)?.scratch()?;
        a_module_has_its_tables(&scratch.url()).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_has_its_tables_in_a_file_of_duckdb() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.duckdb");
    a_module_has_its_tables(&format!("duckdb:{}", path.display())).await;
}
