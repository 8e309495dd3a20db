//! Regular expressions of ECMA-262 for what the server reads as a value of a kind.

use crate::data::Type;
use crate::request::quote;
use crate::sql::Dialect;

/// Text without NUL, which no URL may hold.
pub(super) const TEXT: &str = r"[^\x00]*";

/// An item of a list, quoted where it holds a comma or a quote.
const TEXT_ITEM: &str = r#"(?:[^\x00,"]*|"(?:[^\x00"\\]|\\[^\x00])*")"#;

const FLOAT: &str = "[+-]?(?:[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|\
                     (?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)";

/// Any decimal, as it is written; the exponent stays within the digits that are kept.
const DECIMAL: &str = "(?:[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?|\
                       [nN][aA][nN]|[+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)";

/// As PostgreSQL has it: 131 072 digits before the point and 16 383 behind it.
const POSTGRES_DECIMAL: &str = "(?:[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?|\
     [nN][aA][nN]|[+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)";

const BYTES: &str = "(?:[A-Za-z0-9+/]{4})*\
                     (?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?";

const UUID: &str = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}";

const DATE: &str = "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|\
                    (?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|\
                    (?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|\
                    (?:[02468][048]|[13579][26])00)-02-29)";

const TIME: &str = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,6})?)?";

const ZONE: &str = "(?:Z|[+-](?:0[0-9]|1[0-8]):[0-5][0-9])";

/// Times are stored as numbers, too.
const COUNT: &str = "(?:0|-?[1-9][0-9]{0,17})";

/// Answers what a value of a kind is written like in a filter or a key; `None` where values of the
/// kind cannot be compared.
pub(super) fn compared(kind: Type, dialect: Dialect) -> Option<String> {
    let is_postgres = dialect.is_postgres();
    match kind {
        // More digits are compared only where the column itself keeps them.
        Type::Decimal if !is_postgres => Some(decimal_of_digits(15)),
        // PostgreSQL reads what it alone knows; its documents are equal in many forms.
        Type::Native if is_postgres => Some(TEXT.to_owned()),
        Type::Json if is_postgres => None,
        Type::Vector | Type::List | Type::Map | Type::Native => None,
        kind => written(kind, dialect),
    }
}

/// Answers what a value of a kind is written like as text of a record; `None` where it is none.
pub(super) fn written(kind: Type, dialect: Dialect) -> Option<String> {
    let is_postgres = dialect.is_postgres();
    let or_count = |form: String| match is_postgres {
        true => form,
        false => format!("(?:{form}|{COUNT})"),
    };
    Some(match kind {
        Type::Bool => "(?:true|false|1|0)".to_owned(),
        Type::I64 => signed(i64::MAX.to_string(), i64::MIN.to_string()),
        Type::U64 => format!("\\+?0*{}", up_to(&u64::MAX.to_string())),
        Type::I128 => signed(i128::MAX.to_string(), i128::MIN.to_string()),
        Type::U128 => format!("\\+?0*{}", up_to(&u128::MAX.to_string())),
        Type::F32 if is_postgres => float_of_exponent(1),
        Type::F64 if is_postgres => float_of_exponent(2),
        Type::F32 | Type::F64 => FLOAT.to_owned(),
        Type::Decimal if is_postgres => POSTGRES_DECIMAL.to_owned(),
        Type::Decimal => DECIMAL.to_owned(),
        Type::Any | Type::Text | Type::Json => TEXT.to_owned(),
        Type::Bytes => BYTES.to_owned(),
        Type::Date => or_count(DATE.to_owned()),
        Type::Time => or_count(TIME.to_owned()),
        Type::Timestamp => or_count(format!("{DATE}(?:[ T]{TIME})?")),
        Type::TimestampTz => or_count(format!("{DATE}(?:[ T]{TIME}{ZONE})?")),
        Type::Interval => interval(),
        Type::Uuid => UUID.to_owned(),
        Type::Native if is_postgres => TEXT.to_owned(),
        _ => return None,
    })
}

/// Answers what a value of a kind is written like in a list.
pub(super) fn item(kind: Type, dialect: Dialect) -> Option<String> {
    match kind {
        Type::Any | Type::Text => Some(TEXT_ITEM.to_owned()),
        kind => {
            let form = compared(kind, dialect)?;
            Some(if form == TEXT { TEXT_ITEM.to_owned() } else { form })
        }
    }
}

/// Answers what a filter of a column of a kind is written like.
pub(super) fn filter(kind: Type, dialect: Dialect) -> String {
    filter_of(compared(kind, dialect).zip(item(kind, dialect)), is_of_truth(kind, dialect))
}

/// Answers what a filter of a column is written like that holds one of a few values.
pub(super) fn filter_of_labels(labels: &[String]) -> String {
    let plain: Vec<String> = labels.iter().map(|label| escaped(label)).collect();
    filter_of(Some((format!("(?:{})", plain.join("|")), item_of_labels(labels))), false)
}

/// Answers what one of a few values is written like in a list.
pub(super) fn item_of_labels(labels: &[String]) -> String {
    let items: Vec<String> = labels.iter().map(|label| escaped(&quote(label))).collect();
    format!("(?:{})", items.join("|"))
}

/// Tells whether values of a kind are true or false to an engine.
pub(super) fn is_of_truth(kind: Type, dialect: Dialect) -> bool {
    use Type::{Bool, Decimal, F32, F64, I64, I128, U64, U128};
    let is_number = matches!(kind, I64 | U64 | I128 | U128 | F32 | F64 | Decimal);
    !dialect.is_postgres() || is_number || kind == Bool
}

/// `forms` are those of a value and of an item in a list.
fn filter_of(forms: Option<(String, String)>, is_of_truth: bool) -> String {
    let is = if is_of_truth { "null|notnull|true|false" } else { "null|notnull" };
    let any = format!("(?:like|ilike)\\.{TEXT}|is\\.(?:{is})");
    let test = match forms {
        Some((value, item)) => {
            format!("(?:eq|neq|gt|gte|lt|lte)\\.{value}|in\\.\\((?:{item}(?:,{item})*)?\\)|{any}")
        }
        None => any,
    };
    format!("^(?:not\\.)?(?:{test})$")
}

/// Writes a text so that a regular expression of ECMA-262 takes it literally.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if "^$\\.*+?()[]{}|/".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// A float whose exponent keeps it within its range.
fn float_of_exponent(digits: usize) -> String {
    let number = "[0-9]{1,20}(?:\\.[0-9]{0,20})?|\\.[0-9]{1,20}";
    format!(
        "(?:[+-]?(?:{number})(?:[eE][+-]?[0-9]{{1,{digits}}})?|[nN][aA][nN]|\
         [+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)"
    )
}

fn signed(max: String, min: String) -> String {
    let beyond = min.replace('-', "-0*");
    format!("(?:[+-]?0*{}|{beyond})", up_to(&max))
}

/// Matches the whole numbers up to one, without regard to zeros before them.
fn up_to(max: &str) -> String {
    let mut forms = vec![format!("[0-9]{{1,{}}}", max.len() - 1)];
    for (at, digit) in max.char_indices().filter(|(_, digit)| *digit > '0') {
        let below = char::from_digit(digit.to_digit(10).unwrap_or(1) - 1, 10).unwrap_or('0');
        forms.push(format!("{}[0-{below}][0-9]{{{}}}", &max[..at], max.len() - at - 1));
    }
    forms.push(max.to_owned());
    format!("(?:{})", forms.join("|"))
}

fn decimal_of_digits(digits: usize) -> String {
    let forms =
        (1..digits).map(|whole| format!("[0-9]{{{whole}}}(?:\\.[0-9]{{1,{}}})?", digits - whole));
    let forms: Vec<String> = forms.chain([format!("[0-9]{{{digits}}}")]).collect();
    format!("[+-]?(?:{})", forms.join("|"))
}

/// Months, days and seconds, of which one at least is there.
fn interval() -> String {
    let (months, days) = ("-?[0-9]{1,9}M", "-?[0-9]{1,9}D");
    let seconds = "T-?[0-9]{1,12}(?:\\.[0-9]{1,6})?S";
    format!("P(?:{months}(?:{days})?(?:{seconds})?|{days}(?:{seconds})?|{seconds})")
}
