//! How much one operation may ask for.

/// How much one operation may ask for. What exceeds it is refused by name.
///
/// # Examples
/// ```
/// use hypostyle_model::operation::{CallerSql, Limits};
/// let limits = Limits { rows_max: 100, sql: CallerSql::Reads, ..Limits::default() };
/// # let _ = limits;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The rows of an answer that names no number. Default 50.
    pub rows_default: u64,
    /// The most rows of an answer. Default 1000.
    pub rows_max: u64,
    /// The most bytes of the rows of an answer. Default 32 MiB.
    pub answer_bytes_max: usize,
    /// The most records that one operation inserts. Default 1000.
    pub records_max: usize,
    /// The most conditions of an operation, unless the table has more columns. Default 32.
    pub filters_max: usize,
    /// How deep filters may stand within filters. Default 8, and never more than 32.
    pub filter_depth_max: usize,
    /// The most values of one `in` list. Default 1000.
    pub in_values_max: usize,
    /// The most operations of a transaction. Default 100.
    pub operations_max: usize,
    /// The most bytes of a document. Default 1 MiB.
    pub document_bytes_max: usize,
    /// Which SQL of the caller's own may run. Default none.
    pub sql: CallerSql,
}

/// Which SQL of a caller's own may run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallerSql {
    /// None.
    #[default]
    Off,
    /// What only reads, in a transaction in which the engine itself refuses writes.
    Reads,
    /// Any statement but those that begin or end transactions.
    Writes,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows_default: 50,
            rows_max: 1_000,
            answer_bytes_max: 32 * 1_024 * 1_024,
            records_max: 1_000,
            filters_max: 32,
            filter_depth_max: 8,
            in_values_max: 1_000,
            operations_max: 100,
            document_bytes_max: 1_024 * 1_024,
            sql: CallerSql::Off,
        }
    }
}
