//! sqlx.

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgConnection};

use crate::files::Files;
use crate::place::Place;

pub(crate) fn up(files: &Files, place: &Place, database: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let migrator = Migrator::new(files.of_sqlx()).await.expect("they are read");
        if place.is_sqlite() {
            let options = SqliteConnectOptions::new()
                .filename(database)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .disable_statement_logging();
            let mut connection = options.connect().await.expect("sqlx opens it");
            migrator.run(&mut connection).await.expect("sqlx applies them");
            connection.close().await.expect("it closes");
        } else {
            let mut connection = PgConnection::connect(database).await.expect("sqlx connects");
            migrator.run(&mut connection).await.expect("sqlx applies them");
            connection.close().await.expect("it closes");
        }
    });
}
