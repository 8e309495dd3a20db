//! Sizes in bytes, exact both ways.

/// The units, largest first; the binary one of a size before the decimal one.
const UNITS: [(&str, u64); 7] = [
    ("GiB", 1024 * 1024 * 1024),
    ("GB", 1_000_000_000),
    ("MiB", 1024 * 1024),
    ("MB", 1_000_000),
    ("KiB", 1024),
    ("kB", 1_000),
    ("B", 1),
];

/// Reads a size: digits, then a unit or nothing.
pub(super) fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|each: char| !each.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let unit = unit.trim_start();
    let factor = match unit {
        "" => 1,
        _ => UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// Writes a size in the largest unit that divides it.
pub(super) fn shown(bytes: u64) -> String {
    let unit = UNITS.iter().find(|(_, factor)| bytes >= *factor && bytes.is_multiple_of(*factor));
    match unit {
        Some((name, factor)) => format!("{}{name}", bytes / factor),
        None => format!("{bytes}B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<u64>, back: &str) {
        assert_eq!(parse(text), expect, "{text}");
        assert_eq!(expect.map(shown).unwrap_or_default(), back, "{text}");
    }

    #[test]
    fn sizes_are_read_and_shown_exactly() {
        check("0", Some(0), "0B");
        check("1MiB", Some(1_048_576), "1MiB");
        check("32 mb", Some(32_000_000), "32MB");
        check("1025", Some(1_025), "1025B");
        check("64kb", Some(64_000), "64kB");
        check("18446744073709551615B", Some(u64::MAX), "18446744073709551615B");
        check("18446744073709551615kB", None, "");
        check("1.5MiB", None, "");
        check("-1", None, "");
        check("MiB", None, "");
        check("1M", None, "");
    }
}
