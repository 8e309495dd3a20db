//! Random numbers that are the same in every run and for every library.

/// Marsaglia's xorshift with 64 bits.
pub(crate) struct Keys {
    state: u64,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self { state: 0x9E37_79B9_7F4A_7C15 }
    }

    /// A number from 1 to this one.
    pub(crate) fn next_of(&mut self, last: i64) -> i64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        i64::try_from(self.state % last.unsigned_abs()).expect("less than the last") + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_within_their_bounds() {
        let mut keys = Keys::new();
        assert!((0..1_000).all(|_| (1..=10).contains(&keys.next_of(10))));
    }
}
