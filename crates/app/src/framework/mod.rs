//! The database of the project's own: which modules there are. It is versioned by the same runner
//! as those of the modules.

use hypostyle::schema::migrate::{MigrationKind, MigrationSet, Migrator, Report};
use hypostyle::{Database, Result};

use crate::modules::Step;

/// The name of the project's own database; no module may take it.
pub const FRAMEWORK: &str = "framework";

const MIGRATIONS: [(&str, &str); 1] =
    [("V001__create_modules.sql", include_str!("V001__create_modules.sql"))];

/// Answers the migrations of the project's own database.
///
/// # Errors
/// None that is known: the files are part of the program, and a test reads them.
pub fn migrations() -> Result<MigrationSet> {
    MigrationSet::embedded(MigrationKind::System, &MIGRATIONS)
}

/// Brings the database up to date.
pub(crate) async fn initialise(
    db: &Database,
    tell: &mut (dyn FnMut(Step<'_>) + Send + Sync),
) -> Result<Report> {
    tell(Step::Database { name: FRAMEWORK });
    let patient = db.without_timeout();
    Migrator::new(&patient)
        .system(migrations()?)
        .on_progress(|progress| tell(Step::Migration { name: FRAMEWORK, progress }))
        .up(None)
        .await
}

/// Notes where the database of a module is.
pub(crate) async fn note(db: &Database, module: &str, name: &str, location: &str) -> Result<()> {
    // Says the same again without writing: a start changes nothing of what stands.
    let known: Option<(String, String)> = db
        .fetch_optional("SELECT database_name, location FROM modules WHERE name = ?", (module,))
        .await?;
    if known.is_some_and(|known| (known.0.as_str(), known.1.as_str()) == (name, location)) {
        return Ok(());
    }
    db.request(
        "INSERT INTO modules (name, database_name, location) VALUES (?, ?, ?) \
         ON CONFLICT (name) DO UPDATE SET database_name = excluded.database_name, \
         location = excluded.location",
    )
    .params((module, name, location))
    .intent(hypostyle::Intent::Idempotent)
    .execute()
    .await
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_migrations_are_in_order_and_run() {
        let db = Database::open("sqlite::memory:").await.unwrap();
        let applied = initialise(&db, &mut |_| {}).await.unwrap().applied;
        assert_eq!(applied.len(), migrations().unwrap().migrations().len());
        for location in ["sqlite:a.db", "sqlite:b.db", "sqlite:b.db"] {
            note(&db, "shop", "shop", location).await.unwrap();
        }
        let noted: Vec<(String, String)> =
            db.fetch_all("SELECT name, location FROM modules", ()).await.unwrap();
        assert_eq!(noted, [("shop".to_owned(), "sqlite:b.db".to_owned())]);
    }
}
