//! `numeric` between its groups of four digits and decimal text, exact to PostgreSQL's limits.
//!
//! The binary form is the number of groups, the weight of the first (a power of 10 000), the sign,
//! the digits after the point, and the groups, 16 bits each; groups of zeros at either end are left
//! out.

use bytes::{BufMut, BytesMut};

const GROUP: u16 = 10_000;
const GROUP_DIGITS: usize = 4;
const HEAD_BYTES: usize = 8;
/// The groups that 64 bits hold.
const SHORT_GROUPS: i32 = 4;
const WHOLE_DIGITS_MAX: usize = 131_072;
const SCALE_MAX: usize = 16_383;

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEG_INFINITY: u16 = 0xF000;

/// A number in binary form that was found valid.
pub(super) enum Numeric<'a> {
    Named(&'static str),
    Finite(Finite<'a>),
}

pub(super) struct Finite<'a> {
    groups: &'a [[u8; 2]],
    weight: i32,
    is_negative: bool,
    scale: usize,
}

impl<'a> Numeric<'a> {
    /// Reads the binary form; `None` for what is none.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, groups) = bytes.split_first_chunk::<HEAD_BYTES>()?;
        let [a, b, c, d, e, f, g, h] = *head;
        let (groups, []) = groups.as_chunks::<2>() else { return None };
        if groups.len() != usize::from(u16::from_be_bytes([a, b])) {
            return None;
        }
        let sign = u16::from_be_bytes([e, f]);
        match sign {
            POSITIVE | NEGATIVE => {}
            NAN => return Some(Self::Named("NaN")),
            INFINITY => return Some(Self::Named("Infinity")),
            NEG_INFINITY => return Some(Self::Named("-Infinity")),
            _ => return None,
        }
        let finite = Finite {
            groups,
            weight: i16::from_be_bytes([c, d]).into(),
            is_negative: sign == NEGATIVE && groups.iter().any(|group| *group != [0, 0]),
            scale: u16::from_be_bytes([g, h]).into(),
        };
        finite.is_exact().then_some(Self::Finite(finite))
    }

    /// Appends the canonical decimal text.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Named(name) => out.push_str(name),
            Self::Finite(finite) => finite.write(out),
        }
    }
}

impl Finite<'_> {
    /// Tells whether the groups are groups and no digit stands beyond the scale.
    fn is_exact(&self) -> bool {
        let after_point =
            i64::try_from(self.groups.len()).unwrap_or(i64::MAX) - (i64::from(self.weight) + 1);
        let mut beyond = 4 * after_point - i64::try_from(self.scale).unwrap_or(i64::MAX);
        let mut from_last = self.groups.iter().rev();
        while beyond > 0
            && let Some(group) = from_last.next()
        {
            let unit = match beyond {
                1 => 10,
                2 => 100,
                3 => 1_000,
                _ => GROUP,
            };
            if !u16::from_be_bytes(*group).is_multiple_of(unit) {
                return false;
            }
            beyond -= 4;
        }
        let are_groups = self.groups.iter().all(|group| u16::from_be_bytes(*group) < GROUP);
        are_groups && self.scale <= SCALE_MAX
    }

    /// Answers all digits up to the scale as one number, where 64 bits hold them for certain.
    fn unscaled(&self) -> Option<u64> {
        let fraction_groups = i32::try_from(self.scale.div_ceil(GROUP_DIGITS)).ok()?;
        if self.weight.max(-1) + 1 + fraction_groups > SHORT_GROUPS {
            return None;
        }
        let powers = (-fraction_groups..=self.weight).rev();
        let all =
            powers.fold(0, |sum, power| sum * u64::from(GROUP) + u64::from(self.group(power)));
        Some(match self.scale % GROUP_DIGITS {
            1 => all / 1_000,
            2 => all / 100,
            3 => all / 10,
            _ => all,
        })
    }

    fn write(&self, out: &mut String) {
        match self.unscaled() {
            Some(unscaled) => self.write_short(unscaled, out),
            None => self.write_long(&mut Digits { out, bytes: [0; 64], len: 0 }),
        }
    }

    fn write_short(&self, unscaled: u64, out: &mut String) {
        let mut text = [0; 24];
        let (mut at, mut left) = (text.len(), unscaled);
        let mut put = |sign: u8| {
            at -= 1;
            text[at] = sign;
        };
        let mut take_digit = || {
            let digit = b'0' + (left % 10).to_le_bytes()[0];
            left /= 10;
            (digit, left > 0)
        };
        for _ in 0..self.scale {
            put(take_digit().0);
        }
        if self.scale > 0 {
            put(b'.');
        }
        let mut has_more = true;
        while has_more {
            let (digit, is_left) = take_digit();
            put(digit);
            has_more = is_left;
        }
        if self.is_negative {
            put(b'-');
        }
        out.push_str(std::str::from_utf8(&text[at..]).unwrap_or_default());
    }

    fn write_long(&self, digits: &mut Digits<'_>) {
        if self.is_negative {
            digits.push(b"-");
        }
        let mut is_leading = true;
        for power in (0..=self.weight).rev() {
            let text = group_text(self.group(power));
            if is_leading {
                let zeros = text.iter().take_while(|digit| **digit == b'0').count();
                digits.push(&text[zeros..]);
                is_leading = zeros == GROUP_DIGITS;
            } else {
                digits.push(&text);
            }
        }
        if is_leading {
            digits.push(b"0");
        }
        if self.scale > 0 {
            digits.push(b".");
        }
        let (mut missing, mut power) = (self.scale, -1);
        while missing > 0 {
            let count = missing.min(GROUP_DIGITS);
            digits.push(&group_text(self.group(power))[..count]);
            missing -= count;
            power -= 1;
        }
        digits.flush();
    }

    /// Answers the group of a power of 10 000.
    fn group(&self, power: i32) -> u16 {
        let at = usize::try_from(self.weight - power).ok();
        let group = at.and_then(|at| self.groups.get(at));
        group.map_or(0, |group| u16::from_be_bytes(*group))
    }
}

/// Digits on their way into a text, checked for UTF-8 by the chunk.
struct Digits<'a> {
    out: &'a mut String,
    bytes: [u8; 64],
    len: usize,
}

impl Digits<'_> {
    fn push(&mut self, digits: &[u8]) {
        if self.len + digits.len() > self.bytes.len() {
            self.flush();
        }
        self.bytes[self.len..self.len + digits.len()].copy_from_slice(digits);
        self.len += digits.len();
    }

    fn flush(&mut self) {
        self.out.push_str(std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default());
        self.len = 0;
    }
}

fn group_text(group: u16) -> [u8; GROUP_DIGITS] {
    let digit = |by: u16| b'0' + (group / by % 10).to_le_bytes()[0];
    [digit(1_000), digit(100), digit(10), digit(1)]
}

/// Appends the binary form of a canonical decimal; `false`, and nothing, beyond the limits.
pub(super) fn encode_text(decimal: &str, out: &mut BytesMut) -> bool {
    let named = match decimal {
        "NaN" => NAN,
        "Infinity" => INFINITY,
        "-Infinity" => NEG_INFINITY,
        _ => POSITIVE,
    };
    if named != POSITIVE {
        out.put_slice(&head(0, 0, named, 0));
        return true;
    }
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(digits) => (NEGATIVE, digits),
        None => (POSITIVE, decimal),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() > WHOLE_DIGITS_MAX || fraction.len() > SCALE_MAX {
        return false;
    }
    let (short, full) = whole.as_bytes().split_at(whole.len() % GROUP_DIGITS);
    let first = (!short.is_empty()).then(|| group_of(short));
    let whole_groups = first.into_iter().chain(full.chunks(GROUP_DIGITS).map(group_of));
    let fraction_groups = fraction.as_bytes().chunks(GROUP_DIGITS).map(|digits| {
        let mut padded = [b'0'; GROUP_DIGITS];
        padded[..digits.len()].copy_from_slice(digits);
        group_of(&padded)
    });
    let count = whole.len().div_ceil(GROUP_DIGITS);
    put(out, sign, count, fraction.len(), whole_groups.chain(fraction_groups));
    true
}

/// Appends the binary form of an integer.
pub(super) fn encode_integer(is_negative: bool, mut magnitude: u128, out: &mut BytesMut) {
    let mut groups = [0; 10];
    let mut first = groups.len();
    while magnitude > 0 {
        first -= 1;
        groups[first] = u16::try_from(magnitude % u128::from(GROUP)).unwrap_or_default();
        magnitude /= u128::from(GROUP);
    }
    let groups = &groups[first..];
    let sign = if is_negative { NEGATIVE } else { POSITIVE };
    put(out, sign, groups.len(), 0, groups.iter().copied());
}

fn head(groups: usize, weight: i32, sign: u16, scale: usize) -> [u8; HEAD_BYTES] {
    // The limits of digits keep all of these within 16 bits.
    let [a, b] = u16::try_from(groups).unwrap_or(u16::MAX).to_be_bytes();
    let [c, d] = i16::try_from(weight).unwrap_or(i16::MAX).to_be_bytes();
    let [e, f] = sign.to_be_bytes();
    let [g, h] = u16::try_from(scale).unwrap_or(u16::MAX).to_be_bytes();
    [a, b, c, d, e, f, g, h]
}

/// Appends groups, the first `whole` of them before the point, without zeros at either end.
fn put(
    out: &mut BytesMut,
    sign: u16,
    whole: usize,
    scale: usize,
    groups: impl Iterator<Item = u16>,
) {
    let start = out.len();
    out.put_bytes(0, HEAD_BYTES);
    let mut weight = i32::try_from(whole).unwrap_or(i32::MAX) - 1;
    let (mut count, mut kept) = (0, 0);
    for group in groups {
        if count == 0 && group == 0 {
            weight -= 1;
            continue;
        }
        out.put_u16(group);
        count += 1;
        if group != 0 {
            kept = count;
        }
    }
    out.truncate(start + HEAD_BYTES + 2 * kept);
    let is_zero = kept == 0;
    let (weight, sign) = if is_zero { (0, POSITIVE) } else { (weight, sign) };
    let head = head(kept, weight, sign, scale);
    out[start..start + HEAD_BYTES].copy_from_slice(&head);
}

fn group_of(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit & 0x0F))
}
