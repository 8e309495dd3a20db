//! Regular expressions of ECMA-262 for what the server reads as a value of a kind.

use crate::data::Type;

/// Text without NUL, which no URL may hold.
pub(super) const TEXT: &str = r"[^\x00]*";

/// An item of a list, quoted where it holds a comma or a quote.
const TEXT_ITEM: &str = r#"(?:[^\x00,"]*|"(?:[^\x00"\\]|\\[^\x00])*")"#;

const FLOAT: &str = "[+-]?(?:[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|\
                     (?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)";

/// Any decimal, as it is written; the exponent stays within the digits that are kept.
const DECIMAL: &str = "(?:[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?|\
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
pub(super) fn compared(kind: Type) -> Option<String> {
    Some(match kind {
        // More digits are compared only where the column itself keeps them.
        Type::Decimal => decimal_of_digits(15),
        Type::Vector | Type::List | Type::Map | Type::Native => return None,
        kind => written(kind)?,
    })
}

/// Answers what a value of a kind is written like as text of a record; `None` where it is none.
pub(super) fn written(kind: Type) -> Option<String> {
    Some(match kind {
        Type::Bool => "(?:true|false|1|0)".to_owned(),
        Type::I64 => signed(i64::MAX.to_string(), i64::MIN.to_string()),
        Type::U64 => format!("\\+?0*{}", up_to(&u64::MAX.to_string())),
        Type::I128 => signed(i128::MAX.to_string(), i128::MIN.to_string()),
        Type::U128 => format!("\\+?0*{}", up_to(&u128::MAX.to_string())),
        Type::F32 | Type::F64 => FLOAT.to_owned(),
        Type::Decimal => DECIMAL.to_owned(),
        Type::Any | Type::Text | Type::Json => TEXT.to_owned(),
        Type::Bytes => BYTES.to_owned(),
        Type::Date => format!("(?:{DATE}|{COUNT})"),
        Type::Time => format!("(?:{TIME}|{COUNT})"),
        Type::Timestamp => format!("(?:{DATE}(?:[ T]{TIME})?|{COUNT})"),
        Type::TimestampTz => format!("(?:{DATE}(?:[ T]{TIME}{ZONE})?|{COUNT})"),
        Type::Interval => interval(),
        Type::Uuid => UUID.to_owned(),
        _ => return None,
    })
}

/// Answers what a value of a kind is written like in a list.
pub(super) fn item(kind: Type) -> Option<String> {
    match kind {
        Type::Any | Type::Text | Type::Json => Some(TEXT_ITEM.to_owned()),
        kind => compared(kind),
    }
}

/// Answers what a filter of a column of a kind is written like.
pub(super) fn filter(kind: Type) -> String {
    let any = format!("(?:like|ilike)\\.{TEXT}|is\\.(?:null|notnull|true|false)");
    let test = match (compared(kind), item(kind)) {
        (Some(value), Some(item)) => {
            format!("(?:eq|neq|gt|gte|lt|lte)\\.{value}|in\\.\\((?:{item}(?:,{item})*)?\\)|{any}")
        }
        _ => any,
    };
    format!("^(?:not\\.)?(?:{test})$")
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
