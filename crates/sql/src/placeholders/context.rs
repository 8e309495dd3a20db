use crate::{Dialect, Token, TokenKind};

/// Knows what stands before a `:name`, to tell a placeholder from a slice, a struct or a label.
pub(super) struct Context<'a> {
    text: &'a str,
    dialect: Dialect,
    is_needed: bool,
    openers: Vec<u8>,
    previous: Option<Token>,
}

impl<'a> Context<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        let is_needed = dialect.lexis().colon_operators && text.as_bytes().contains(&b':');
        Self { text, dialect, is_needed, openers: Vec::new(), previous: None }
    }

    pub(super) fn makes_operator(&self, placeholder: &str) -> bool {
        let Some(name) = placeholder.strip_prefix(':') else { return false };
        match self.dialect {
            Dialect::Mysql => is_any(name, &["BEGIN", "LOOP", "REPEAT", "WHILE"]),
            _ => self.is_needed && self.follows_value(),
        }
    }

    fn follows_value(&self) -> bool {
        let Some(previous) = self.previous else { return false };
        let in_brackets = matches!(self.openers.last(), Some(b'[' | b'{'));
        match previous.kind {
            TokenKind::String
            | TokenKind::DollarString
            | TokenKind::Number
            | TokenKind::QuotedIdentifier => true,
            TokenKind::CloseParen | TokenKind::Placeholder => in_brackets,
            TokenKind::Operator => in_brackets && matches!(previous.text(self.text), "]" | "}"),
            TokenKind::Word => in_brackets && !is_any(previous.text(self.text), BEFORE_VALUES),
            _ => false,
        }
    }

    pub(super) fn pass(&mut self, token: Token) {
        if !self.is_needed || token.is_blank(self.text, self.dialect) {
            return;
        }
        self.previous = Some(token);
        match (token.kind, token.text(self.text)) {
            (TokenKind::OpenParen, _) => self.openers.push(b'('),
            (TokenKind::Operator, "[") => self.openers.push(b'['),
            (TokenKind::Operator, "{") => self.openers.push(b'{'),
            (TokenKind::CloseParen, _) | (TokenKind::Operator, "]" | "}") => {
                self.openers.pop();
            }
            _ => {}
        }
    }
}

/// Keywords that a value follows, so that a `:name` after them is a placeholder.
const BEFORE_VALUES: &[&str] = &[
    "ALL", "AND", "ANY", "BETWEEN", "BY", "CASE", "DISTINCT", "ELSE", "ESCAPE", "FOR", "FROM",
    "HAVING", "IF", "ILIKE", "IN", "IS", "LIKE", "LIMIT", "NOT", "OFFSET", "ON", "OR", "SELECT",
    "SIMILAR", "SOME", "THEN", "TO", "WHEN", "WHERE",
];

fn is_any(word: &str, words: &[&str]) -> bool {
    words.iter().any(|candidate| candidate.eq_ignore_ascii_case(word))
}
