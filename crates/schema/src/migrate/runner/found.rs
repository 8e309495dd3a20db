//! What a run finds: what was applied, what it stopped in, what is pending.

use std::collections::BTreeMap;

use hypostyle_core::{Error, ErrorKind, Result};

use super::Migrator;
use crate::migrate::journal::{Journal, Outcome};
use crate::migrate::plan::{self, Ask};
use crate::migrate::tracking::{Row, Tracking};
use crate::migrate::{Migration, MigrationSet, Version, history};
use crate::on::On;

/// The most files whose differences are asked for.
const DIFFERENCES_MAX: usize = 3;

impl Migrator<'_> {
    /// What is to be applied.
    pub(super) async fn pending<'s>(
        &'s self,
        rows: &[Row],
        target: Option<&Version>,
    ) -> Result<Vec<&'s Migration>> {
        let sets = self.sets()?;
        let mut all = Vec::new();
        for (at, set) in sets.iter().enumerate() {
            let target = target.filter(|_| at + 1 == sets.len());
            let differences = differences(set, rows).await;
            let ask = Ask {
                target,
                allows_out_of_order: self.allows_out_of_order,
                differences: &differences,
            };
            all.extend(plan::pending(set, rows, &ask)?);
        }
        Ok(all)
    }

    /// Reads what was applied, and what a run stopped in.
    pub(super) async fn looked_up(&self) -> Result<(Vec<Row>, Vec<Stopped>)> {
        let tracking = Tracking::of(self.database)?;
        let mut transaction = self.database.begin_read_only().await?;
        let on = &mut On::Transaction(&mut transaction);
        let rows = tracking.rows(on).await?;
        let noted = Journal::all(tracking, on).await?;
        transaction.commit().await?;
        let mut stopped: Vec<Stopped> = Vec::new();
        for (kind, version, noted) in noted {
            let error = noted.error.clone().or_else(|| match noted.outcome {
                Outcome::Begun => Some("it was begun, and nobody noted how it ended".to_owned()),
                _ => None,
            });
            let stop =
                Stopped { kind, version, number: noted.number, statement: noted.statement, error };
            match stopped.last_mut() {
                Some(last) if last.kind == stop.kind && last.version == stop.version => {
                    *last = stop
                }
                _ => stopped.push(stop),
            }
        }
        Ok((rows, stopped))
    }
}

/// A file that a run stopped in: the last statement it was at.
pub(super) struct Stopped {
    pub(super) kind: String,
    pub(super) version: String,
    pub(super) number: i64,
    pub(super) statement: String,
    pub(super) error: Option<String>,
}

/// Asks git how changed files differ from what was applied.
async fn differences(set: &MigrationSet, rows: &[Row]) -> BTreeMap<Version, String> {
    let mut found = BTreeMap::new();
    for (migration, was) in plan::changed(set, rows).into_iter().take(DIFFERENCES_MAX) {
        let Some(path) = migration.path.clone() else { continue };
        let asked = tokio::task::spawn_blocking(move || history::difference(&path, &was));
        if let Ok(Some(difference)) = asked.await {
            found.insert(migration.version.clone(), difference);
        }
    }
    found
}

/// Refuses to run while a file is stopped in.
pub(super) fn refuse_stopped(stopped: &[Stopped]) -> Result<()> {
    let Some(stop) = stopped.first() else { return Ok(()) };
    let Stopped { version, number, statement, error, .. } = stop;
    let error = error.as_deref().unwrap_or("the run ended there");
    let message = format!(
        "version {version} stopped at its statement {number}, `{statement}`: {error}. Mend what \
         comes from there on in the file, and resume"
    );
    Err(Error::new(ErrorKind::Validation, message))
}
