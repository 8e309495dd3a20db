//! hypostyle.

use hypostyle::Database;
use hypostyle::schema::migrate::{MigrationKind, MigrationSet, Migrator};

use crate::files::Files;
use crate::place::Place;

pub(crate) fn up(files: &Files, place: &Place, database: &str) {
    let url = if place.is_sqlite() { format!("sqlite:{database}") } else { database.to_owned() };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let set = MigrationSet::read(MigrationKind::App, files.versioned()).expect("they are read");
        let database = Database::open(&url).await.expect("hypostyle opens it");
        Migrator::new(&database).app(set).up(None).await.expect("hypostyle applies them");
        database.close().await.expect("it closes");
    });
}
