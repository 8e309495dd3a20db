//! What is said of a script that did not come to its end: where it stopped, and what became of it.

use hypostyle::core::{Effect, Error};
use hypostyle::sql::Verb;

use crate::exit::{Failure, Place};
use crate::run::Script;
use crate::script::{Enclosure, Plan};

/// The characters of a failed statement that are shown.
const STATEMENT_SHOWN_MAX: usize = 100;

/// A script that did not go on.
pub(crate) struct Stopped {
    /// The place of the statement in the script, from 0.
    pub(crate) at: usize,
    pub(crate) why: Why,
}

pub(crate) enum Why {
    Database(Error),
    Output(Failure),
}

impl From<Error> for Why {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<std::io::Error> for Why {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error.into())
    }
}

impl Stopped {
    /// Says where the script failed and what became of the rest of it.
    pub(crate) fn told(self, script: Script<'_>, is_undone: bool) -> Failure {
        let error = match self.why {
            Why::Output(failure) => {
                return match outcome(script.plan, self.at, is_undone) {
                    Some(note) => failure.note(note),
                    None => failure,
                };
            }
            Why::Database(error) => error,
        };
        let is_unknown = error.effect() == Effect::Unknown && !is_undone;
        let place = place(script, self.at, error.position());
        let mut failure = Failure::from(error).at(place);
        if is_unknown {
            failure = failure.note("nobody can tell whether the statement took effect");
        }
        match outcome(script.plan, self.at, is_undone) {
            Some(note) => failure.note(note),
            None => failure,
        }
    }
}

fn place(script: Script<'_>, at: usize, position: Option<usize>) -> Place {
    let planned = &script.plan.statements[at];
    let text = planned.statement.text;
    let exact = position.and_then(|at| script.plan.position(planned.statement.start + at));
    let (line, column) =
        exact.map_or((planned.statement.line, None), |(line, column)| (line, Some(column)));
    let first = text.lines().next().unwrap_or_default();
    let mut shown: String = first.chars().take(STATEMENT_SHOWN_MAX).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let is_all = script.plan.statements.len() == 1 && script.file.is_none() && line == 1;
    let file = script.file.map(str::to_owned);
    Place { file, statement: at + 1, line, column, text: shown, is_all }
}

/// Says what became of the statements before the failed one.
fn outcome(plan: &Plan<'_>, at: usize, undone: bool) -> Option<String> {
    if plan.enclosure == Enclosure::ReadOnly || !plan.writes() {
        return None;
    }
    if plan.enclosure == Enclosure::Transaction {
        let note = match (at.saturating_sub(plan.before), undone || at < plan.before) {
            (_, false) => return Some("the transaction ended with the failure".to_owned()),
            (0, true) => "nothing was changed".to_owned(),
            (1, true) => "nothing was changed: the statement before it was rolled back".to_owned(),
            (n, true) => {
                format!("nothing was changed: the {n} statements before it were rolled back")
            }
        };
        return Some(note);
    }
    let has_own = plan.statements.iter().any(|each| {
        matches!(each.class.verb, Verb::Begin | Verb::Commit | Verb::Savepoint | Verb::Rollback)
    });
    match (at, has_own) {
        (0, _) => None,
        (_, true) => {
            Some("what the script had committed stays; what it had not is rolled back".into())
        }
        (1, false) => Some("the statement before it stays done".to_owned()),
        (n, false) => Some(format!("the {n} statements before it stay done")),
    }
}

pub(crate) fn undecided(error: Error, plan: &Plan<'_>) -> Failure {
    let unknown = error.effect() == Effect::Unknown;
    let failure = Failure::from(error.while_doing("committing"));
    match (plan.enclosure, unknown) {
        (Enclosure::Transaction, true) => failure.note("nobody can tell whether it was committed"),
        (Enclosure::Transaction, false) => failure.note("nothing was changed"),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::Parameters;
    use crate::script::Wish;
    use hypostyle::core::{CancellationToken, Capability, Engine};
    use hypostyle::sql::Dialect;

    #[track_caller]
    fn check(text: &str, failing: &str, expect: &str) {
        let engine = Engine {
            name: "test",
            dialect: Dialect::Sqlite,
            capability: Capability::TRANSACTIONS | Capability::TRANSACTIONAL_DDL,
            location: String::new(),
        };
        let plan = Plan::new(text, &engine, Wish::Whole);
        let at = plan.statements.iter().position(|s| s.statement.text.contains(failing)).unwrap();
        let cancel = CancellationToken::new();
        let parameters = Parameters::default();
        let script = Script {
            plan: &plan,
            parameters: &parameters,
            shares: &[],
            file: None,
            cancel: &cancel,
        };
        let place = place(script, at, plan.statements[at].statement.text.find(failing));
        let is_undone = plan.enclosure != Enclosure::None;
        let note = outcome(&plan, at, is_undone).unwrap_or_default();
        assert_eq!(format!("{place}; {note}"), expect);
    }

    #[test]
    fn a_failure_tells_its_place_and_what_became_of_the_rest() {
        check(
            "SELECT 1;\n\nSELECT 'ü',\n  wrong\nFROM x",
            "wrong",
            "statement 2, line 4, column 3: SELECT 'ü',…; ",
        );
        check(
            "DELETE FROM a; DELETE FROM b; wrong",
            "wrong",
            "statement 3, line 1, column 31: wrong; \
             nothing was changed: the 2 statements before it were rolled back",
        );
        check(
            "BEGIN; DELETE FROM a; COMMIT; wrong",
            "wrong",
            "statement 4, line 1, column 31: wrong; \
             what the script had committed stays; what it had not is rolled back",
        );
        check(
            "DELETE FROM a; VACUUM; wrong",
            "wrong",
            "statement 3, line 1, column 24: wrong; the 2 statements before it stay done",
        );
    }
}
