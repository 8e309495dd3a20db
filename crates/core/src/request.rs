//! Requests: everything one call asks of an engine, in a value that is `Copy`.

use std::panic::Location;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::value::{Value, ValueRef};
use crate::{Batch, Error, ErrorKind, Result};

/// One call.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What to do.
    pub command: Command<'a>,
    /// What it may do to the data: decides the connection, replicas and retries.
    pub intent: Intent,
    /// When the call was made. Layers count from here, so that a call reads the clock once.
    pub issued: Instant,
    /// When to give up, waiting for a connection and reading rows included.
    pub deadline: Option<Instant>,
    /// Cancels the statement from another task.
    pub cancel: Option<&'a CancellationToken>,
    /// Runs the statement on a thread of its own, where the engine would block the caller's.
    pub offload: bool,
    /// Takes chunks in the engine's own columnar form in place of rows, from an engine that has one;
    /// see [`Batch::columnar`].
    pub columnar: bool,
    /// A name of the statement for logs and metrics; empty for none.
    pub tag: &'a str,
    /// On whose behalf: reaches logs, spans and errors.
    pub context: Option<&'a Context>,
    /// The place in the source that made the call.
    pub origin: &'static Location<'static>,
}

impl<'a> Request<'a> {
    /// Makes a request that may write, without deadline or context, from the caller's place.
    #[track_caller]
    pub fn new(command: Command<'a>) -> Self {
        Self {
            command,
            intent: Intent::Write,
            issued: tokio::time::Instant::now().into_std(),
            deadline: None,
            cancel: None,
            offload: false,
            columnar: false,
            tag: "",
            context: None,
            origin: Location::caller(),
        }
    }

    /// Makes a request of a text without parameters.
    #[track_caller]
    pub fn text(text: &'a str) -> Self {
        Self::new(Command::Text { text, params: Params::NONE })
    }
}

/// What a request asks for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Command<'a> {
    /// Runs text with parameters; several statements in one text give several results.
    Text {
        /// The text, with placeholders `?`, `$1` or `:name`.
        text: &'a str,
        /// The parameters.
        params: Params<'a>,
    },
    /// Runs one statement for each row of parameters, all or nothing.
    Many {
        /// The text, with placeholders by position.
        text: &'a str,
        /// The parameters, a row for each run.
        rows: &'a Batch,
    },
    /// Inserts rows into a table, all or nothing.
    Load {
        /// The table.
        table: Name<'a>,
        /// The columns, in the order of the batch.
        columns: &'a [&'a str],
        /// The rows.
        rows: &'a Batch,
    },
    /// Moves a transaction; made by [`crate::Transaction`], understood by the guard.
    Transaction(Step),
}

/// What a request may do to the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    /// Reads only.
    Read,
    /// Writes, and may be repeated without harm.
    Idempotent,
    /// Writes.
    Write,
}

impl Intent {
    /// Tells whether the request may write.
    pub fn writes(self) -> bool {
        self != Self::Read
    }
}

/// The name of a table or other object, with its schema where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name<'a> {
    /// The schema, or the attached database.
    pub schema: Option<&'a str>,
    /// The name itself, unquoted.
    pub name: &'a str,
}

impl<'a> From<&'a str> for Name<'a> {
    fn from(name: &'a str) -> Self {
        Self { schema: None, name }
    }
}

/// On whose behalf a request is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Joins the log lines, spans and errors of one piece of work.
    pub correlation_id: String,
    /// The tenant, where there are several.
    pub tenant: Option<String>,
    /// Further facts about the caller, as roles.
    pub claims: Vec<(String, String)>,
}

impl Context {
    /// Makes a context with a correlation id.
    pub fn new(correlation_id: impl Into<String>) -> Self {
        Self { correlation_id: correlation_id.into(), ..Self::default() }
    }
}

/// A move of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Begins a transaction, or a savepoint inside one.
    Begin(Begin),
    /// Commits the transaction, or releases the innermost savepoint.
    Commit,
    /// Rolls the transaction back, or to the innermost savepoint, which ends too.
    Rollback,
    /// Sets the savepoint of a level; made by the guard.
    Savepoint(u32),
    /// Releases the savepoint of a level; made by the guard.
    Release(u32),
    /// Rolls back to the savepoint of a level; made by the guard.
    RollbackTo(u32),
}

/// How a transaction begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begin {
    /// The isolation asked for; `None` is the engine's default.
    pub isolation: Option<Isolation>,
    /// Whether it may write.
    pub access: Access,
    /// Waits for a snapshot that needs no conflict check (PostgreSQL).
    pub deferrable: bool,
}

/// How far a transaction is kept apart from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// What was read reads the same again.
    RepeatableRead,
    /// The whole transaction sees one snapshot.
    Snapshot,
    /// As if the transactions ran one after another.
    Serializable,
}

/// Whether a transaction may write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// It may write.
    #[default]
    ReadWrite,
    /// The engine refuses writes.
    ReadOnly,
}

/// The parameters of a text.
#[derive(Clone, Copy, Debug)]
pub enum Params<'a> {
    /// By position.
    Positional(&'a [ValueRef<'a>]),
    /// By name, without the colon.
    Named(&'a [(&'a str, ValueRef<'a>)]),
}

impl<'a> Params<'a> {
    /// No parameters.
    pub const NONE: Self = Self::Positional(&[]);

    /// Counts the parameters.
    pub fn len(&self) -> usize {
        match self {
            Self::Positional(values) => values.len(),
            Self::Named(values) => values.len(),
        }
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Finds the value a placeholder stands for.
    ///
    /// # Errors
    /// `Parameter` when there is none.
    pub fn value(&self, slot: &hypostyle_sql::Slot) -> Result<ValueRef<'a>> {
        use hypostyle_sql::Slot;
        let missing = |what: String| Error::new(ErrorKind::Parameter, what);
        match (self, slot) {
            (Self::Positional(values), Slot::Position(at)) => {
                values.get(*at).copied().ok_or_else(|| {
                    let count = values.len();
                    missing(format!("parameter {} is not bound; {count} were given", at + 1))
                })
            }
            (Self::Named(values), Slot::Name(name)) => {
                let found = values.iter().find(|(key, _)| *key == &**name);
                found
                    .map(|(_, value)| *value)
                    .ok_or_else(|| missing(format!("parameter `:{name}` is not bound")))
            }
            (Self::Positional(_), Slot::Name(name)) => Err(missing(format!(
                "the text names its parameters (`:{name}`), but they were given by position"
            ))),
            (Self::Named(_), Slot::Position(at)) => Err(missing(format!(
                "the text takes parameter {} by position, but parameters were given by name",
                at + 1
            ))),
        }
    }

    /// Checks that each parameter has a placeholder, so that a forgotten one is told.
    ///
    /// # Errors
    /// `Parameter` when one is superfluous.
    pub fn check_used(&self, slots: &[hypostyle_sql::Slot]) -> Result<()> {
        use hypostyle_sql::Slot;
        let superfluous = match self {
            Self::Positional(values) => {
                let used = slots.iter().map(|slot| match slot {
                    Slot::Position(at) => at + 1,
                    Slot::Name(_) => 0,
                });
                let used = used.max().unwrap_or(0);
                (values.len() > used)
                    .then(|| format!("{} parameters were given for {used}", values.len()))
            }
            Self::Named(values) => values
                .iter()
                .find(|(key, _)| {
                    !slots.iter().any(|slot| matches!(slot, Slot::Name(name) if &**name == *key))
                })
                .map(|(key, _)| format!("parameter `:{key}` is not in the text")),
        };
        superfluous.map_or(Ok(()), |what| Err(Error::new(ErrorKind::Parameter, what)))
    }
}

/// Parameters that need no allocation. More would make every call move more.
const FEW: usize = 4;

/// Parameters on their way into a request; up to four need no allocation.
#[derive(Clone, Debug)]
pub enum ParamList<'a> {
    /// A few by position.
    Few {
        /// The values, NULL from `count` on.
        values: [ValueRef<'a>; FEW],
        /// How many there are.
        count: usize,
    },
    /// Many by position.
    Many(Vec<ValueRef<'a>>),
    /// Lent by the caller as they are.
    Lent(&'a [ValueRef<'a>]),
    /// By name, without the colon.
    Named(Vec<(&'a str, ValueRef<'a>)>),
}

impl<'a> ParamList<'a> {
    #[inline]
    fn positional<T: Into<ValueRef<'a>>>(given: impl ExactSizeIterator<Item = T>) -> Self {
        let count = given.len();
        if count > FEW {
            return Self::Many(given.map(Into::into).collect());
        }
        let mut values = [ValueRef::Null; FEW];
        for (place, value) in values.iter_mut().zip(given) {
            *place = value.into();
        }
        Self::Few { values, count }
    }

    /// Lends the parameters to a request.
    pub fn as_params(&self) -> Params<'_> {
        match self {
            Self::Few { values, count } => Params::Positional(&values[..*count]),
            Self::Many(values) => Params::Positional(values),
            Self::Lent(values) => Params::Positional(values),
            Self::Named(values) => Params::Named(values),
        }
    }
}

/// What can be given as parameters: `()`, tuples, arrays and slices of values, [`Named`].
pub trait IntoParams<'a> {
    /// Makes the list.
    fn into_params(self) -> ParamList<'a>;
}

/// Parameters by name, made by [`crate::named!`].
#[derive(Clone, Debug)]
pub struct Named<'a>(pub Vec<(&'a str, ValueRef<'a>)>);

impl<'a> IntoParams<'a> for Named<'a> {
    fn into_params(self) -> ParamList<'a> {
        ParamList::Named(self.0)
    }
}

impl<'a> IntoParams<'a> for ParamList<'a> {
    fn into_params(self) -> ParamList<'a> {
        self
    }
}

impl<'a> IntoParams<'a> for () {
    fn into_params(self) -> ParamList<'a> {
        ParamList::Lent(&[])
    }
}

impl<'a, T: Into<ValueRef<'a>>, const N: usize> IntoParams<'a> for [T; N] {
    fn into_params(self) -> ParamList<'a> {
        ParamList::positional(self.into_iter())
    }
}

impl<'a> IntoParams<'a> for &'a [ValueRef<'a>] {
    fn into_params(self) -> ParamList<'a> {
        ParamList::Lent(self)
    }
}

impl<'a> IntoParams<'a> for &'a [Value] {
    fn into_params(self) -> ParamList<'a> {
        ParamList::positional(self.iter())
    }
}

impl<'a> IntoParams<'a> for &'a Vec<Value> {
    fn into_params(self) -> ParamList<'a> {
        self.as_slice().into_params()
    }
}

macro_rules! tuple_params {
    ($(($($type:ident),+);)*) => {$(
        impl<'a, $($type: Into<ValueRef<'a>>),+> IntoParams<'a> for ($($type,)+) {
            #[expect(non_snake_case, reason = "each value is named as its type")]
            fn into_params(self) -> ParamList<'a> {
                let ($($type,)+) = self;
                ParamList::positional([$(Into::<ValueRef<'a>>::into($type)),+].into_iter())
            }
        }
    )*};
}
tuple_params! {
    (A);
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
    (A, B, C, D, E, F, G);
    (A, B, C, D, E, F, G, H);
}

/// Makes parameters by position from values of any number and kind.
///
/// # Examples
/// ```
/// use hypostyle_core::{params, ValueRef};
/// let name = String::from("Ada");
/// assert_eq!(params![1, &name, None::<i64>], [1.into(), ValueRef::Text("Ada"), ValueRef::Null]);
/// ```
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::ValueRef::from($value)),*]
    };
}

/// Makes parameters by name.
///
/// # Examples
/// ```
/// use hypostyle_core::named;
/// let parameters = named! { id: 7, name: "Ada" };
/// assert_eq!(parameters.0[0].0, "id");
/// ```
#[macro_export]
macro_rules! named {
    ($($name:ident: $value:expr),* $(,)?) => {
        $crate::Named(vec![$((stringify!($name), $crate::ValueRef::from($value))),*])
    };
}
