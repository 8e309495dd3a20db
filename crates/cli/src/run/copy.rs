//! Rows of a script on their way into a table.

use std::time::Instant;

use hypostyle::core::{Copy, CopyError, CopyInto, Outcome};

use super::{Limits, On, Script, Watch};
use crate::script::{Block, Source};
use crate::stopped::Why;

/// Copies the rows of a block, all or nothing.
pub(super) async fn run(
    on: &mut On<'_, '_>,
    script: Script<'_>,
    at: usize,
    (block, source): (&Block, &Source),
    limits: Limits,
    watch: &mut Watch<'_>,
) -> Result<Outcome, Why> {
    let mut copy = Copy::new(&block.head, block.rows(source)).cancel(script.cancel);
    if let Some(timeout) = limits.timeout {
        copy = copy.deadline(Instant::now() + timeout);
    }
    let progress = watch.progress;
    let sent = |rows| progress.advance(u64::try_from(rows).unwrap_or_default());
    match on {
        On::Session(session) if !script.plan.is_in_transaction(at) => {
            let mut transaction = session.begin().await?;
            let copied = copy.run(&mut CopyInto::Transaction(&mut transaction), sent).await;
            let outcome = copied.map_err(why)?;
            transaction.commit().await?;
            Ok(outcome)
        }
        On::Session(session) => copy.run(&mut CopyInto::Session(session), sent).await.map_err(why),
        On::Transaction(transaction) => {
            copy.run(&mut CopyInto::Transaction(transaction), sent).await.map_err(why)
        }
    }
}

fn why(failed: CopyError<'_>) -> Why {
    match failed {
        CopyError { error, row: Some(row) } => {
            Why::Row { error, line: row.line, text: row.text.to_owned() }
        }
        CopyError { error, row: None } => Why::from(error),
    }
}
