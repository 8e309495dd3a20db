//! What is to be done with a script before anything is sent: its statements, and the transactions
//! that enclose them.

mod alone;
mod block;
mod connect;
mod meta;
mod mysql;
mod scan;
mod sources;

use std::ops::Range;

use hypostyle::core::{Capability, Engine};
use hypostyle::sql::{Access, Class, Statement, Verb};

pub(crate) use block::Block;
pub(crate) use connect::Connect;
pub(crate) use meta::Say;
use sources::{Kind, Piece};
pub(crate) use sources::{Source, Sources, read_text};

/// A script with its decisions made.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) statements: Vec<Planned<'a>>,
    /// What runs on one connection after another.
    pub(crate) stretches: Vec<Stretch>,
}

/// Statements that run on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The statements of the script; the first of them may connect.
    pub(crate) range: Range<usize>,
    /// How many of them, in front, set up the session and run before the transaction.
    pub(crate) before: usize,
    pub(crate) enclosure: Enclosure,
}

/// A statement and what it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned<'a> {
    pub(crate) statement: Statement<'a>,
    pub(crate) class: Class,
    pub(crate) act: Act<'a>,
    /// The text it stands in.
    pub(crate) source: &'a Source,
}

/// What is done with a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act<'a> {
    /// The engine runs it.
    Run,
    /// The rows of a source go into a table.
    Copy(&'a Block, &'a Source),
    /// Its text is shown.
    Say(&'a Say),
    /// Another connection takes what follows.
    Connect(&'a Connect),
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
    pub(crate) fn new(sources: &'a Sources, engine: &Engine, wish: Wish) -> Self {
        let planned = |piece| Planned::new(sources, piece);
        let statements: Vec<Planned<'_>> = sources.pieces.iter().map(planned).collect();
        let connects = |at: &usize| matches!(statements[*at].act, Act::Connect(_));
        let mut starts: Vec<usize> = (1..statements.len()).filter(connects).collect();
        starts.insert(0, 0);
        starts.push(statements.len());
        let stretch =
            |ends: &[usize]| Stretch::new(&statements, ends[0]..ends[1], engine.capability, wish);
        let stretches = starts.windows(2).map(stretch).collect();
        Self { statements, stretches }
    }

    /// Answers the stretch that a statement is of.
    pub(crate) fn stretch(&self, at: usize) -> Option<&Stretch> {
        self.stretches.iter().find(|stretch| stretch.range.contains(&at))
    }

    /// Counts the statements whose results are told.
    pub(crate) fn answers(&self) -> usize {
        self.statements.iter().filter(|each| !matches!(each.act, Act::Say(_))).count()
    }

    /// Tells whether the script itself has begun a transaction that is open before a statement.
    pub(crate) fn is_in_transaction(&self, at: usize) -> bool {
        let start = self.stretch(at).map_or(0, |stretch| stretch.range.start);
        let mut before = self.statements[start..at].iter().rev();
        before.find_map(|each| each.opens_transaction()).unwrap_or(false)
    }

    /// Finds the settings that engines silently pass over inside a transaction.
    pub(crate) fn settings_without_effect(&self) -> impl Iterator<Item = &Planned<'a>> {
        let is_enclosed = |stretch: &&Stretch| stretch.enclosure == Enclosure::Transaction;
        let enclosed = self.stretches.iter().filter(is_enclosed);
        let statements = enclosed.flat_map(|stretch| &self.statements[stretch.enclosed()]);
        statements.filter(|each| {
            each.class.verb == Verb::Pragma
                && each.statement.text.to_ascii_lowercase().contains("foreign_keys")
        })
    }
}

impl Stretch {
    fn new(all: &[Planned<'_>], range: Range<usize>, capability: Capability, wish: Wish) -> Self {
        let statements = &all[range.clone()];
        let before = statements.iter().take_while(|each| each.sets_up()).count();
        let rest = &statements[before..];
        let enclosure = match wish {
            Wish::ReadOnly => Enclosure::ReadOnly,
            Wish::Whole if rest.len() > 1 && wants_transaction(rest, capability) => {
                Enclosure::Transaction
            }
            Wish::Whole | Wish::Single => Enclosure::None,
        };
        let before = if enclosure == Enclosure::Transaction { before } else { 0 };
        Self { range, before, enclosure }
    }

    /// The statements that the transaction holds.
    pub(crate) fn enclosed(&self) -> Range<usize> {
        self.range.start + self.before..self.range.end
    }

    /// Tells whether any of the statements may write.
    pub(crate) fn writes(&self, plan: &Plan<'_>) -> bool {
        plan.statements[self.range.clone()].iter().any(|each| each.class.access == Access::Write)
    }
}

impl<'a> Planned<'a> {
    fn new(sources: &'a Sources, piece: &'a Piece) -> Self {
        let source = &sources.all[piece.source];
        let text = &source.text[piece.start..piece.end];
        let statement = Statement { text, start: piece.start, line: piece.line };
        let act = match &piece.kind {
            Kind::Statement => Act::Run,
            Kind::Copy(block) => Act::Copy(block, &sources.all[block.source]),
            Kind::Say(say) => Act::Say(say),
            Kind::Connect(connect) => Act::Connect(connect),
        };
        Self { statement, class: piece.class, act, source }
    }

    /// Answers the line and the column of a byte of the statement in its source, both from 1.
    pub(crate) fn position(&self, at: usize) -> Option<(usize, usize)> {
        let before = self.source.text.get(..self.statement.start + at)?;
        let in_line = before.rsplit('\n').next().unwrap_or(before);
        Some((before.matches('\n').count() + 1, in_line.chars().count() + 1))
    }

    /// Names what the statement does by its keyword, in capitals.
    pub(crate) fn keyword(&self) -> String {
        let word = match (self.act, self.class.verb) {
            (Act::Connect(_), _) => "connect".to_owned(),
            (_, Verb::Other) => {
                let is_letter = |each: char| each.is_ascii_alphanumeric() || each == '_';
                self.statement
                    .text
                    .split(|each| !is_letter(each))
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            }
            (_, verb) => format!("{verb:?}"),
        };
        word.to_ascii_uppercase()
    }

    /// Tells whether a count of rows means something for the statement.
    pub(crate) fn counts_rows(&self) -> bool {
        use Verb::{Copy, Delete, Insert, Merge, Replace, Update};
        matches!(self.class.verb, Insert | Update | Delete | Merge | Replace | Copy)
    }

    /// Tells whether a transaction is open after the statement, where that is what it is about.
    fn opens_transaction(&self) -> Option<bool> {
        let has_to =
            |text: &str| text.split_whitespace().any(|word| word.eq_ignore_ascii_case("to"));
        match self.class.verb {
            Verb::Begin => Some(true),
            Verb::Commit => Some(false),
            // Back to a savepoint leaves it open.
            Verb::Rollback => Some(has_to(self.statement.text)),
            _ => None,
        }
    }

    fn sets_up(&self) -> bool {
        matches!(self.act, Act::Connect(_) | Act::Say(_))
            || matches!(self.class.verb, Verb::Pragma | Verb::Set | Verb::Attach | Verb::Detach)
    }
}

/// A script with transactions of its own, or with what no transaction can hold, keeps its order.
fn wants_transaction(statements: &[Planned<'_>], capability: Capability) -> bool {
    let changes_schema = |each: &Planned<'_>| {
        use Verb::{Alter, Create, Drop, Truncate};
        matches!(each.class.verb, Create | Alter | Drop | Truncate)
    };
    statements.iter().any(|each| each.class.access == Access::Write)
        && capability.has(Capability::TRANSACTIONS)
        && (capability.has(Capability::TRANSACTIONAL_DDL) || !statements.iter().any(changes_schema))
        && !statements.iter().any(alone::stands_alone)
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
        let sources = Sources::plain(text.to_owned(), None, Dialect::Sqlite);
        let plan = Plan::new(&sources, &all, Wish::Whole);
        let shown: Vec<_> = plan.stretches.iter().map(|s| (s.enclosure, s.before)).collect();
        assert_eq!(shown, [expect], "{text}");
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
        let enclosure = |text: &str| {
            let sources = Sources::plain(text.to_owned(), None, Dialect::Sqlite);
            Plan::new(&sources, &some, Wish::Whole).stretches[0].enclosure
        };
        assert_eq!(enclosure("CREATE TABLE a (x); DELETE FROM b"), Enclosure::None);
        assert_eq!(enclosure("DELETE FROM a; DELETE FROM b"), Enclosure::Transaction);
    }

    #[test]
    fn settings_inside_a_transaction_are_told() {
        let all = engine(Capability::TRANSACTIONS | Capability::TRANSACTIONAL_DDL);
        let text = "PRAGMA foreign_keys=off;\nDELETE FROM a;\nPRAGMA foreign_keys=on;";
        let sources = Sources::plain(text.to_owned(), None, Dialect::Sqlite);
        let plan = Plan::new(&sources, &all, Wish::Whole);
        let lines: Vec<usize> = plan.settings_without_effect().map(|s| s.statement.line).collect();
        assert_eq!(lines, [3]);
    }

    #[test]
    fn statements_are_named_by_what_they_do() {
        let all = engine(Capability::TRANSACTIONS);
        let text = "WITH a AS (SELECT 1) DELETE FROM b; REINDEX x; (SELECT 1)";
        let sources = Sources::plain(text.to_owned(), None, Dialect::Sqlite);
        let plan = Plan::new(&sources, &all, Wish::Whole);
        let names: Vec<String> = plan.statements.iter().map(Planned::keyword).collect();
        assert_eq!(names, ["DELETE", "REINDEX", "SELECT"]);
    }

    #[test]
    fn each_connection_of_a_script_has_a_transaction_of_its_own() {
        let all = engine(Capability::TRANSACTIONS | Capability::TRANSACTIONAL_DDL);
        let text = "DROP DATABASE a;\nCREATE DATABASE a;\n\\c a;\nSET x = 1;\n\\echo hi\n\
                    CREATE TABLE t (x int);\nCOPY t FROM stdin;\n1\n\\.\nSELECT 1;";
        let sources = Sources::script(text.to_owned(), None, Dialect::Postgres).unwrap();
        let plan = Plan::new(&sources, &all, Wish::Whole);
        assert_eq!(
            plan.stretches,
            [
                Stretch { range: 0..2, before: 0, enclosure: Enclosure::None },
                Stretch { range: 2..8, before: 3, enclosure: Enclosure::Transaction },
            ]
        );
        assert_eq!(plan.answers(), 7);
        let names: Vec<String> = plan.statements[5..].iter().map(Planned::keyword).collect();
        assert_eq!(names, ["CREATE", "COPY", "SELECT"]);
    }
}
