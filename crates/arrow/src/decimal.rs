//! Decimals between canonical text and unscaled integers.

use arrow_buffer::i256;
use hypostyle_core::{Decimal, DecimalRef};

/// The digits of a 128-bit decimal.
pub(crate) const DIGITS_128: u8 = 38;
/// The digits of a 256-bit decimal.
pub(crate) const DIGITS_256: u8 = 76;

/// Counts the digits before and after the point; `None` for NaN and the infinities.
pub(crate) fn digits(value: DecimalRef<'_>) -> Option<(usize, usize)> {
    if !value.is_finite() {
        return None;
    }
    let text = value.as_str().trim_start_matches('-');
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = if whole == "0" { 0 } else { whole.len() };
    Some((whole, fraction.len()))
}

/// Answers the digits of a number as those of a decimal of so many digits after the point; `None`
/// where it has more digits than fit.
pub(crate) fn unscaled(text: &str, precision: u8, scale: i8) -> Option<String> {
    let scale = usize::try_from(scale).ok()?;
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let kept = fraction.trim_end_matches('0');
    if kept.len() > scale || !whole.bytes().chain(kept.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = format!("{whole}{kept:0<scale$}");
    let digits = digits.trim_start_matches('0');
    if digits.len() > usize::from(precision) {
        return None;
    }
    Some(match digits {
        "" => "0".to_owned(),
        digits => format!("{sign}{digits}"),
    })
}

/// Answers the decimal of an unscaled integer.
pub(crate) fn scaled(unscaled: &str, scale: i8) -> Option<Decimal> {
    let (sign, digits) = match unscaled.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", unscaled),
    };
    let text = match usize::try_from(scale) {
        Ok(0) => format!("{sign}{digits}"),
        Ok(scale) => {
            let digits = format!("{digits:0>width$}", width = scale + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale);
            format!("{sign}{whole}.{fraction}")
        }
        Err(_) => format!("{sign}{digits}{}", "0".repeat(usize::from(scale.unsigned_abs()))),
    };
    text.parse().ok()
}

/// Reads a 256-bit integer.
pub(crate) fn parse_256(text: &str) -> Option<i256> {
    i256::from_string(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_moved_and_never_lost() {
        let check = |text: &str, scale: i8, expect: Option<&str>| {
            assert_eq!(unscaled(text, 5, scale).as_deref(), expect, "{text} {scale}");
        };
        check("12.5", 2, Some("1250"));
        check("-12.50", 1, Some("-125"));
        check("-0.00", 2, Some("0"));
        check("0.01", 2, Some("1"));
        check("7", 0, Some("7"));
        check("12.55", 1, None);
        check("1234.5", 2, None);
        check("NaN", 2, None);
        let back = |unscaled: &str, scale: i8, expect: &str| {
            assert_eq!(scaled(unscaled, scale).unwrap().to_string(), expect);
        };
        back("1250", 2, "12.50");
        back("-1", 3, "-0.001");
        back("0", 2, "0.00");
        back("12", -2, "1200");
        back("7", 0, "7");
    }
}
