//! What an engine brings to the suite: databases to run on, and its own words for things.

use std::path::PathBuf;
use std::sync::Arc;

use hypostyle_core::{
    BoxFuture, Database, Date, ErrorKind, Isolation, PoolOptions, Result, Timestamp, Type,
};

/// Where a database of a case is: given back to [`Target::open`] to open it again.
///
/// Dropping it removes the database.
pub trait Site: Send + Sync + 'static {
    /// The URL.
    fn url(&self) -> String;

    /// The file, for engines that keep a database in one.
    fn file(&self) -> Option<PathBuf>;
}

/// Where NULL stands in an ascending order that does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullOrder {
    /// Before every value.
    First,
    /// After every value.
    Last,
    /// After every value, in a descending order too.
    LastInBoth,
}

/// What concurrent transactions may see of each other.
///
/// # Source
/// Berenson et al., “A Critique of ANSI SQL Isolation Levels”, 1995; Fekete, O'Neil and O'Neil,
/// “A Read-Only Transaction Anomaly Under Snapshot Isolation”, 2004.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anomaly {
    /// A row is read that is never committed.
    DirtyRead,
    /// A row read twice has two values.
    NonRepeatableRead,
    /// A condition asked twice finds another number of rows.
    Phantom,
    /// A write computed from a read overwrites another that came between.
    LostUpdate,
    /// Two transactions each read what the other then writes, and both commit.
    WriteSkew,
    /// A transaction that only reads sees a state that no order of the writers explains.
    ReadOnly,
}

/// The part of a URL that is made wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Nobody answers there.
    Address,
    /// The password is another.
    Password,
    /// There is no such database.
    Database,
}

/// A setting of a session.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// A statement that changes it.
    pub change: &'static str,
    /// A query that answers it.
    pub read: &'static str,
}

/// An engine in one way of running it.
pub trait Target: Send + Sync + 'static {
    /// The name in the report, as `file-inline`.
    fn name(&self) -> &'static str;

    /// The engine as people write it, as `SQLite`.
    fn engine(&self) -> &'static str;

    /// A query that answers the engine's version as text.
    fn version(&self) -> &'static str;

    /// Makes the place of a new empty database. Types that the columns of [`Target::column`] need
    /// are there.
    fn site(&self) -> BoxFuture<'_, Result<Arc<dyn Site>>>;

    /// Opens a database by its URL.
    fn open<'a>(&'a self, url: &'a str, options: PoolOptions) -> BoxFuture<'a, Result<Database>>;

    /// Makes the runtime of one case.
    ///
    /// # Errors
    /// Those of the operating system.
    fn runtime(&self) -> std::io::Result<tokio::runtime::Runtime>;

    /// Tells whether opening the same URL again opens the same database.
    fn is_shared(&self) -> bool;

    /// The type of a column that holds values of a kind: lists of 64-bit integers that may be
    /// NULL, at any depth; maps with one such integer named `k`.
    fn column(&self, kind: Type) -> &'static str;

    /// The type of a column that is a key of ASCII text, of up to 3,000 bytes.
    fn text_key(&self) -> &'static str {
        self.column(Type::Text)
    }

    /// A text that writes `(id, v)` into the table `t (id, v)`, over the row of that key if there is
    /// one; the two are its parameters.
    fn upsert(&self) -> &'static str {
        "INSERT INTO t VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET v = excluded.v"
    }

    /// A text that drops an index of the table `t`, named as the engine quotes it.
    fn drop_index(&self, quoted: &str) -> String {
        format!("DROP INDEX {quoted}")
    }

    /// An expression of the number `n` that the engine computes until `n` is 600, and refuses then.
    fn overflow(&self) -> &'static str {
        // The least integer has no absolute value.
        "abs(CAST(-9223372036854775808 AS BIGINT) + 600 - n)"
    }

    /// A text that writes the row (1, 1) into the table `t (id, v)` and does not look like it.
    fn disguised_write(&self) -> &'static str {
        "WITH x AS (SELECT 1) INSERT INTO t SELECT 1, 1 FROM x"
    }

    /// Tells whether a name may be that of a table or a column; another is refused.
    fn takes_name(&self, _name: &str) -> bool {
        true
    }

    /// Tells whether a column of a query may be named so; another name is refused, or changed by
    /// the engine.
    fn takes_alias(&self, name: &str) -> bool {
        self.takes_name(name)
    }

    /// Tells whether the name of a table without quotes is found in any case.
    fn folds_names(&self) -> bool {
        true
    }

    /// Tells whether a transaction goes on as it was when one of its writes was interrupted.
    fn outlives_interrupts(&self) -> bool {
        false
    }

    /// Tells whether a check that fails is told by the name it was declared with, or by one of the
    /// engine's own.
    fn keeps_names_of_checks(&self) -> bool {
        true
    }

    /// What a number divided by zero is, where it is neither refused nor NULL.
    fn quotient_by_zero(&self) -> Option<f64> {
        None
    }

    /// The kind of a NULL that is no column.
    fn null_kind(&self) -> Type {
        Type::Any
    }

    /// Tells whether a table may have as many columns as anybody likes.
    fn has_endless_columns(&self) -> bool {
        false
    }

    /// What stands after the columns of a table that is to hold them to their types.
    fn strict(&self) -> &'static str;

    /// The schema in which tables of a database are made that name none.
    fn schema(&self, site: &dyn Site) -> String;

    /// Where NULL stands in an ascending order.
    fn null_order(&self) -> NullOrder;

    /// The most parameters of one statement.
    fn parameters_max(&self) -> usize;

    /// The most columns of a table of 32-bit integers.
    fn columns_max(&self) -> usize;

    /// The first and the last day the engine stores.
    fn dates(&self) -> [Date; 2];

    /// The first and the last timestamp without zone the engine stores.
    fn timestamps(&self) -> [Timestamp; 2];

    /// The first and the last instant the engine stores.
    fn instants(&self) -> [Timestamp; 2] {
        self.timestamps()
    }

    /// The most levels of a JSON document, beyond those of any other.
    fn document_levels_max(&self) -> usize {
        1_000
    }

    /// Tells whether an anomaly comes about at a level of isolation.
    fn allows(&self, isolation: Isolation, anomaly: Anomaly) -> bool;

    /// Tells whether the violation of a unique or foreign key names its constraint.
    fn names_constraints(&self) -> bool;

    /// A statement that reads and never ends by itself.
    fn endless(&self) -> &'static str;

    /// A statement that writes into the table `t (id)` and never ends by itself.
    fn endless_write(&self) -> &'static str;

    /// A query that answers the numbers 1 to its only parameter, at least 1, each a row, as column
    /// `n`.
    fn series(&self) -> &'static str;

    /// A text that writes into row 1 of the table `t (id, v)`, or locks it to do so, and gives up at
    /// once where somebody else holds the lock.
    fn impatient_write(&self) -> &'static str;

    /// A text that makes the column `v` of the table `t (id, v)` one of text and keeps its values.
    fn retype(&self) -> &'static str;

    /// A setting of a session.
    fn setting(&self) -> Setting;

    /// A text whose last statement the engine denies to a session that reads, for want of a right.
    fn forbidden(&self) -> &'static str;

    /// A URL like the one given that is wrong in one part, and the kind of error it answers.
    fn wrong(&self, url: &str, part: Wrong) -> (String, ErrorKind);

    /// Ends every connection to a database from the engine's side, as its shutdown does; answers
    /// `false` where there is nobody who could.
    fn cut<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<bool>>;
}
