//! What MariaDB says of a column beyond its type's code.

use super::sized;

/// # Source
/// <https://mariadb.com/kb/en/result-set-packets/#extended-metadata>
#[derive(Debug, Default)]
pub(super) struct Extended<'a> {
    /// The name of a type that has no code of its own, as `uuid`, `inet6`, `point`.
    pub(super) data_type: Option<&'a str>,
    /// How a text is to be read, as `json`.
    pub(super) format: Option<&'a str>,
}

const DATA_TYPE: u8 = 0;
const FORMAT: u8 = 1;

impl<'a> Extended<'a> {
    /// Reads pairs of what is said and its text; what is unknown or malformed says nothing.
    pub(super) fn read(mut bytes: &'a [u8]) -> Self {
        let mut extended = Self::default();
        while let Some((&what, rest)) = bytes.split_first() {
            bytes = rest;
            let Some(text) = sized::take(&mut bytes) else { break };
            let text = std::str::from_utf8(text).ok();
            match what {
                DATA_TYPE => extended.data_type = text,
                FORMAT => extended.format = text,
                _ => {}
            }
        }
        extended
    }
}
