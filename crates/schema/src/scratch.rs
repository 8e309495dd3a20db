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

/// Of the database that is used; a name has 64 characters at most.
const LOCK: &str = "concat('hypostyle_scratch:', left(sha2(database(), 256), 40))";

/// What stands in the database that is used, in the words that drop it; triggers go with their tables.
const CONTENT: &str = "\
    SELECT CASE table_type WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END, \
    table_name FROM information_schema.tables WHERE table_schema = database() \
    UNION ALL SELECT routine_type, routine_name FROM information_schema.routines \
    WHERE routine_schema = database() \
    UNION ALL SELECT 'EVENT', event_name FROM information_schema.events \
    WHERE event_schema = database()";

const WORDS: &str = "SELECT concat('CHARACTER SET ', @@character_set_database, ' COLLATE ', \
                     @@collation_database)";

/// An empty database on a server of MySQL or MariaDB in which things are tried.
///
/// One that was made beside another has its character set and collation, and is dropped by
/// [`ScratchDatabase::discard`]; where that was not called, by the next one that is made. One that was
/// taken is emptied.
pub struct ScratchDatabase {
    name: String,
    is_taken: bool,
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
        Ok(Self { name, is_taken: false, session })
    }

    /// Takes the database that is used, for accounts that may make none: it must be empty, and nobody
    /// else takes it meanwhile.
    ///
    /// # Errors
    /// `Validation` for one that holds anything; `Locked` for one that another has taken; those of the
    /// engine.
    ///
    /// # Cancellation
    /// What was made in it stays, and is to be dropped by hand.
    ///
    /// # Capability
    /// MySQL and MariaDB.
    pub async fn take(scratch: &Database) -> Result<Self> {
        let mut session = scratch.session(Intent::Write).await?;
        session.execute("SET @hypostyle_scratch = 1", ()).await?;
        let name: String = session.fetch_value("SELECT coalesce(database(), '')", ()).await?;
        let lock = format!("SELECT get_lock({LOCK}, 0)");
        if session.fetch_value::<Option<i64>>(&lock, ()).await? != Some(1) {
            let message = format!("another run uses the scratch database `{name}`");
            return Err(Error::new(ErrorKind::Locked, message));
        }
        let content: Vec<(String, String)> = session.fetch_all(CONTENT, ()).await?;
        if let Some((kind, held)) = content.first() {
            let kind = kind.to_lowercase();
            let message = format!(
                "the scratch database `{name}` holds the {kind} `{held}`; what is tried in it is \
                 dropped with all else, so name an empty one"
            );
            return Err(Error::new(ErrorKind::Validation, message));
        }
        Ok(Self { name, is_taken: true, session })
    }

    /// Answers its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Drops it, or empties one that was taken.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn discard(mut self) -> Result<()> {
        if self.is_taken {
            return drop_all(&mut self.session).await;
        }
        let text = format!("DROP DATABASE IF EXISTS {}", quoted(&self.name)?);
        self.session.execute(&text, ()).await.map(drop)
    }
}

/// Refuses a database that [`ScratchDatabase`] neither made nor took.
pub(crate) async fn check(scratch: &Database) -> Result<()> {
    let mut session = scratch.session(Intent::Write).await?;
    check_on(&mut session).await
}

/// Empties a database that [`ScratchDatabase`] made or took.
pub(crate) async fn empty(scratch: &Database) -> Result<()> {
    let mut session = scratch.session(Intent::Write).await?;
    check_on(&mut session).await?;
    drop_all(&mut session).await
}

async fn check_on(session: &mut HeldSession) -> Result<()> {
    let name: String = session.fetch_value("SELECT coalesce(database(), '')", ()).await?;
    let is_taken = format!("SELECT is_used_lock({LOCK}) IS NOT NULL");
    if !name.starts_with(PREFIX) && !session.fetch_value::<bool>(&is_taken, ()).await? {
        let message = format!("the database `{name}` is no scratch database");
        return Err(Error::new(ErrorKind::Validation, message));
    }
    Ok(())
}

async fn drop_all(session: &mut HeldSession) -> Result<()> {
    session.execute("SET SESSION foreign_key_checks = 0", ()).await?;
    let content: Vec<(String, String)> = session.fetch_all(CONTENT, ()).await?;
    for (kind, name) in content {
        let text = format!("DROP {kind} IF EXISTS {}", quoted(&name)?);
        session.execute(&text, ()).await?;
    }
    Ok(())
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
