//! Decimals of any precision as canonical text: exact, comparable with every engine's own form.

use std::fmt;
use std::str::FromStr;

/// The most digits a decimal may have after an exponent is written out: PostgreSQL's own limit is
/// 131 072 before and 16 383 after the point.
const DIGITS_MAX: usize = 147_455;

/// A decimal, borrowed.
///
/// # Shape
/// Canonical text: `-?digits(.digits)?` without leading zeros, `NaN`, `Infinity` or `-Infinity`.
/// Trailing zeros carry the scale and are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecimalRef<'a>(&'a str);

/// A decimal, owned. Parses from text with or without an exponent.
///
/// # Examples
/// ```
/// use hypostyle_core::Decimal;
/// let price: Decimal = "1.250e2".parse()?;
/// assert_eq!(price.to_string(), "125.0");
/// # Ok::<(), hypostyle_core::Mismatch>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal(Box<str>);

impl<'a> DecimalRef<'a> {
    /// Takes text that is a canonical decimal already; anything else is `None`.
    pub fn from_canonical(text: &'a str) -> Option<Self> {
        is_canonical(text).then_some(Self(text))
    }

    pub(crate) fn from_batch(text: &'a str) -> Self {
        Self(text)
    }

    /// Lends the canonical text.
    pub fn as_str(&self) -> &'a str {
        self.0
    }

    /// Copies the decimal.
    pub fn to_owned(self) -> Decimal {
        Decimal(self.0.into())
    }

    /// Tells whether it is neither NaN nor an infinity.
    pub fn is_finite(&self) -> bool {
        self.0.ends_with(|last: char| last.is_ascii_digit())
    }
}

impl Decimal {
    /// Lends the decimal.
    pub fn as_ref(&self) -> DecimalRef<'_> {
        DecimalRef(&self.0)
    }

    /// Takes the shortest decimal that reads back as the same float.
    pub fn from_f64_shortest(value: f64) -> Self {
        if value.is_nan() {
            return Self("NaN".into());
        }
        if value.is_infinite() {
            return Self(if value > 0.0 { "Infinity" } else { "-Infinity" }.into());
        }
        Self(format!("{}", if value == 0.0 { 0.0 } else { value }).into())
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self(value.to_string().into())
    }
}

impl FromStr for Decimal {
    type Err = super::Mismatch;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_canonical(text) {
            return Ok(Self(text.into()));
        }
        let named = match text.to_ascii_lowercase().as_str() {
            "nan" => Some("NaN"),
            "infinity" | "+infinity" | "inf" | "+inf" => Some("Infinity"),
            "-infinity" | "-inf" => Some("-Infinity"),
            _ => None,
        };
        match named {
            Some(name) => Ok(Self(name.into())),
            None => normalise(text)
                .map(|canonical| Self(canonical.into()))
                .ok_or(super::Mismatch::invalid("a decimal number")),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DecimalRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

fn is_canonical(text: &str) -> bool {
    if matches!(text, "NaN" | "Infinity" | "-Infinity") {
        return true;
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let no_leading_zero = whole.len() == 1 || !whole.starts_with('0');
    let negative_zero = text.starts_with('-') && digits.bytes().all(|b| matches!(b, b'0' | b'.'));
    all_digits(whole) && no_leading_zero && fraction.is_none_or(all_digits) && !negative_zero
}

/// Writes a decimal with sign, leading zeros or exponent in canonical form.
fn normalise(text: &str) -> Option<String> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (negative, digits) = match mantissa.as_bytes().first()? {
        b'-' => (true, &mantissa[1..]),
        b'+' => (false, &mantissa[1..]),
        _ => (false, mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut all: String = [whole, fraction].concat();
    if !all.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let point = i64::try_from(whole.len()).ok()? + i64::from(exponent);
    if point.unsigned_abs() > DIGITS_MAX as u64 || all.len() > DIGITS_MAX {
        return None;
    }
    let (whole, fraction) = if point <= 0 {
        let zeros = usize::try_from(-point).ok()?;
        ("0".to_owned(), "0".repeat(zeros) + &all)
    } else {
        let point = usize::try_from(point).ok()?;
        let missing = point.saturating_sub(all.len());
        all.push_str(&"0".repeat(missing));
        (all[..point].to_owned(), all[point..].to_owned())
    };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    let is_zero = whole == "0" && fraction.bytes().all(|b| b == b'0');
    let sign = if negative && !is_zero { "-" } else { "" };
    let separator = if fraction.is_empty() { "" } else { "." };
    Some([sign, whole, separator, &fraction].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expect: &str) {
        let parsed = input.parse::<Decimal>().map(|decimal| decimal.to_string());
        assert_eq!(parsed.unwrap_or_else(|_| "error".to_owned()), expect, "{input}");
    }

    #[test]
    fn text_becomes_canonical_and_keeps_its_scale() {
        check("0", "0");
        check("-0.00", "0.00");
        check("007.50", "7.50");
        check("+1.5", "1.5");
        check(".5", "0.5");
        check("5.", "5");
        check("1.250e2", "125.0");
        check("1e3", "1000");
        check("12e-5", "0.00012");
        check("nan", "NaN");
        check("-inf", "-Infinity");
        check(
            "99999999999999999999999999999999999999.123",
            "99999999999999999999999999999999999999.123",
        );
        check("1e999999999", "error");
        check("", "error");
        check("1.2.3", "error");
        check("abc", "error");
        check("-", "error");
        check("1e", "error");
    }

    #[test]
    fn a_float_becomes_its_shortest_decimal() {
        assert_eq!(Decimal::from_f64_shortest(0.99).to_string(), "0.99");
        assert_eq!(Decimal::from_f64_shortest(-0.0).to_string(), "0");
        assert_eq!(Decimal::from_f64_shortest(f64::NEG_INFINITY).to_string(), "-Infinity");
    }
}
