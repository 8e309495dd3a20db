//! What stands in front of the rows: `COPY table (columns) FROM stdin` and its options.

use crate::{Dialect, Error, ErrorKind, Token, TokenKind, tokens, without_escapes};

/// A table that rows are copied into, its columns, and how the rows are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The schema, where it is named.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// The columns; none for all that are not generated.
    pub columns: Vec<String>,
    /// How the rows are written.
    pub format: Format,
    /// Where the rows are: in a file, or after the statement.
    pub file: Option<String>,
}

/// How rows are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// A line for each row, escaped by backslashes.
    Text(TextFormat),
    /// Fields that quotes may enclose.
    Csv(CsvFormat),
}

/// Rows as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFormat {
    pub(super) delimiter: u8,
    pub(super) null: String,
}

/// Rows as CSV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvFormat {
    pub(super) delimiter: u8,
    pub(super) null: String,
    pub(super) quote: u8,
    pub(super) escape: u8,
    pub(super) has_header: bool,
}

impl Head {
    /// Reads a statement; `None` for one without rows after it.
    ///
    /// # Errors
    /// [`ErrorKind::Copy`] for an option or a format that is not read here.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Option<Self>, Error> {
        Self::read(Words::new(text, dialect), false).map_err(|what| refused(&what))
    }

    /// As [`Head::parse`], of what stands after `\copy`: its file need not be quoted.
    ///
    /// # Errors
    /// As [`Head::parse`].
    pub fn parse_of_client(text: &str, dialect: Dialect) -> Result<Option<Self>, Error> {
        Self::read(Words::new(text, dialect), true).map_err(|what| refused(&what))
    }

    fn read(mut words: Words<'_>, is_of_client: bool) -> Result<Option<Self>, String> {
        words.next_if("copy");
        let is_binary = words.next_if("binary");
        let Some(mut table) = words.name() else { return Ok(None) };
        let mut schema = None;
        while words.next_if(".") {
            let Some(name) = words.name() else { return Ok(None) };
            schema = Some(std::mem::replace(&mut table, name));
        }
        let columns = words.names();
        if !words.next_if("from") {
            return Ok(None);
        }
        let file = match words.string() {
            Some(file) => Some(file),
            None if words.next_if("stdin") || words.next_if("pstdin") => None,
            None if is_of_client && !words.next_if("program") => words.bare(),
            None => return Ok(None),
        };
        if is_binary {
            return Err("rows in binary".to_owned());
        }
        let format = Options::read(&mut words)?.format()?;
        Ok(Some(Self { schema, table, columns, format, file }))
    }
}

fn refused(what: &str) -> Error {
    Error::new(ErrorKind::Copy, 0, format!("COPY with {what} is not read here"))
}

/// The options, as far as they were given.
#[derive(Default)]
struct Options {
    is_csv: bool,
    has_header: bool,
    delimiter: Option<String>,
    null: Option<String>,
    quote: Option<String>,
    escape: Option<String>,
}

impl Options {
    /// Reads the options of both spellings: `WITH (FORMAT csv, NULL '')` and `CSV NULL AS ''`.
    fn read(words: &mut Words<'_>) -> Result<Self, String> {
        let mut options = Self::default();
        while let Some(word) = words.word() {
            match word.as_str() {
                "with" | "(" | ")" | "," => {}
                "format" => match words.word().as_deref() {
                    Some("csv") => options.is_csv = true,
                    Some("text") => {}
                    other => return Err(format!("rows in {}", other.unwrap_or("no format"))),
                },
                "csv" => options.is_csv = true,
                "header" => options.has_header = words.truth(),
                // Whether rows are frozen changes no row.
                "freeze" => _ = words.truth(),
                "delimiter" | "delimiters" => options.delimiter = words.argument(),
                "null" => options.null = words.argument(),
                "quote" => options.quote = words.argument(),
                "escape" => options.escape = words.argument(),
                other => return Err(format!("the option {}", other.to_uppercase())),
            }
        }
        Ok(options)
    }

    fn format(self) -> Result<Format, String> {
        let byte = |text: Option<String>, default: u8| match text.as_deref().map(str::as_bytes) {
            None => Ok(default),
            Some([byte]) => Ok(*byte),
            Some(_) => Err("a delimiter or quote that is not one ASCII character".to_owned()),
        };
        if self.is_csv {
            let quote = byte(self.quote, b'"')?;
            return Ok(Format::Csv(CsvFormat {
                delimiter: byte(self.delimiter, b',')?,
                null: self.null.unwrap_or_default(),
                quote,
                escape: byte(self.escape, quote)?,
                has_header: self.has_header,
            }));
        }
        if self.has_header {
            return Err("the option HEADER of rows as text".to_owned());
        }
        Ok(Format::Text(TextFormat {
            delimiter: byte(self.delimiter, b'\t')?,
            null: self.null.unwrap_or_else(|| "\\N".to_owned()),
        }))
    }
}

/// The tokens of a statement that are not blank, one after another.
struct Words<'a> {
    text: &'a str,
    dialect: Dialect,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

impl<'a> Words<'a> {
    fn new(text: &'a str, dialect: Dialect) -> Self {
        use TokenKind::{BlockComment, LineComment, Semicolon, Whitespace};
        let is_blank = |kind| matches!(kind, Whitespace | LineComment | BlockComment | Semicolon);
        let all = tokens(text, dialect).filter(|token| !is_blank(token.kind));
        Self { text, dialect, tokens: all.collect::<Vec<_>>().into_iter().peekable() }
    }

    fn next_if(&mut self, word: &str) -> bool {
        let text = self.text;
        self.tokens.next_if(|token| token.text(text).eq_ignore_ascii_case(word)).is_some()
    }

    /// Takes the next token, in lower case.
    fn word(&mut self) -> Option<String> {
        Some(self.tokens.next()?.text(self.text).to_ascii_lowercase())
    }

    /// Takes a name: folded where it is not quoted.
    fn name(&mut self) -> Option<String> {
        use TokenKind::{QuotedIdentifier, Word};
        let token = self.tokens.next_if(|token| matches!(token.kind, Word | QuotedIdentifier))?;
        let text = token.text(self.text);
        Some(match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => text.to_lowercase(),
        })
    }

    /// Takes names in parentheses; none where there are none.
    fn names(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        if self.next_if("(") {
            while let Some(name) = self.name() {
                names.push(name);
                self.next_if(",");
            }
            self.next_if(")");
        }
        names
    }

    fn truth(&mut self) -> bool {
        let given = ["true", "on", "1", "match"].iter().any(|word| self.next_if(word));
        given || !["false", "off", "0"].iter().any(|word| self.next_if(word))
    }

    fn argument(&mut self) -> Option<String> {
        self.next_if("as");
        self.string()
    }

    /// Takes all up to a blank.
    fn bare(&mut self) -> Option<String> {
        let start = self.tokens.peek()?.start;
        let rest = &self.text[start..];
        let bare = rest.split_whitespace().next()?;
        while self.tokens.next_if(|token| token.start < start + bare.len()).is_some() {}
        Some(bare.to_owned())
    }

    fn string(&mut self) -> Option<String> {
        let token = self.tokens.next_if(|token| token.kind == TokenKind::String)?;
        let text = token.text(self.text);
        let has_escapes =
            self.dialect == Dialect::PostgresBackslash || text.starts_with(['e', 'E']);
        let inner = text.trim_start_matches(['e', 'E']).strip_prefix('\'')?.strip_suffix('\'')?;
        let plain = inner.replace("''", "'");
        Some(if has_escapes { without_escapes(&plain) } else { plain })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<Option<&str>, &str>) {
        let shown = Head::read(Words::new(text, Dialect::Postgres), false).map(|head| {
            head.map(|head| {
                let schema = head.schema.map_or_else(String::new, |schema| schema + ".");
                format!("{schema}{} {:?} {:?}", head.table, head.columns, head.file)
            })
        });
        assert_eq!(shown, expect.map(|e| e.map(str::to_owned)).map_err(str::to_owned), "{text}");
    }

    #[test]
    fn what_rows_follow_is_told_by_its_words() {
        check("COPY a FROM stdin", Ok(Some("a [] None")));
        check(
            "copy Public.\"Order \"\"x\"\"\" (Id, \"Name\") from STDIN with (format TEXT)",
            Ok(Some("public.Order \"x\" [\"id\", \"Name\"] None")),
        );
        check("COPY db.s.t FROM stdin WITH CSV HEADER", Ok(Some("s.t [] None")));
        check("COPY a FROM '/tmp/a.csv' CSV", Ok(Some("a [] Some(\"/tmp/a.csv\")")));
        check("COPY a TO stdout", Ok(None));
        check("COPY (SELECT 1) TO stdout", Ok(None));
        check("COPY a FROM PROGRAM 'x'", Ok(None));
        check("COPY a FROM stdin WITH BINARY", Err("the option BINARY"));
        check("COPY BINARY a FROM stdin", Err("rows in binary"));
        check("COPY a FROM stdin (FORMAT binary)", Err("rows in binary"));
        check("COPY a FROM stdin WHERE id > 1", Err("the option WHERE"));
        check(
            "COPY a FROM stdin (DELIMITER '||')",
            Err("a delimiter or quote that is not one ASCII character"),
        );
    }

    #[test]
    fn a_file_of_the_client_need_not_be_quoted() {
        let file = |text: &str| {
            let head = Head::parse_of_client(text, Dialect::Postgres).unwrap();
            head.map(|head| (head.file, matches!(head.format, Format::Csv(_))))
        };
        assert_eq!(file("t from ../a-b.csv csv"), Some((Some("../a-b.csv".to_owned()), true)));
        assert_eq!(file("t (a) from 'a b'"), Some((Some("a b".to_owned()), false)));
        assert_eq!(file("t from stdin"), Some((None, false)));
        assert_eq!(file("t from program 'ls'"), None);
        assert_eq!(file("t to a.csv"), None);
    }

    #[test]
    fn options_say_how_rows_are_written() {
        let format = |text: &str| Head::parse(text, Dialect::Postgres).unwrap().unwrap().format;
        let text =
            |delimiter, null: &str| Format::Text(TextFormat { delimiter, null: null.to_owned() });
        assert_eq!(format("COPY a FROM stdin"), text(b'\t', "\\N"));
        assert_eq!(format("COPY a FROM stdin DELIMITERS ',' WITH NULL AS ''"), text(b',', ""));
        assert_eq!(
            format("COPY a FROM stdin (DELIMITER E'\\t', FREEZE, NULL 'x')"),
            text(b'\t', "x")
        );
        let csv = |quote, escape, has_header| {
            let (delimiter, null) = (b',', String::new());
            Format::Csv(CsvFormat { delimiter, null, quote, escape, has_header })
        };
        assert_eq!(format("COPY a FROM stdin CSV HEADER"), csv(b'"', b'"', true));
        assert_eq!(
            format("COPY a FROM stdin (FORMAT csv, HEADER false, ESCAPE '\\')"),
            csv(b'"', b'\\', false)
        );
        assert_eq!(format("COPY a FROM stdin CSV QUOTE '!'"), csv(b'!', b'!', false));
    }
}
