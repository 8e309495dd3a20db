//! Databases of a server that are made for one test, and dropped with the last handle on them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hypostyle_core::{
    Backend, BoxFuture, HeldSession, Layer, PoolStatus, Rank, Reply, Session, SessionAsk,
};
use hypostyle_schema::ScratchDatabase;
use hypostyle_sql::Dialect;

use crate::{Capability, ConnectionConfig, Engine, Environment, Intent, Options, Request, Result};

/// No two connections of a server have the same number at the same time.
const NEW_NAME: &str = "SELECT concat('hypostyle_test_', pg_backend_pid(), '_', \
                        (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)";

/// Those whose maker is gone: of the connection by which each was made its name tells.
const ABANDONED: &str = "\
    SELECT d.datname::text FROM pg_catalog.pg_database AS d \
    WHERE d.datname ~ '^hypostyle_test_[0-9]+_[0-9]+$' AND NOT EXISTS (\
    SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.pid::text = split_part(d.datname, '_', 3) \
    AND (a.backend_start IS NULL OR extract(epoch FROM a.backend_start) * 1000000 \
    <= split_part(d.datname, '_', 4)::numeric))";

/// The connections to a database of MySQL; one that holds a lock would keep it from being dropped.
const CONNECTIONS: &str = "SELECT id FROM information_schema.processlist WHERE db = ?";

/// How long dropping a database may take.
const DROP_TIMEOUT: Duration = Duration::from_secs(20);

/// A database of its own, as a layer of those that are opened on it.
#[derive(Clone)]
pub(super) struct Own(Arc<Made>);

impl Own {
    /// Makes an empty database on the server of a URL, and answers how it is opened. Drops those
    /// that tests made which were killed.
    pub(super) async fn make(
        server: &ConnectionConfig,
        environment: &Environment,
    ) -> Result<(Self, ConnectionConfig)> {
        let options = options(environment).connections_max(2);
        let beside = options.open_config(server.clone()).await?;
        let dialect = beside.engine().dialect;
        let (name, mark) = match dialect {
            Dialect::Mysql => {
                let scratch = ScratchDatabase::create(&beside).await?;
                (scratch.name().to_owned(), Mark::Scratch(scratch))
            }
            _ => {
                let mut session = beside.session(Intent::Write).await?;
                let name = make_in_postgres(&mut session).await?;
                (name, Mark::Session(session))
            }
        };
        let config = ConnectionConfig { database: name.clone(), ..server.clone() };
        let (server, environment) = (server.clone(), environment.clone());
        let made = Made { name, dialect, server, environment, _mark: Mutex::new(mark) };
        Ok((Self(Arc::new(made)), config))
    }
}

async fn make_in_postgres(session: &mut HeldSession) -> Result<String> {
    let abandoned: Vec<(String,)> = session.fetch_all(ABANDONED, ()).await?;
    for (name,) in abandoned {
        // Another test may be at it, too.
        let _ = session.execute(&drop_statement(&name, Dialect::Postgres)?, ()).await;
    }
    let name: String = session.fetch_value(NEW_NAME, ()).await?;
    let text = format!("CREATE DATABASE {}", Dialect::Postgres.quote_identifier(&name)?);
    session.execute(&text, ()).await?;
    Ok(name)
}

/// A database that is dropped with this.
struct Made {
    name: String,
    dialect: Dialect,
    server: ConnectionConfig,
    environment: Environment,
    _mark: Mutex<Mark>,
}

/// What says that the test runs: a connection, with MySQL's a lock.
enum Mark {
    Scratch(#[expect(dead_code, reason = "it is held, not read")] ScratchDatabase),
    Session(#[expect(dead_code, reason = "it is held, not read")] HeldSession),
}

impl Drop for Made {
    fn drop(&mut self) {
        let dropping = Dropping {
            name: self.name.clone(),
            dialect: self.dialect,
            server: self.server.clone(),
            environment: self.environment.clone(),
        };
        // A thread of its own, for the runtime of the test may be ending. What it cannot drop the next
        // test drops.
        let _ = std::thread::spawn(move || dropping.run()).join();
    }
}

struct Dropping {
    name: String,
    dialect: Dialect,
    server: ConnectionConfig,
    environment: Environment,
}

impl Dropping {
    fn run(self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = runtime {
            // There is nobody to tell.
            let _ = runtime
                .block_on(async { tokio::time::timeout(DROP_TIMEOUT, self.drop_database()).await });
        }
    }

    async fn drop_database(self) -> Result<()> {
        let beside = options(&self.environment).connections_max(1).open_config(self.server).await?;
        if self.dialect == Dialect::Mysql {
            let connections: Vec<(u64,)> =
                beside.fetch_all(CONNECTIONS, (self.name.as_str(),)).await?;
            for (connection,) in connections {
                // It may have ended by itself.
                let _ = beside.execute(&format!("KILL {connection}"), ()).await;
            }
        }
        beside.execute(&drop_statement(&self.name, self.dialect)?, ()).await?;
        beside.close().await
    }
}

fn options(environment: &Environment) -> Options {
    Options::default().environment(environment.clone())
}

fn drop_statement(name: &str, dialect: Dialect) -> Result<String> {
    let name = dialect.quote_identifier(name)?;
    Ok(match dialect {
        Dialect::Mysql => format!("DROP DATABASE IF EXISTS {name}"),
        _ => format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
    })
}

impl Layer for Own {
    fn rank(&self) -> Rank {
        Rank::Route
    }

    fn wrap(&self, inner: Arc<dyn Backend>) -> Arc<dyn Backend> {
        Arc::new(Kept { inner, _made: self.0.clone() })
    }
}

/// A backend that keeps its database.
struct Kept {
    /// Before the database: its connections end first.
    inner: Arc<dyn Backend>,
    _made: Arc<Made>,
}

impl Backend for Kept {
    fn call<'r>(&'r self, request: Request<'r>) -> BoxFuture<'r, Result<Reply<'static>>> {
        self.inner.call(request)
    }

    fn session<'r>(&'r self, ask: SessionAsk) -> BoxFuture<'r, Result<Box<dyn Session>>> {
        self.inner.session(ask)
    }

    fn engine(&self) -> &Engine {
        self.inner.engine()
    }

    fn capability(&self) -> Capability {
        self.inner.capability()
    }

    fn pool(&self) -> PoolStatus {
        self.inner.pool()
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.inner.close()
    }
}
