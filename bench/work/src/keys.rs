//! Random keys that are the same in every run and for every library.

use crate::setup::ITEM_ROWS;

/// Random ids of `item`: Marsaglia's xorshift with 64 bits.
pub struct Keys {
    state: u64,
}

impl Keys {
    /// A sequence of its own for each task.
    pub fn of_task(task: u64) -> Self {
        Self { state: 0x9E37_79B9_7F4A_7C15 ^ ((task + 1) * 7919) }
    }

    pub fn next_id(&mut self) -> i64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let row = self.state % ITEM_ROWS.unsigned_abs();
        i64::try_from(row).expect("less than the rows of the table") + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_rows_of_the_table_and_differ_between_tasks() {
        let mut ids = [Keys::of_task(0), Keys::of_task(1)];
        let [first, second] =
            ids.each_mut().map(|keys| (0..1_000).map(|_| keys.next_id()).collect::<Vec<i64>>());
        assert!(first.iter().chain(&second).all(|id| (1..=ITEM_ROWS).contains(id)));
        assert_ne!(first, second);
    }
}
