//! Parameters as the command line gives them: text that is read as the value it looks like.

use hypostyle::core::{Decimal, Error, ParamList, Value};
use hypostyle::sql::{Dialect, Marker, Slot, TokenKind, tokens, translate};

use crate::exit::{Failure, Result};
use crate::script::Planned;

/// The parameters of a command line, all by position or all by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parameters {
    values: Vec<Value>,
    names: Vec<String>,
}

impl Parameters {
    /// Reads `VALUE` and `name=VALUE` arguments.
    pub(crate) fn parse(arguments: &[String], has_decimals: bool) -> Result<Self> {
        let mut parameters = Self::default();
        for argument in arguments {
            let (name, text) = named(argument);
            parameters.names.extend(name.map(str::to_owned));
            parameters.values.push(value(text, has_decimals));
        }
        if !parameters.names.is_empty() && parameters.names.len() < parameters.values.len() {
            let message = "parameters are given all by position or all by name; write text:a=b for \
                           a value that looks like name=value";
            return Err(Failure::invalid(message));
        }
        Ok(parameters)
    }

    /// Decides which parameters each statement gets, by their places in the list.
    ///
    /// One statement gets all, and the engine checks them. Of several each gets those it names, or
    /// as many as it has `?`, one after another.
    pub(crate) fn share(
        &self,
        script: &[Planned<'_>],
        dialect: Dialect,
    ) -> Result<Vec<Vec<usize>>> {
        let all: Vec<usize> = (0..self.values.len()).collect();
        if all.is_empty() || script.len() <= 1 {
            return Ok(vec![all; script.len()]);
        }
        let mut next = 0;
        let mut shares = Vec::with_capacity(script.len());
        for planned in script {
            let text = planned.statement.text;
            let slots = translate(text, dialect, Marker::Question).map_err(Error::from)?.slots;
            if self.names.is_empty() {
                refuse_numbers(text, dialect)?;
                shares.push((next..next + slots.len()).collect::<Vec<_>>());
                next += slots.len();
            } else {
                let is_used =
                    |at: &usize| slots.iter().any(|slot| is_named(slot, &self.names[*at]));
                shares.push(all.iter().copied().filter(is_used).collect());
            }
        }
        self.check_shares(&shares, next)?;
        Ok(shares)
    }

    fn check_shares(&self, shares: &[Vec<usize>], taken: usize) -> Result<()> {
        if self.names.is_empty() && taken != self.values.len() {
            let message = format!("{} parameters were given for {taken}", self.values.len());
            return Err(Failure::invalid(message));
        }
        let is_unused = |at: usize| !shares.iter().any(|share| share.contains(&at));
        match self.names.iter().enumerate().find(|(at, _)| is_unused(*at)) {
            Some((_, name)) => {
                Err(Failure::invalid(format!("parameter `:{name}` is not in the text")))
            }
            None => Ok(()),
        }
    }

    /// Lends the parameters of a share.
    pub(crate) fn lend(&self, share: &[usize]) -> ParamList<'_> {
        let values = share.iter().map(|at| self.values[*at].as_ref());
        if self.names.is_empty() {
            return ParamList::Many(values.collect());
        }
        ParamList::Named(share.iter().map(|at| self.names[*at].as_str()).zip(values).collect())
    }
}

fn is_named(slot: &Slot, name: &str) -> bool {
    matches!(slot, Slot::Name(wanted) if &**wanted == name)
}

/// `?2` and `$2` count from the first statement, which no statement alone can be given.
fn refuse_numbers(text: &str, dialect: Dialect) -> Result<()> {
    let is_number = |piece: &str| piece.len() > 1 && piece[1..].bytes().all(|b| b.is_ascii_digit());
    let numbered = tokens(text, dialect)
        .find(|token| token.kind == TokenKind::Placeholder && is_number(token.text(text)));
    match numbered {
        Some(token) => Err(Failure::invalid(format!(
            "`{}` in one of several statements; name the parameter there and give --param name=VALUE",
            token.text(text)
        ))),
        None => Ok(()),
    }
}

/// Splits `name=VALUE`; what stands before the sign must be a name.
fn named(argument: &str) -> (Option<&str>, &str) {
    let is_name = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && text.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
    };
    match argument.split_once('=') {
        Some((name, value)) if is_name(name) => (Some(name), value),
        _ => (None, argument),
    }
}

/// Reads a value. Only what a number writes itself as is one, so that `007` and `1e3` stay text.
fn value(text: &str, has_decimals: bool) -> Value {
    if let Some(forced) = text.strip_prefix("text:") {
        return Value::Text(forced.to_owned());
    }
    match text {
        "null" | "NULL" => return Value::Null,
        "true" | "TRUE" => return Value::Bool(true),
        "false" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    if !looks_like_number(text) {
        return Value::Text(text.to_owned());
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Value::I64(integer);
    }
    let exact = text.parse::<Decimal>().ok().filter(|_| has_decimals || !text.contains('.'));
    let float = || text.parse::<f64>().map_or_else(|_| Value::Text(text.to_owned()), Value::F64);
    exact.map_or_else(float, Value::Decimal)
}

/// Tells whether a text is `-?digits(.digits)?` without superfluous zeros in front.
fn looks_like_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let no_zero_in_front = whole.len() == 1 || !whole.starts_with('0');
    all_digits(whole) && no_zero_in_front && fraction.is_none_or(all_digits) && text != "-0"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use crate::script::{Plan, Sources, Wish};
    use hypostyle::core::{Capability, Engine};

    #[track_caller]
    fn check(text: &str, expect: Value) {
        assert_eq!(value(text, true), expect, "{text}");
    }

    fn engine() -> Engine {
        let (dialect, capability) = (Dialect::Sqlite, Capability::TRANSACTIONS);
        Engine { name: "test", dialect, capability, location: String::new() }
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn a_value_is_what_it_looks_like() {
        check("7", Value::I64(7));
        check("-9223372036854775808", Value::I64(i64::MIN));
        check("9223372036854775808", Value::Decimal("9223372036854775808".parse().unwrap()));
        check("1.50", Value::Decimal("1.50".parse().unwrap()));
        check("null", Value::Null);
        check("true", Value::Bool(true));
        check("Null", text("Null"));
        check("007", text("007"));
        check("1e3", text("1e3"));
        check("-", text("-"));
        check("1.", text("1."));
        check(".5", text(".5"));
        check("", text(""));
        check("text:7", text("7"));
        check("text:text:7", text("text:7"));
        check("2024-01-31", text("2024-01-31"));
        assert_eq!(value("1.50", false), Value::F64(1.5));
    }

    #[test]
    fn parameters_are_by_position_or_by_name() {
        let parse = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
            Parameters::parse(&arguments, true)
        };
        let named = parse(&["id=7", "note=a=b"]).unwrap();
        assert_eq!(named.names, ["id", "note"]);
        assert_eq!(named.values, [Value::I64(7), text("a=b")]);
        let by_position = parse(&["1", "a b=c", "text:a=b"]).unwrap();
        assert!(by_position.names.is_empty());
        assert_eq!(by_position.values, [Value::I64(1), text("a b=c"), text("a=b")]);
        assert_eq!(parse(&["id=7", "8"]).unwrap_err().exit(), Exit::Invalid);
    }

    #[test]
    fn several_statements_share_the_parameters() {
        let share = |arguments: &[&str], text: &str| {
            let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
            let sources = Sources::plain(text.to_owned(), None, Dialect::Sqlite);
            let plan = Plan::new(&sources, &engine(), Wish::Single);
            let parameters = Parameters::parse(&arguments, true).unwrap();
            parameters.share(&plan.statements, Dialect::Sqlite).map_err(|failure| failure.exit())
        };
        assert_eq!(share(&["1", "2"], "SELECT ?"), Ok(vec![vec![0, 1]]));
        let text = "SELECT ?; SELECT 0; SELECT ?, ?";
        assert_eq!(share(&["1", "2", "3"], text), Ok(vec![vec![0], vec![], vec![1, 2]]));
        assert_eq!(share(&["1", "2"], text), Err(Exit::Invalid));
        assert_eq!(share(&["1", "2"], "SELECT $1; SELECT $2"), Err(Exit::Invalid));
        let text = "SELECT :b; SELECT :a, :b";
        assert_eq!(share(&["a=1", "b=2"], text), Ok(vec![vec![1], vec![0, 1]]));
        assert_eq!(share(&["a=1", "c=2"], text), Err(Exit::Invalid));
    }
}
