//! COPY: rows into a table, in binary where every value has a binary form, else as text.

use std::sync::Arc;

use bytes::{BufMut, BytesMut};
use hypostyle_core::{Batch, Error, ErrorKind, Fill, Name, Result, ValueRef};
use hypostyle_sql::Dialect;
use postgres_protocol::message::frontend;

use crate::binding::put_length;
use crate::connection::PostgresConnection;
use crate::failure::{Attempt, Failure};
use crate::statements::Sketch;
use crate::taint::Taint;
use crate::types;

/// What begins a COPY in binary: a signature, no flags, no extension.
///
/// # Source
/// <https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-BINARY-FORMAT>
const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Codes of what takes rows and no COPY: a view, a table with row security.
const NOT_COPIED: [&str; 2] = ["42809", "0A000"];

/// Bytes of a name that the server keeps.
const NAME_BYTES_MAX: usize = 63;

/// Bytes after which a message of COPY ends.
const COPY_BYTES: usize = 64 * 1024;

impl PostgresConnection {
    /// Inserts rows by COPY: in binary where every value has a binary form, else as text.
    pub(crate) async fn load(
        &mut self,
        table: Name<'_>,
        columns: &[&str],
        rows: &Batch,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.reading.script = None;
        batch.begin(0);
        if rows.rows() == 0 {
            self.reading.begin_passing();
            return Ok(Fill::End);
        }
        if columns.is_empty() || rows.width() != columns.len() {
            let message =
                format!("rows of {} values were given for {} columns", rows.width(), columns.len());
            return Err(Error::new(ErrorKind::Parameter, message).into());
        }
        let names = Names::quoted(table, columns)?;
        let types = self.column_types(&names).await?;
        self.put_copy(&names, &types, rows)?;
        self.is_copying = true;
        self.pending += 1;
        self.reading.begin_passing();
        match self.pump(&mut Batch::default()).await {
            Ok(fill) => self.number_after(fill).await,
            Err(failure) if failure.has_code(&NOT_COPIED) && !self.call.in_transaction => {
                self.many(&names.insert(columns.len()), rows, batch).await
            }
            Err(Failure::Server(error)) => {
                let row = error.copy_row();
                let error = self.failed(Failure::Server(error), None).await;
                Err(match row {
                    Some(row) => error.with("row", row.to_string()).into(),
                    None => error.into(),
                })
            }
            Err(failure) => Err(failure),
        }
    }

    /// Asks for the types of the columns, each time: binary rows must not meet a changed table.
    async fn column_types(&mut self, names: &Names) -> Attempt<Vec<Arc<types::PgType>>> {
        let sql = format!("SELECT {} FROM {}", names.columns, names.table).into();
        let sketch = Sketch { sql, slots: Vec::new(), taint: Taint::default() };
        let described = self.describe(&sketch, Vec::new(), Box::default()).await?;
        Ok(described.output.types.clone())
    }

    /// Appends the whole COPY: the command, the rows, the end. After a refusal the server passes
    /// over the rows.
    fn put_copy(
        &mut self,
        names: &Names,
        types: &[Arc<types::PgType>],
        rows: &Batch,
    ) -> Attempt<()> {
        let out = &mut self.wire.output;
        let begun = out.len();
        let target = format!("COPY {} ({}) FROM STDIN", names.table, names.columns);
        frontend::query(&format!("{target} BINARY"), out)?;
        match put_copy_binary(out, types, rows) {
            Ok(true) => {}
            Ok(false) => {
                out.truncate(begun);
                frontend::query(&target, out)?;
                if let Err(error) = put_copy_text(out, types, rows) {
                    out.truncate(begun);
                    return Err(error.into());
                }
            }
            Err(error) => {
                out.truncate(begun);
                return Err(error.into());
            }
        }
        frontend::copy_done(out);
        Ok(())
    }
}

/// A table and its columns as the server takes them.
struct Names {
    table: String,
    columns: String,
}

impl Names {
    fn quoted(table: Name<'_>, columns: &[&str]) -> Result<Self> {
        let quote = |name: &str| {
            if name.len() > NAME_BYTES_MAX {
                return Err(too_long(name));
            }
            Ok(Dialect::Postgres.quote_identifier(name)?)
        };
        let name = quote(table.name)?;
        let table = match table.schema {
            Some(schema) => format!("{}.{name}", quote(schema)?),
            None => name,
        };
        let columns: Vec<String> =
            columns.iter().map(|column| quote(column)).collect::<Result<_>>()?;
        Ok(Self { table, columns: columns.join(", ") })
    }

    /// The text that inserts a row of so many values.
    fn insert(&self, width: usize) -> String {
        let marks = vec!["?"; width].join(", ");
        format!("INSERT INTO {} ({}) VALUES ({marks})", self.table, self.columns)
    }
}

/// Appends rows in binary; `false` where a value has no binary form.
fn put_copy_binary(out: &mut BytesMut, types: &[Arc<types::PgType>], rows: &Batch) -> Result<bool> {
    let width = i16::try_from(types.len()).map_err(|_| too_wide())?;
    let mut data = CopyData::begin(out);
    data.out.put_slice(COPY_HEADER);
    for row in 0..rows.rows() {
        data.out.put_i16(width);
        for (column, kind) in types.iter().enumerate() {
            let value = rows.value(row, column);
            if value.is_null() {
                data.out.put_i32(-1);
                continue;
            }
            let start = data.out.len();
            data.out.put_i32(0);
            let is_binary = types::encode_binary(kind, value, data.out)
                .map_err(|error| error.with("row", row.to_string()))?;
            if !is_binary {
                return Ok(false);
            }
            put_length(data.out, start)?;
        }
        data.end_row()?;
    }
    data.out.put_i16(-1);
    data.end()?;
    Ok(true)
}

fn put_copy_text(out: &mut BytesMut, types: &[Arc<types::PgType>], rows: &Batch) -> Result<()> {
    let mut data = CopyData::begin(out);
    let mut line = Vec::new();
    for row in 0..rows.rows() {
        line.clear();
        for (column, kind) in types.iter().enumerate() {
            if column > 0 {
                line.push(b'\t');
            }
            match rows.value(row, column) {
                ValueRef::Null => line.extend_from_slice(b"\\N"),
                value => types::encode_copy_text(kind, value, &mut line)
                    .map_err(|error| error.with("row", row.to_string()))?,
            }
        }
        line.push(b'\n');
        data.out.put_slice(&line);
        data.end_row()?;
    }
    data.end()
}

fn too_wide() -> Error {
    Error::new(ErrorKind::Limit, "a table has at most 1 600 columns")
}

/// The server would cut the name, and mean another table.
fn too_long(name: &str) -> Error {
    let message = format!("`{name}` has more than the {NAME_BYTES_MAX} bytes of a name");
    Error::new(ErrorKind::Query, message)
}

/// Messages of COPY, one after another, each of some rows.
struct CopyData<'o> {
    out: &'o mut BytesMut,
    start: usize,
}

impl<'o> CopyData<'o> {
    fn begin(out: &'o mut BytesMut) -> Self {
        let start = out.len();
        let mut data = Self { out, start };
        data.open();
        data
    }

    fn open(&mut self) {
        self.start = self.out.len();
        self.out.put_u8(b'd');
        self.out.put_i32(0);
    }

    fn end_row(&mut self) -> Result<()> {
        if self.out.len() - self.start >= COPY_BYTES {
            self.end()?;
            self.open();
        }
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let length = i32::try_from(self.out.len() - self.start - 1);
        let length = length
            .map_err(|_| Error::new(ErrorKind::Limit, "a row exceeds 1 GiB, PostgreSQL's limit"))?;
        if let Some(place) = self.out.get_mut(self.start + 1..self.start + 5) {
            place.copy_from_slice(&length.to_be_bytes());
        }
        Ok(())
    }
}
