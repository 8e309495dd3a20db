//! What a text may not do in a transaction that is to be rolled back.

use hypostyle_core::Command;
use hypostyle_sql::{Verb, classify, split};

use crate::{Capability, Database, Error, ErrorKind, Request, Result};

/// Refuses a text that would end the transaction it runs in.
pub(super) fn check(request: &Request<'_>, database: &Database) -> Result<()> {
    let text = match request.command {
        Command::Text { text, .. } | Command::Many { text, .. } => text,
        _ => return Ok(()),
    };
    let dialect = database.engine().dialect;
    let changes_tables_within = database.capability().has(Capability::TRANSACTIONAL_DDL);
    for statement in split(text, dialect) {
        match classify(statement.text, dialect).verb {
            Verb::Begin | Verb::Commit | Verb::Rollback | Verb::Savepoint | Verb::Release => {
                let message = "a text that begins or ends a transaction would end the one that the \
                               test is rolled back by; use begin(), or a database of its own \
                               (testing::Setup::concurrent)";
                return Err(Error::new(ErrorKind::Unsupported, message));
            }
            Verb::Create | Verb::Alter | Verb::Drop | Verb::Truncate | Verb::Analyze
                if !changes_tables_within =>
            {
                return Err(Error::unsupported(database.engine().name, "transactional_ddl"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Tells whether a request changes rows or tables, by its words.
pub(super) fn writes(request: &Request<'_>, database: &Database) -> bool {
    let text = match request.command {
        Command::Text { text, .. } => text,
        Command::Transaction(_) => return false,
        _ => return true,
    };
    let dialect = database.engine().dialect;
    let verbs = split(text, dialect).map(|statement| classify(statement.text, dialect).verb);
    let writes = |verb| {
        use Verb::{Alter, Create, Delete, Drop, Insert, Merge, Replace, Truncate, Update};
        matches!(
            verb,
            Alter | Create | Delete | Drop | Insert | Merge | Replace | Truncate | Update
        )
    };
    verbs.into_iter().any(writes)
}
