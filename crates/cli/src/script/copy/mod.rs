//! Rows that follow `COPY … FROM stdin` in a script, as pg_dump writes them.

mod csv;
mod head;
mod text;

use std::borrow::Cow;

use head::Format;
pub(super) use head::Head;

/// Rows of a script, where they are and what goes in front of them.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) head: Head,
    /// The number of the source that has the rows.
    pub(super) source: usize,
    /// The bytes of the rows in it, without the line that ends them.
    pub(super) rows: std::ops::Range<usize>,
    /// The line of the first row, from 1.
    pub(super) line: usize,
}

impl Block {
    /// Reads the rows, which are in this source.
    pub(crate) fn rows<'a>(&'a self, source: &'a super::Source) -> Rows<'a> {
        Rows::new(&self.head.format, &source.text[self.rows.clone()], self.line)
    }
}

/// The values of a row; `None` is NULL.
pub(crate) type Fields<'a> = Vec<Option<Cow<'a, str>>>;

/// Reads rows one after another.
pub(crate) struct Rows<'a> {
    format: &'a Format,
    rest: &'a str,
    /// The line of the next row, from 1.
    line: usize,
}

/// A row: where it begins, and its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowPlace<'a> {
    pub(crate) line: usize,
    pub(crate) text: &'a str,
}

impl<'a> Rows<'a> {
    fn new(format: &'a Format, text: &'a str, line: usize) -> Self {
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
    /// What is wrong with the row.
    pub(crate) fn next(
        &mut self,
        fields: &mut Fields<'a>,
    ) -> Option<Result<RowPlace<'a>, (RowPlace<'a>, String)>> {
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
        Some(read.map(|_| place).map_err(|problem| (place, problem)))
    }
}

/// Finds the line `\.` that ends rows which begin at `from`; answers where the rows end and where
/// the script goes on.
pub(super) fn end_of_rows(text: &str, from: usize) -> Option<(usize, usize)> {
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
    use hypostyle::sql::Dialect;

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
                Err((place, problem)) => format!("{}: {problem}", place.line),
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
