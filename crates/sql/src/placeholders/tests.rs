use crate::Dialect::{self, DuckDb, Mysql, Postgres, Sqlite};
use crate::ErrorKind::{
    self, MixedPlaceholders, ParameterNumber, TooManyParameters, UnusedParameter,
};
use crate::Marker::{self, Dollar, Numbered, Question};
use crate::{PARAMETERS_MAX, Slot, translate};

/// Checks the text and the slots, written as `0,1` or `a,b`.
fn check(dialect: Dialect, marker: Marker, text: &str, expect: &str, slots: &str) {
    let translated = translate(text, dialect, marker).unwrap();
    assert_eq!(translated.text, expect, "{dialect:?} {marker:?}: {text}");
    let shown: Vec<_> = translated.slots.iter().map(show).collect();
    assert_eq!(shown.join(","), slots, "{dialect:?} {marker:?}: {text}");
    let is_borrowed = matches!(translated.text, std::borrow::Cow::Borrowed(_));
    assert_eq!(is_borrowed, text == expect, "{dialect:?} {marker:?}: {text}");
}

fn show(slot: &Slot) -> String {
    match slot {
        Slot::Position(position) => position.to_string(),
        Slot::Name(name) => name.to_string(),
    }
}

fn check_unchanged(dialect: Dialect, marker: Marker, text: &str) {
    check(dialect, marker, text, text, "");
}

fn check_error(dialect: Dialect, text: &str, kind: ErrorKind, position: usize, message: &str) {
    let error = translate(text, dialect, Dollar).unwrap_err();
    let found = (error.kind(), error.position(), error.message());
    assert_eq!(found, (kind, position, message), "{dialect:?}: {text}");
}

#[test]
fn every_source_becomes_every_marker() {
    let (marks, numbers, dollars) = ("a=? b=?", "a=?2 b=?1 c=?2", "a=$2 b=$1 c=$2");
    for dialect in [Sqlite, Postgres, Mysql, DuckDb] {
        check(dialect, Question, marks, marks, "0,1");
        check(dialect, Numbered, marks, marks, "0,1");
        check(dialect, Dollar, marks, "a=$1 b=$2", "0,1");
        for source in [numbers, dollars] {
            check(dialect, Question, source, "a=? b=? c=?", "1,0,1");
            check(dialect, Numbered, source, numbers, "0,1");
            check(dialect, Dollar, source, dollars, "0,1");
        }
        let names = "a=:x b=:y c=:x";
        check(dialect, Question, names, "a=? b=? c=?", "x,y,x");
        check(dialect, Numbered, names, "a=?1 b=?2 c=?1", "x,y");
        check(dialect, Dollar, names, "a=$1 b=$2 c=$1", "x,y");
    }
}

#[test]
fn names_of_the_dialects() {
    check(Sqlite, Numbered, "@a $b :c :a :1 @1", "?1 ?2 ?3 ?1 ?4 ?4", "a,b,c,1");
    check(DuckDb, Dollar, "$a :b", "$1 $2", "a,b");
    check(Mysql, Question, "@a := :a", "@a := ?", "a");
    check_unchanged(Mysql, Question, "SELECT @a, @@b, $c, @'d'");
    check_unchanged(Postgres, Dollar, "SELECT @ -1, $");
    check(Postgres, Dollar, ":größe :日本", "$1 $2", "größe,日本");
}

#[test]
fn strings_names_and_comments_are_left_alone() {
    for (dialect, marker) in
        [(Sqlite, Question), (Postgres, Dollar), (Mysql, Question), (DuckDb, Dollar)]
    {
        check_unchanged(dialect, marker, "SELECT '?:a$1', \"?:a$1\" -- ?:a$1\n/* ?:a$1 */");
        check_unchanged(dialect, marker, "a::int, b := 1, '12:30', \"@x\"");
    }
    check(Sqlite, Numbered, "[:a] `:b` :c", "[:a] `:b` ?1", "c");
    check(Mysql, Dollar, r#"'\':a' "\":b" # :c"#, r#"'\':a' "\":b" # :c"#, "");
    check_unchanged(Postgres, Dollar, r"E'\':a' $$ :b ? $1 $$ $x$ :c $x$");
    check_unchanged(Mysql, Question, "/*!50000 ? :a */");
}

#[test]
fn a_bare_question_mark_is_an_operator_beside_other_placeholders() {
    check(Postgres, Dollar, "a ? 'k' AND b = $1", "a ? 'k' AND b = $1", "0");
    check(Postgres, Dollar, "a ? :k AND b ?1", "a ? $1 AND b ?1", "k");
    check(Postgres, Dollar, "a ? 'k'", "a $1 'k'", "0");
    check(Postgres, Dollar, "a ?? ? AND b ??| ?", "a ? $1 AND b ?| $2", "0,1");
    check(Postgres, Dollar, "a ?| ? AND b ?& ?", "a ?| $1 AND b ?& $2", "0,1");
    check(Postgres, Dollar, "a @? ? AND b @?? ?", "a @? $1 AND b @? $2", "0,1");
    check(
        Postgres,
        Dollar,
        "a LIKE ?||'%' AND b &&? AND ?&&c",
        "a LIKE $1||'%' AND b &&$2 AND $3&&c",
        "0,1,2",
    );
    check(Postgres, Question, "a ?? ? AND b ?| ?", "a ?? ? AND b ??| ?", "0,1");
    check(Postgres, Question, "a ? 'k' AND b = $1", "a ?? 'k' AND b = ?", "0");
}

#[test]
fn a_colon_after_a_value_is_an_operator() {
    check_unchanged(Postgres, Dollar, "a[1:2] a[b:c] a[f(x):c] a[b[1]:c] a[\"b\":c]");
    check_unchanged(Postgres, Dollar, "JSON_OBJECT('k':v, 1:w)");
    check_unchanged(DuckDb, Dollar, "{'k':v, k:w}, a[b:c:d]");
    check(Postgres, Dollar, "ARRAY[:a, :b]", "ARRAY[$1, $2]", "a,b");
    check(
        Postgres,
        Dollar,
        "a[:i] a[:i::int] a[$$x$$ || :j]",
        "a[$1] a[$1::int] a[$$x$$ || $2]",
        "i,j",
    );
    check(
        Postgres,
        Dollar,
        "a[CASE WHEN :b THEN :c ELSE :d END]",
        "a[CASE WHEN $1 THEN $2 ELSE $3 END]",
        "b,c,d",
    );
    check(Postgres, Dollar, "a[(SELECT b :c)] :d", "a[(SELECT b $1)] $2", "c,d");
    check(
        Postgres,
        Dollar,
        "a[1/* : */:b] DISTINCT ON (a) :c",
        "a[1/* : */:b] DISTINCT ON (a) $1",
        "c",
    );
    check(DuckDb, Dollar, "{k: :v}", "{k: $1}", "v");
    check(Mysql, Question, "l:BEGIN m:loop :beginner", "l:BEGIN m:loop ?", "beginner");
}

#[test]
fn words_stay_apart() {
    check(Postgres, Dollar, "LIMIT?AND", "LIMIT $1 AND", "0");
    check(Postgres, Dollar, "LIMIT:a OFFSET?", "LIMIT $1 OFFSET?", "a");
    check(Sqlite, Numbered, "LIMIT:a,:b", "LIMIT?1,?2", "a,b");
    check(Mysql, Question, "LIMIT:a,:b", "LIMIT?,?", "a,b");
    check(Postgres, Dollar, "a ??1 ? ??|2", "a ? 1 $1 ?|2", "0");
    check(Postgres, Question, ":a|1 @:b", "? |1 @ ?", "a,b");
    check(Sqlite, Dollar, "@@a", "@ $1", "a");
    check(Postgres, Dollar, "=?-?::int", "=$1-$2::int", "0,1");
}

#[test]
fn several_statements_share_their_parameters() {
    check(Sqlite, Numbered, "a :x; b :y; c :x", "a ?1; b ?2; c ?1", "x,y");
    check(Mysql, Question, "a $2; b $1", "a ?; b ?", "1,0");
}

#[test]
fn mixed_placeholders_are_refused() {
    let message = |first: &str, second: &str| {
        format!("placeholders {first} and {second} are mixed; write all of them in one way")
    };
    let check = |dialect, text: &str, first: &str, second: &str, position| {
        check_error(dialect, text, MixedPlaceholders, position, &message(first, second));
    };
    check(Sqlite, "a=? b=$1", "? (at byte 2)", "$1 (at byte 6)", 6);
    check(Mysql, "a=:n b=?", ":n (at byte 2)", "? (at byte 7)", 7);
    check(DuckDb, "? ?2", "? (at byte 0)", "?2 (at byte 2)", 2);
    check(Sqlite, "?1 $1", "?1 (at byte 0)", "$1 (at byte 3)", 3);
    check(Postgres, "$1 ? :n", "$1 (at byte 0)", ":n (at byte 5)", 5);
}

#[test]
fn numbers_are_checked() {
    let outside = |text: &str| format!("parameter {text} is not in 1..=65535; renumber it");
    for (dialect, text, number, position) in [
        (Postgres, "$1 $0", "$0", 3),
        (Sqlite, "?0", "?0", 0),
        (Mysql, "$65536", "$65536", 0),
        (DuckDb, "$99999999999999999999999", "$99999999999999999999999", 0),
    ] {
        check_error(dialect, text, ParameterNumber, position, &outside(number));
    }
    let unused =
        |text: &str| format!("parameter {text} is never used; use it or renumber the others");
    check_error(Postgres, "$1 $3 $4", UnusedParameter, 6, &unused("$2"));
    check_error(Sqlite, "?2", UnusedParameter, 0, &unused("?1"));
    check_error(Postgres, "$65535", UnusedParameter, 0, &unused("$1"));
}

#[test]
fn parameters_are_limited() {
    let text = "?,".repeat(PARAMETERS_MAX);
    assert_eq!(translate(&text, Mysql, Question).unwrap().slots.len(), PARAMETERS_MAX);
    let text = text + "?";
    let message = "there are more than 65535 parameters; send fewer at a time";
    check_error(Mysql, &text, TooManyParameters, PARAMETERS_MAX * 2, message);
    let text = ":a,".repeat(PARAMETERS_MAX + 1);
    assert_eq!(translate(&text, Postgres, Dollar).unwrap().slots.len(), 1);
    assert!(translate(&text, Mysql, Question).is_err());
}
