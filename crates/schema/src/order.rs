//! What must stand before what, put into an order.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::{Dependency, Subject};

/// Orders what belongs to subjects so that each comes after what it needs, and else as it was. Several
/// items may belong to one subject; they keep their order. Around a circle the first goes first.
pub(crate) fn in_order<T>(
    items: Vec<T>,
    subject: impl Fn(&T) -> Option<Subject>,
    needs: &[Dependency],
) -> Vec<T> {
    let subjects: Vec<Option<Subject>> = items.iter().map(subject).collect();
    let mut places: HashMap<&Subject, Vec<usize>> = HashMap::new();
    for (place, subject) in subjects.iter().enumerate() {
        if let Some(subject) = subject {
            places.entry(subject).or_default().push(place);
        }
    }
    // What each waits for: the items of what its subject needs, and those before it of its own.
    let mut waits: Vec<HashSet<usize>> = vec![HashSet::new(); items.len()];
    for need in needs {
        let (Some(of), Some(on)) = (places.get(&need.of), places.get(&need.on)) else { continue };
        of.iter().for_each(|place| waits[*place].extend(on));
    }
    for own in places.values() {
        own.windows(2).for_each(|pair| waits[pair[1]].extend([pair[0]]));
    }
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    take_all(&waits).into_iter().filter_map(|place| items[place].take()).collect()
}

/// Takes places by their order, what each waits for first.
fn take_all(waits: &[HashSet<usize>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = waits.iter().map(HashSet::len).collect();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); waits.len()];
    for (place, on) in waits.iter().enumerate() {
        on.iter().for_each(|on| followers[*on].push(place));
    }
    let mut free: BTreeSet<usize> = (0..waits.len()).filter(|place| waiting[*place] == 0).collect();
    let mut left: BTreeSet<usize> = (0..waits.len()).collect();
    let mut taken = Vec::with_capacity(waits.len());
    while let Some(place) = free.pop_first().or_else(|| left.first().copied()) {
        left.remove(&place);
        taken.push(place);
        for follower in &followers[place] {
            waiting[*follower] = waiting[*follower].saturating_sub(1);
            if waiting[*follower] == 0 && left.contains(follower) {
                free.insert(*follower);
            }
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(name: &str) -> Subject {
        Subject { name: name.to_owned(), ..Subject::default() }
    }

    #[track_caller]
    fn check(items: &str, needs: &[(&str, &str)], expect: &str) {
        let needs: Vec<Dependency> =
            needs.iter().map(|(of, on)| Dependency { of: subject(of), on: subject(on) }).collect();
        let items: Vec<&str> = items.split(' ').collect();
        let ordered = in_order(items, |it| it.get(..1).map(subject), &needs);
        assert_eq!(ordered.join(" "), expect);
    }

    #[test]
    fn what_is_needed_comes_first_and_all_else_stays() {
        check("a b c", &[], "a b c");
        check("a b c", &[("a", "c")], "b c a");
        check("a b c", &[("a", "b"), ("b", "c"), ("a", "z")], "c b a");
    }

    #[test]
    fn what_belongs_together_keeps_its_order() {
        check("a1 b1 a2 b2", &[("a", "b")], "b1 b2 a1 a2");
    }

    #[test]
    fn a_circle_begins_with_its_first() {
        check("a b c", &[("a", "b"), ("b", "a"), ("b", "c")], "c a b");
    }
}
