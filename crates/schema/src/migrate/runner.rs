//! The runner: one transaction for each file, in order, until one fails.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use hypostyle_core::{Capability, Database, Engine, Error, ErrorKind, Result, Transaction};

use super::body::{Change, Script};
use super::data::Code;
use super::pieces::{Piece, place};
use super::plan::{self, Ask, Entry, State};
use super::report::{Applied, Progress, ProgressEvent, Report};
use super::statements::statements;
use super::tracking::{Row, Tracking};
use super::{Migration, MigrationKind, MigrationSet, Version, copy, history};

/// How long a run waits, by default, for others that write.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// Between two tries for the lock, after the database's own wait.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// The most files whose differences are asked for.
const DIFFERENCES_MAX: usize = 3;

type Observer<'d> = Box<dyn FnMut(&Progress<'_>) + Send + Sync + 'd>;

/// Applies migrations to a database.
///
/// The tracking table `ia_migrations` holds what was applied. Each file runs in one transaction
/// together with its row in that table, and the table is read again inside: however many processes
/// start at once, a file runs once, and whenever one is killed, no part of a file remains.
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
        let rows = self.rows().await?;
        Ok(self.sets()?.into_iter().flat_map(|set| plan::entries(set, &rows)).collect())
    }

    /// Applies what is pending, the system set first, each by version; stops at the first failure.
    /// A `target` is the last version of the app set to be applied, or of the system set where no
    /// app set is given; what was applied beyond it stays.
    ///
    /// # Errors
    /// Before anything runs: `Validation` for a migration that was changed after it was applied,
    /// whose file is gone, or that is out of order; for a target that no migration has; for
    /// transaction control in a file. `Unsupported` for an engine without transactional changes of
    /// the schema. Then those of the engine, with file, line, column and the statement's
    /// beginning; kind, retry and effect are those of the engine's error. What was applied before
    /// stays, and nothing of the file that failed, unless the effect is unknown.
    ///
    /// # Cancellation
    /// The file under way is undone, or applied whole where its commit was under way; those before
    /// it stay.
    pub async fn up(mut self, target: Option<Version>) -> Result<Report> {
        let tracking = Tracking::of(self.database)?;
        let mut observer = self.observer.take();
        let files = self.plan(target.as_ref()).await?;
        let mut report = Report::default();
        let total = files.len();
        for (at, file) in files.iter().enumerate() {
            let mut tell = |event| {
                if let Some(observer) = &mut observer {
                    let migration = file.migration;
                    observer(&Progress { migration, number: at + 1, total, event });
                }
            };
            tell(ProgressEvent::Begins);
            match self.apply(tracking, file).await {
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

    /// Picks the files to be applied and cuts them into statements.
    async fn plan(&self, target: Option<&Version>) -> Result<Vec<File<'_>>> {
        let rows = self.rows().await?;
        let sets = self.sets()?;
        let mut files = Vec::new();
        for (at, set) in sets.iter().enumerate() {
            let target = target.filter(|_| at + 1 == sets.len());
            let differences = differences(set, &rows).await;
            let ask = Ask {
                target,
                allows_out_of_order: self.allows_out_of_order,
                differences: &differences,
            };
            for migration in plan::pending(set, &rows, &ask)? {
                files.push(File::new(migration, self.database.engine())?);
            }
        }
        match files.is_empty() || self.database.capability().has(Capability::TRANSACTIONAL_DDL) {
            true => Ok(files),
            false => Err(Error::unsupported(self.database.engine().name, "transactional_ddl")),
        }
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

    async fn rows(&self) -> Result<Vec<Row>> {
        let tracking = Tracking::of(self.database)?;
        let mut transaction = self.database.begin_read_only().await?;
        let rows = tracking.rows(&mut transaction).await?;
        transaction.commit().await?;
        Ok(rows)
    }

    /// Applies a file; answers how long it took, or nothing when another process was faster.
    async fn apply(&self, tracking: Tracking, file: &File<'_>) -> Result<Option<Duration>> {
        let File { migration, work } = file;
        let while_doing = |error: Error| error.while_doing(&migration.shown());
        let mut transaction = self.begin(tracking).await.map_err(while_doing)?;
        let began = Instant::now();
        let table = tracking.make(&mut transaction).await.map_err(while_doing)?;
        let rows = table.rows(&mut transaction).await.map_err(while_doing)?;
        if was_applied(migration, &rows)? {
            transaction.rollback().await.map_err(while_doing)?;
            return Ok(None);
        }
        match work {
            Work::Statements(script, statements) => {
                for piece in statements {
                    let done = run(&mut transaction, script, piece).await;
                    done.map_err(|error| {
                        let position = error.position();
                        error.while_doing(&place(script, piece, position))
                    })?;
                }
            }
            Work::Code(code) => code.run(&mut transaction).await.map_err(while_doing)?,
        }
        table.insert(&mut transaction, migration).await.map_err(while_doing)?;
        transaction.commit().await.map_err(while_doing)?;
        Ok(Some(began.elapsed()))
    }

    /// Begins to write, however long others do, within the limit.
    async fn begin(&self, tracking: Tracking) -> Result<Transaction<'static>> {
        let give_up = Instant::now() + self.lock_wait;
        loop {
            match self.begin_alone(tracking, give_up).await {
                Err(error)
                    if matches!(error.kind(), ErrorKind::Locked | ErrorKind::PoolTimeout)
                        && Instant::now() < give_up =>
                {
                    tokio::time::sleep(LOCK_PAUSE).await;
                }
                begun => return begun,
            }
        }
    }

    async fn begin_alone(
        &self,
        tracking: Tracking,
        give_up: Instant,
    ) -> Result<Transaction<'static>> {
        let mut transaction = self.database.begin().await?;
        tracking.lock(&mut transaction, give_up).await?;
        Ok(transaction)
    }
}

/// A migration that is to be applied, and what there is to do.
struct File<'m> {
    migration: &'m Migration,
    work: Work<'m>,
}

enum Work<'m> {
    Statements(&'m Script, Vec<Piece<'m>>),
    Code(&'m Code),
}

impl<'m> File<'m> {
    fn new(migration: &'m Migration, engine: &Engine) -> Result<Self> {
        let work = match &migration.up {
            Change::Script(script) if !script.in_transaction || !script.with_foreign_keys => {
                let error = Error::unsupported(engine.name, "migrations without a transaction");
                return Err(error.while_doing(&migration.shown()));
            }
            Change::Script(script) => Work::Statements(script, statements(script, engine.dialect)?),
            Change::Code(code) => Work::Code(code),
        };
        Ok(Self { migration, work })
    }

    fn applied(&self, took: Duration) -> Applied {
        let Migration { version, kind, description, filename, .. } = self.migration;
        Applied {
            version: version.clone(),
            kind: *kind,
            description: description.clone(),
            filename: filename.clone(),
            statements: match &self.work {
                Work::Statements(_, statements) => statements.len(),
                Work::Code(_) => 0,
            },
            took,
        }
    }
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

/// Tells whether another process applied the same file since the plan was made.
fn was_applied(migration: &Migration, rows: &[Row]) -> Result<bool> {
    let is_same = |row: &&Row| row.kind == migration.kind && row.version == migration.version;
    let Some(row) = rows.iter().find(is_same) else { return Ok(false) };
    let entry = plan::entry(migration, plan::applied_state(migration, row));
    match (&entry.state, plan::fault(&entry)) {
        (State::Pending, _) => Ok(false),
        (State::Changed { .. }, Some(fault)) => {
            let message = format!("another process has applied another file: {fault}");
            Err(Error::new(ErrorKind::Validation, message))
        }
        _ => Ok(true),
    }
}

async fn run(transaction: &mut Transaction<'_>, script: &Script, piece: &Piece<'_>) -> Result<()> {
    match &piece.rows {
        Some(copied) => copy::load(transaction, copied, &script.file).await,
        None => {
            // On a thread of its own, so that a caller who drops the run is heard.
            let query = transaction.request(piece.statement.text).offload();
            query.tag("schema.migrate").execute().await.map(drop)
        }
    }
}
