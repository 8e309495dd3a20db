//! DuckDB's C interface by chunks, without a pool or a runtime: the limit of the engine itself.

use std::ffi::{CString, c_void};
use std::ptr;
use std::sync::{Arc, OnceLock};

use bench_work::{Item, Library, Totals, handles_max};
use chrono::DateTime;
use duckdb::ffi;

use crate::engine::{CLEAR, INSERT, SCAN, SELECT, TARGET, file_of};
use crate::target::{Written, writes};

pub(crate) struct CInterface {
    connection: ffi::duckdb_connection,
    select: ffi::duckdb_prepared_statement,
    insert: ffi::duckdb_prepared_statement,
    database: Arc<Database>,
}

// SAFETY: a connection and its statements move to another thread together, one task at a time.
unsafe impl Send for CInterface {}

struct Database(ffi::duckdb_database);

// SAFETY: DuckDB's database locks itself.
unsafe impl Send for Database {}
// SAFETY: as above.
unsafe impl Sync for Database {}

fn done(state: ffi::duckdb_state) {
    assert_eq!(state, ffi::duckdb_state_DuckDBSuccess, "the C interface fails");
}

fn text(text: &str) -> CString {
    CString::new(text).expect("no NUL byte")
}

impl Database {
    fn connect(&self) -> ffi::duckdb_connection {
        let mut connection = ptr::null_mut();
        // SAFETY: the database is open; the connection is written to the place lent.
        done(unsafe { ffi::duckdb_connect(self.0, &mut connection) });
        connection
    }
}

impl Written for Database {
    fn clear(&self) {
        run(self.connect(), CLEAR);
    }

    fn rows(&self) -> Vec<Item> {
        let mut items = Vec::new();
        scan(self.connect(), TARGET, |item| items.push(item));
        items
    }
}

fn run(connection: ffi::duckdb_connection, sql: &str) {
    // SAFETY: the connection is open and the text lives through the call; no result is wanted.
    done(unsafe { ffi::duckdb_query(connection, text(sql).as_ptr(), ptr::null_mut()) });
}

fn prepare(connection: ffi::duckdb_connection, sql: &str) -> ffi::duckdb_prepared_statement {
    let mut statement = ptr::null_mut();
    // SAFETY: the connection is open and the text lives through the call; the statement is written
    // to the place lent.
    done(unsafe { ffi::duckdb_prepare(connection, text(sql).as_ptr(), &mut statement) });
    statement
}

fn scan(connection: ffi::duckdb_connection, sql: &str, each: impl FnMut(Item)) {
    let statement = prepare(connection, sql);
    read(statement, true, each);
}

/// Runs a statement and reads its rows, as a whole or as a stream.
fn read(statement: ffi::duckdb_prepared_statement, as_stream: bool, mut each: impl FnMut(Item)) {
    let mut pending = ptr::null_mut();
    // SAFETY: the statement is prepared; run and result are written to the places lent and
    // destroyed once; a chunk lives until it is destroyed, and its rows are copied before.
    unsafe {
        let mut result = std::mem::zeroed::<ffi::duckdb_result>();
        done(match as_stream {
            true => ffi::duckdb_pending_prepared_streaming(statement, &mut pending),
            false => ffi::duckdb_pending_prepared(statement, &mut pending),
        });
        done(ffi::duckdb_execute_pending(pending, &mut result));
        ffi::duckdb_destroy_pending(&mut pending);
        loop {
            let mut chunk = ffi::duckdb_fetch_chunk(result);
            if chunk.is_null() {
                break;
            }
            copy(chunk, &mut each);
            ffi::duckdb_destroy_data_chunk(&mut chunk);
        }
        ffi::duckdb_destroy_result(&mut result);
    }
}

/// # Safety
/// The chunk has the columns of an item.
unsafe fn copy(chunk: ffi::duckdb_data_chunk, each: &mut impl FnMut(Item)) {
    // SAFETY: by the contract above, and no column is NULL: each vector holds so many values.
    unsafe {
        let rows = usize::try_from(ffi::duckdb_data_chunk_get_size(chunk)).expect("few rows");
        let data =
            |column| ffi::duckdb_vector_get_data(ffi::duckdb_data_chunk_get_vector(chunk, column));
        let ids = slice::<i64>(data(0), rows);
        let names = slice::<ffi::duckdb_string_t>(data(1), rows);
        let scores = slice::<f64>(data(2), rows);
        let actives = slice::<bool>(data(3), rows);
        let moments = slice::<i64>(data(4), rows);
        for row in 0..rows {
            let mut name = names[row];
            let length = ffi::duckdb_string_t_length(name) as usize;
            let start = ffi::duckdb_string_t_data(&mut name).cast::<u8>();
            let name = std::str::from_utf8(std::slice::from_raw_parts(start, length));
            each(Item {
                id: ids[row],
                name: name.expect("UTF-8").to_owned(),
                score: scores[row],
                active: actives[row],
                ts: DateTime::from_timestamp_micros(moments[row]).expect("in range").naive_utc(),
            });
        }
    }
}

/// # Safety
/// The data holds so many values of the type for as long as the slice is used.
unsafe fn slice<'a, T>(data: *mut c_void, rows: usize) -> &'a [T] {
    // SAFETY: by the contract above.
    unsafe { std::slice::from_raw_parts(data.cast::<T>(), rows) }
}

fn micros(item: &Item) -> i64 {
    item.ts.and_utc().timestamp_micros()
}

impl Library for CInterface {
    const NAME: &'static str = "c-interface";

    async fn open(location: &str, tasks: usize) -> Vec<Self> {
        static DATABASE: OnceLock<Arc<Database>> = OnceLock::new();

        let file = file_of(location, Self::NAME);
        let database = DATABASE.get_or_init(|| {
            let file = text(file.to_str().expect("the path is text"));
            let mut database = ptr::null_mut();
            // SAFETY: the path lives through the call; the database is written to the place lent.
            done(unsafe { ffi::duckdb_open(file.as_ptr(), &mut database) });
            Arc::new(Database(database))
        });
        let handle = |_| {
            let connection = database.connect();
            let (select, insert) = (prepare(connection, SELECT), prepare(connection, INSERT));
            Self { connection, select, insert, database: database.clone() }
        };
        (0..handles_max(tasks)).map(handle).collect()
    }

    async fn point_select(&mut self, id: i64) -> Item {
        // SAFETY: the statement is prepared and has one parameter.
        done(unsafe { ffi::duckdb_bind_int64(self.select, 1, id) });
        let mut found = None;
        read(self.select, false, |item| found = Some(item));
        found.expect("the C interface finds the item")
    }

    async fn insert(&mut self, item: &Item) {
        writes(&self.database);
        let (statement, name) = (self.insert, item.name.as_str());
        // SAFETY: the statement is prepared and has these parameters; the name is copied.
        unsafe {
            done(ffi::duckdb_bind_int64(statement, 1, item.id));
            let length = name.len() as u64;
            done(ffi::duckdb_bind_varchar_length(statement, 2, name.as_ptr().cast(), length));
            done(ffi::duckdb_bind_double(statement, 3, item.score));
            done(ffi::duckdb_bind_boolean(statement, 4, item.active));
            let moment = ffi::duckdb_timestamp { micros: micros(item) };
            done(ffi::duckdb_bind_timestamp(statement, 5, moment));
            done(ffi::duckdb_execute_prepared(statement, ptr::null_mut()));
        }
    }

    async fn bulk(&mut self, items: &[Item]) {
        writes(&self.database);
        run(self.connection, "BEGIN");
        append(self.connection, items);
        run(self.connection, "COMMIT");
    }

    async fn stream(&mut self, totals: &mut Totals) {
        scan(self.connection, SCAN, |item| totals.add(&item));
    }
}

fn append(connection: ffi::duckdb_connection, items: &[Item]) {
    // SAFETY: the connection is open; appender, types and chunk are destroyed once; each chunk takes
    // as many rows as a vector holds, of the types that it was made with.
    unsafe {
        let mut appender = ptr::null_mut();
        let table = text("target");
        done(ffi::duckdb_appender_create(connection, ptr::null(), table.as_ptr(), &mut appender));
        let mut types: Vec<_> = (0..ffi::duckdb_appender_column_count(appender))
            .map(|column| ffi::duckdb_appender_column_type(appender, column))
            .collect();
        let mut chunk = ffi::duckdb_create_data_chunk(types.as_mut_ptr(), types.len() as u64);
        for rows in items.chunks(ffi::duckdb_vector_size() as usize) {
            ffi::duckdb_data_chunk_reset(chunk);
            let vector = |column| ffi::duckdb_data_chunk_get_vector(chunk, column);
            let data = |column| ffi::duckdb_vector_get_data(vector(column));
            for (row, item) in rows.iter().enumerate() {
                let (name, length) = (item.name.as_ptr().cast(), item.name.len() as u64);
                data(0).cast::<i64>().add(row).write(item.id);
                ffi::duckdb_vector_assign_string_element_len(vector(1), row as u64, name, length);
                data(2).cast::<f64>().add(row).write(item.score);
                data(3).cast::<bool>().add(row).write(item.active);
                data(4).cast::<i64>().add(row).write(micros(item));
            }
            ffi::duckdb_data_chunk_set_size(chunk, rows.len() as u64);
            done(ffi::duckdb_append_data_chunk(appender, chunk));
        }
        ffi::duckdb_destroy_data_chunk(&mut chunk);
        types.iter_mut().for_each(|kind| ffi::duckdb_destroy_logical_type(kind));
        done(ffi::duckdb_appender_destroy(&mut appender));
    }
}
