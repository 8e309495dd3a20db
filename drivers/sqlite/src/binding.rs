//! Binding values to a statement: copied for one that stays open, lent to one that runs to its end.

use hypostyle_core::{Error, ErrorKind, Result, ValueRef};

use crate::raw::{Failure, Statement};
use crate::types::Scratch;

/// Binds a copy of a value to a parameter, counted from 1.
pub(crate) fn bind_copy(
    statement: &mut Statement,
    scratch: &mut Scratch,
    parameter: usize,
    value: ValueRef<'_>,
) -> Result<Result<(), Failure>> {
    scratch.begin();
    scratch.write(value);
    Ok(statement.bind(parameter, scratch.bind(value)?))
}

/// Runs a statement to its end with values lent for as long as it runs.
pub(crate) fn run_lent<'v>(
    statement: &mut Statement,
    scratch: &mut Scratch,
    count: usize,
    value: impl Fn(usize) -> Result<ValueRef<'v>>,
) -> Result<Result<(), Failure>> {
    scratch.begin();
    for at in 0..count {
        scratch.write(value(at)?);
    }
    let scratch = &*scratch;
    statement.run((0..count).map(|at| scratch.bind(value(at)?)))
}

pub(crate) fn unbound(parameter: usize, given: usize) -> Error {
    let message = format!("parameter {parameter} is not bound; {given} were given");
    Error::new(ErrorKind::Parameter, message)
}
