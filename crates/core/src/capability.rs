//! Capabilities: what an engine can do, as named flags.

use std::fmt;

macro_rules! capabilities {
    ($($(#[$doc:meta])* $flag:ident = $bit:literal, $name:literal;)*) => {
        impl Capability {
            $($(#[$doc])* pub const $flag: Self = Self(1 << $bit);)*

            /// Every flag with its name, in the order of the table.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$flag, $name)),*];
        }
    };
}

/// A set of capabilities.
///
/// # Examples
/// ```
/// use hypostyle_core::Capability;
/// let both = Capability::RETURNING | Capability::UPSERT;
/// assert!(both.has(Capability::UPSERT));
/// assert_eq!(both.to_string(), "returning, upsert");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Capability(u64);

capabilities! {
    /// Takes SQL text.
    SQL = 0, "sql";
    /// Has transactions.
    TRANSACTIONS = 1, "transactions";
    /// Has savepoints inside transactions.
    SAVEPOINTS = 2, "savepoints";
    /// Rolls schema changes back with their transaction.
    TRANSACTIONAL_DDL = 3, "transactional_ddl";
    /// Holds a transaction read-only by itself.
    READ_ONLY_TRANSACTIONS = 4, "read_only_transactions";
    /// Has serializable transactions.
    SERIALIZABLE = 5, "serializable";
    /// Has transactions that read one snapshot.
    SNAPSHOT = 6, "snapshot";
    /// Has transactions at the level read committed.
    READ_COMMITTED = 7, "read_committed";
    /// Returns rows from INSERT and DELETE.
    RETURNING = 8, "returning";
    /// Replaces the row of a key that exists, by an INSERT.
    UPSERT = 9, "upsert";
    /// Answers several results to one text.
    MULTIPLE_RESULTS = 10, "multiple_results";
    /// Interrupts a running statement.
    INTERRUPT = 11, "interrupt";
    /// Has JSON functions.
    JSON = 12, "json";
    /// Has full-text search.
    FULL_TEXT = 13, "full_text";
    /// Holds the values of a column to its type, in every table or where a table asks for it.
    STRICT_TABLES = 14, "strict_tables";
    /// Shows the plan of a statement.
    EXPLAIN = 15, "explain";
    /// Lets one writer in at a time, beside many readers.
    SINGLE_WRITER = 16, "single_writer";
    /// Stores 64-bit unsigned integers above the signed range.
    UNSIGNED_64 = 17, "unsigned_64";
    /// Stores 128-bit integers.
    INTEGER_128 = 18, "integer_128";
    /// Stores decimals exactly.
    EXACT_DECIMAL = 19, "exact_decimal";
    /// Stores NaN.
    NAN = 20, "nan";
    /// Stores lists and maps.
    NESTED = 21, "nested";
    /// Undoes a failed statement alone: the transaction around it goes on.
    STATEMENT_ROLLBACK = 22, "statement_rollback";
    /// Stores text that holds a NUL byte.
    NUL_IN_TEXT = 23, "nul_in_text";
    /// Stores times and timestamps to the nanosecond.
    NANOSECONDS = 24, "nanoseconds";
    /// Stores vectors of floats.
    VECTORS = 25, "vectors";
    /// Refuses by itself what a request writes that was marked as one that reads.
    READ_ONLY_INTENT = 26, "read_only_intent";
    /// Checks constraints only at the commit, where a table asks for it.
    DEFERRABLE_CONSTRAINTS = 27, "deferrable_constraints";
    /// Stores the sign of a zero among floats; without it −0.0 comes back as 0.0.
    SIGNED_ZERO = 28, "signed_zero";
    /// Tells what a statement really did, by its plan.
    ANALYZE = 29, "analyze";
    /// Stores the infinities of floats, dates and timestamps.
    INFINITIES = 30, "infinities";
    /// Stores intervals of months, days and microseconds.
    INTERVALS = 31, "intervals";
    /// Stores decimals of any length, each with its own scale.
    UNBOUNDED_DECIMAL = 32, "unbounded_decimal";
    /// Has keys of text of any length.
    TEXT_KEYS = 33, "text_keys";
    /// Tells where in a text its error is.
    ERROR_POSITIONS = 34, "error_positions";
    /// Has a type of UUIDs; without it a UUID is stored and read as its text.
    UUIDS = 35, "uuids";
    /// Keeps a JSON document as it was written; without it numbers are those of a float.
    VERBATIM_JSON = 36, "verbatim_json";
    /// Refuses a number that its column would have to round.
    UNROUNDED = 37, "unrounded";
    /// Takes a parameter for what its value is, wherever it stands.
    TYPED_PARAMETERS = 38, "typed_parameters";
    /// Returns rows from UPDATE, too.
    UPDATE_RETURNING = 39, "update_returning";
    /// Stores lists of any depth in one column.
    ANY_DEPTH = 40, "any_depth";
}

impl Capability {
    /// Tells whether every flag of `other` is in this set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Answers this set without the flags of `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Lists the names of the flags in this set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(move |(flag, _)| self.has(*flag)).map(|(_, name)| *name)
    }
}

impl std::ops::BitOr for Capability {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.names().enumerate() {
            f.write_str(if at == 0 { "" } else { ", " })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_a_bit_of_its_own() {
        let all = Capability::ALL.iter().fold(Capability::default(), |all, (flag, _)| all | *flag);
        assert_eq!(all.names().count(), Capability::ALL.len());
        assert_eq!(all.0.count_ones() as usize, Capability::ALL.len());
    }
}
