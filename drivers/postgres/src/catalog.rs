//! Types that are not built in, as the server's catalogue has them.

use std::sync::Arc;

use hypostyle_core::{Batch, BoxFuture, Error, ErrorKind, ValueRef};
use postgres_protocol::message::frontend;

use crate::binding;
use crate::connection::PostgresConnection;
use crate::failure::Attempt;
use crate::statements::Output;
use crate::types::{BINARY, DESCRIBE, Described, Oid, PgType, builtin};

/// Types within types, as arrays of composites of domains.
const DEPTH_MAX: usize = 32;

/// The types of the columns of [`DESCRIBE`].
const COLUMNS: [Oid; 6] = [
    builtin::TEXT,
    builtin::TEXT,
    builtin::TEXT,
    builtin::INT8,
    builtin::TEXT_ARRAY,
    builtin::INT8_ARRAY,
];

impl PostgresConnection {
    /// Finds a type: built in, known to this connection, or asked for.
    pub(crate) async fn type_of(&mut self, oid: Oid) -> Attempt<Arc<PgType>> {
        match self.find_type(oid) {
            Some(known) => Ok(known),
            None => self.look_up(oid, 0).await,
        }
    }

    pub(crate) fn find_type(&self, oid: Oid) -> Option<Arc<PgType>> {
        PgType::builtin(oid).or_else(|| self.types.get(&oid).cloned())
    }

    /// Asks for a type, after those it is made of.
    fn look_up(&mut self, oid: Oid, depth: usize) -> BoxFuture<'_, Attempt<Arc<PgType>>> {
        Box::pin(async move {
            if depth == DEPTH_MAX {
                let message = format!("types are nested more than {DEPTH_MAX} deep");
                return Err(Error::new(ErrorKind::Limit, message).into());
            }
            let described = self.ask_for(oid).await?;
            for part in described.parts() {
                if self.find_type(part).is_none() {
                    self.look_up(part, depth + 1).await?;
                }
            }
            let found = Arc::new(described.resolve(|part| self.find_type(part))?);
            self.types.insert(oid, found.clone());
            Ok(found)
        })
    }

    async fn ask_for(&mut self, oid: Oid) -> Attempt<Described> {
        let kinds: Vec<Arc<PgType>> = COLUMNS.into_iter().filter_map(PgType::builtin).collect();
        let formats = vec![BINARY; kinds.len()];
        let output = Output { columns: Arc::default(), types: kinds, formats };
        let number: Vec<Arc<PgType>> = PgType::builtin(builtin::INT8).into_iter().collect();
        let out = &mut self.wire.output;
        frontend::parse("", DESCRIBE, [builtin::INT8], out)?;
        let value = |_| Ok(ValueRef::I64(i64::from(oid)));
        binding::bind(out, "", &number, value, &output.formats)?;
        binding::execute(out, 0);
        self.sync();
        let mut batch = Batch::default();
        batch.begin(output.types.len());
        self.reading.begin(Arc::new(output));
        self.pump(&mut batch).await?;
        Ok(Described::read(oid, &batch, 0)?)
    }
}
