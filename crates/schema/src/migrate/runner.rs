//! The runner: what is pending, in order, until one file fails.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use hypostyle_core::{Database, Error, ErrorKind, HeldSession, Result};

use super::apply::{File, Run, Way};
use super::journal::{Journal, Outcome};
use super::plan::{self, Ask, Entry, State};
use super::report::{Planned, Progress, ProgressEvent, Report};
use super::tracking::{Row, Tracking};
use super::{Migration, MigrationKind, MigrationSet, Version, history};
use crate::on::On;

/// How long a run waits, by default, for others that write.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// How long a statement waits, by default, for a lock that others hold on a table.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a file is tried that did not get a lock.
const TRIES: u32 = 5;

/// The most files whose differences are asked for.
const DIFFERENCES_MAX: usize = 3;

type Observer<'d> = Box<dyn FnMut(&Progress<'_>) + Send + Sync + 'd>;

/// Applies migrations to a database.
///
/// The tracking table `ia_migrations` holds what was applied. Each file runs in one transaction
/// together with its row in that table, and the table is read again inside: however many processes
/// start at once, a file runs once, and whenever one is killed, no part of a file remains.
///
/// On MySQL and MariaDB, and for a file that begins with `-- no-transaction`, each statement commits
/// by itself. What was done is then noted statement by statement in `ia_migration_statements`: after
/// a failure or a kill the file is told as stopped, and [`Migrator::resume`] goes on with it. There
/// the lock is `GET_LOCK`, which is of one node of a cluster.
///
/// A statement that waits for a table gives up after [`Migrator::lock_timeout`], so that those who
/// came after it get through; its file is tried again, up to five times.
///
/// A migration has no time limit of its own, and keeps those of the database it is given: open it
/// without a timeout, or take `without_timeout()` of the facade's `Database`.
///
/// # Examples
/// ```
/// use hypostyle_schema::migrate::{MigrationKind, MigrationSet, Migrator};
/// # #[tokio::main]
/// # async fn main() -> hypostyle_core::Result<()> {
/// # let db = hypostyle::Database::open("sqlite::memory:").await?;
/// let files = [("V001__create_items.sql", "CREATE TABLE item (id INTEGER PRIMARY KEY)")];
/// let app = MigrationSet::embedded(MigrationKind::App, &files)?;
///
/// let report = Migrator::new(&db).app(app.clone()).up(None).await?;
/// assert_eq!(report.applied.len(), 1);
/// assert_eq!(Migrator::new(&db).app(app).up(None).await?.applied.len(), 0);
/// # Ok(())
/// # }
/// ```
#[must_use = "a migrator does nothing until it is asked for its status or run"]
pub struct Migrator<'d> {
    database: &'d Database,
    system: Option<MigrationSet>,
    app: Option<MigrationSet>,
    allows_out_of_order: bool,
    lock_wait: Duration,
    lock_timeout: Duration,
    statement_timeout: Option<Duration>,
    observer: Option<Observer<'d>>,
}

impl fmt::Debug for Migrator<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrator").field("database", self.database).finish_non_exhaustive()
    }
}

impl<'d> Migrator<'d> {
    /// Takes a database. A set that is not given is not looked at.
    pub fn new(database: &'d Database) -> Self {
        Self {
            database,
            system: None,
            app: None,
            allows_out_of_order: false,
            lock_wait: LOCK_WAIT,
            lock_timeout: LOCK_TIMEOUT,
            statement_timeout: None,
            observer: None,
        }
    }

    /// Sets the migrations that run first: those of the library or service.
    pub fn system(mut self, set: MigrationSet) -> Self {
        self.system = Some(set);
        self
    }

    /// Sets the migrations of the application.
    pub fn app(mut self, set: MigrationSet) -> Self {
        self.app = Some(set);
        self
    }

    /// Says whether a migration may be applied after one with a higher version. Default no.
    pub fn allow_out_of_order(mut self, allows: bool) -> Self {
        self.allows_out_of_order = allows;
        self
    }

    /// Sets how long to try for a database that others write to, beyond the database's own wait.
    /// Default 60 s.
    pub fn lock_wait(mut self, lock_wait: Duration) -> Self {
        self.lock_wait = lock_wait;
        self
    }

    /// Sets how long a statement waits for a lock that others hold on a table, on PostgreSQL, MySQL
    /// and MariaDB. Default 5 s. SQLite and DuckDB wait as their databases are set to.
    pub fn lock_timeout(mut self, lock_timeout: Duration) -> Self {
        self.lock_timeout = lock_timeout;
        self
    }

    /// Sets how long a statement may take. Default without a limit.
    pub fn statement_timeout(mut self, statement_timeout: Duration) -> Self {
        self.statement_timeout = Some(statement_timeout);
        self
    }

    /// Sets who hears how far a run has come. It must not block.
    pub fn on_progress(mut self, observer: impl FnMut(&Progress<'_>) + Send + Sync + 'd) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Answers every migration and how it stands: the system set first, each by version. Writes
    /// nothing.
    ///
    /// # Errors
    /// `Unsupported` for an engine without migrations; `Validation` for a row of the tracking table
    /// that cannot be used; those of the engine.
    pub async fn status(&self) -> Result<Vec<Entry>> {
        let (rows, stopped) = self.looked_up().await?;
        let mut entries: Vec<Entry> =
            self.sets()?.into_iter().flat_map(|set| plan::entries(set, &rows)).collect();
        for stop in stopped {
            let is_same = |entry: &&mut Entry| {
                entry.kind.name() == stop.kind && entry.version.to_string() == stop.version
            };
            if let Some(entry) = entries.iter_mut().find(is_same) {
                entry.state = State::Stopped {
                    statement: stop.number,
                    text: stop.statement,
                    error: stop.error,
                };
            }
        }
        Ok(entries)
    }

    /// Applies what is pending, the system set first, each by version; stops at the first failure.
    /// A `target` is the last version of the app set to be applied, or of the system set where no
    /// app set is given; what was applied beyond it stays. Repeatable files run last, and only
    /// without a target.
    ///
    /// # Errors
    /// Before anything runs: `Validation` for a migration that was changed after it was applied,
    /// whose file is gone, or that is out of order; for a target that no migration has; for
    /// transaction control in a file; for a file that an earlier run stopped in. Then those of the
    /// engine, with file, line, column and the statement's beginning; kind, retry and effect are
    /// those of the engine's error. What was applied before stays, and nothing of the file that
    /// failed where it is a transaction, unless the effect is unknown.
    ///
    /// # Cancellation
    /// The file under way is undone, or applied whole where its commit was under way; those before
    /// it stay. A file without a transaction stops where it is.
    pub async fn up(self, target: Option<Version>) -> Result<Report> {
        self.run(target, None).await
    }

    /// Goes on with a file that an earlier run stopped in, once what stopped it is mended, and with
    /// all that is pending. Statements that ran may not have changed since.
    ///
    /// Of a statement that was begun and not ended, as after a kill, the schema tells whether it ran;
    /// `assume_ran` says so instead, where a person looked.
    ///
    /// # Errors
    /// As [`Migrator::up`].
    pub async fn resume(self, assume_ran: Option<bool>) -> Result<Report> {
        self.run(None, Some(Resume { assume_ran })).await
    }

    /// Undoes what was applied above a version, the newest first, each by what its file or the file
    /// beside it says. Version 0 undoes all.
    ///
    /// # Errors
    /// Before anything runs: `Validation` where something is to be undone that nothing undoes. Then
    /// as [`Migrator::up`].
    ///
    /// # Cancellation
    /// As [`Migrator::up`].
    pub async fn down(mut self, target: Version) -> Result<Report> {
        let mut observer = self.observer.take();
        let (rows, stopped) = self.looked_up().await?;
        refuse_stopped(&stopped)?;
        let set = self.undone_set()?;
        let files = self.files(&plan::undone(set, &rows, &target)?, Way::Down)?;
        self.run_files(&files, None, &mut observer).await
    }

    /// Answers what [`Migrator::up`], or with a version [`Migrator::down`], would run, in order.
    /// Writes nothing.
    ///
    /// # Errors
    /// As theirs, as far as they come before anything runs.
    pub async fn plan(
        &self,
        target: Option<Version>,
        down_to: Option<Version>,
    ) -> Result<Vec<Planned>> {
        let (rows, _) = self.looked_up().await?;
        let files = match &down_to {
            Some(version) => {
                let set = self.undone_set()?;
                self.files(&plan::undone(set, &rows, version)?, Way::Down)?
            }
            None => self.files(&self.pending(&rows, target.as_ref()).await?, Way::Up)?,
        };
        let dialect = self.database.engine().dialect;
        Ok(files.iter().map(|file| file.planned(dialect)).collect())
    }

    /// Notes a version as applied in a database that was made without migrations: those up to it
    /// are not run.
    ///
    /// # Errors
    /// `Validation` where migrations were applied already, or no migration has the version.
    pub async fn baseline(&self, version: &Version) -> Result<usize> {
        let tracking = Tracking::of(self.database)?;
        let set = self.undone_set()?;
        let upto: Vec<&Migration> = set
            .migrations()
            .iter()
            .filter(|migration| !migration.version.is_repeatable() && migration.version <= *version)
            .collect();
        if upto.last().is_none_or(|last| last.version != *version) {
            let message = format!("there is no {} migration of version {version}", set.kind());
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let (rows, _) = self.looked_up().await?;
        if rows.iter().any(|row| row.kind == set.kind()) {
            let message = "migrations were applied to this database already; it needs no baseline";
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let mut session = self.database.session(hypostyle_core::Intent::Write).await?;
        let table = tracking.make(&mut On::Session(&mut session)).await?;
        let mut transaction = session.begin().await?;
        for migration in &upto {
            table.insert(&mut On::Transaction(&mut transaction), migration).await?;
        }
        transaction.commit().await?;
        Ok(upto.len())
    }

    /// Answers what a repair would rewrite: migrations whose files were changed or are gone.
    ///
    /// # Errors
    /// As [`Migrator::status`].
    pub async fn repairs(&self) -> Result<Vec<Entry>> {
        let entries = self.status().await?.into_iter();
        let is_meant =
            |entry: &Entry| matches!(entry.state, State::Changed { .. } | State::Missing { .. });
        Ok(entries.filter(is_meant).collect())
    }

    /// Rewrites the rows of the entries that were confirmed: the checksum of a changed file becomes
    /// that of the file, and the row of a file that is gone goes.
    ///
    /// # Errors
    /// Those of the engine; nothing is then rewritten.
    pub async fn repair(&self, confirmed: &[Entry]) -> Result<usize> {
        let tracking = Tracking::of(self.database)?;
        let sets = self.sets()?;
        let mut transaction = self.database.begin().await?;
        let on = &mut On::Transaction(&mut transaction);
        let table = tracking.make(on).await?;
        for entry in confirmed {
            let set = sets.iter().find(|set| set.kind() == entry.kind);
            let mut migrations = set.into_iter().flat_map(|set| set.migrations());
            let found = migrations.find(|migration| migration.version == entry.version);
            let rows = table.rows(on).await?;
            let row =
                rows.iter().find(|row| row.kind == entry.kind && row.version == entry.version);
            let Some(row) = row else { continue };
            let version = row.version.to_string();
            match (&entry.state, found) {
                (State::Changed { .. }, Some(found)) => table.update(on, &version, found).await?,
                (State::Missing { .. }, None) => table.delete(on, &version, entry.kind).await?,
                _ => {}
            }
        }
        transaction.commit().await?;
        Ok(confirmed.len())
    }

    async fn run(mut self, target: Option<Version>, resume: Option<Resume>) -> Result<Report> {
        let mut observer = self.observer.take();
        let (rows, stopped) = self.looked_up().await?;
        if resume.is_none() {
            refuse_stopped(&stopped)?;
        }
        let files = self.files(&self.pending(&rows, target.as_ref()).await?, Way::Up)?;
        self.run_files(&files, resume, &mut observer).await
    }

    async fn run_files(
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

    /// What is to be applied.
    async fn pending<'s>(
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

    /// Cuts files into statements; refuses all where one holds what may not run.
    fn files<'m>(&self, migrations: &[&'m Migration], way: Way) -> Result<Vec<File<'m>>> {
        let dialect = self.database.engine().dialect;
        migrations.iter().map(|migration| File::new(migration, way, dialect)).collect()
    }

    /// The sets in the order in which they run.
    fn sets(&self) -> Result<Vec<&MigrationSet>> {
        let given = [(MigrationKind::System, &self.system), (MigrationKind::App, &self.app)];
        let sets = given.into_iter().filter_map(|(kind, set)| Some((kind, set.as_ref()?)));
        let check = |(kind, set): (MigrationKind, &'_ MigrationSet)| kind == set.kind();
        match sets.clone().find(|pair| !check(*pair)) {
            None => Ok(sets.map(|(_, set)| set).collect()),
            Some((kind, set)) => {
                let found = set.kind();
                let message = format!("a set of {found} migrations was given as the {kind} set");
                Err(Error::new(ErrorKind::Validation, message))
            }
        }
    }

    /// The set that is undone, and that a version means: the application's where there is one.
    fn undone_set(&self) -> Result<&MigrationSet> {
        self.sets()?.pop().ok_or_else(|| Error::new(ErrorKind::Validation, "no set was given"))
    }

    /// Reads what was applied, and what a run stopped in.
    async fn looked_up(&self) -> Result<(Vec<Row>, Vec<Stopped>)> {
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

/// How a file that stopped is gone on with.
#[derive(Clone, Copy)]
struct Resume {
    assume_ran: Option<bool>,
}

/// A file that a run stopped in: the last statement it was at.
struct Stopped {
    kind: String,
    version: String,
    number: i64,
    statement: String,
    error: Option<String>,
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

fn refuse_stopped(stopped: &[Stopped]) -> Result<()> {
    let Some(stop) = stopped.first() else { return Ok(()) };
    let Stopped { version, number, statement, error, .. } = stop;
    let error = error.as_deref().unwrap_or("the run ended there");
    let message = format!(
        "version {version} stopped at its statement {number}, `{statement}`: {error}. Mend what \
         comes from there on in the file, and resume"
    );
    Err(Error::new(ErrorKind::Validation, message))
}
