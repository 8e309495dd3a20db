//! Placeholders of a text against the parameters that stand beside it.

use hypostyle::ValueRef;
use hypostyle::core::{Named, ParamList};
use hypostyle::sql::{Dialect, Marker, Slot, translate};

use crate::engine::Fault;
use crate::sources::Given;

/// What there is to say of a text's parameters.
pub(crate) enum Parameters {
    Right,
    Wrong(Fault),
    /// The placeholders themselves make no sense.
    Unreadable(Fault),
}

/// Checks the placeholders by themselves, and against what is given.
pub(crate) fn check(text: &str, dialect: Dialect, given: &Given) -> Parameters {
    match translate(text, dialect, marker(dialect)) {
        Ok(translated) => match unlike(&translated.slots, given) {
            Some(fault) => Parameters::Wrong(fault),
            None => Parameters::Right,
        },
        Err(error) => {
            let fault = Fault::new(error.message());
            Parameters::Unreadable(fault.at(error.position(), error.position() + 1))
        }
    }
}

/// Says in what the parameters that are given are not those of the text.
fn unlike(slots: &[Slot], given: &Given) -> Option<Fault> {
    let names: Vec<&str> = slots.iter().filter_map(name).collect();
    match given {
        Given::Unknown => None,
        Given::Count(count) if !names.is_empty() => {
            let message = format!("the text names its parameters (`:{}`)", names[0]);
            let how = match count {
                0 => "and none are given".to_owned(),
                _ => "but they are given by position".to_owned(),
            };
            Some(Fault::new(format!("{message}, {how}")).help("give them by `named! { … }`"))
        }
        Given::Count(count) => {
            let wanted = positions(slots);
            let is_right = *count == wanted;
            (!is_right).then(|| Fault::new(format!("{}, {count} given", said(wanted))))
        }
        Given::Names(_) if names.is_empty() && !slots.is_empty() => {
            Some(Fault::new("the text takes parameters by position, but they are given by name"))
        }
        Given::Names(given) => {
            let missing = names.iter().find(|name| !given.iter().any(|known| known == *name));
            let superfluous = given.iter().find(|known| !names.contains(&known.as_str()));
            let missing = missing.map(|name| format!("no parameter is given for `:{name}`"));
            let superfluous =
                superfluous.map(|name| format!("parameter `:{name}` is not in the text"));
            missing.or(superfluous).map(Fault::new)
        }
    }
}

/// Makes a NULL for each placeholder of a text, by which it can be prepared.
pub(crate) fn nulls<'t>(slots: &'t [Slot]) -> ParamList<'t> {
    use hypostyle::IntoParams as _;
    let names: Vec<_> = slots.iter().filter_map(name).map(|name| (name, ValueRef::Null)).collect();
    match names.is_empty() {
        true => ParamList::Many(vec![ValueRef::Null; positions(slots)]),
        false => Named(names).into_params(),
    }
}

pub(crate) fn marker(dialect: Dialect) -> Marker {
    match dialect {
        Dialect::Sqlite => Marker::Numbered,
        Dialect::Mysql => Marker::Question,
        _ => Marker::Dollar,
    }
}

fn positions(slots: &[Slot]) -> usize {
    let position = |slot: &Slot| match slot {
        Slot::Position(at) => Some(at + 1),
        Slot::Name(_) => None,
    };
    slots.iter().filter_map(position).max().unwrap_or_default()
}

fn name(slot: &Slot) -> Option<&str> {
    match slot {
        Slot::Name(name) => Some(name),
        Slot::Position(_) => None,
    }
}

fn said(wanted: usize) -> String {
    match wanted {
        0 => "the text takes no parameters".to_owned(),
        1 => "the text takes 1 parameter".to_owned(),
        _ => format!("the text takes {wanted} parameters"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_held_against_what_is_given() {
        let check = |text: &str, given: Given, expect: Option<&str>| {
            let message = match check(text, Dialect::Postgres, &given) {
                Parameters::Right => None,
                Parameters::Wrong(fault) | Parameters::Unreadable(fault) => Some(fault.message),
            };
            assert_eq!(message.as_deref(), expect, "{text} {given:?}");
        };
        let names = |names: &[&str]| Given::Names(names.iter().map(ToString::to_string).collect());
        check("SELECT ?, ?", Given::Count(2), None);
        check("SELECT $1, $2, $1", Given::Count(2), None);
        check("SELECT ?, ?", Given::Unknown, None);
        check("SELECT :a, :b", names(&["b", "a"]), None);
        check("SELECT '?' -- ?", Given::Count(0), None);
        check("SELECT ?, ?", Given::Count(1), Some("the text takes 2 parameters, 1 given"));
        check("SELECT 1", Given::Count(1), Some("the text takes no parameters, 1 given"));
        check("SELECT :a", names(&[]), Some("no parameter is given for `:a`"));
        check("SELECT :a", names(&["a", "b"]), Some("parameter `:b` is not in the text"));
        check(
            "SELECT :a",
            Given::Count(1),
            Some("the text names its parameters (`:a`), but they are given by position"),
        );
    }
}
