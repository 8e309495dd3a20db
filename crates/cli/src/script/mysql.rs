//! Cuts a script as the client `mysql` does: statements up to its delimiter, and its own commands.
//!
//! # Source
//! <https://dev.mysql.com/doc/refman/9.0/en/mysql-commands.html>

use hypostyle::sql::{Delimiter, Dialect, classify, tokens};

use super::scan::{Cut, Scanner, line_end, rest_of_line};
use super::sources::Kind;
use crate::exit::Result;

/// Why commands are refused, and which, each by its name and by its letter.
const REFUSALS: [(&str, &[&str]); 4] = [
    ("it acts on the machine, not on the database", &["system", "\\!", "edit", "\\e"]),
    (
        "it says how mysql shows things: see --output and --format",
        &[
            "tee",
            "\\T",
            "notee",
            "\\t",
            "pager",
            "\\P",
            "nopager",
            "\\n",
            "prompt",
            "\\R",
            "print",
            "\\p",
            "ego",
            "\\G",
            "warnings",
            "\\W",
            "nowarning",
            "\\w",
        ],
    ),
    (
        "it asks mysql to show something: see hypostyle schema inspect",
        &["help", "\\h", "?", "\\?", "status", "\\s", "rehash", "\\#"],
    ),
    (
        "it is about mysql's own connection and input",
        &[
            "connect",
            "\\r",
            "resetconnection",
            "\\x",
            "charset",
            "\\C",
            "clear",
            "\\c",
            "go",
            "\\g",
        ],
    ),
];

/// A command of the client.
enum Command<'t> {
    Source(&'t str),
    /// The server takes it, and it ends with its line.
    Use,
    Quit,
    Refused(String),
}

impl Scanner {
    pub(super) fn scan_mysql(&mut self, cut: &mut Cut<'_>) -> Result {
        while let Some(start) = Delimiter::begin(cut.text, cut.at) {
            cut.go_to(start);
            let line = rest_of_line(cut.text, start);
            if let Some(line) = Delimiter::command(cut.text, start) {
                if line.argument.is_empty() {
                    return Err(self.refusal(cut, "DELIMITER names no delimiter".to_owned()));
                }
                self.delimiter.set(line.argument);
                cut.go_to(line.next);
                continue;
            }
            let delimiter = self.delimiter.text();
            let whole = if begins_line(cut.text, start) { command(line, delimiter) } else { None };
            match whole {
                None => self.mysql_statement(cut)?,
                Some(Command::Quit) => return Ok(()),
                Some(Command::Refused(why)) => return Err(self.refusal(cut, why)),
                Some(Command::Source(path)) => {
                    self.include(cut, path, false)?;
                    cut.go_to(line_end(cut.text, start));
                }
                Some(Command::Use) => {
                    let text = without_end(line, self.delimiter.text());
                    self.push(cut, text.len(), classify(text, Dialect::Mysql), Kind::Statement);
                    cut.go_to(line_end(cut.text, start));
                }
            }
        }
        Ok(())
    }

    /// Takes a statement up to the delimiter, or to the end.
    fn mysql_statement(&mut self, cut: &mut Cut<'_>) -> Result {
        let (length, next) = self.delimiter.statement(&cut.text[cut.at..]);
        let text = &cut.text[cut.at..cut.at + length];
        if let Some(why) = backslash(text) {
            return Err(self.refusal(cut, why));
        }
        if !text.is_empty() {
            self.push(cut, length, classify(text, Dialect::Mysql), Kind::Statement);
        }
        cut.go_to(cut.at + next);
        Ok(())
    }
}

/// The client looks for its commands where a line begins.
fn begins_line(text: &str, at: usize) -> bool {
    text[..at].rsplit('\n').next().is_none_or(|before| before.trim().is_empty())
}

fn command<'t>(line: &'t str, delimiter: &str) -> Option<Command<'t>> {
    let (name, rest) = match line.strip_prefix('\\') {
        Some(after) => line.split_at(1 + after.chars().next().map_or(0, char::len_utf8)),
        None => {
            let is_end = |each: char| !(each.is_ascii_alphanumeric() || each == '?');
            line.split_at(line.find(is_end).unwrap_or(line.len()))
        }
    };
    let lower = name.to_ascii_lowercase();
    let word = if name.starts_with('\\') { name } else { lower.as_str() };
    let argument = rest.trim();
    Some(match word {
        "source" | "\\." => Command::Source(without_end(argument, delimiter)),
        "use" => Command::Use,
        "\\u" => Command::Refused("mysql's \\u is refused: write USE".to_owned()),
        "quit" | "exit" | "\\q" => Command::Quit,
        word => {
            let (why, _) = REFUSALS.iter().find(|(_, names)| names.contains(&word))?;
            Command::Refused(format!("mysql's {word} is refused: {why}"))
        }
    })
}

fn without_end<'t>(text: &'t str, delimiter: &str) -> &'t str {
    let text = text.trim_end();
    text.strip_suffix(delimiter).unwrap_or(text).trim_end()
}

/// Says why a backslash outside strings cannot be read.
fn backslash(statement: &str) -> Option<String> {
    if !statement.contains('\\') {
        return None;
    }
    let mut all = tokens(statement, Dialect::Mysql);
    let at = all.find(|token| token.text(statement).starts_with('\\'))?.start;
    let name: String = statement[at..].chars().take(2).collect();
    Some(format!("mysql's {name} is refused: end the statement with its delimiter"))
}

#[cfg(test)]
mod tests {
    use super::super::sources::Sources;
    use super::*;

    fn scan(text: &str) -> Result<Sources> {
        Sources::script(text.to_owned(), None, Dialect::Mysql)
    }

    #[track_caller]
    fn check(text: &str, expect: &[(usize, &str)]) {
        let sources = scan(text).unwrap();
        let pieces = sources.pieces.iter();
        let found: Vec<(usize, &str)> = pieces
            .map(|piece| (piece.line, &sources.all[0].text[piece.start..piece.end]))
            .collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn statements_end_at_the_delimiter_of_the_script() {
        check("SELECT 1; SELECT ';' -- ;\n;", &[(1, "SELECT 1"), (1, "SELECT ';'")]);
        let routine = "DELIMITER $$\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW\nBEGIN\n  SET \
                       NEW.b = '$$'; -- $$\nEND$$\ndelimiter ;\nSELECT 2;";
        let body = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW\nBEGIN\n  SET NEW.b = '$$'; -- \
                    $$\nEND";
        check(routine, &[(2, body), (7, "SELECT 2")]);
        check(
            "DELIMITER ;;\nSELECT 1;;\n/*!50003 SET a = 1 */ ;;\nDELIMITER ;\n",
            &[(2, "SELECT 1"), (3, "/*!50003 SET a = 1 */")],
        );
        check("DELIMITER //\nSELECT 1 // SELECT 2\n//", &[(2, "SELECT 1"), (2, "SELECT 2")]);
    }

    #[test]
    fn commands_that_mean_something_here_are_read() {
        check("use `shop`\nSELECT 1;", &[(1, "use `shop`"), (2, "SELECT 1")]);
        check("USE shop;\nSELECT 1", &[(1, "USE shop"), (2, "SELECT 1")]);
        check("SELECT 1;\nquit\nSELECT 2;", &[(1, "SELECT 1")]);
        check("-- a\n# b\n/* c */\n;;\n", &[]);
        check("SELECT\nuse FROM t;", &[(1, "SELECT\nuse FROM t")]);
    }

    #[test]
    fn a_file_is_read_where_the_script_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("more.sql");
        std::fs::write(&path, "SELECT 2").unwrap();
        let text = format!("SELECT 1;\nsource {};\nSELECT 3;", path.display());
        let sources = scan(&text).unwrap();
        let shown: Vec<&str> = sources
            .pieces
            .iter()
            .map(|piece| &sources.all[piece.source].text[piece.start..piece.end])
            .collect();
        assert_eq!(shown, ["SELECT 1", "SELECT 2", "SELECT 3"]);
    }

    #[test]
    fn other_commands_are_refused_by_name() {
        let refused = |text: &str, says: &str| {
            let failure = scan(text).map(drop).unwrap_err();
            assert!(format!("{failure:?}").contains(says), "{failure:?}");
        };
        refused("system rm -rf /", "mysql's system is refused: it acts on the machine");
        refused("\\! ls", "! is refused");
        refused("SELECT 1\\G", "G is refused: end the statement");
        refused("DELIMITER", "names no delimiter");
        refused("status", "schema inspect");
    }
}
