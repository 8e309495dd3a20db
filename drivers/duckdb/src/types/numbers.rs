//! Decimals and large integers between digits and binary.

use hypostyle_core::DecimalRef;

/// The digits of DuckDB's widest decimal.
pub(super) const DIGITS_MAX: u8 = 38;

/// A decimal without its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unscaled {
    pub(super) width: u8,
    pub(super) scale: u8,
    pub(super) value: i128,
}

/// Takes the point out of a decimal; `None` for what is no number or has more than 38 digits.
pub(super) fn unscaled(decimal: DecimalRef<'_>) -> Option<Unscaled> {
    let text = decimal.as_str();
    let (whole, mut fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > DIGITS_MAX.into() {
        fraction = fraction.trim_end_matches('0');
    }
    let scale = u8::try_from(fraction.len()).ok()?;
    let digits = whole.trim_start_matches('-').trim_start_matches('0').len() + fraction.len();
    let width = u8::try_from(digits).ok()?.max(1);
    if width > DIGITS_MAX || !decimal.is_finite() {
        return None;
    }
    let mut value = 0_i128;
    for digit in whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit) {
        value = value * 10 + i128::from(digit - b'0');
    }
    Some(Unscaled { width, scale, value: if text.starts_with('-') { -value } else { value } })
}

/// Moves the point; `None` where digits would be lost, or there are more than a width.
pub(super) fn rescaled(from: Unscaled, width: u8, scale: u8) -> Option<i128> {
    let value = if scale >= from.scale {
        from.value.checked_mul(power(scale - from.scale)?)?
    } else {
        let divisor = power(from.scale - scale)?;
        (from.value % divisor == 0).then_some(from.value / divisor)?
    };
    (value.unsigned_abs() < power(width)?.unsigned_abs()).then_some(value)
}

fn power(exponent: u8) -> Option<i128> {
    10_i128.checked_pow(exponent.into())
}

/// Appends a decimal's canonical text.
pub(super) fn write_decimal(value: i128, scale: u8, out: &mut String) {
    let scale = usize::from(scale);
    let mut digits = [b'0'; 40];
    let (mut rest, mut start) = (value.unsigned_abs(), digits.len());
    while rest > 0 {
        start -= 1;
        digits[start] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        // Most decimals fit 64 bits, whose division is far quicker.
        rest = match u64::try_from(rest) {
            Ok(narrow) => u128::from(narrow / 10),
            Err(_) => rest / 10,
        };
    }
    // A zero before the point.
    start = start.min(digits.len() - 1 - scale.min(digits.len() - 1));
    let text = std::str::from_utf8(&digits[start..]).unwrap_or_default();
    let (whole, fraction) = text.split_at(text.len() - scale.min(text.len()));
    if value < 0 {
        out.push('-');
    }
    out.push_str(whole);
    if scale > 0 {
        out.push('.');
        out.push_str(fraction);
    }
}

/// Reads a `BIGNUM` as it is stored: three bytes of sign and length, then the digits, big-endian,
/// all turned where it is negative.
///
/// # Source
/// DuckDB, `src/common/types/bignum.cpp`.
pub(super) fn bignum_text(stored: &[u8]) -> Option<String> {
    let (head, digits) = stored.split_first_chunk::<3>()?;
    let is_negative = head[0] & 0x80 == 0;
    let turned = if is_negative { 0xff } else { 0 };
    // Nine decimal digits at a time, the last first.
    let mut groups: Vec<u32> = vec![0];
    for byte in digits {
        let mut carry = u64::from(byte ^ turned);
        for group in &mut groups {
            carry += u64::from(*group) << 8;
            *group = u32::try_from(carry % GROUP).unwrap_or_default();
            carry /= GROUP;
        }
        if carry > 0 {
            groups.push(u32::try_from(carry).unwrap_or_default());
        }
    }
    let (first, rest) = groups.split_last()?;
    let mut text = if is_negative { "-".to_owned() } else { String::new() };
    text += &first.to_string();
    text.extend(rest.iter().rev().map(|group| format!("{group:09}")));
    Some(text)
}

const GROUP: u64 = 1_000_000_000;
