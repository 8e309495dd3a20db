//! The query of a URL as names and values, decoded strictly.

use percent_encoding::percent_decode_str;

use crate::error::Error;

/// Names that are no columns. A column of such a name is filtered as `filter.page=eq.1`.
const RESERVED: [&str; 5] = ["page", "page_size", "sort", "select", "db"];

/// Before the name of a column, says that it is one.
pub(crate) const FILTER_PREFIX: &str = "filter.";

/// Names and values in the order of the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query, without its question mark.
    pub(crate) fn read(query: &str) -> Result<Self, Error> {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name, pair)?, decode(value, pair)?))
        });
        decoded.collect::<Result<_, Error>>().map(Self)
    }

    /// Answers the value of a name that may stand once.
    pub(crate) fn only(&self, name: &str) -> Result<Option<&str>, Error> {
        let mut values = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (value, None) => Ok(value.map(String::as_str)),
            _ => Err(Error::InvalidParameter {
                parameter: name.to_owned(),
                reason: "may stand only once".to_owned(),
            }),
        }
    }

    /// Lists what is no reserved name: columns with their filters.
    pub(crate) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        let columns = self.0.iter().filter(|(name, _)| !RESERVED.contains(&name.as_str()));
        columns
            .map(|(name, value)| (name.strip_prefix(FILTER_PREFIX).unwrap_or(name), value.as_str()))
    }

    /// Refuses what is none of these names.
    pub(crate) fn only_these(&self, names: &[&str]) -> Result<(), Error> {
        match self.0.iter().find(|(given, _)| !names.contains(&given.as_str())) {
            None => Ok(()),
            Some((given, _)) => Err(Error::InvalidParameter {
                parameter: given.clone(),
                reason: match names {
                    [] => "is unknown; there are none here".to_owned(),
                    names => format!("is unknown; there is {}", names.join(", ")),
                },
            }),
        }
    }
}

fn decode(text: &str, pair: &str) -> Result<String, Error> {
    let spaced = text.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(decoded) if !decoded.contains('\0') => Ok(decoded.into_owned()),
        decoded => Err(Error::InvalidParameter {
            parameter: pair.to_owned(),
            reason: match decoded {
                Ok(_) => "holds a NUL character".to_owned(),
                Err(_) => "is not UTF-8".to_owned(),
            },
        }),
    }
}
