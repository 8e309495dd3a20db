//! The runner: what is pending, in order, until one file fails.

mod files;
mod found;
mod upkeep;

use std::fmt;
use std::time::Duration;

use hypostyle_core::{Database, Error, ErrorKind, Result};

use self::found::refuse_stopped;
use super::apply::{File, Way};
use super::plan::{self, Entry, State};
use super::report::{Planned, Progress, Report};
use super::{Migration, MigrationKind, MigrationSet, Version};

/// How long a run waits, by default, for others that write.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// How long a statement waits, by default, for a lock that others hold on a table.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

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

    async fn run(mut self, target: Option<Version>, resume: Option<Resume>) -> Result<Report> {
        let mut observer = self.observer.take();
        let (rows, stopped) = self.looked_up().await?;
        if resume.is_none() {
            refuse_stopped(&stopped)?;
        }
        let files = self.files(&self.pending(&rows, target.as_ref()).await?, Way::Up)?;
        self.run_files(&files, resume, &mut observer).await
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
}

/// How a file that stopped is gone on with.
#[derive(Clone, Copy)]
struct Resume {
    assume_ran: Option<bool>,
}
