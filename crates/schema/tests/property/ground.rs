//! Two databases that pairs are tried on one after the other.

use hypostyle::Result;
use hypostyle::core::Intent;

use crate::engine::{Engine, Place};

/// The statements that empty a database of PostgreSQL, which takes far longer to make.
const EMPTY_POSTGRES: &str = "\
    DO $empty$ DECLARE it record; BEGIN \
    FOR it IN SELECT nspname FROM pg_namespace WHERE left(nspname, 3) <> 'pg_' \
    AND nspname <> 'information_schema' LOOP \
    EXECUTE format('DROP SCHEMA %I CASCADE', it.nspname); END LOOP; \
    FOR it IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP \
    EXECUTE format('DROP EXTENSION %I CASCADE', it.extname); END LOOP; \
    CREATE SCHEMA public; END $empty$";

/// Asks for the statements that empty a database of MySQL.
const EMPTY_MYSQL: &str = "\
    SELECT concat('DROP ', CASE table_type WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END, ' `', \
    replace(table_name, '`', '``'), '`') FROM information_schema.tables \
    WHERE table_schema = database() \
    UNION ALL SELECT concat('DROP ', routine_type, ' `', routine_name, '`') \
    FROM information_schema.routines WHERE routine_schema = database()";

pub(crate) struct Ground {
    pub(crate) engine: Engine,
    pub(crate) left: Place,
    pub(crate) right: Place,
}

impl Ground {
    pub(crate) async fn new(engine: Engine) -> Result<Self> {
        Ok(Self { engine, left: engine.place().await?, right: engine.place().await? })
    }

    /// Empties both.
    pub(crate) async fn clear(&mut self) -> Result<()> {
        match self.engine {
            Engine::Postgres => {
                self.left.db.execute(EMPTY_POSTGRES, ()).await?;
                self.right.db.execute(EMPTY_POSTGRES, ()).await?;
            }
            Engine::MySql(_) => {
                empty_mysql(&self.left).await?;
                empty_mysql(&self.right).await?;
            }
            Engine::Sqlite | Engine::DuckDb => *self = Self::new(self.engine).await?,
        }
        Ok(())
    }
}

async fn empty_mysql(place: &Place) -> Result<()> {
    let drops: Vec<(String,)> = place.db.fetch_all(EMPTY_MYSQL, ()).await?;
    let mut session = place.db.session(Intent::Write).await?;
    session.execute("SET foreign_key_checks = 0", ()).await?;
    for (drop,) in drops {
        session.execute(&drop, ()).await?;
    }
    session.execute("SET foreign_key_checks = 1", ()).await?;
    Ok(())
}
