use crate::Dialect;

/// Holds the lexical rules of a dialect as data, so that a session setting can become a variant.
#[derive(Debug)]
pub(crate) struct Lexis {
    /// `\` escapes the next character of a string.
    pub(crate) backslash: bool,
    /// `"…"` is a string, not an identifier.
    pub(crate) double_quoted_strings: bool,
    /// `` `…` `` is an identifier.
    pub(crate) backticks: bool,
    /// `[…]` is an identifier.
    pub(crate) brackets: bool,
    /// Letters that belong to a string when they stand before its quote.
    pub(crate) string_prefixes: &'static [u8],
    /// `E'…'` reads backslashes and goes on in a string on a following line.
    pub(crate) escape_strings: bool,
    /// `$tag$…$tag$` is a string.
    pub(crate) dollar_strings: bool,
    /// What `$name` is.
    pub(crate) dollar: Dollar,
    /// `/* /* */ */` is one comment.
    pub(crate) nested_comments: bool,
    /// A block comment may end with the text.
    pub(crate) open_comments: bool,
    /// `/*! … */` is run by the engine.
    pub(crate) executable_comments: bool,
    /// `#` begins a line comment.
    pub(crate) hash_comments: bool,
    /// `--` begins a comment only before a space, a control character or the end.
    pub(crate) spaced_dashes: bool,
    /// A carriage return ends a line comment.
    pub(crate) return_ends_comment: bool,
    /// `@name` is a placeholder.
    pub(crate) at_names: bool,
    /// `:1` is a name.
    pub(crate) digit_names: bool,
    /// `?`, `?|`, `?&` and `@?` are operators, and `??` is the escape of `?`.
    pub(crate) question_operators: bool,
    /// `:` is an operator of slices, structs and JSON constructors.
    pub(crate) colon_operators: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dollar {
    /// Only `$1` means something.
    Number,
    /// `$name` is a placeholder.
    Name,
    /// `$name` is a word.
    Word,
}

static SQLITE: Lexis = Lexis {
    backslash: false,
    double_quoted_strings: false,
    backticks: true,
    brackets: true,
    string_prefixes: b"xX",
    escape_strings: false,
    dollar_strings: false,
    dollar: Dollar::Name,
    nested_comments: false,
    open_comments: true,
    executable_comments: false,
    hash_comments: false,
    spaced_dashes: false,
    return_ends_comment: false,
    at_names: true,
    digit_names: true,
    question_operators: false,
    colon_operators: false,
};

static POSTGRES: Lexis = Lexis {
    backslash: false,
    double_quoted_strings: false,
    backticks: false,
    brackets: false,
    string_prefixes: b"xXbBnN",
    escape_strings: true,
    dollar_strings: true,
    dollar: Dollar::Number,
    nested_comments: true,
    open_comments: false,
    executable_comments: false,
    hash_comments: false,
    spaced_dashes: false,
    return_ends_comment: true,
    at_names: false,
    digit_names: false,
    question_operators: true,
    colon_operators: true,
};

static POSTGRES_BACKSLASH: Lexis = Lexis { backslash: true, ..POSTGRES };

static MYSQL: Lexis = Lexis {
    backslash: true,
    double_quoted_strings: true,
    backticks: true,
    brackets: false,
    string_prefixes: b"xXbBnN",
    escape_strings: false,
    dollar_strings: false,
    dollar: Dollar::Word,
    nested_comments: false,
    open_comments: false,
    executable_comments: true,
    hash_comments: true,
    spaced_dashes: true,
    return_ends_comment: false,
    at_names: false,
    digit_names: false,
    question_operators: false,
    colon_operators: false,
};

static DUCKDB: Lexis =
    Lexis { string_prefixes: b"xXbB", dollar: Dollar::Name, question_operators: false, ..POSTGRES };

impl Dialect {
    pub(crate) fn lexis(self) -> &'static Lexis {
        match self {
            Dialect::Sqlite => &SQLITE,
            Dialect::Postgres => &POSTGRES,
            Dialect::PostgresBackslash => &POSTGRES_BACKSLASH,
            Dialect::Mysql => &MYSQL,
            Dialect::DuckDb => &DUCKDB,
        }
    }
}

pub(crate) fn is_space(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & SPACE != 0
}

pub(crate) fn is_name_start(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & NAME_START != 0
}

pub(crate) fn is_name(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & NAME != 0
}

const SPACE: u8 = 1;
const NAME_START: u8 = 2;
const NAME: u8 = 4;

/// A table, because every byte of every text is looked up in it.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => SPACE,
            b'0'..=b'9' | b'$' => NAME,
            // Every byte beyond ASCII belongs to a name, as the engines read it; so tokens never
            // end inside a character.
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => NAME_START | NAME,
            _ => 0,
        };
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};
