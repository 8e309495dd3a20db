//! A prepared statement: bound, stepped, and its values lent.

use std::ffi::c_int;
use std::ptr::NonNull;
use std::rc::Rc;

use libsqlite3_sys as ffi;

use super::{Failure, Handle, text};

/// A prepared statement.
pub(crate) struct Statement {
    pub(super) statement: NonNull<ffi::sqlite3_stmt>,
    pub(super) handle: Rc<Handle>,
}

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: the statement came from prepare and is finalized once, here.
        unsafe { ffi::sqlite3_finalize(self.statement.as_ptr()) };
    }
}

/// What a step answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Row,
    Done,
}

/// A value of a column, lent until the next step.
pub(crate) enum Cell<'a> {
    Null,
    Integer(i64),
    Real(f64),
    /// Bytes in UTF-8 as far as whoever stored them kept to it.
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

/// A value to bind.
#[derive(Clone, Copy)]
pub(crate) enum Bind<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

impl Statement {
    fn ptr(&self) -> *mut ffi::sqlite3_stmt {
        self.statement.as_ptr()
    }

    pub(crate) fn column_count(&self) -> usize {
        // SAFETY: the statement is prepared.
        usize::try_from(unsafe { ffi::sqlite3_column_count(self.ptr()) }).unwrap_or_default()
    }

    /// Answers the name and the declared type of a column.
    pub(crate) fn column_meta(&self, column: usize) -> (String, Option<String>) {
        let at = index(column);
        // SAFETY: the statement is prepared; the strings are copied before the next call.
        unsafe {
            let name = text(ffi::sqlite3_column_name(self.ptr(), at)).unwrap_or_default();
            let name = name.to_owned();
            let declared = text(ffi::sqlite3_column_decltype(self.ptr(), at));
            (name, declared.map(str::to_owned))
        }
    }

    pub(crate) fn is_readonly(&self) -> bool {
        // SAFETY: the statement is prepared.
        unsafe { ffi::sqlite3_stmt_readonly(self.ptr()) != 0 }
    }

    /// Counts how often SQLite has prepared the statement again, as after a change of schema.
    pub(crate) fn reprepared(&self) -> c_int {
        // SAFETY: the statement is prepared.
        unsafe { ffi::sqlite3_stmt_status(self.ptr(), ffi::SQLITE_STMTSTATUS_REPREPARE, 0) }
    }

    pub(crate) fn parameter_count(&self) -> usize {
        // SAFETY: the statement is prepared.
        let count = unsafe { ffi::sqlite3_bind_parameter_count(self.ptr()) };
        usize::try_from(count).unwrap_or_default()
    }

    /// Tells whether a parameter, counted from 1, is written with a number or name.
    pub(crate) fn is_parameter_named(&self, parameter: usize) -> bool {
        // SAFETY: the statement is prepared; an index out of range answers null.
        unsafe { !ffi::sqlite3_bind_parameter_name(self.ptr(), index(parameter)).is_null() }
    }

    /// Binds a copy of a value to a parameter, counted from 1.
    pub(crate) fn bind(&mut self, parameter: usize, value: Bind<'_>) -> Result<(), Failure> {
        // SAFETY: SQLITE_TRANSIENT makes SQLite copy the bytes before the call returns.
        unsafe { self.bind_as(parameter, value, ffi::SQLITE_TRANSIENT()) }
    }

    /// Binds the values without a copy, runs a statement that returns no rows, and unbinds them.
    /// A row it returns all the same is passed over.
    ///
    /// # Errors
    /// That of a value that cannot be had, before anything ran; within it that of SQLite.
    pub(crate) fn run<'v, E>(
        &mut self,
        values: impl Iterator<Item = Result<Bind<'v>, E>>,
    ) -> Result<Result<(), Failure>, E> {
        let ran = self.run_bound(values);
        self.reset();
        // SAFETY: the statement is prepared and reset; after this nothing points to the values.
        unsafe { ffi::sqlite3_clear_bindings(self.ptr()) };
        ran
    }

    fn run_bound<'v, E>(
        &mut self,
        values: impl Iterator<Item = Result<Bind<'v>, E>>,
    ) -> Result<Result<(), Failure>, E> {
        for (at, value) in values.enumerate() {
            // SAFETY: `run` resets the statement and clears its bindings before it returns, and
            // the values live through it.
            if let Err(failure) = unsafe { self.bind_as(at + 1, value?, ffi::SQLITE_STATIC()) } {
                return Ok(Err(failure));
            }
        }
        loop {
            match self.step() {
                Ok(Step::Row) => {}
                Ok(Step::Done) => return Ok(Ok(())),
                Err(failure) => return Ok(Err(failure)),
            }
        }
    }

    /// # Safety
    /// With a destructor of SQLITE_STATIC the bytes live until the parameter is bound anew or
    /// cleared.
    unsafe fn bind_as(
        &mut self,
        parameter: usize,
        value: Bind<'_>,
        destructor: ffi::sqlite3_destructor_type,
    ) -> Result<(), Failure> {
        let (statement, at) = (self.ptr(), index(parameter));
        // SAFETY: the statement is prepared; pointers and lengths belong together; what the
        // destructor demands is the caller's contract.
        let code = unsafe {
            match value {
                Bind::Null => ffi::sqlite3_bind_null(statement, at),
                Bind::Integer(value) => ffi::sqlite3_bind_int64(statement, at, value),
                Bind::Real(value) => ffi::sqlite3_bind_double(statement, at, value),
                Bind::Text(bytes) => ffi::sqlite3_bind_text64(
                    statement,
                    at,
                    bytes.as_ptr().cast(),
                    bytes.len() as u64,
                    destructor,
                    UTF8,
                ),
                // A null pointer would bind NULL instead of no bytes.
                Bind::Blob([]) => ffi::sqlite3_bind_zeroblob(statement, at, 0),
                Bind::Blob(bytes) => ffi::sqlite3_bind_blob64(
                    statement,
                    at,
                    bytes.as_ptr().cast(),
                    bytes.len() as u64,
                    destructor,
                ),
            }
        };
        if code == ffi::SQLITE_OK { Ok(()) } else { Err(self.handle.failure(code)) }
    }

    pub(crate) fn step(&mut self) -> Result<Step, Failure> {
        // SAFETY: the statement is prepared and used by this thread alone.
        match unsafe { ffi::sqlite3_step(self.ptr()) } {
            ffi::SQLITE_ROW => Ok(Step::Row),
            ffi::SQLITE_DONE => Ok(Step::Done),
            code => {
                // SAFETY: the statement is prepared; its text is copied at once.
                let running = unsafe { text(ffi::sqlite3_sql(self.ptr())) };
                let failure = self.handle.failure(code);
                Err(Failure { running: running.map(str::to_owned), ..failure })
            }
        }
    }

    /// Ends the run; the statement can then be bound and run anew.
    pub(crate) fn reset(&mut self) {
        // SAFETY: the statement is prepared. The code repeats that of the last step.
        unsafe { ffi::sqlite3_reset(self.ptr()) };
    }

    /// Lends the value of a column of the present row. `is_utf8` says that the database stores
    /// text as UTF-8, which can then be lent without conversion.
    #[inline]
    pub(crate) fn cell(&mut self, column: usize, is_utf8: bool) -> Cell<'_> {
        // SAFETY: the statement is at a row, or SQLite answers NULL. The value is of this
        // statement and not used after the next step or reset, both of which take `&mut self`.
        // `sqlite3_value_blob` of UTF-8 text answers its bytes as they are; `sqlite3_value_bytes`
        // is asked after the conversion, as SQLite demands.
        unsafe {
            let value = ffi::sqlite3_column_value(self.ptr(), index(column));
            match ffi::sqlite3_value_type(value) {
                ffi::SQLITE_INTEGER => Cell::Integer(ffi::sqlite3_value_int64(value)),
                ffi::SQLITE_FLOAT => Cell::Real(ffi::sqlite3_value_double(value)),
                ffi::SQLITE_TEXT => {
                    let start = if is_utf8 {
                        ffi::sqlite3_value_blob(value).cast::<u8>()
                    } else {
                        ffi::sqlite3_value_text(value)
                    };
                    Cell::Text(bytes(start, ffi::sqlite3_value_bytes(value)))
                }
                ffi::SQLITE_BLOB => {
                    let start = ffi::sqlite3_value_blob(value).cast::<u8>();
                    Cell::Blob(bytes(start, ffi::sqlite3_value_bytes(value)))
                }
                _ => Cell::Null,
            }
        }
    }
}

const UTF8: u8 = 1;

/// # Safety
/// The pointer is null, or readable for `length` bytes throughout the lifetime.
unsafe fn bytes<'a>(start: *const u8, length: c_int) -> &'a [u8] {
    match usize::try_from(length) {
        // SAFETY: by the contract above.
        Ok(length) if !start.is_null() => unsafe { std::slice::from_raw_parts(start, length) },
        _ => &[],
    }
}

/// SQLite answers NULL or an error for an index out of range.
fn index(at: usize) -> c_int {
    c_int::try_from(at).unwrap_or(c_int::MAX)
}
