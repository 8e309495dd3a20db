//! SQLite's C interface: the only unsafe room.
//!
//! # Invariants
//! - A [`Raw`] and the [`Statement`]s made from it live in one [`crate::blocking::BlockingConnection`], are used
//!   by one thread at a time, and each statement keeps its connection open.
//! - The connection is opened without SQLite's own mutex; exclusive use is what the engine is for.
//! - The hooks live in a box that outlives the connection, so callbacks always find them.
//! - Bytes of a column are lent only until the statement is stepped or reset: both take `&mut`.

#![expect(unsafe_code, reason = "calls into SQLite; each block says why it is sound")]

mod statement;

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::ptr::{self, NonNull};
use std::rc::Rc;

use libsqlite3_sys as ffi;

use crate::hooks::Hooks;

pub(crate) use statement::{Bind, Cell, Statement, Step};

/// An extended result code of SQLite.
pub(crate) type Code = c_int;

/// What SQLite said about a failure.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) message: String,
    /// The byte in the statement's text, where SQLite knows it.
    pub(crate) offset: Option<usize>,
    /// The text of the statement that was running.
    pub(crate) running: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: Code, message: &str) -> Self {
        Self { code, message: message.to_owned(), offset: None, running: None }
    }
}

/// An open connection.
pub(crate) struct Raw {
    handle: Rc<Handle>,
}

/// The connection itself, closed when its last statement is gone.
struct Handle {
    db: NonNull<ffi::sqlite3>,
    hooks: Box<Hooks>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is open and every statement of it is finalized, for each holds it.
        unsafe { ffi::sqlite3_close(self.db.as_ptr()) };
    }
}

/// How the write-ahead log is copied into the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checkpoint {
    /// As far as it goes without waiting.
    Passive,
    /// Whole, waiting for readers, so that the log begins anew.
    Restart,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenMode {
    ReadOnly,
    ReadWrite,
    Create,
}

impl Raw {
    pub(crate) fn open(path: &Path, mode: OpenMode, hooks: Hooks) -> Result<Self, Failure> {
        let unusable = |message| Failure::new(ffi::SQLITE_CANTOPEN, message);
        let path = path.to_str().ok_or_else(|| unusable("the path is not valid UTF-8"))?;
        let path = CString::new(path).map_err(|_| unusable("the path holds a NUL byte"))?;
        let access = match mode {
            OpenMode::ReadOnly => ffi::SQLITE_OPEN_READONLY,
            OpenMode::ReadWrite => ffi::SQLITE_OPEN_READWRITE,
            OpenMode::Create => ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE,
        };
        let flags = access | ffi::SQLITE_OPEN_NOMUTEX | ffi::SQLITE_OPEN_EXRESCODE;
        let mut db = ptr::null_mut();
        // SAFETY: the path is NUL-terminated and `db` is a place for the handle.
        let code = unsafe { ffi::sqlite3_open_v2(path.as_ptr(), &mut db, flags, ptr::null()) };
        let Some(db) = NonNull::new(db) else { return Err(unusable("SQLite is out of memory")) };
        let handle = Rc::new(Handle { db, hooks: Box::new(hooks) });
        if code != ffi::SQLITE_OK {
            return Err(handle.failure(code));
        }
        handle.install_hooks();
        Ok(Self { handle })
    }

    pub(crate) fn hooks(&self) -> &Hooks {
        &self.handle.hooks
    }

    /// Prepares the first statement of a text and answers where the rest begins; text without a
    /// statement is `None`.
    pub(crate) fn prepare(
        &self,
        text: &str,
        keep: bool,
    ) -> Result<(Option<Statement>, usize), Failure> {
        let length = c_int::try_from(text.len())
            .map_err(|_| Failure::new(ffi::SQLITE_TOOBIG, "the text is longer than 2 GiB"))?;
        let flags = if keep { ffi::SQLITE_PREPARE_PERSISTENT } else { 0 };
        let (mut statement, mut tail) = (ptr::null_mut(), ptr::null());
        let start = text.as_ptr().cast::<c_char>();
        // SAFETY: the text is readable for `length` bytes, which is how far SQLite reads.
        let code = unsafe {
            ffi::sqlite3_prepare_v3(
                self.handle.db.as_ptr(),
                start,
                length,
                flags,
                &mut statement,
                &mut tail,
            )
        };
        if code != ffi::SQLITE_OK {
            return Err(self.handle.failure(code));
        }
        // The tail points into the text or to its end.
        let rest = (tail as usize).saturating_sub(start as usize).min(text.len());
        let statement = NonNull::new(statement)
            .map(|statement| Statement { statement, handle: self.handle.clone() });
        Ok((statement, rest))
    }

    pub(crate) fn is_autocommit(&self) -> bool {
        // SAFETY: the handle is open.
        unsafe { ffi::sqlite3_get_autocommit(self.handle.db.as_ptr()) != 0 }
    }

    pub(crate) fn changes(&self) -> u64 {
        // SAFETY: the handle is open.
        let changes = unsafe { ffi::sqlite3_changes64(self.handle.db.as_ptr()) };
        u64::try_from(changes).unwrap_or_default()
    }

    pub(crate) fn last_insert_rowid(&self) -> i64 {
        // SAFETY: the handle is open.
        unsafe { ffi::sqlite3_last_insert_rowid(self.handle.db.as_ptr()) }
    }

    /// Limits texts, blobs, rows and statements.
    pub(crate) fn limit_values(&self, bytes_max: c_int) {
        let db = self.handle.db.as_ptr();
        // SAFETY: the handle is open; the call only sets a number of it.
        unsafe { ffi::sqlite3_limit(db, ffi::SQLITE_LIMIT_LENGTH, bytes_max) };
    }

    /// Copies the write-ahead log into the database.
    pub(crate) fn checkpoint(&self, how: Checkpoint) -> Result<(), Failure> {
        let mode = match how {
            Checkpoint::Passive => ffi::SQLITE_CHECKPOINT_PASSIVE,
            Checkpoint::Restart => ffi::SQLITE_CHECKPOINT_RESTART,
        };
        let (db, none) = (self.handle.db.as_ptr(), ptr::null_mut());
        // SAFETY: the handle is open; a null name means all databases, null counts are not wanted.
        let code = unsafe { ffi::sqlite3_wal_checkpoint_v2(db, ptr::null(), mode, none, none) };
        if code == ffi::SQLITE_OK { Ok(()) } else { Err(self.handle.failure(code)) }
    }
}

impl Handle {
    fn failure(&self, code: Code) -> Failure {
        // SAFETY: the handle is open; SQLite's message is NUL-terminated and copied at once.
        let message = unsafe {
            let message = ffi::sqlite3_errmsg(self.db.as_ptr());
            if message.is_null() {
                String::new()
            } else {
                CStr::from_ptr(message).to_string_lossy().into_owned()
            }
        };
        // SAFETY: the handle is open.
        let offset = unsafe { ffi::sqlite3_error_offset(self.db.as_ptr()) };
        Failure { code, message, offset: usize::try_from(offset).ok(), running: None }
    }

    fn install_hooks(&self) {
        let context = ptr::from_ref::<Hooks>(&self.hooks).cast_mut().cast::<c_void>();
        let db = self.db.as_ptr();
        // SAFETY: the hooks are boxed and freed after the handle is closed, so the context is
        // valid whenever SQLite calls back; callbacks only share it and run on the calling thread.
        unsafe {
            ffi::sqlite3_progress_handler(db, Hooks::TICK_OPERATIONS, Some(on_progress), context);
            ffi::sqlite3_busy_handler(db, Some(on_busy), context);
            ffi::sqlite3_set_authorizer(db, Some(on_prepare), context);
            ffi::sqlite3_wal_hook(db, Some(on_commit), context);
        }
    }
}

/// Finds the hooks behind a callback's context.
///
/// # Safety
/// The context is the one given by `install_hooks`.
unsafe fn hooks<'a>(context: *mut c_void) -> &'a Hooks {
    // SAFETY: by the contract above; the box outlives the connection that calls back.
    unsafe { &*context.cast::<Hooks>() }
}

unsafe extern "C" fn on_progress(context: *mut c_void) -> c_int {
    // SAFETY: SQLite hands back the context it was given.
    c_int::from(unsafe { hooks(context) }.should_stop())
}

unsafe extern "C" fn on_busy(context: *mut c_void, attempt: c_int) -> c_int {
    // SAFETY: SQLite hands back the context it was given.
    c_int::from(unsafe { hooks(context) }.wait_for_lock(attempt))
}

unsafe extern "C" fn on_prepare(
    context: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    _database: *const c_char,
    _trigger: *const c_char,
) -> c_int {
    // SAFETY: SQLite hands back the context it was given; its strings are null or NUL-terminated
    // and live through the call.
    let (hooks, first, second) = unsafe { (hooks(context), text(first), text(second)) };
    if hooks.authorize(action, first, second) { ffi::SQLITE_OK } else { ffi::SQLITE_DENY }
}

unsafe extern "C" fn on_commit(
    context: *mut c_void,
    _db: *mut ffi::sqlite3,
    _database: *const c_char,
    pages: c_int,
) -> c_int {
    // SAFETY: SQLite hands back the context it was given.
    unsafe { hooks(context) }.wal_pages.set(pages);
    ffi::SQLITE_OK
}

/// Lends a C string, or nothing where it is null or no UTF-8.
///
/// # Safety
/// The pointer is null or NUL-terminated and valid for the lifetime.
unsafe fn text<'a>(text: *const c_char) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: by the contract above.
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

/// Answers the version of the SQLite in use.
pub(crate) fn version() -> &'static str {
    // SAFETY: the version is a static NUL-terminated string.
    unsafe { text(ffi::sqlite3_libversion()) }.unwrap_or_default()
}

// SAFETY: an engine owns its connection, its statements and their shared handle together and lends
// none of them out, so all of them move to another thread at once, and SQLite without its mutex
// asks only that no two threads use a connection at the same time, which `&mut` ensures.
unsafe impl Send for crate::blocking::BlockingConnection {}
