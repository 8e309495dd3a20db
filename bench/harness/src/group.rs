//! The same work through several libraries, in rotated rounds.

use crate::report::{CaseReport, GroupReport};
use crate::{Case, Sample, Unit};

/// The same work through several libraries.
pub struct Group {
    name: String,
    unit: Unit,
    cases: Vec<Case>,
}

impl Group {
    /// A group without cases.
    pub fn new(name: impl Into<String>, unit: Unit) -> Self {
        Self { name: name.into(), unit, cases: Vec::new() }
    }

    /// Adds a case.
    pub fn add(&mut self, case: Case) {
        self.cases.push(case);
    }

    /// Runs every case once unmeasured and then in `rounds` rounds, each starting one case further.
    ///
    /// `references` are the cases that ratios refer to; those the group does not have are left out.
    pub fn run(mut self, rounds: usize, references: &[&str]) -> GroupReport {
        eprint!("{} ", self.name);
        for case in &mut self.cases {
            (case.run)();
        }
        let samples = self.rotate(rounds);
        eprintln!();
        self.report(&samples, references)
    }

    fn rotate(&mut self, rounds: usize) -> Vec<Vec<Sample>> {
        let count = self.cases.len();
        let mut samples = vec![Vec::with_capacity(rounds); count];
        for round in 0..rounds {
            for step in 0..count {
                let turn = (round + step) % count;
                samples[turn].push((self.cases[turn].run)());
            }
            eprint!(".");
        }
        samples
    }

    fn report(&self, samples: &[Vec<Sample>], references: &[&str]) -> GroupReport {
        let named = |name: &str| self.cases.iter().position(|case| case.name == name);
        let references: Vec<(&str, &[Sample])> = references
            .iter()
            .filter_map(|name| Some((*name, samples[named(name)?].as_slice())))
            .collect();
        let cases = self.cases.iter().zip(samples);
        GroupReport {
            name: self.name.clone(),
            unit: self.unit,
            cases: cases
                .map(|(case, samples)| CaseReport::new(&case.name, samples, &references))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::time::Duration;

    use super::*;

    fn sample(wall_ns: u64) -> Sample {
        let wall = Duration::from_nanos(wall_ns);
        Sample { operations: 1, wall, cpu: wall, growth_bytes: None }
    }

    #[test]
    fn each_round_starts_one_case_further() {
        let order = Rc::new(RefCell::new(String::new()));
        let mut group = Group::new("order", Unit::Call);
        for name in ["a", "b", "c"] {
            let order = Rc::clone(&order);
            group.add(Case::new(name, move || {
                order.borrow_mut().push_str(name);
                sample(1)
            }));
        }
        group.run(3, &[]);
        assert_eq!(*order.borrow(), "abcabcbcacab");
    }

    #[test]
    fn ratio_says_how_many_times_faster_than_the_reference() {
        let mut group = Group::new("ratio", Unit::Call);
        group.add(Case::new("base", || sample(200)));
        group.add(Case::new("twice", || sample(100)));
        let report = group.run(3, &["base", "absent"]);
        assert_eq!(report.cases[1].ratios.get("base"), Some(&2.0));
        assert_eq!(report.cases[1].ratios.len(), 1);
    }
}
