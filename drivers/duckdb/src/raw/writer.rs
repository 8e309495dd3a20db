//! New chunks, filled value by value.

use std::sync::Arc;

use super::connection::{Connection, Session};
use super::ffi::{self, HugeInt, Interval, ListEntry, SUCCESS};
use super::shape::LogicalType;
use super::value::Plain;
use super::{Failure, Shape};

/// The rows of a chunk.
pub(crate) const CHUNK_ROWS: usize = 2_048;

/// A chunk on its way into a table.
pub(crate) struct NewChunk<'s> {
    chunk: ffi::DataChunk,
    session: Arc<Session>,
    shapes: &'s [Shape],
    rows: usize,
}

impl Drop for NewChunk<'_> {
    fn drop(&mut self) {
        // SAFETY: the chunk was made by `new` and is destroyed once, here.
        unsafe { (self.session.api.duckdb_destroy_data_chunk)(&mut self.chunk) };
    }
}

impl<'s> NewChunk<'s> {
    pub(crate) fn new(connection: &Connection, shapes: &'s [Shape]) -> Result<Self, Failure> {
        let session = connection.session().clone();
        let api = session.api;
        let kinds = shapes.iter().map(|shape| LogicalType::of(api, shape));
        let kinds = kinds.collect::<Result<Vec<_>, Failure>>()?;
        let mut handles: Vec<ffi::LogicalType> = kinds.iter().map(LogicalType::handle).collect();
        // SAFETY: the types live through the call, which copies them, and are as many as it says.
        let chunk =
            unsafe { (api.duckdb_create_data_chunk)(handles.as_mut_ptr(), handles.len() as u64) };
        if chunk.is_null() {
            return Err(Failure("Invalid Type Error: the chunk cannot be made".to_owned()));
        }
        Ok(Self { chunk, session, shapes, rows: 0 })
    }

    pub(super) fn handle(&self) -> ffi::DataChunk {
        self.chunk
    }

    pub(crate) fn is_full(&self) -> bool {
        self.rows >= CHUNK_ROWS
    }

    /// Lends the column to be written, and its shape. Of a row that is not full, each column is
    /// written once.
    pub(crate) fn column(&mut self, at: usize) -> Option<(Slot<'_>, &'s Shape)> {
        let shape = self.shapes.get(at)?;
        let capacity = CHUNK_ROWS;
        // SAFETY: the chunk is alive and has a column for each shape.
        let vector =
            unsafe { (self.session.api.duckdb_data_chunk_get_vector)(self.chunk, at as u64) };
        Some((Slot { session: &self.session, vector, shape, row: self.rows, capacity }, shape))
    }

    /// Ends a row.
    pub(crate) fn end_row(&mut self) {
        self.rows += 1;
        // SAFETY: the chunk is alive, and holds no more rows than its capacity, as `is_full` says.
        unsafe {
            let rows = self.rows.min(CHUNK_ROWS) as u64;
            (self.session.api.duckdb_data_chunk_set_size)(self.chunk, rows);
        }
    }
}

/// The place of a value in a vector.
pub(crate) struct Slot<'c> {
    session: &'c Arc<Session>,
    vector: ffi::Vector,
    shape: &'c Shape,
    row: usize,
    capacity: usize,
}

impl Slot<'_> {
    /// Writes a value that is no list, map or structure.
    ///
    /// # Errors
    /// When the vector stores values of another kind, or has no such row.
    pub(crate) fn write(&mut self, value: Plain<'_>) -> Result<(), Failure> {
        if self.row >= self.capacity {
            return Err(Failure("Internal Error: the chunk is full".to_owned()));
        }
        match (value, self.shape) {
            (Plain::Null, _) => self.write_null(),
            (Plain::Bool(value), Shape::Bool) => self.put(u8::from(value)),
            (Plain::I8(value), Shape::I8) => self.put(value),
            (Plain::I16(value), Shape::I16) => self.put(value),
            (Plain::I32(value), Shape::I32) | (Plain::Date(value), Shape::Date) => self.put(value),
            (Plain::I64(value), Shape::I64)
            | (Plain::Time(value), Shape::Time)
            | (Plain::TimeNanos(value), Shape::TimeNanos)
            | (Plain::TimestampTz(value), Shape::TimestampTz) => self.put(value),
            (Plain::Timestamp(unit, value), Shape::Timestamp(own)) if unit == *own => {
                self.put(value)
            }
            (Plain::I128(value), Shape::I128) => self.put(HugeInt::from(value)),
            (Plain::U8(value), Shape::U8) => self.put(value),
            (Plain::U16(value), Shape::U16) => self.put(value),
            (Plain::U32(value), Shape::U32) => self.put(value),
            (Plain::U64(value), Shape::U64) => self.put(value),
            (Plain::U128(value), Shape::U128) => self.put(ffi::UHugeInt::from(value)),
            (Plain::F32(value), Shape::F32) => self.put(value),
            (Plain::F64(value), Shape::F64) => self.put(value),
            (Plain::Decimal { unscaled, .. }, Shape::Decimal { width, .. }) => {
                return self.put_decimal(unscaled, *width);
            }
            (Plain::Text(text), Shape::Text | Shape::Json) => self.put_bytes(text.as_bytes()),
            (Plain::Blob(bytes), Shape::Blob) => self.put_bytes(bytes),
            (Plain::Interval { months, days, micros }, Shape::Interval) => {
                self.put(Interval { months, days, micros });
            }
            // Stored with the first bit turned, so that they sort as signed numbers.
            (Plain::Uuid(value), Shape::Uuid) => {
                self.put(HugeInt::from((value ^ (1 << 127)).cast_signed()));
            }
            (Plain::Word(number), Shape::Enum(_, bytes)) => return self.put_word(number, *bytes),
            (_, shape) => return Err(misfit(shape)),
        }
        Ok(())
    }

    fn put_decimal(&mut self, unscaled: i128, width: u8) -> Result<(), Failure> {
        let misfit = |_| misfit(self.shape);
        match width {
            ..=4 => self.put(i16::try_from(unscaled).map_err(misfit)?),
            5..=9 => self.put(i32::try_from(unscaled).map_err(misfit)?),
            10..=18 => self.put(i64::try_from(unscaled).map_err(misfit)?),
            _ => self.put(HugeInt::from(unscaled)),
        }
        Ok(())
    }

    fn put_word(&mut self, number: u32, bytes: u8) -> Result<(), Failure> {
        let misfit = |_| misfit(self.shape);
        match bytes {
            1 => self.put(u8::try_from(number).map_err(misfit)?),
            2 => self.put(u16::try_from(number).map_err(misfit)?),
            _ => self.put(number),
        }
        Ok(())
    }

    /// Puts a value into the vector. The callers name the type by the shape of the vector.
    fn put<T>(&mut self, value: T) {
        // SAFETY: the vector stores values of this type, for its shape was looked at, and the row
        // is below its capacity.
        unsafe {
            let data = (self.session.api.duckdb_vector_get_data)(self.vector).cast::<T>();
            data.add(self.row).write(value);
        }
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        let (start, length) = (bytes.as_ptr().cast(), bytes.len() as u64);
        // SAFETY: the vector is one of texts, the row below its capacity, and the bytes are copied.
        unsafe {
            let put = self.session.api.duckdb_vector_assign_string_element_len;
            put(self.vector, self.row as u64, start, length);
        }
    }

    fn write_null(&mut self) {
        // SAFETY: the vector is alive; its mask, once made, has a bit for each row of its capacity.
        unsafe {
            (self.session.api.duckdb_vector_ensure_validity_writable)(self.vector);
            let mask = (self.session.api.duckdb_vector_get_validity)(self.vector);
            let word = mask.add(self.row / 64);
            word.write(word.read() & !(1 << (self.row % 64)));
        }
        if matches!(self.shape, Shape::List(_) | Shape::Map(_)) {
            self.put(ListEntry { offset: 0, length: 0 });
        }
        // What a NULL structure or array is made of is NULL too.
        let parts = match self.shape {
            Shape::Struct(fields) => fields.len(),
            Shape::Array(_, count) => *count,
            _ => 0,
        };
        for at in 0..parts {
            if let Some(mut part) = self.part(at) {
                part.write_null();
            }
        }
    }

    /// Begins a list or map of so many items or entries; [`Slot::item`] then lends the place of
    /// each.
    pub(crate) fn begin_list(&mut self, count: usize) -> Result<ListPlace, Failure> {
        if !matches!(self.shape, Shape::List(_) | Shape::Map(_)) {
            return Err(misfit(self.shape));
        }
        // SAFETY: the vector is one of lists, for its shape was looked at; its child is given room
        // for the items before they are written.
        let offset = unsafe {
            let api = self.session.api;
            let offset = (api.duckdb_list_vector_get_size)(self.vector);
            let size = offset + count as u64;
            if (api.duckdb_list_vector_reserve)(self.vector, size) != SUCCESS
                || (api.duckdb_list_vector_set_size)(self.vector, size) != SUCCESS
            {
                return Err(Failure("Out of Memory Error: the list is too long".to_owned()));
            }
            offset
        };
        self.put(ListEntry { offset, length: count as u64 });
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(ListPlace { offset, end: offset.saturating_add(count) })
    }

    /// Lends the place of an item of a list, or of a key (`is_value` false) or value of a map.
    pub(crate) fn item(&mut self, list: &ListPlace, at: usize, is_value: bool) -> Option<Slot<'_>> {
        let row = list.offset.checked_add(at).filter(|row| *row < list.end)?;
        let (session, capacity) = (self.session, list.end);
        // SAFETY: the vector is one of lists, and its child has room up to the end of this list;
        // the child of a map is a structure of key and value.
        unsafe {
            let child = (session.api.duckdb_list_vector_get_child)(self.vector);
            match self.shape {
                Shape::List(shape) => Some(Slot { session, vector: child, shape, row, capacity }),
                Shape::Map(entry) => {
                    let part = (session.api.duckdb_struct_vector_get_child)(child, is_value.into());
                    let shape = if is_value { &entry.1 } else { &entry.0 };
                    Some(Slot { session, vector: part, shape, row, capacity })
                }
                _ => None,
            }
        }
    }

    /// Lends the place of a field of a structure, or of an item of an array.
    pub(crate) fn part(&mut self, at: usize) -> Option<Slot<'_>> {
        let (session, capacity) = (self.session, self.capacity);
        // SAFETY: the vector is one of structures or arrays, for its shape is looked at; a field
        // has the rows of its structure, and an array as many items for each.
        unsafe {
            match self.shape {
                Shape::Struct(fields) => {
                    let (_, shape) = fields.get(at)?;
                    let vector =
                        (session.api.duckdb_struct_vector_get_child)(self.vector, at as u64);
                    Some(Slot { session, vector, shape, row: self.row, capacity })
                }
                Shape::Array(shape, count) if at < *count => {
                    let vector = (session.api.duckdb_array_vector_get_child)(self.vector);
                    let (row, capacity) = (self.row * count + at, capacity * count);
                    Some(Slot { session, vector, shape, row, capacity })
                }
                _ => None,
            }
        }
    }
}

/// Where the items of a list go.
pub(crate) struct ListPlace {
    offset: usize,
    end: usize,
}

fn misfit(shape: &Shape) -> Failure {
    Failure(format!("Internal Error: the value is stored otherwise in a {}", shape.name()))
}
