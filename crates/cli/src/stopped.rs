//! What is said of a script that did not come to its end: where it stopped, and what became of it.

use hypostyle::core::{Effect, Error, ErrorKind};
use hypostyle::sql::Verb;

use crate::exit::{Exit, Failure, Place};
use crate::run::Script;
use crate::script::{Act, Enclosure, Plan, Stretch};

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
    /// A row of COPY, with its place in the source.
    Row {
        error: Error,
        line: usize,
        text: String,
    },
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
        let (error, row) = match self.why {
            Why::Output(failure) => {
                return match outcome(script.plan, self.at, is_undone) {
                    Some(note) => failure.note(note),
                    None => failure,
                };
            }
            Why::Database(error) => (error, None),
            Why::Row { error, line, text } => (error, Some((line, text))),
        };
        let is_unknown = error.effect() == Effect::Unknown && !is_undone;
        // The server's own limits cancel as well, and nobody has interrupted the program.
        let is_own = error.kind() == ErrorKind::Cancelled && script.cancel.is_cancelled();
        let mut failure = match row {
            None => {
                let place = place(script, self.at, error.position());
                Failure::from(error).at(place)
            }
            // The line says more than the number of the row among those sent with it.
            Some((line, text)) => {
                let message = error.message().to_owned();
                let place = row_place(script, self.at, line, &text);
                Failure::from(error).saying(message).at(place)
            }
        };
        if failure.exit() == Exit::Interrupted && !is_own {
            failure = failure.ending(Exit::Failure);
        }
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
    let exact = position.and_then(|at| planned.position(at));
    let (line, column) =
        exact.map_or((planned.statement.line, None), |(line, column)| (line, Some(column)));
    let file = planned.source.name.clone();
    let is_all = script.plan.statements.len() == 1 && file.is_none() && line == 1;
    Place { file, statement: at + 1, line, column, text: shown(text), is_all }
}

fn row_place(script: Script<'_>, at: usize, line: usize, text: &str) -> Place {
    let planned = &script.plan.statements[at];
    let file = match planned.act {
        Act::Copy(_, source) => source.name.clone(),
        _ => planned.source.name.clone(),
    };
    Place { file, statement: at + 1, line, column: None, text: shown(text), is_all: false }
}

fn shown(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let mut shown: String = first.chars().take(STATEMENT_SHOWN_MAX).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// Says what became of the statements before the failed one.
fn outcome(plan: &Plan<'_>, at: usize, undone: bool) -> Option<String> {
    let stretch = plan.stretch(at)?;
    let here = outcome_here(plan, stretch, at, undone);
    let wrote = |before: &Stretch| before.range.end <= at && before.writes(plan);
    match plan.stretches.iter().any(wrote) {
        false => here,
        true => {
            let stays = "what was done before \\connect stays done";
            Some(here.map_or_else(|| stays.to_owned(), |here| format!("{here}; {stays}")))
        }
    }
}

fn outcome_here(plan: &Plan<'_>, stretch: &Stretch, at: usize, undone: bool) -> Option<String> {
    let Stretch { range, before, enclosure } = stretch;
    let connects = usize::from(matches!(plan.statements[range.start].act, Act::Connect(_)));
    if *enclosure == Enclosure::ReadOnly || !stretch.writes(plan) {
        return None;
    }
    if *enclosure == Enclosure::Transaction {
        let start = range.start + before;
        let note = match (at.saturating_sub(start), undone || at < start) {
            (_, false) => return Some("the transaction ended with the failure".to_owned()),
            (0, true) => "nothing was changed".to_owned(),
            (1, true) => "nothing was changed: the statement before it was rolled back".to_owned(),
            (n, true) => {
                format!("nothing was changed: the {n} statements before it were rolled back")
            }
        };
        return Some(note);
    }
    let has_own = plan.statements[range.clone()].iter().any(|each| {
        matches!(each.class.verb, Verb::Begin | Verb::Commit | Verb::Savepoint | Verb::Rollback)
    });
    match (at.saturating_sub(range.start + connects), has_own) {
        (0, _) => None,
        (_, true) => {
            Some("what the script had committed stays; what it had not is rolled back".into())
        }
        (1, false) => Some("the statement before it stays done".to_owned()),
        (n, false) => Some(format!("the {n} statements before it stay done")),
    }
}

pub(crate) fn undecided(error: Error, stretch: &Stretch) -> Failure {
    let unknown = error.effect() == Effect::Unknown;
    let failure = Failure::from(error.while_doing("committing"));
    match (stretch.enclosure, unknown) {
        (Enclosure::Transaction, true) => failure.note("nobody can tell whether it was committed"),
        (Enclosure::Transaction, false) => failure.note("nothing was changed"),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::Parameters;
    use crate::script::{Sources, Wish};
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
        let sources = Sources::plain(text.to_owned(), None, engine.dialect);
        let plan = Plan::new(&sources, &engine, Wish::Whole);
        let at = plan.statements.iter().position(|s| s.statement.text.contains(failing)).unwrap();
        let cancel = CancellationToken::new();
        let parameters = Parameters::default();
        let script = Script {
            plan: &plan,
            parameters: &parameters,
            shares: &[],
            is_verbatim: false,
            cancel: &cancel,
        };
        let place = place(script, at, plan.statements[at].statement.text.find(failing));
        let is_undone = plan.stretches[0].enclosure != Enclosure::None;
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
