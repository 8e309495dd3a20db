//! Randomness for waiting times: spread matters, secrecy does not.

use std::hash::{BuildHasher, RandomState};

/// Answers a number from 0 up to 1, another at each call.
pub fn fraction() -> f64 {
    // Each `RandomState` has keys of its own.
    let random = u32::try_from(RandomState::new().hash_one(0_u8) >> 32).unwrap_or_default();
    f64::from(random) / f64::from(u32::MAX)
}
