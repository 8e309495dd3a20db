//! The server's key for passwords: looked at before it is used.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Bytes of the modulus: below it a password does not fit, above it a connection would take seconds.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 128..=1_024;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// Tells whether a server's answer is a public RSA key in PEM. What reads it afterwards indexes
/// without looking.
pub(crate) fn is_public_key(pem: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(pem) else { return false };
    let body = text.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    let Some(body) = body.filter(|body| !body.contains('-')) else { return false };
    let body: String = body.chars().filter(|sign| !sign.is_ascii_whitespace()).collect();
    STANDARD.decode(body).ok().and_then(|der| is_rsa(&der)).is_some()
}

/// Reads `SEQUENCE { SEQUENCE { … }, BIT STRING { SEQUENCE { INTEGER, INTEGER } } }`.
fn is_rsa(der: &[u8]) -> Option<()> {
    const SEQUENCE: u8 = 0x30;
    const BIT_STRING: u8 = 0x03;
    const INTEGER: u8 = 0x02;
    let (info, _) = element(der, SEQUENCE)?;
    let (_, rest) = element(info, SEQUENCE)?;
    let (bits, _) = element(rest, BIT_STRING)?;
    let (key, _) = element(bits.strip_prefix(&[0])?, SEQUENCE)?;
    let (modulus, rest) = element(key, INTEGER)?;
    let (exponent, _) = element(rest, INTEGER)?;
    let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
    let is_odd = modulus.last().is_some_and(|byte| byte % 2 == 1);
    let is_sound = MODULUS_BYTES.contains(&modulus.len()) && modulus.first() != Some(&0) && is_odd;
    (is_sound && (1..=8).contains(&exponent.len())).then_some(())
}

/// Cuts an element of a tag off: its content, and what follows.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (length, rest) = der.strip_prefix(&[tag])?.split_first()?;
    match *length {
        length @ ..=0x7f => rest.split_at_checked(length.into()),
        form @ 0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(form & 0x7f))?;
            let length = digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit));
            rest.split_at_checked(length)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made for this test alone.
    const KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvar/PlhaQtOpRJvLBapD
2hOYRAAvIqket31ErpctdwgUS6Jg/oq0tSgl4JekrbkRE1uhr3fdl5voKgpWO+hi
s933KOm9x92mo9xZFrw2SFxLSfRLkg3ETG2ulVbmhmawxU32wlNNK2A8b5tVUswv
zunblkeJv4r4FSiKSvEaSh3n69hcNOMK7ourSO4hxFoXJXrgsamCqB0HQv+tGlk+
aLqC5O70WDhAnwKMbKZpAHudyprrjW2A+nCwCIEAIoWB8v5Aw41oDSuvJs/3mEWs
ELLy+wHetZDHZ+MZL0XcbO7vqXRBdiaFw/4BaPEKhuknFDK+etmHXr9vPHnUgUfb
EwIDAQAB
-----END PUBLIC KEY-----";

    #[test]
    fn a_damaged_key_is_no_key_and_no_panic() {
        let mut state = 1_u32;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state
        };
        for _ in 0..20_000 {
            let length = random() as usize % 60;
            let der: Vec<u8> = (0..length).map(|_| (random() % 0x90) as u8).collect();
            let pem = format!("{BEGIN}{}{END}", STANDARD.encode(&der));
            is_public_key(pem.as_bytes());
        }
        for pem in ["", BEGIN, KEY.split_at(120).0, "\u{fffd}"] {
            assert!(!is_public_key(pem.as_bytes()), "{pem}");
        }
        assert!(is_public_key(KEY.as_bytes()));
        let two = format!("-----BEGIN RSA PUBLIC KEY-----AA-----END RSA PUBLIC KEY-----\n{KEY}");
        assert!(!is_public_key(two.as_bytes()));
    }
}
