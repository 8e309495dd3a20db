//! Empty databases, and what stands in them afterwards.

use std::cell::Cell;

use hypostyle_testkit::server::{Postgres, PostgresOptions};

use crate::files::COUNT;

const TABLES: i64 = COUNT as i64 / 10;

/// Where databases are made.
pub(crate) enum Place {
    Sqlite { folder: tempfile::TempDir, made: Cell<u64> },
    Postgres { server: Box<Postgres>, made: Cell<u64> },
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        Self::Sqlite { folder, made: Cell::new(0) }
    }

    pub(crate) fn postgres() -> Self {
        let server = Postgres::start(PostgresOptions::default()).expect("PostgreSQL starts");
        Self::Postgres { server: Box::new(server), made: Cell::new(0) }
    }

    /// Makes an empty database and answers the path of its file, or its URL.
    pub(crate) fn empty(&self) -> String {
        let (Self::Sqlite { made, .. } | Self::Postgres { made, .. }) = self;
        made.set(made.get() + 1);
        let name = format!("empty_{}", made.get());
        match self {
            Self::Sqlite { folder, .. } => {
                let path = folder.path().join(name + ".db");
                path.to_str().expect("the path is text").to_owned()
            }
            Self::Postgres { server, .. } => {
                server.create_database(&name).expect("the database can be made");
                server.socket_url(&name)
            }
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Panics where a table or column is missing.
    pub(crate) fn check(&self, database: &str) {
        let columns = match self {
            Self::Sqlite { .. } => {
                let connection = rusqlite::Connection::open(database).expect("the file opens");
                let count = "SELECT count(*) FROM sqlite_schema AS s, pragma_table_info(s.name) \
                             WHERE s.name GLOB 't[0-9]*'";
                let count: i64 =
                    connection.query_row(count, [], |row| row.get(0)).expect("it answers");
                count
            }
            Self::Postgres { server, .. } => {
                let count = "SELECT count(*) FROM information_schema.columns \
                             WHERE table_name ~ '^t[0-9]+$'";
                let answer = server.query_at(database, count).expect("it answers");
                answer.parse().expect("a number")
            }
        };
        assert_eq!(columns, TABLES * 11, "columns of {database}");
    }
}
