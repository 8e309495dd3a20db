//! Versions: numbers between dots, compared as numbers; and what stands for one where there is none.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use hypostyle_core::{Error, ErrorKind, Result};
use serde::{Serialize, Serializer};

/// The most numbers of a version.
const NUMBERS_MAX: usize = 8;

/// The version of a migration: one number or several between dots, a timestamp included.
///
/// # Shape
/// Compared number by number, what is missing being 0: `1.10` comes after `1.9`, and `1`, `01` and
/// `1.0` are one version. One to eight numbers up to 2⁶⁴ − 1; a leading `V` is read and not kept.
/// A repeatable migration has none: `R__` and its name stand for it, which no version can be, and
/// come after all versions, ordered by name.
///
/// # Source
/// Flyway compares versions the same way.
///
/// # Examples
/// ```
/// use hypostyle_schema::migrate::Version;
/// let version = |text: &str| text.parse::<Version>();
/// assert!(version("1.9")? < version("1.10")?);
/// assert_eq!(version("V001")?, version("1.0")?);
/// assert_eq!(version("V001")?.to_string(), "001");
/// # Ok::<(), hypostyle_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Version {
    rank: Rank,
    text: String,
}

/// What versions are compared by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Rank {
    /// Without zeros at the end, but for the first.
    Numbers(Vec<u64>),
    Repeatable(String),
}

/// What stands before the name of a repeatable migration.
const REPEATABLE: &str = "R__";

impl Version {
    pub(super) fn repeatable(name: &str) -> Self {
        Self { rank: Rank::Repeatable(name.to_owned()), text: format!("{REPEATABLE}{name}") }
    }

    /// Tells whether it is 0, which no migration needs to have.
    pub(super) fn is_zero(&self) -> bool {
        self.rank == Rank::Numbers(vec![0])
    }

    /// Answers the first number, which every text of the version has in it; none of a repeatable
    /// migration.
    pub(super) fn first(&self) -> Option<u64> {
        match &self.rank {
            Rank::Numbers(numbers) => numbers.first().copied(),
            Rank::Repeatable(_) => None,
        }
    }

    /// Tells whether it stands for a repeatable migration.
    pub fn is_repeatable(&self) -> bool {
        matches!(self.rank, Rank::Repeatable(_))
    }
}

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some(name) = text.strip_prefix(REPEATABLE).filter(|name| !name.is_empty()) {
            return Ok(Self::repeatable(name));
        }
        let digits = text.strip_prefix(['V', 'v']).unwrap_or(text);
        let number = |part: &str| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok()).flatten()
        };
        let numbers: Option<Vec<u64>> = digits.split('.').map(number).collect();
        let Some(mut numbers) = numbers.filter(|numbers| numbers.len() <= NUMBERS_MAX) else {
            let message = format!(
                "`{text}` is no version; write numbers between dots, as 003, 1.10 or 20261121120000"
            );
            return Err(Error::new(ErrorKind::Validation, message));
        };
        while numbers.len() > 1 && numbers.last() == Some(&0) {
            numbers.pop();
        }
        Ok(Self { rank: Rank::Numbers(numbers), text: digits.to_owned() })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rank.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: &str, right: &str, expect: Ordering) {
        let (left, right): (Version, Version) = (left.parse().unwrap(), right.parse().unwrap());
        assert_eq!(left.cmp(&right), expect);
        assert_eq!(left == right, expect == Ordering::Equal);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        check("1.9", "1.10", Ordering::Less);
        check("2", "10", Ordering::Less);
        check("1", "1.0.1", Ordering::Less);
        check("V1.2", "1.1.9", Ordering::Greater);
        check("20261121120000", "3", Ordering::Greater);
        check("0", "0.1", Ordering::Less);
    }

    #[test]
    fn zeros_in_front_and_at_the_end_make_no_difference() {
        check("1", "01", Ordering::Equal);
        check("1", "1.0", Ordering::Equal);
        check("V001.00", "1", Ordering::Equal);
        check("0.0", "0", Ordering::Equal);
    }

    #[test]
    fn repeatable_migrations_come_after_all_versions_by_name() {
        check("R__a", "20261121120000", Ordering::Greater);
        check("R__b", "R__a", Ordering::Greater);
        let version: Version = "R__a".parse().unwrap();
        assert!(version.is_repeatable() && version.to_string() == "R__a");
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in ["", "V", "1.", ".1", "1..2", "a", "1a", "-1", "+1", "1_1", "VV1", "١", "R__"]
        {
            let error = text.parse::<Version>().unwrap_err();
            assert!(error.message().contains("is no version"), "{text}: {error}");
        }
        assert!("18446744073709551616".parse::<Version>().is_err());
        assert!("1.1.1.1.1.1.1.1.1".parse::<Version>().is_err());
    }
}
