//! Databases of MySQL that are there to be thrown away: its statements about tables commit, so what is
//! only tried is tried in a database of its own.

use hypostyle_core::{Database, Error, ErrorKind, HeldSession, Intent, Result};
use hypostyle_sql::Dialect;

/// How their names begin.
const PREFIX: &str = "hypostyle_scratch_";

/// No two connections of a server have the same number at the same time.
const NEW_NAME: &str = "SELECT concat('hypostyle_scratch_', connection_id(), '_', \
                        floor(unix_timestamp(now(6)) * 1000000))";

/// Those whose maker is gone, as its lock tells.
const ABANDONED: &str = "\
    SELECT schema_name FROM information_schema.schemata \
    WHERE schema_name LIKE 'hypostyle\\_scratch\\_%' AND is_free_lock(schema_name)";

const WORDS: &str = "SELECT concat('CHARACTER SET ', @@character_set_database, ' COLLATE ', \
                     @@collation_database)";

/// An empty database beside another one on a server of MySQL or MariaDB, with its character set and
/// collation.
///
/// It is dropped by [`ScratchDatabase::discard`]; where that was not called, by the next one that is
/// made.
pub struct ScratchDatabase {
    name: String,
    /// Holds the lock that says whose it is.
    session: HeldSession,
}

impl ScratchDatabase {
    /// Makes one, and drops those whose maker is gone.
    ///
    /// # Errors
    /// `Permission` for a user who may not make databases, with what to grant; those of the engine.
    ///
    /// # Cancellation
    /// What was made is dropped by the next one.
    ///
    /// # Capability
    /// MySQL and MariaDB.
    pub async fn create(beside: &Database) -> Result<Self> {
        let mut session = beside.session(Intent::Write).await?;
        // A session that was set is reset before anybody else gets it, and the lock goes with that.
        session.execute("SET @hypostyle_scratch = 1", ()).await?;
        let abandoned: Vec<(String,)> = session.fetch_all(ABANDONED, ()).await?;
        for (name,) in abandoned {
            let text = format!("DROP DATABASE IF EXISTS {}", quoted(&name)?);
            session.execute(&text, ()).await?;
        }
        let name: String = session.fetch_value(NEW_NAME, ()).await?;
        session.fetch_value::<i64>("SELECT get_lock(?, 0)", (name.as_str(),)).await?;
        let words: String = session.fetch_value(WORDS, ()).await?;
        let text = format!("CREATE DATABASE {} {words}", quoted(&name)?);
        session.execute(&text, ()).await.map_err(denied)?;
        Ok(Self { name, session })
    }

    /// Answers its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Drops it.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn discard(mut self) -> Result<()> {
        let text = format!("DROP DATABASE IF EXISTS {}", quoted(&self.name)?);
        self.session.execute(&text, ()).await.map(drop)
    }
}

/// Empties a database that [`ScratchDatabase`] made.
pub(crate) async fn empty(scratch: &Database) -> Result<()> {
    let mut session = scratch.session(Intent::Write).await?;
    let name: String = session.fetch_value("SELECT coalesce(database(), '')", ()).await?;
    if !name.starts_with(PREFIX) {
        let message = format!("the database `{name}` is no scratch database");
        return Err(Error::new(ErrorKind::Validation, message));
    }
    let words: String = session.fetch_value(WORDS, ()).await?;
    let name = quoted(&name)?;
    let drop_it = format!("DROP DATABASE {name}");
    session.execute(&drop_it, ()).await?;
    let make_it = format!("CREATE DATABASE {name} {words}");
    session.execute(&make_it, ()).await?;
    let enter_it = format!("USE {name}");
    session.execute(&enter_it, ()).await.map(drop)
}

fn quoted(name: &str) -> Result<String> {
    Ok(Dialect::Mysql.quote_identifier(name)?)
}

fn denied(error: Error) -> Error {
    if error.kind() != ErrorKind::Permission {
        return error;
    }
    let remedy = "a scratch database cannot be made, and models are tried in one: \
                  GRANT ALL ON `hypostyle\\_scratch\\_%`.* to the user";
    Error::new(ErrorKind::Permission, remedy).caused_by(error)
}
