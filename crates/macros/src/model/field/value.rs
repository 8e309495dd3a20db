//! What is said in the attributes of a field.

use syn::meta::ParseNestedMeta;
use syn::{Error, Ident, Lit, LitInt, LitStr, Result, Token};

use crate::attributes::{once, unknown};

/// What a row that brings no value gets.
pub(in crate::model) enum Default {
    Text(String),
    Bool(bool),
    Number(String),
    Sql(String),
}

impl Default {
    pub(super) fn read(option: &ParseNestedMeta<'_>) -> Result<Self> {
        let value = option.value()?;
        let negative = value.parse::<Option<Token![-]>>()?.is_some();
        let sign = if negative { "-" } else { "" };
        match value.parse::<Lit>()? {
            Lit::Str(text) if !negative => Ok(Self::Text(text.value())),
            Lit::Bool(value) if !negative => Ok(Self::Bool(value.value)),
            Lit::Int(number) => Ok(Self::Number(format!("{sign}{}", number.base10_digits()))),
            Lit::Float(number) => Ok(Self::Number(format!("{sign}{}", number.base10_digits()))),
            literal => {
                let message = "a default is a text, a number, true or false; an expression goes into \
                               `default_sql = \"…\"`";
                Err(Error::new_spanned(literal, message))
            }
        }
    }
}

/// What is to stand before the names of embedded columns, where it is said.
pub(super) fn prefix(option: &ParseNestedMeta<'_>) -> Result<Option<String>> {
    let mut prefix = None;
    if option.input.peek(syn::token::Paren) {
        option.parse_nested_meta(|part| match part.path.is_ident("prefix") {
            true => once(&part, &mut prefix, part.value()?.parse::<LitStr>()?.value()),
            false => Err(unknown(&part, "`embed` takes `prefix = \"…\"`")),
        })?;
    }
    Ok(prefix)
}

pub(super) fn precision(option: &ParseNestedMeta<'_>) -> Result<(u32, u32)> {
    let digits;
    syn::parenthesized!(digits in option.input);
    let digits = digits.parse_terminated(<LitInt as syn::parse::Parse>::parse, Token![,])?;
    let digits: Vec<u32> = digits.iter().map(LitInt::base10_parse).collect::<Result<_>>()?;
    match digits.as_slice() {
        [all, behind] if behind <= all => Ok((*all, *behind)),
        _ => {
            Err(option
                .error("write the digits in all and those behind the point: `precision(10, 2)`"))
        }
    }
}

/// The action of a reference, by the name it has in `Action`.
pub(super) fn action(option: &ParseNestedMeta<'_>) -> Result<Ident> {
    let written: LitStr = option.value()?.parse()?;
    let name = match written.value().as_str() {
        "cascade" => "Cascade",
        "restrict" => "Restrict",
        "set null" => "SetNull",
        "set default" => "SetDefault",
        "no action" => "NoAction",
        _ => {
            let message = "an action is \"cascade\", \"restrict\", \"set null\", \"set default\" or \"no action\"";
            return Err(Error::new(written.span(), message));
        }
    };
    Ok(Ident::new(name, written.span()))
}
