//! A run over files, one after another until one fails.

use std::sync::OnceLock;
use std::time::Duration;

use hypostyle_core::{ErrorKind, HeldSession, Result};

use super::{Migrator, Observer, Resume};
use crate::migrate::apply::{File, Run};
use crate::migrate::report::{Progress, ProgressEvent, Report};
use crate::migrate::tracking::Tracking;

/// How often a file is tried that did not get a lock.
const TRIES: u32 = 5;

impl<'d> Migrator<'d> {
    /// Runs files; tells how far it has come.
    pub(super) async fn run_files(
        &self,
        files: &[File<'_>],
        resume: Option<Resume>,
        observer: &mut Option<Observer<'d>>,
    ) -> Result<Report> {
        let run = Run {
            database: self.database,
            tracking: Tracking::of(self.database)?,
            lock_wait: self.lock_wait,
            lock_timeout: self.lock_timeout,
            statement_timeout: self.statement_timeout,
            assume_ran: resume.and_then(|resume| resume.assume_ran),
            resumes: resume.is_some(),
            table: OnceLock::new(),
        };
        let (mut report, mut session) = (Report::default(), None);
        let total = files.len();
        for (at, file) in files.iter().enumerate() {
            let mut tell = |event| {
                if let Some(observer) = observer {
                    let migration = file.migration();
                    observer(&Progress { migration, number: at + 1, total, event });
                }
            };
            tell(ProgressEvent::Begins);
            match self.try_file(&run, file, &mut session).await {
                Ok(Some(took)) => {
                    tell(ProgressEvent::Applied(took));
                    report.applied.push(file.applied(took));
                }
                Ok(None) => {
                    tell(ProgressEvent::AppliedElsewhere);
                    report.applied_elsewhere += 1;
                }
                Err(error) => {
                    tell(ProgressEvent::Failed);
                    return Err(error);
                }
            }
        }
        Ok(report)
    }

    /// Runs a file, and once more where a lock was not to be had and nothing of it remained.
    async fn try_file(
        &self,
        run: &Run<'_>,
        file: &File<'_>,
        session: &mut Option<HeldSession>,
    ) -> Result<Option<Duration>> {
        let dialect = self.database.engine().dialect;
        let mut pause = Duration::from_millis(500);
        for _ in 1..TRIES {
            match run.apply(file, session).await {
                Err(error) if error.kind() == ErrorKind::Locked && file.is_transaction(dialect) => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                done => return done,
            }
        }
        run.apply(file, session).await
    }
}
