//! Rows that follow `COPY … FROM stdin` in a script, as psql reads and pg_dump writes them.

mod csv;
mod head;
mod text;

use std::borrow::Cow;

pub use head::{CsvFormat, Format, Head, TextFormat};

use crate::{Error, ErrorKind};

/// The values of a row; `None` is NULL.
pub type Fields<'a> = Vec<Option<Cow<'a, str>>>;

/// Reads rows one after another.
///
/// # Examples
/// ```
/// use hypostyle_sql::Dialect;
/// use hypostyle_sql::copy::{Head, Rows};
///
/// let head = Head::parse("COPY item (id, name) FROM stdin", Dialect::Postgres)?.unwrap();
/// let (mut rows, mut fields) = (Rows::new(&head.format, "1\tpen\n2\t\\N\n", 1), Vec::new());
/// assert!(rows.next(&mut fields).is_some_and(|row| row.is_ok()));
/// assert_eq!(fields[1].as_deref(), Some("pen"));
/// assert!(rows.next(&mut fields).is_some() && fields[1].is_none());
/// assert!(rows.next(&mut fields).is_none());
/// # Ok::<(), hypostyle_sql::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    format: &'a Format,
    rest: &'a str,
    /// The line of the next row, from 1.
    line: usize,
}

/// A row: where it begins, and its text.
#[derive(Clone, Copy, Debug)]
pub struct RowPlace<'a> {
    /// The line it begins at, from 1.
    pub line: usize,
    /// As it is written.
    pub text: &'a str,
}

impl<'a> Rows<'a> {
    /// Takes the text of the rows, without the line that ends them, and the line of the first.
    pub fn new(format: &'a Format, text: &'a str, line: usize) -> Self {
        let mut rows = Self { format, rest: text, line };
        if let Format::Csv(csv) = format
            && csv.has_header
        {
            // A header that cannot be read is told with the first row.
            let _ = rows.next(&mut Vec::new());
        }
        rows
    }

    /// Reads the next row into `fields`, and answers where it stands; `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Copy`] for what is wrong with the row, and its place.
    pub fn next(
        &mut self,
        fields: &mut Fields<'a>,
    ) -> Option<Result<RowPlace<'a>, (RowPlace<'a>, Error)>> {
        if self.rest.is_empty() {
            return None;
        }
        fields.clear();
        let read = match self.format {
            Format::Text(format) => text::read(self.rest, format, fields),
            Format::Csv(format) => csv::read(self.rest, format, fields),
        };
        let length = read.as_ref().map_or(self.rest.len(), |length| *length);
        let (row, rest) = self.rest.split_at(length);
        let place = RowPlace { line: self.line, text: row.trim_end_matches(['\n', '\r']) };
        self.rest = rest;
        self.line += row.matches('\n').count();
        let failed = |problem| (place, Error::new(ErrorKind::Copy, 0, problem));
        Some(read.map(|_| place).map_err(failed))
    }
}

/// Finds the line `\.` that ends rows which begin at `from`; answers where the rows end and where
/// the script goes on.
#[must_use]
pub fn end_of_rows(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    for line in text.get(from..)?.split_inclusive('\n') {
        if line.trim_end_matches(['\n', '\r']) == "\\." {
            return Some((at, at + line.len()));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;

    /// Reads rows and shows them, NULL as `~`.
    #[track_caller]
    fn check(head: &str, text: &str, expect: &[&str]) {
        let head = Head::parse(head, Dialect::Postgres).unwrap().unwrap();
        let mut rows = Rows::new(&head.format, text, 10);
        let (mut fields, mut shown) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next(&mut fields) {
            shown.push(match row {
                Ok(place) => {
                    let field =
                        |field: &Option<Cow<'_, str>>| field.as_deref().unwrap_or("~").to_owned();
                    let fields: Vec<String> = fields.iter().map(field).collect();
                    format!("{}: {}", place.line, fields.join("|"))
                }
                Err((place, problem)) => format!("{}: {}", place.line, problem.message()),
            });
        }
        assert_eq!(shown, expect);
    }

    #[test]
    fn rows_as_text_are_unescaped() {
        check("COPY t FROM stdin", "1\tAda\n2\t\\N\n\\N\t\n", &["10: 1|Ada", "11: 2|~", "12: ~|"]);
        check("COPY t FROM stdin", "a\\tb\\\\c\\n\\x41\\101\\q\r\n", &["10: a\tb\\c\nAAq"]);
        check("COPY t FROM stdin", "a\\\nb\tc\nd\te\n", &["10: a\nb|c", "12: d|e"]);
        check("COPY t FROM stdin", "\\303\\274\n\\303\n", &["10: ü", "11: it is not UTF-8"]);
        check(
            "COPY t FROM stdin (DELIMITER ',', NULL '')",
            "1,\n,a\\,b\n",
            &["10: 1|~", "11: ~|a,b"],
        );
        check("COPY t FROM stdin", "", &[]);
        check("COPY t FROM stdin", "\n", &["10: "]);
    }

    #[test]
    fn rows_as_csv_may_span_lines() {
        check(
            "COPY t FROM stdin CSV",
            "1,\"a \"\"b\"\"\nc\",\n2,\"\",x",
            &["10: 1|a \"b\"\nc|~", "12: 2||x"],
        );
        check("COPY t FROM stdin CSV HEADER", "a,b\r\n1,2\r\n", &["11: 1|2"]);
        check(
            "COPY t FROM stdin (FORMAT csv, DELIMITER ';', QUOTE '''')",
            "'a;b';c\n",
            &["10: a;b|c"],
        );
        check("COPY t FROM stdin CSV", "1,\"a\n", &["10: a quote is not closed"]);
    }

    #[test]
    fn rows_end_at_a_line_of_their_own() {
        assert_eq!(end_of_rows("x\n1\\.\n\\.\nSELECT 1", 2), Some((6, 9)));
        assert_eq!(end_of_rows("\\.\r\n", 0), Some((0, 4)));
        assert_eq!(end_of_rows("1\n2\n", 0), None);
    }
}
