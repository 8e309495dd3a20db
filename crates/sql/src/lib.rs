//! Reads SQL as text: tokens, placeholders, script splitting, statement classes and quoting.
//!
//! Nothing here knows a grammar, a schema or a connection; every function is pure and works on the
//! bytes it is given.
//!
//! # Invariants
//!
//! - **Total.** [`tokens()`], [`split()`], [`is_complete`] and [`classify()`] accept any text and never
//!   fail; no function panics. Work is linear in the length of the text.
//! - **Exact.** The tokens of a text cover it without gap or overlap. Every offset is a byte offset
//!   on a character boundary.
//! - **Strings and comments are opaque.** [`translate`] changes placeholders and escaped `?`
//!   operators, never the inside of a string, a quoted identifier or a comment.
//! - **Unchanged text is borrowed.** What needs no change costs no copy.
//! - **Doubt is a write.** [`classify()`] answers [`Access::Read`] only for what it knows to read.
//! - **Session settings are the defaults**, but for [`Dialect::PostgresBackslash`]: PostgreSQL reads
//!   with `standard_conforming_strings = on`, MySQL without `ANSI_QUOTES` and `NO_BACKSLASH_ESCAPES`.

mod classify;
pub mod copy;
mod delimiter;
mod dialect;
mod error;
mod escapes;
mod lexis;
mod placeholders;
mod split;
mod tokens;

pub use classify::{Access, Class, Verb, classify};
pub use delimiter::{Delimiter, DelimiterLine};
pub use dialect::Dialect;
pub use error::{Error, ErrorKind};
pub use escapes::without_escapes;
pub use placeholders::{Marker, PARAMETERS_MAX, Slot, Translated, translate};
pub use split::{Split, Statement, is_complete, split};
pub use tokens::{Token, TokenKind, Tokens, tokens};
