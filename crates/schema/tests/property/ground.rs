//! Two databases that pairs are tried on one after the other.

use hypostyle::Result;

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
        if matches!(self.engine, Engine::Postgres) {
            self.left.db.execute(EMPTY_POSTGRES, ()).await?;
            self.right.db.execute(EMPTY_POSTGRES, ()).await?;
            return Ok(());
        }
        *self = Self::new(self.engine).await?;
        Ok(())
    }
}
