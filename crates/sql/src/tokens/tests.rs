use crate::Dialect::{self, DuckDb, Mysql, Postgres, Sqlite};
use crate::{TokenKind, tokens};

/// Writes the tokens other than spaces as a letter of their kind and their text.
fn render(text: &str, dialect: Dialect) -> String {
    let shown: Vec<_> = tokens(text, dialect)
        .filter(|token| token.kind != TokenKind::Whitespace)
        .map(|token| format!("{}{}", letter(token.kind), token.text(text)))
        .collect();
    shown.join(" ")
}

fn letter(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Whitespace => "",
        TokenKind::LineComment => "l:",
        TokenKind::BlockComment => "b:",
        TokenKind::Word => "w:",
        TokenKind::QuotedIdentifier => "i:",
        TokenKind::String => "s:",
        TokenKind::DollarString => "d:",
        TokenKind::Number => "n:",
        TokenKind::Placeholder => "p:",
        TokenKind::Operator => "o:",
        TokenKind::Semicolon | TokenKind::OpenParen | TokenKind::CloseParen => "",
        TokenKind::Unterminated => "u:",
    }
}

fn check(dialect: Dialect, text: &str, expect: &str) {
    assert_eq!(render(text, dialect), expect, "{dialect:?}: {text}");
}

const ALL: [Dialect; 4] = [Sqlite, Postgres, Mysql, DuckDb];

#[test]
fn a_backslash_escapes_where_the_session_says_so() {
    let text = r"SELECT 'a\' ; ?' , 'b'";
    let strings = |dialect| {
        let tokens = tokens(text, dialect);
        tokens.filter(|token| token.kind == TokenKind::String).map(|t| t.text(text)).collect()
    };
    let (escaped, plain): (Vec<&str>, Vec<&str>) =
        (strings(Dialect::PostgresBackslash), strings(Dialect::Postgres));
    assert_eq!(escaped, [r"'a\' ; ?'", "'b'"]);
    assert_eq!(plain, [r"'a\'", r"' , '"]);
}

#[test]
fn words_and_punctuation() {
    for dialect in ALL {
        check(dialect, "", "");
        check(dialect, "\u{feff}SELECT a.b;", "w:SELECT w:a o:. w:b ;");
        check(dialect, "f(größe,x$1,日本)", "w:f ( w:größe o:, w:x$1 o:, w:日本 )");
        check(dialect, "a::b c:=d", "w:a o::: w:b w:c o::= w:d");
        check(dialect, "\0\u{1}", "o:\0 o:\u{1}");
    }
}

#[test]
fn numbers() {
    for dialect in ALL {
        check(dialect, "1 1.5 .5 1. 1e5 1.5E-3 2e+1", "n:1 n:1.5 n:.5 n:1. n:1e5 n:1.5E-3 n:2e+1");
        check(dialect, "0xFF 0b01 0o17 1_000 0x", "n:0xFF n:0b01 n:0o17 n:1_000 n:0 w:x");
        check(dialect, "1..2 1e 1and 1_a", "n:1 o:. n:.2 n:1 w:e n:1 w:and n:1 w:_a");
    }
}

#[test]
fn strings() {
    for dialect in ALL {
        check(dialect, "'it''s' '' x'ab' X''", "s:'it''s' s:'' s:x'ab' s:X''");
        check(dialect, "'a", "u:'a");
        check(dialect, "'a''", "u:'a''");
    }
    check(Sqlite, r"'\' x", r"s:'\' w:x");
    check(Postgres, r"'\' x", r"s:'\' w:x");
    check(Mysql, r"'\' x' b", r"s:'\' x' w:b");
    check(Mysql, r#""a\"b""c" n'x\'y'"#, r#"s:"a\"b""c" s:n'x\'y'"#);
    check(Mysql, "_utf8'x'", "w:_utf8 s:'x'");
    check(Sqlite, "e'x'", "w:e s:'x'");
    check(Postgres, r"E'\'?' e'\\' x", r"s:E'\'?' s:e'\\' w:x");
    check(Postgres, r"U&'\0061' type'x'", r"w:U o:& s:'\0061' w:type s:'x'");
    check(DuckDb, r"e'\'?'", r"s:e'\'?'");
    check(Mysql, r"'é\é'", r"s:'é\é'");
    check(Mysql, r"'é\", r"u:'é\");
}

#[test]
fn an_escape_string_goes_on_after_a_line_end() {
    check(Postgres, "E'a'\n'b\\'c'", "s:E'a'\n'b\\'c'");
    check(Postgres, "E'a' -- x\n '\\''", "s:E'a' -- x\n '\\''");
    check(Postgres, "E'a' 'b\\'c'", "s:E'a' s:'b\\' w:c u:'");
    check(Postgres, "E'a'\nb", "s:E'a' w:b");
}

#[test]
fn quoted_identifiers() {
    check(Sqlite, r#""a""b" `c``d` [e " f]"#, r#"i:"a""b" i:`c``d` i:[e " f]"#);
    check(Sqlite, "[a", "u:[a");
    check(Postgres, r#""a?" a[1]"#, r#"i:"a?" w:a o:[ n:1 o:]"#);
    check(Mysql, r"`a\`", r"i:`a\`");
    check(DuckDb, r#""a" [x]"#, r#"i:"a" o:[ w:x o:]"#);
    check(Postgres, "`", "o:`");
}

#[test]
fn comments() {
    for dialect in ALL {
        check(dialect, "-- a ?\nb", "l:-- a ? w:b");
        check(dialect, "/* ' */ b /**/", "b:/* ' */ w:b b:/**/");
        check(dialect, "a-b/c*d", "w:a o:- w:b o:/ w:c o:* w:d");
    }
    check(Sqlite, "--a", "l:--a");
    check(Sqlite, "--a\rb", "l:--a\rb");
    check(Postgres, "--a\rb", "l:--a w:b");
    check(Mysql, "1--1 --\t2", "n:1 o:- o:- n:1 l:--\t2");
    check(Mysql, "--", "l:--");
    check(Mysql, "# a\nb", "l:# a w:b");
    check(Postgres, "a # b", "w:a o:# w:b");
    check(Postgres, "/* /* */ */ a", "b:/* /* */ */ w:a");
    check(DuckDb, "/*/* */ a", "u:/*/* */ a");
    check(Sqlite, "/* /* */ a", "b:/* /* */ w:a");
    check(Sqlite, "/* a", "b:/* a");
    check(Mysql, "/* a", "u:/* a");
    check(Postgres, "/*/", "u:/*/");
    check(Mysql, "/*! a '*/' /* b */ c */ d", "b:/*! a '*/' /* b */ c */ w:d");
    check(Mysql, "/*M!100 \"*/\" `*/` */ d", "b:/*M!100 \"*/\" `*/` */ w:d");
}

#[test]
fn dollars() {
    check(Postgres, "$$a;?$$ $t$ $$ $t$", "d:$$a;?$$ d:$t$ $$ $t$");
    check(Postgres, "$ä$x$ä$ a$$b", "d:$ä$x$ä$ w:a$$b");
    check(Postgres, "$1 $t $1$", "p:$1 o:$ w:t p:$1 o:$");
    check(Postgres, "$t$ $x$", "u:$t$ $x$");
    check(DuckDb, "$$a$$ $name $1", "d:$$a$$ p:$name p:$1");
    check(Sqlite, "$a $1 $", "p:$a p:$1 o:$");
    check(Mysql, "$a $1 $1a $$", "w:$a p:$1 w:$1a w:$$");
}

#[test]
fn placeholders() {
    for dialect in ALL {
        check(dialect, "? ?1 $1 :a :ä1", "p:? p:?1 p:$1 p::a p::ä1");
        check(dialect, "a=? or ?=b", "w:a o:= p:? w:or p:? o:= w:b");
    }
    check(Sqlite, "@a @ :1 @1", "p:@a o:@ p::1 p:@1");
    check(Mysql, "@a @@b :1", "o:@ w:a o:@ o:@ w:b o:: n:1");
    check(Postgres, "@ a :1", "o:@ w:a o:: n:1");
}

#[test]
fn question_mark_operators_of_postgres() {
    check(Postgres, "a ?| b ?& c ?? d @? e", "w:a o:?| w:b o:?& w:c o:?? w:d o:@? w:e");
    check(Postgres, "?||'%' ?&&a", "p:? o:| o:| s:'%' p:? o:& o:& w:a");
    check(Postgres, "a @?? b ??| c", "w:a o:@ o:?? w:b o:?? o:| w:c");
    check(Postgres, "a @@? b <@? c", "w:a o:@@ p:? w:b o:<@ p:? w:c");
    check(Postgres, "?1e5 ?1.5 ?1", "p:? n:1e5 p:? n:1.5 p:?1");
    check(Sqlite, "?? ?1e5", "p:? p:? p:?1 w:e5");
    check(DuckDb, "?|1", "p:? o:| n:1");
}
