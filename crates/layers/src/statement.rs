//! What a request says, for people who read logs.

use std::fmt::{self, Write};

use hypostyle_core::{Access, Begin, Command, Request, Step};

/// The bytes of a text that reach a log.
const TEXT_BYTES_MAX: usize = 1_000;

/// A request in one line: white space folded, cut after 1 000 bytes, without bound values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement<'a>(pub(crate) &'a Request<'a>);

impl fmt::Display for Statement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line { out: f, left: TEXT_BYTES_MAX, in_space: true, cut: false };
        match self.0.command {
            Command::Text { text, .. } => line.write_str(text),
            Command::Many { text, rows } => write!(line, "{text} ({} rows)", rows.rows()),
            Command::Load { table, columns, rows } => {
                let (dot, schema) = table.schema.map_or(("", ""), |schema| (".", schema));
                let (name, columns, rows) = (table.name, columns.join(", "), rows.rows());
                write!(line, "load into {schema}{dot}{name} ({columns}) ({rows} rows)")
            }
            Command::Transaction(step) => line.write_str(step_name(step)),
            _ => line.write_str("?"),
        }?;
        line.end()
    }
}

/// Answers the id that joins the log lines of one piece of work, where the caller gave one.
pub(crate) fn correlation_id<'r>(request: &Request<'r>) -> Option<&'r str> {
    request.context.map(|context| context.correlation_id.as_str()).filter(|id| !id.is_empty())
}

/// Answers the name of the statement, where it has one.
pub(crate) fn tag<'r>(request: &Request<'r>) -> Option<&'r str> {
    Some(request.tag).filter(|tag| !tag.is_empty())
}

fn step_name(step: Step) -> &'static str {
    match step {
        Step::Begin(Begin { access: Access::ReadOnly, .. }) => "begin read only",
        Step::Begin(_) => "begin",
        Step::Commit => "commit",
        Step::Rollback => "rollback",
        Step::Savepoint(_) => "savepoint",
        Step::Release(_) => "release savepoint",
        Step::RollbackTo(_) => "rollback to savepoint",
    }
}

/// Writes text as one line of limited length.
struct Line<'f, 'b> {
    out: &'f mut fmt::Formatter<'b>,
    left: usize,
    /// White space, or the start of the line, was the last to come.
    in_space: bool,
    cut: bool,
}

impl Line<'_, '_> {
    fn push(&mut self, letter: char) -> fmt::Result {
        match self.left.checked_sub(letter.len_utf8()) {
            Some(left) if !self.cut => {
                self.left = left;
                self.out.write_char(letter)
            }
            _ => {
                self.cut = true;
                Ok(())
            }
        }
    }

    fn end(self) -> fmt::Result {
        self.out.write_str(if self.cut { "…" } else { "" })
    }
}

impl Write for Line<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            if self.cut {
                return Ok(());
            }
            if letter.is_whitespace() {
                self.in_space = true;
                continue;
            }
            if std::mem::take(&mut self.in_space) && self.left < TEXT_BYTES_MAX {
                self.push(' ')?;
            }
            self.push(letter)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hypostyle_core::{Batch, Name, Params, ValueRef};

    #[track_caller]
    fn check(command: Command<'_>, expect: &str) {
        let request = Request { command, ..Request::text("") };
        assert_eq!(Statement(&request).to_string(), expect);
    }

    fn text(text: &str) -> Command<'_> {
        Command::Text { text, params: Params::NONE }
    }

    #[test]
    fn a_statement_is_one_line_without_bound_values() {
        check(text("\n  SELECT *\n\tFROM t  WHERE a = 'b'\n"), "SELECT * FROM t WHERE a = 'b'");
        let bound = [ValueRef::Text("secret")];
        let params = Params::Positional(&bound);
        check(Command::Text { text: "SELECT ?", params }, "SELECT ?");
        let mut rows = Batch::default();
        rows.begin(1);
        rows.push_row(&bound).unwrap();
        let rows = &rows;
        check(Command::Many { text: "INSERT  ?", rows }, "INSERT ? (1 rows)");
        let columns = &["a", "b"];
        let table = Name { schema: Some("main"), name: "t" };
        check(Command::Load { table, columns, rows }, "load into main.t (a, b) (1 rows)");
        check(Command::Transaction(Step::Begin(Begin::default())), "begin");
    }

    #[test]
    fn a_long_statement_is_cut_between_characters() {
        let fits = "é".repeat(500);
        check(text(&fits), &fits);
        let longer = format!("a{fits}");
        check(text(&longer), &format!("a{}…", "é".repeat(499)));
    }
}
