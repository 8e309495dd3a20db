//! Errors that say what went wrong, whether to try again, and what may have happened.

use std::fmt;
use std::time::Duration;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A URL, option or environment variable cannot be used.
    Config,
    /// No connection could be made, or one was lost.
    Connection,
    /// Every connection of the pool was in use for too long.
    PoolTimeout,
    /// The statement exceeded its deadline and was interrupted.
    Timeout,
    /// The statement was cancelled through its token.
    Cancelled,
    /// The database, transaction or reply is closed.
    Closed,
    /// The engine lacks the capability that the call needs.
    Unsupported,
    /// The statement is not valid for the engine: syntax, or an unknown table, column or function.
    Query,
    /// A parameter is missing, superfluous or of a kind the engine cannot take.
    Parameter,
    /// A value does not fit the Rust type, or a stored value cannot be read.
    Data,
    /// No row came back where one was asked for.
    RowNotFound,
    /// A row with the same key exists already.
    UniqueViolation,
    /// A row refers to one that does not exist, or is referred to.
    ForeignKeyViolation,
    /// A value is NULL where none may be.
    NotNullViolation,
    /// A check, or another constraint of the schema, does not hold.
    CheckViolation,
    /// Input was refused before it reached the engine.
    Validation,
    /// Another transaction stands in the way; repeating the whole transaction may succeed.
    Conflict,
    /// Another process or connection holds the lock.
    Locked,
    /// The database, the session or the transaction is read-only.
    ReadOnly,
    /// The engine denies it to this user or session.
    Permission,
    /// The transaction is no longer open: the engine rolled it back.
    Aborted,
    /// The disk or the quota is full.
    Full,
    /// The engine has given out the last key that it generates for a table.
    SequenceExhausted,
    /// The stored data is damaged, or no database at all.
    Corrupt,
    /// A file or the network failed.
    Io,
    /// A limit in rows, bytes or length was reached.
    Limit,
    /// Anything else; see the code and the source.
    Other,
}

/// What a repetition can repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Nothing: the same call fails the same way.
    Never,
    /// The same request may succeed.
    Request,
    /// The whole transaction may succeed.
    Transaction,
}

/// What the failed call may have done in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing.
    None,
    /// Nobody can tell.
    Unknown,
}

/// An error with everything known about it. One pointer wide.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    retry: Retry,
    effect: Effect,
    message: String,
    code: Option<String>,
    constraint: Option<String>,
    table: Option<String>,
    columns: Vec<String>,
    position: Option<usize>,
    context: Vec<(&'static str, String)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Makes an error of a kind that had no effect and that no repetition repairs.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            retry: Retry::Never,
            effect: Effect::None,
            message: message.into(),
            code: None,
            constraint: None,
            table: None,
            columns: Vec::new(),
            position: None,
            context: Vec::new(),
            source: None,
        }))
    }

    /// Makes the refusal of what an engine cannot do, naming the missing capability.
    pub fn unsupported(engine: &str, capability: &str) -> Self {
        Self::new(ErrorKind::Unsupported, format!("{engine} has no capability `{capability}`"))
            .with("capability", capability)
    }

    /// Makes the error of a statement past its deadline.
    pub fn timeout(after: Option<Duration>) -> Self {
        let message = match after {
            Some(after) => format!("Query timeout: interrupted after {} ms", after.as_millis()),
            None => "Query timeout: the deadline had passed before the statement ran".to_owned(),
        };
        Self::new(ErrorKind::Timeout, message)
    }

    /// Makes the error of a statement cancelled through its token.
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "the statement was cancelled")
    }

    /// Makes the error of something used after its end.
    pub fn closed(what: &str) -> Self {
        Self::new(ErrorKind::Closed, format!("the {what} is closed"))
    }

    /// Sets what a repetition can repair.
    #[must_use]
    pub fn retry_by(mut self, retry: Retry) -> Self {
        self.0.retry = retry;
        self
    }

    /// Sets what may have happened.
    #[must_use]
    pub fn effect_of(mut self, effect: Effect) -> Self {
        self.0.effect = effect;
        self
    }

    /// Sets the engine's own code: an SQLSTATE or the engine's name of it.
    #[must_use]
    pub fn coded(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Sets the name of the constraint.
    #[must_use]
    pub fn constrained_by(mut self, constraint: impl Into<String>) -> Self {
        self.0.constraint = Some(constraint.into());
        self
    }

    /// Sets the table and the columns concerned.
    #[must_use]
    pub fn on(mut self, table: impl Into<String>, columns: Vec<String>) -> Self {
        self.0.table = Some(table.into());
        self.0.columns = columns;
        self
    }

    /// Sets the position in the statement's text.
    #[must_use]
    pub fn at_byte(mut self, position: usize) -> Self {
        self.0.position = Some(position);
        self
    }

    /// Adds a fact by key; a key said before keeps its first value.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        if self.context(key).is_none() {
            self.0.context.push((key, value.into()));
        }
        self
    }

    /// Counts the row that failed among all rows of its call, after those sent before.
    #[must_use]
    pub fn after_rows(mut self, sent: usize) -> Self {
        for (_, value) in self.0.context.iter_mut().filter(|(key, _)| *key == "row") {
            if let Ok(at) = value.parse::<usize>() {
                *value = (sent + at).to_string();
            }
        }
        self
    }

    /// Sets the error underneath.
    #[must_use]
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Puts what was being done in front of the message.
    #[must_use]
    pub fn while_doing(mut self, what: &str) -> Self {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    /// Answers what went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Answers what a repetition can repair.
    pub fn retry(&self) -> Retry {
        self.0.retry
    }

    /// Answers what may have happened in the database.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// Answers the message without context.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Answers the engine's own code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Answers the name of the constraint that did not hold.
    pub fn constraint(&self) -> Option<&str> {
        self.0.constraint.as_deref()
    }

    /// Answers the table concerned.
    pub fn table(&self) -> Option<&str> {
        self.0.table.as_deref()
    }

    /// Answers the columns concerned.
    pub fn columns(&self) -> &[String] {
        &self.0.columns
    }

    /// Answers the position in the statement's text.
    ///
    /// # Shape
    /// Bytes from the start of the text.
    pub fn position(&self) -> Option<usize> {
        self.0.position
    }

    /// Answers a fact by key, as `correlation_id`.
    pub fn context(&self, key: &str) -> Option<&str> {
        self.0.context.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        for (at, (key, value)) in self.0.context.iter().enumerate() {
            f.write_str(if at == 0 { " (" } else { ", " })?;
            write!(f, "{key} {value}")?;
        }
        f.write_str(if self.0.context.is_empty() { "" } else { ")" })
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("retry", &self.0.retry)
            .field("effect", &self.0.effect)
            .field("message", &self.0.message)
            .field("code", &self.0.code)
            .field("constraint", &self.0.constraint)
            .field("table", &self.0.table)
            .field("columns", &self.0.columns)
            .field("position", &self.0.position)
            .field("context", &self.0.context)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

impl From<hypostyle_sql::Error> for Error {
    fn from(error: hypostyle_sql::Error) -> Self {
        Self::new(ErrorKind::Query, error.message()).at_byte(error.position()).caused_by(error)
    }
}
