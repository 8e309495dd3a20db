//! Calls in sources of Rust that take SQL.
//!
//! Calls are found among tokens, so that those inside of macros, as `assert_eq!`, are found, too.

use std::collections::HashMap;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree, extra};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, ItemConst, ItemStatic, Token};

use super::literal::text;
use super::{Found, Given, Text, What};

/// The methods whose first argument is SQL, and how many arguments they take.
const METHODS: [(&str, usize); 11] = [
    ("request", 1),
    ("query", 2),
    ("execute", 2),
    ("execute_many", 2),
    ("fetch_one", 2),
    ("fetch_optional", 2),
    ("fetch_all", 2),
    ("fetch_value", 2),
    ("stream", 2),
    ("explain", 2),
    ("explain_analyze", 2),
];

/// What runs a request that was given no parameters.
const LAST: [&str; 7] =
    ["run", "execute", "fetch_one", "fetch_optional", "fetch_all", "fetch_value", "stream"];

const AT_RUN_TIME: &str = "the text is made at run time";

/// Brackets within brackets that are followed.
const DEPTH_MAX: usize = 120;

/// The calls of a file.
struct Calls<'f> {
    file: &'f str,
    constants: HashMap<String, Option<Text>>,
    found: Vec<Found>,
}

/// Finds the calls of a file; or the place at which it is no Rust, which the compiler tells better.
pub(super) fn found(file: &str) -> Result<Vec<Found>, Found> {
    if let Some(at) = too_deep(file) {
        let what = What::Unchecked(format!("its brackets are nested more than {DEPTH_MAX} deep"));
        return Err(Found { range: (at, at + 1), what });
    }
    let tokens: TokenStream = file.parse().map_err(|error: proc_macro2::LexError| {
        let range = error.span().byte_range();
        let what = What::Unchecked(format!("it cannot be read as Rust: {error}"));
        Found { range: (range.start, range.end), what }
    })?;
    let mut calls = Calls { file, constants: HashMap::new(), found: Vec::new() };
    calls.constants_in(tokens.clone());
    calls.calls_in(tokens);
    // The places of each file that was read are kept otherwise.
    extra::invalidate_current_thread_spans();
    Ok(calls.found)
}

impl Calls<'_> {
    /// Notes the constants; a name that stands for two texts stands for none.
    fn constants_in(&mut self, tokens: TokenStream) {
        let mut rest = tokens.into_iter().peekable();
        while let Some(token) = rest.next() {
            match token {
                TokenTree::Group(group) => self.constants_in(group.stream()),
                TokenTree::Ident(word) if word == "const" || word == "static" => {
                    let mut item = TokenStream::from(TokenTree::Ident(word));
                    for token in rest.by_ref().take(64) {
                        let is_end = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ';')
                            || matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
                        item.extend([token]);
                        if is_end {
                            break;
                        }
                    }
                    self.constant(item);
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, item: TokenStream) {
        let (name, expression) = match syn::parse2::<ItemConst>(item.clone()) {
            Ok(item) => (item.ident, item.expr),
            Err(_) => match syn::parse2::<ItemStatic>(item) {
                Ok(item) => (item.ident, item.expr),
                Err(_) => return,
            },
        };
        let found = text(&expression, self.file);
        let known = self.constants.entry(name.to_string()).or_insert_with(|| found.clone());
        if *known != found {
            *known = None;
        }
    }

    fn calls_in(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let TokenTree::Group(group) = token else { continue };
            if group.delimiter() == Delimiter::Parenthesis
                && let Some((method, arity)) = method_before(tokens.get(..at).unwrap_or_default())
            {
                self.call(method, arity, group, tokens.get(at + 1..).unwrap_or_default());
            }
            self.calls_in(group.stream());
        }
    }

    fn call(&mut self, method: &str, arity: usize, group: &Group, after: &[TokenTree]) {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(arguments) = parser.parse2(group.stream()) else { return };
        let Some(first) = arguments.first().filter(|_| arguments.len() == arity) else { return };
        let range = group.span().byte_range();
        let given = match method {
            "request" => given_after(after),
            "execute_many" => Given::Unknown,
            _ => arguments.get(1).map_or(Given::Unknown, given),
        };
        let what = match self.text_of(first) {
            Some(text) if is_sql(&text.value) => What::Statement(text, given),
            None if may_be_text(first) => What::Unchecked(AT_RUN_TIME.to_owned()),
            _ => return,
        };
        self.found.push(Found { range: (range.start, range.end), what });
    }

    fn text_of(&self, expression: &Expr) -> Option<Text> {
        match expression {
            Expr::Reference(reference) => self.text_of(&reference.expr),
            Expr::Path(path) => {
                let name = path.path.segments.last()?.ident.to_string();
                self.constants.get(&name).cloned().flatten()
            }
            _ => text(expression, self.file),
        }
    }
}

/// Reads the name of a method before its arguments: `.name` or `.name::<Type>`.
fn method_before(tokens: &[TokenTree]) -> Option<(&'static str, usize)> {
    let mut end = tokens.len();
    let is = |at: usize, mark: char| matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == mark);
    if is(end.checked_sub(1)?, '>') {
        let mut depth = 0_usize;
        loop {
            end = end.checked_sub(1)?;
            if is(end, '>') && !end.checked_sub(1).is_some_and(|before| is(before, '-')) {
                depth += 1;
            } else if is(end, '<') {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    break;
                }
            }
        }
        end = end.checked_sub(2).filter(|at| is(*at, ':') && is(at + 1, ':'))?;
    }
    let at = end.checked_sub(1)?;
    let TokenTree::Ident(name) = tokens.get(at)? else { return None };
    let is_method = at.checked_sub(1).is_some_and(|before| is(before, '.'));
    METHODS.iter().find(|(known, _)| is_method && name == known).copied()
}

/// Reads the parameters that the methods after a request give.
fn given_after(after: &[TokenTree]) -> Given {
    let mut at = 0;
    while let Some(TokenTree::Punct(dot)) = after.get(at)
        && dot.as_char() == '.'
        && let Some(TokenTree::Ident(name)) = after.get(at + 1)
    {
        let mut arguments = at + 2;
        while !matches!(after.get(arguments), None | Some(TokenTree::Group(_))) {
            arguments += 1;
        }
        let Some(TokenTree::Group(group)) = after.get(arguments) else { break };
        if name == "params" {
            return syn::parse2(group.stream()).map_or(Given::Unknown, |first| given(&first));
        }
        if LAST.iter().any(|last| name == last) {
            return Given::Count(0);
        }
        at = arguments + 1;
    }
    Given::Unknown
}

/// Reads parameters that are written down: a tuple, an array, `params!` and `named!`.
fn given(expression: &Expr) -> Given {
    match expression {
        Expr::Tuple(tuple) => Given::Count(tuple.elems.len()),
        Expr::Array(array) => Given::Count(array.elems.len()),
        Expr::Reference(reference) => given(&reference.expr),
        Expr::Macro(called) => {
            let name = called.mac.path.segments.last().map(|last| last.ident.to_string());
            let tokens = called.mac.tokens.clone();
            match name.as_deref() {
                Some("params") => Punctuated::<Expr, Token![,]>::parse_terminated
                    .parse2(tokens)
                    .map_or(Given::Unknown, |values| Given::Count(values.len())),
                Some("named") => Punctuated::<syn::FieldValue, Token![,]>::parse_terminated
                    .parse2(tokens)
                    .map_or(Given::Unknown, |fields| {
                        Given::Names(fields.iter().map(name_of).collect())
                    }),
                _ => Given::Unknown,
            }
        }
        _ => Given::Unknown,
    }
}

fn name_of(field: &syn::FieldValue) -> String {
    match &field.member {
        syn::Member::Named(name) => name.to_string(),
        syn::Member::Unnamed(index) => index.index.to_string(),
    }
}

/// Tells SQL from the word that other methods of the same name take.
fn is_sql(text: &str) -> bool {
    let text = text.trim();
    text.contains(|each: char| each.is_whitespace() || each == ';') || text.is_empty()
}

/// Tells what may turn out as a text from what cannot.
fn may_be_text(expression: &Expr) -> bool {
    match expression {
        Expr::Reference(reference) => may_be_text(&reference.expr),
        Expr::Lit(_) => false,
        Expr::Array(_) | Expr::Tuple(_) | Expr::Closure(_) | Expr::Struct(_) => false,
        _ => true,
    }
}

/// Finds where brackets are nested too deep to be followed: the parser would end the process.
fn too_deep(file: &str) -> Option<usize> {
    let mut depth = 0_usize;
    file.bytes().position(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEPTH_MAX
    })
}
