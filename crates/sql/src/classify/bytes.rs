use crate::Dialect;

/// Tells by the bytes alone that a query cannot write: one statement, and nothing that looks like
/// what [`Reader`](super::Reader) watches for. Where it looks so, the tokens decide.
pub(super) fn is_plain(bytes: &[u8], dialect: Dialect) -> bool {
    !holds_inner_semicolon(bytes) && (dialect == Dialect::Sqlite || !holds_suspect(bytes))
}

/// Tells whether there is a semicolon other than one at the end.
pub(super) fn holds_inner_semicolon(bytes: &[u8]) -> bool {
    let body = bytes.trim_ascii_end();
    body.strip_suffix(b";").unwrap_or(body).contains(&b';')
}

/// What makes a query write, or the part of it that is never missing; a space stands for any byte
/// that is not a letter.
const SUSPECTS: [&[u8]; 12] = [
    b"into",
    b"for ",
    b"lock",
    b":=",
    b"/*!",
    b"/*m!",
    b"nextval",
    b"setval",
    b"set_config",
    b"dblink",
    b"pg_",
    b"lo_",
];

/// Looks for [`SUSPECTS`] without regard to words, so that no way of writing them escapes.
pub(super) fn holds_suspect(bytes: &[u8]) -> bool {
    let (mut state, mut found) = (0, 0);
    for &byte in bytes {
        state = ((state << 1) | SEARCH.starts) & SEARCH.bytes[usize::from(byte)];
        found |= state;
    }
    found & SEARCH.ends != 0
}

/// Searches for all [`SUSPECTS`] in one pass (Shift-And): each of their bytes has a bit, which is
/// set in the state while the text matches up to that byte.
struct Search {
    /// The bits of the places where the byte may stand.
    bytes: [u64; 256],
    starts: u64,
    ends: u64,
}

static SEARCH: Search = {
    let mut search = Search { bytes: [0; 256], starts: 0, ends: 0 };
    let (mut bit, mut suspect) = (1_u64, 0);
    while suspect < SUSPECTS.len() {
        search.starts |= bit;
        let mut place = 0;
        while place < SUSPECTS[suspect].len() {
            let wanted = SUSPECTS[suspect][place];
            let mut byte = 0;
            while byte <= u8::MAX as usize {
                #[expect(clippy::cast_possible_truncation, reason = "the loop ends at u8::MAX")]
                let given = byte as u8;
                let is_other = wanted == b' ' && !given.is_ascii_alphabetic();
                if is_other || given.to_ascii_lowercase() == wanted {
                    search.bytes[byte] |= bit;
                }
                byte += 1;
            }
            search.ends |= if place + 1 == SUSPECTS[suspect].len() { bit } else { 0 };
            // Overflows, and so fails to compile, when there are more than 64 bytes.
            bit *= 2;
            place += 1;
        }
        suspect += 1;
    }
    search
};
