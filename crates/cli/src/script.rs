//! What is to be done with a script before anything is sent: its statements, and the transaction
//! that encloses them.

use hypostyle::core::{Capability, Engine};
use hypostyle::sql::{Access, Class, Statement, Verb, classify, split};

/// A script with its decisions made.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    text: &'a str,
    pub(crate) statements: Vec<Planned<'a>>,
    /// The statements in front that set up the session and run before the transaction.
    pub(crate) before: usize,
    pub(crate) enclosure: Enclosure,
}

/// A statement and what it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned<'a> {
    pub(crate) statement: Statement<'a>,
    pub(crate) class: Class,
}

/// What holds the statements together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enclosure {
    /// Each statement stands for itself.
    None,
    /// All or nothing.
    Transaction,
    /// One transaction in which the engine refuses writes.
    ReadOnly,
}

/// What the user wants of the enclosure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wish {
    /// A transaction where the script has none of its own.
    #[default]
    Whole,
    /// Statement by statement.
    Single,
    /// No writes.
    ReadOnly,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(text: &'a str, engine: &Engine, wish: Wish) -> Self {
        let statements: Vec<Planned<'_>> = split(text, engine.dialect)
            .map(|statement| Planned { statement, class: classify(statement.text, engine.dialect) })
            .collect();
        let before = statements.iter().take_while(|each| sets_up(each.class.verb)).count();
        let rest = &statements[before..];
        let enclosure = match wish {
            Wish::ReadOnly => Enclosure::ReadOnly,
            Wish::Whole if rest.len() > 1 && wants_transaction(rest, engine.capability) => {
                Enclosure::Transaction
            }
            Wish::Whole | Wish::Single => Enclosure::None,
        };
        let before = if enclosure == Enclosure::Transaction { before } else { 0 };
        Self { text, statements, before, enclosure }
    }

    /// Answers the line and the column of a byte of the script, both from 1.
    pub(crate) fn position(&self, at: usize) -> Option<(usize, usize)> {
        let before = self.text.get(..at)?;
        let in_line = before.rsplit('\n').next().unwrap_or(before);
        Some((before.matches('\n').count() + 1, in_line.chars().count() + 1))
    }

    /// Tells whether any statement may write.
    pub(crate) fn writes(&self) -> bool {
        self.statements.iter().any(|each| each.class.access == Access::Write)
    }

    /// Finds the settings that engines silently pass over inside a transaction.
    pub(crate) fn settings_without_effect(&self) -> impl Iterator<Item = &Planned<'a>> {
        let enclosed = self.enclosure == Enclosure::Transaction;
        self.statements[self.before..].iter().filter(move |each| {
            let text = each.statement.text.to_ascii_lowercase();
            enclosed && each.class.verb == Verb::Pragma && text.contains("foreign_keys")
        })
    }
}

impl Planned<'_> {
    /// Names what the statement does by its keyword, in capitals.
    pub(crate) fn keyword(&self) -> String {
        let word = match self.class.verb {
            Verb::Other => {
                let is_letter = |each: char| each.is_ascii_alphanumeric() || each == '_';
                self.statement
                    .text
                    .split(|each| !is_letter(each))
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            }
            verb => format!("{verb:?}"),
        };
        word.to_ascii_uppercase()
    }

    /// Tells whether a count of rows means something for the statement.
    pub(crate) fn counts_rows(&self) -> bool {
        use Verb::{Copy, Delete, Insert, Merge, Replace, Update};
        matches!(self.class.verb, Insert | Update | Delete | Merge | Replace | Copy)
    }
}

fn sets_up(verb: Verb) -> bool {
    matches!(verb, Verb::Pragma | Verb::Set | Verb::Attach | Verb::Detach)
}

/// A script with transactions of its own, or with what no transaction can hold, keeps its order.
fn wants_transaction(statements: &[Planned<'_>], capability: Capability) -> bool {
    let has = |test: fn(Verb) -> bool| statements.iter().any(|each| test(each.class.verb));
    let changes_schema = has(|verb| {
        use Verb::{Alter, Create, Drop, Truncate};
        matches!(verb, Create | Alter | Drop | Truncate)
    });
    let stands_alone = has(|verb| {
        use Verb::{Attach, Begin, Commit, Detach, Release, Rollback, Savepoint, Vacuum};
        matches!(verb, Begin | Commit | Rollback | Savepoint | Release | Vacuum | Attach | Detach)
    });
    statements.iter().any(|each| each.class.access == Access::Write)
        && capability.has(Capability::TRANSACTIONS)
        && (!changes_schema || capability.has(Capability::TRANSACTIONAL_DDL))
        && !stands_alone
}

#[cfg(test)]
mod tests {
    use super::*;
    use hypostyle::sql::Dialect;

    fn engine(capability: Capability) -> Engine {
        Engine { name: "test", dialect: Dialect::Sqlite, capability, location: String::new() }
    }

    #[track_caller]
    fn check(text: &str, expect: (Enclosure, usize)) {
        let all = engine(Capability::TRANSACTIONS | Capability::TRANSACTIONAL_DDL);
        let plan = Plan::new(text, &all, Wish::Whole);
        assert_eq!((plan.enclosure, plan.before), expect, "{text}");
    }

    #[test]
    fn several_statements_that_write_are_all_or_nothing() {
        check("", (Enclosure::None, 0));
        check("INSERT INTO a VALUES (1)", (Enclosure::None, 0));
        check("SELECT 1; SELECT 2", (Enclosure::None, 0));
        check("INSERT INTO a VALUES (1); SELECT 1", (Enclosure::Transaction, 0));
        check(
            "PRAGMA foreign_keys=off; DROP TABLE a; CREATE TABLE a (x)",
            (Enclosure::Transaction, 1),
        );
        check("PRAGMA foreign_keys=off; DROP TABLE a", (Enclosure::None, 0));
    }

    #[test]
    fn a_script_with_its_own_transactions_keeps_them() {
        check("BEGIN; INSERT INTO a VALUES (1); COMMIT", (Enclosure::None, 0));
        check("DELETE FROM a; DELETE FROM b; VACUUM", (Enclosure::None, 0));
        check("DELETE FROM a; ATTACH 'x' AS x", (Enclosure::None, 0));
    }

    #[test]
    fn an_engine_that_commits_at_schema_changes_is_not_asked_to_hold_them() {
        let some = engine(Capability::TRANSACTIONS);
        let plan = |text| Plan::new(text, &some, Wish::Whole).enclosure;
        assert_eq!(plan("CREATE TABLE a (x); DELETE FROM b"), Enclosure::None);
        assert_eq!(plan("DELETE FROM a; DELETE FROM b"), Enclosure::Transaction);
    }

    #[test]
    fn settings_inside_a_transaction_are_told() {
        let all = engine(Capability::TRANSACTIONS | Capability::TRANSACTIONAL_DDL);
        let text = "PRAGMA foreign_keys=off;\nDELETE FROM a;\nPRAGMA foreign_keys=on;";
        let plan = Plan::new(text, &all, Wish::Whole);
        let lines: Vec<usize> = plan.settings_without_effect().map(|s| s.statement.line).collect();
        assert_eq!(lines, [3]);
    }

    #[test]
    fn statements_are_named_by_what_they_do() {
        let all = engine(Capability::TRANSACTIONS);
        let text = "WITH a AS (SELECT 1) DELETE FROM b; REINDEX x; (SELECT 1)";
        let plan = Plan::new(text, &all, Wish::Whole);
        let names: Vec<String> = plan.statements.iter().map(Planned::keyword).collect();
        assert_eq!(names, ["DELETE", "REINDEX", "SELECT"]);
    }
}
