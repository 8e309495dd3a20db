//! Databases and connections to them.

use std::ptr;
use std::sync::Arc;

use super::ffi::{self, Api, QueryResult, SUCCESS};
use super::library::library;
use super::{Failure, Statement, failure, terminated};

/// An open database, shared by everybody in this process who opened the same file.
pub(crate) struct Instance {
    api: &'static Api,
    database: ffi::Database,
}

// SAFETY: DuckDB's database locks itself; it is only connected to and closed.
unsafe impl Send for Instance {}
// SAFETY: as above.
unsafe impl Sync for Instance {}

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: the handle is open and closed once, here; connections keep the instance.
        unsafe { (self.api.duckdb_close)(&mut self.database) };
    }
}

impl Instance {
    /// Opens a database, or joins one that this process has open by the same path. Without a path
    /// it is in memory and private.
    pub(crate) fn open(path: Option<&str>, settings: &[(&str, String)]) -> Result<Self, Failure> {
        let library = library().map_err(|missing| Failure(format!("Library Error: {missing}")))?;
        let api = &library.api;
        let config = Settings::new(api, settings)?;
        let path = terminated(path.unwrap_or(":memory:"))?;
        let (mut database, mut said) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the cache lives as long as the process, path and configuration through the call,
        // which writes to the two places lent.
        let state = unsafe {
            (api.duckdb_get_or_create_from_cache)(
                library.instances,
                path.as_ptr(),
                &mut database,
                config.config,
                &mut said,
            )
        };
        if state == SUCCESS {
            return Ok(Self { api, database });
        }
        // SAFETY: the message is null or NUL-terminated, and freed once, after it was copied.
        unsafe {
            let failed = failure(said);
            (api.duckdb_free)(said.cast());
            Err(failed)
        }
    }

    /// Connects.
    pub(crate) fn connect(self: &Arc<Self>) -> Result<Connection, Failure> {
        let mut connection = ptr::null_mut();
        // SAFETY: the database is open; the connection is written to the place lent.
        let state = unsafe { (self.api.duckdb_connect)(self.database, &mut connection) };
        if state != SUCCESS {
            return Err(Failure("Connection Error: no connection could be made".to_owned()));
        }
        let session = Session { api: self.api, connection, _instance: self.clone() };
        Ok(Connection(Arc::new(session)))
    }
}

/// Settings on their way into a new database.
struct Settings {
    api: &'static Api,
    config: ffi::Config,
}

impl Drop for Settings {
    fn drop(&mut self) {
        // SAFETY: the configuration was made by `new` and is destroyed once, here.
        unsafe { (self.api.duckdb_destroy_config)(&mut self.config) };
    }
}

impl Settings {
    fn new(api: &'static Api, settings: &[(&str, String)]) -> Result<Self, Failure> {
        let mut made = Self { api, config: ptr::null_mut() };
        // SAFETY: the configuration is written to the place lent.
        unsafe { (api.duckdb_create_config)(&mut made.config) };
        for (name, value) in settings {
            let (key, text) = (terminated(name)?, terminated(value)?);
            // SAFETY: the configuration is alive; both texts live through the call.
            let state =
                unsafe { (api.duckdb_set_config)(made.config, key.as_ptr(), text.as_ptr()) };
            if state != SUCCESS {
                return Err(Failure(format!(
                    "Invalid Input Error: the setting {name} does not take `{value}`"
                )));
            }
        }
        Ok(made)
    }
}

/// An open connection.
pub(crate) struct Connection(Arc<Session>);

/// The connection itself, closed when the last of what came from it is gone.
pub(super) struct Session {
    pub(super) api: &'static Api,
    pub(super) connection: ffi::Connection,
    _instance: Arc<Instance>,
}

// SAFETY: DuckDB's connection locks itself, and may be used and interrupted from any thread.
unsafe impl Send for Session {}
// SAFETY: as above.
unsafe impl Sync for Session {}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: the connection is open and closed once, here; what came from it keeps it.
        unsafe { (self.api.duckdb_disconnect)(&mut self.connection) };
    }
}

/// Interrupts what a connection does, from any thread.
#[derive(Clone)]
pub(crate) struct Interrupter(Arc<Session>);

impl Interrupter {
    /// Interrupts the statement that runs now, if there is one.
    pub(crate) fn interrupt(&self) {
        // SAFETY: the connection is open; DuckDB allows this from any thread.
        unsafe { (self.0.api.duckdb_interrupt)(self.0.connection) };
    }
}

impl Connection {
    pub(super) fn session(&self) -> &Arc<Session> {
        &self.0
    }

    pub(crate) fn interrupter(&self) -> Interrupter {
        Interrupter(self.0.clone())
    }

    /// Prepares the only statement of a text.
    pub(crate) fn prepare(&self, text: &str) -> Result<Statement, Failure> {
        Statement::prepare(&self.0, text)
    }

    /// Runs a text of the driver's own, without parameters and rows.
    pub(crate) fn run(&self, text: &str) -> Result<(), Failure> {
        let text = terminated(text)?;
        let Session { api, connection, .. } = *self.0;
        let mut result = QueryResult::EMPTY;
        // SAFETY: the connection is open, the text lives through the call, and the result is
        // written to the place lent; its message is copied before it is destroyed.
        unsafe {
            let state = (api.duckdb_query)(connection, text.as_ptr(), &mut result);
            let done = if state == SUCCESS {
                Ok(())
            } else {
                Err(failure((api.duckdb_result_error)(&mut result)))
            };
            (api.duckdb_destroy_result)(&mut result);
            done
        }
    }
}
