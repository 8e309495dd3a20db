//! refinery: on rusqlite, and on tokio-postgres.

use std::str::FromStr;

use refinery::{Migration, Runner, load_sql_migrations};
use rusqlite::Connection;
use tokio_postgres::{Config, NoTls};

use crate::files::Files;
use crate::place::Place;

pub(crate) fn up(files: &Files, place: &Place, database: &str) {
    let migrations = load_sql_migrations(files.versioned()).expect("they are read");
    match place.is_sqlite() {
        true => of_sqlite(&migrations, database),
        false => of_postgres(&migrations, database),
    }
}

fn of_sqlite(migrations: &[Migration], database: &str) {
    let mut connection = Connection::open(database).expect("rusqlite opens it");
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
    connection.execute_batch(pragmas).expect("rusqlite sets the pragmas");
    Runner::new(migrations).run(&mut connection).expect("refinery applies them");
}

fn of_postgres(migrations: &[Migration], database: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let config = Config::from_str(database).expect("tokio-postgres reads the URL");
        let (mut client, connection) = config.connect(NoTls).await.expect("it connects");
        let driving = tokio::spawn(connection);
        Runner::new(migrations).run_async(&mut client).await.expect("refinery applies them");
        drop(client);
        driving.await.expect("the connection ends").expect("the connection holds");
    });
}
