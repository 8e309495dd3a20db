//! Cases, and how they are run.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use hypostyle_core::{BoxFuture, Capability, ErrorKind};
use libtest_mimic::{Failed, Trial};

use crate::bench::{Bench, Sites};
use crate::failure::{Failure, Outcome};
use crate::matrix::Record;
use crate::target::Target;

/// How long a case may take, in milliseconds.
pub const CASE_MS_MAX: u64 = 180_000;

/// One behaviour.
#[derive(Clone, Copy)]
pub struct Case {
    /// The name: its group and the behaviour, as `types::nan_comes_back`.
    pub name: &'static str,
    /// What the engine must be able to do; one that cannot must refuse the case, by name.
    pub needs: &'static [Capability],
    /// Runs it on a database of its own.
    pub run: fn(Bench) -> BoxFuture<'static, Outcome>,
}

/// Makes a table of cases out of functions `async fn(Bench) -> Outcome`, each with the
/// capabilities it needs in brackets.
#[macro_export]
macro_rules! cases {
    ($group:literal: $($name:ident $([$($need:ident),+])?,)*) => {
        /// The cases of this group.
        pub const CASES: &[$crate::Case] = &[$($crate::Case {
            name: concat!($group, "::", stringify!($name)),
            needs: &[$($(::hypostyle_core::Capability::$need),+)?],
            run: |bench| Box::pin($name(bench)),
        }),*];
    };
}

/// Makes a test of each case on a target, each with a runtime of its own; what happens is recorded.
pub fn trials<'a>(
    cases: impl IntoIterator<Item = &'a Case>,
    target: &Arc<dyn Target>,
    record: &Arc<Record>,
) -> Vec<Trial> {
    let trial = |case: &Case| {
        let (case, target, record) = (*case, target.clone(), record.clone());
        Trial::test(format!("{}::{}", target.name(), case.name), move || {
            let sites = Sites::default();
            let runtime = target.runtime()?;
            let limit = Duration::from_millis(CASE_MS_MAX);
            // A task and not `block_on` itself, so that statements run on a worker, and one that
            // never gives its worker back is told all the same.
            let ended = runtime.block_on(async {
                let case = tokio::spawn(run_case(case, target.clone(), sites.clone()));
                tokio::time::timeout(limit, case).await
            });
            runtime.shutdown_background();
            drop(sites);
            let ended = ended.map_err(|_| format!("took longer than {CASE_MS_MAX} ms"))?;
            let missing = ended.map_err(Failed::from)?.map_err(Failed::from)?;
            record.note(case.name, target.name(), missing);
            Ok(())
        })
    };
    cases.into_iter().map(trial).collect()
}

/// Runs a case on a target: where the engine lacks what it needs, the case must be refused. Answers
/// the capabilities for want of which it was.
///
/// # Errors
/// That of the case; a refusal that does not come or names another capability.
async fn run_case(case: Case, target: Arc<dyn Target>, sites: Sites) -> Outcome<Capability> {
    let bench = Bench::new(target, sites).await?;
    let needs = case.needs.iter().fold(Capability::default(), |all, need| all | *need);
    let missing = needs.without(bench.db.capability());
    let ended = (case.run)(bench).await;
    match missing.names().next() {
        Some(_) => expect_refusal(ended, missing)?,
        None => ended?,
    }
    Ok(missing)
}

/// Checks that a case failed for want of a capability: by its name, or by the engine's own word
/// that the text means nothing to it.
fn expect_refusal(ended: Outcome, missing: Capability) -> Outcome {
    let Some(error) = ended.as_ref().err().and_then(Failure::error) else {
        let said = ended.map_or_else(|failure| failure.to_string(), |()| "it passed".to_owned());
        let message = format!("the engine lacks `{missing}` and must refuse, but: {said}");
        return Err(Failure::Check(message, Location::caller()));
    };
    let named = error.context("capability");
    if missing.names().any(|name| named == Some(name)) || error.kind() == ErrorKind::Query {
        return Ok(());
    }
    ended
}
