//! Brings databases to the state that an application wants: migrations, and a module's tables.

use hypostyle::migrate::ProgressEvent;
use hypostyle::{
    Error, Initialize, Manager, MigrationKind, MigrationSet, ModelFile, Result, Service, Services,
};

/// Files that are part of the program. Those of an application stand in a folder, and are read with
/// `Initialize::app_migrations("migrations")`.
const MIGRATIONS: &[(&str, &str)] = &[
    ("V001__create_orders.sql", "CREATE TABLE orders (id INTEGER PRIMARY KEY, cents INTEGER)"),
    ("V002__add_note.sql", "ALTER TABLE orders ADD COLUMN note TEXT DEFAULT ''"),
];

const MODELS: &str = "-- database: shop
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE INDEX item_name ON item (name);
";

#[tokio::main]
async fn main() -> Result<()> {
    // However the body ends, the database is closed.
    Manager::scoped("sqlite::memory:", async |manager| {
        let system = MigrationSet::embedded(MigrationKind::System, MIGRATIONS)?;
        migrate(&manager, system.clone()).await?;
        let initialize = Initialize::default().system(system);
        for entry in manager.status(&initialize).await? {
            println!("{} {}: {}", entry.version, entry.description, entry.state);
        }
        Ok::<(), Error>(())
    })
    .await?;

    // Two phases: every module registers, then all are opened.
    let services = Services::default();
    let shop = Initialize::default().models(ModelFile::parse(MODELS, "modules/shop/models.sql")?);
    services.register("shop", Service::new("sqlite::memory:").initialize(shop))?;
    for (name, done) in services.initialize().await? {
        for object in done.made {
            println!("{name}: made {object}");
        }
    }
    let shop = services.database("shop")?;
    shop.execute("INSERT INTO item (name) VALUES (?)", ("chair",)).await?;
    services.close().await
}

async fn migrate(manager: &Manager, system: MigrationSet) -> Result<()> {
    let migrator = manager.database().migrator().system(system);
    let migrator = migrator.on_progress(|progress| {
        let (version, number, total) =
            (&progress.migration.version, progress.number, progress.total);
        match progress.event {
            ProgressEvent::Begins => println!("{number}/{total} applying V{version} …"),
            ProgressEvent::Applied(took) => println!("{number}/{total} V{version} took {took:?}"),
            event => println!("{number}/{total} V{version}: {event:?}"),
        }
    });
    let report = migrator.up(None).await?;
    println!("{} applied", report.applied.len());
    Ok(())
}
