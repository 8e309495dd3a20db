//! Versions: numbers between dots, compared as numbers.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use hypostyle_core::{Error, ErrorKind, Result};
use serde::{Serialize, Serializer};

/// What the version of a repeatable migration begins with.
const REPEATABLE: &str = "R__";

/// The most numbers of a version.
const NUMBERS_MAX: usize = 8;

/// The version of a migration: one number or several between dots, a timestamp included; or the name
/// of a repeatable one, as `R__views`.
///
/// # Shape
/// Compared number by number, what is missing being 0: `1.10` comes after `1.9`, and `1`, `01` and
/// `1.0` are one version. One to eight numbers up to 2⁶⁴ − 1; a leading `V` is read and not kept, and
/// `_` between numbers is a dot. Repeatable ones come after all numbers, ordered by name.
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
    /// Without zeros at the end, but for the first; none for a repeatable migration.
    numbers: Vec<u64>,
    text: String,
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
        let numbers: Option<Vec<u64>> = digits.split(['.', '_']).map(number).collect();
        let Some(mut numbers) = numbers.filter(|numbers| numbers.len() <= NUMBERS_MAX) else {
            let message = format!(
                "`{text}` is no version; write numbers between dots, as 003, 1.10 or 20261121120000"
            );
            return Err(Error::new(ErrorKind::Validation, message));
        };
        while numbers.len() > 1 && numbers.last() == Some(&0) {
            numbers.pop();
        }
        Ok(Self { numbers, text: digits.replace('_', ".") })
    }
}

impl Version {
    /// Makes the version of a repeatable migration of its name.
    pub(super) fn repeatable(name: &str) -> Self {
        Self { numbers: Vec::new(), text: format!("{REPEATABLE}{name}") }
    }

    /// Tells whether it is the name of a repeatable migration.
    pub fn is_repeatable(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Answers the first number, where there is one.
    pub(super) fn first(&self) -> Option<u64> {
        self.numbers.first().copied()
    }

    fn order(&self) -> (bool, &[u64], &str) {
        let name = if self.is_repeatable() { self.text.as_str() } else { "" };
        (self.is_repeatable(), &self.numbers, name)
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
        self.order() == other.order()
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
        self.order().cmp(&other.order())
    }
}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.order().hash(state);
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
    fn repeatable_ones_come_last_by_name() {
        check("9", "R__a", Ordering::Less);
        check("R__b", "R__a", Ordering::Greater);
        check("R__a", "R__a", Ordering::Equal);
        check("1_2.3", "1.2.3", Ordering::Equal);
    }

    #[test]
    fn zeros_in_front_and_at_the_end_make_no_difference() {
        check("1", "01", Ordering::Equal);
        check("1", "1.0", Ordering::Equal);
        check("V001.00", "1", Ordering::Equal);
        check("0.0", "0", Ordering::Equal);
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in ["", "V", "1.", ".1", "1..2", "a", "1a", "-1", "+1", "1__1", "VV1", "١", "R__"]
        {
            let error = text.parse::<Version>().unwrap_err();
            assert!(error.message().contains("is no version"), "{text}: {error}");
        }
        assert!("18446744073709551616".parse::<Version>().is_err());
        assert!("1.1.1.1.1.1.1.1.1".parse::<Version>().is_err());
    }
}
