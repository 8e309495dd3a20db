//! The driver: connections as the test tells them to be.

use hypostyle_core::{Capability, Driver, Engine, Intent, Lanes, Result};
use hypostyle_sql::Dialect;

use super::connection::FaultConnection;
use super::control::{Faults, Op, after, before};

/// Makes connections that fail on command.
pub struct FaultDriver {
    faults: Faults,
    engine: Engine,
    lanes: Lanes,
}

impl FaultDriver {
    /// Makes a driver of so many connections, all alike.
    pub fn new(faults: &Faults, connections: usize) -> Self {
        let capability = Capability::SQL | Capability::TRANSACTIONS | Capability::SAVEPOINTS;
        Self::able(faults, connections, capability | Capability::READ_ONLY_TRANSACTIONS)
    }

    /// Makes a driver of an engine with certain capabilities.
    pub fn able(faults: &Faults, connections: usize, capability: Capability) -> Self {
        let engine = Engine {
            name: "fault",
            dialect: Dialect::Postgres,
            capability,
            location: "fault:memory".to_owned(),
        };
        Self { faults: faults.clone(), engine, lanes: Lanes::Shared(connections) }
    }
}

impl Driver for FaultDriver {
    type Connection = FaultConnection;

    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn lanes(&self) -> Lanes {
        self.lanes
    }

    async fn connect(&self, _: Intent) -> Result<FaultConnection> {
        let behaviour = self.faults.next(Op::Connect);
        before(behaviour).await?;
        let connection = FaultConnection::new(self.faults.clone());
        after(behaviour).await;
        Ok(connection)
    }
}
