//! Documents inside records: they are stored as they were written, so that whoever reads them must
//! be able to.

/// How deep arrays and objects may stand in each other: many readers stop there.
const DEPTH_MAX: usize = 128;

/// Tells what is wrong with a document that is valid JSON.
pub(super) fn check(document: &str) -> Result<(), &'static str> {
    let (mut depth, mut quoted) = (0_usize, false);
    let mut rest = document.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        match (byte, quoted) {
            (b'"', _) => quoted = !quoted,
            (b'\\', true) => rest = escape(after).ok_or("holds half of a surrogate pair")?,
            (b'[' | b'{', false) => depth += 1,
            (b']' | b'}', false) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Err("has arrays or objects nested more than 128 deep");
        }
    }
    Ok(())
}

/// Passes over what stands behind a backslash; `None` for a surrogate without its other half.
fn escape(text: &[u8]) -> Option<&[u8]> {
    match code(text) {
        None => text.get(1..),
        Some((0xd800..0xdc00, after)) => match after.strip_prefix(b"\\").and_then(code) {
            Some((0xdc00..0xe000, after)) => Some(after),
            _ => None,
        },
        Some((0xdc00..0xe000, _)) => None,
        Some((_, after)) => Some(after),
    }
}

/// Reads `u` and four digits.
fn code(text: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, after) = text.strip_prefix(b"u")?.split_at_checked(4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    Some((u32::from_str_radix(digits, 16).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_can_be_read_by_others() {
        let check = |document: &str, expect: &str| {
            assert_eq!(check(document).err().unwrap_or("ok"), expect, "{document}");
        };
        let half = "holds half of a surrogate pair";
        check(r#"{"a\\":["\ud83d\ude00","\u00e9","[[["],"b":{}}"#, "ok");
        check(r#"["\ud83d"]"#, half);
        check(r#"["\ud83d\u0041"]"#, half);
        check(r#"["\ud83dx"]"#, half);
        check(r#"{"\uDE00":1}"#, half);
        check(r#"["\\ud83d"]"#, "ok");
        check(&format!("{}{}", "[".repeat(128), "]".repeat(128)), "ok");
        check(&"[{}],".repeat(500), "ok");
        check(
            &format!("{}{}", "[".repeat(129), "]".repeat(129)),
            "has arrays or objects nested more than 128 deep",
        );
    }
}
