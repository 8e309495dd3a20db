//! Vectors of a chunk, lent as slices.

use std::ffi::c_void;

use super::Shape;
use super::ffi::{self, Api, HugeInt, Interval, ListEntry, UHugeInt};

/// A column of a chunk, or the items, fields or entries of one.
pub(crate) struct Column<'c> {
    pub(crate) shape: &'c Shape,
    pub(crate) view: View<'c>,
    /// A bit for each row that is not NULL; none where all are.
    validity: Option<&'c [u64]>,
}

/// The values of a column as they are stored.
pub(crate) enum View<'c> {
    I8(&'c [i8]),
    I16(&'c [i16]),
    I32(&'c [i32]),
    I64(&'c [i64]),
    I128(&'c [HugeInt]),
    U8(&'c [u8]),
    U16(&'c [u16]),
    U32(&'c [u32]),
    U64(&'c [u64]),
    U128(&'c [UHugeInt]),
    F32(&'c [f32]),
    F64(&'c [f64]),
    Interval(&'c [Interval]),
    Text(&'c [Text]),
    List(&'c [ListEntry], Box<Column<'c>>),
    Array(usize, Box<Column<'c>>),
    /// The fields of a struct; of a union the number of the member that is there, and the members.
    Struct(Vec<Column<'c>>),
    /// Values that are read by nobody.
    Unknown,
}

/// A text or bytes: up to twelve within, more elsewhere in the chunk.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub(crate) struct Text {
    length: u32,
    head: [u8; 4],
    tail: [u8; 8],
}

const INLINE_BYTES: usize = 12;

impl Text {
    /// Lends the bytes.
    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        let length = self.length as usize;
        let start = if length <= INLINE_BYTES {
            (&raw const self.head).cast::<u8>()
        } else {
            let address = self.tail.first_chunk().copied().map_or(0, usize::from_ne_bytes);
            std::ptr::with_exposed_provenance::<u8>(address)
        };
        // SAFETY: such values are only lent from a vector of texts. DuckDB keeps up to twelve bytes
        // in the two fields after the length, which lie side by side; of more, the last field is
        // the address, which is readable for as long as the chunk that lends the value.
        unsafe { std::slice::from_raw_parts(start, length) }
    }
}

impl<'c> Column<'c> {
    /// Lends a vector.
    ///
    /// # Safety
    /// The vector is flat, of the shape given, alive for the lifetime, and has so many rows.
    pub(super) unsafe fn new(
        api: &'static Api,
        vector: ffi::Vector,
        shape: &'c Shape,
        rows: usize,
    ) -> Self {
        // SAFETY: the vector is alive; a validity mask covers its rows, 64 to a word.
        let validity = unsafe {
            let mask = (api.duckdb_vector_get_validity)(vector);
            (!mask.is_null()).then(|| std::slice::from_raw_parts(mask, rows.div_ceil(64)))
        };
        // SAFETY: by the contract above.
        let view = unsafe { View::new(api, vector, shape, rows) };
        Self { shape, view, validity }
    }

    /// Tells whether a row is NULL.
    #[inline]
    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.validity.is_some_and(|mask| mask[row / 64] >> (row % 64) & 1 == 0)
    }
}

impl<'c> View<'c> {
    /// # Safety
    /// As [`Column::new`].
    unsafe fn new(api: &'static Api, vector: ffi::Vector, shape: &'c Shape, rows: usize) -> Self {
        // SAFETY: the vector is alive.
        let data = unsafe { (api.duckdb_vector_get_data)(vector) };
        // SAFETY: a flat vector stores each shape as the type that it is lent as here, a value for
        // each row; children are vectors of the shapes that theirs is made of.
        unsafe {
            match shape {
                Shape::Bool | Shape::U8 => Self::U8(slice(data, rows)),
                Shape::I8 => Self::I8(slice(data, rows)),
                Shape::I16 => Self::I16(slice(data, rows)),
                Shape::I32 | Shape::Date => Self::I32(slice(data, rows)),
                Shape::I64 | Shape::Time | Shape::TimeNanos | Shape::Timestamp(_) => {
                    Self::I64(slice(data, rows))
                }
                Shape::TimestampTz => Self::I64(slice(data, rows)),
                Shape::I128 | Shape::Uuid => Self::I128(slice(data, rows)),
                Shape::U16 => Self::U16(slice(data, rows)),
                Shape::U32 => Self::U32(slice(data, rows)),
                Shape::U64 | Shape::TimeTz => Self::U64(slice(data, rows)),
                Shape::U128 => Self::U128(slice(data, rows)),
                Shape::F32 => Self::F32(slice(data, rows)),
                Shape::F64 => Self::F64(slice(data, rows)),
                Shape::Decimal { width, .. } => match width {
                    ..=4 => Self::I16(slice(data, rows)),
                    5..=9 => Self::I32(slice(data, rows)),
                    10..=18 => Self::I64(slice(data, rows)),
                    _ => Self::I128(slice(data, rows)),
                },
                Shape::Enum(_, 1) => Self::U8(slice(data, rows)),
                Shape::Enum(_, 2) => Self::U16(slice(data, rows)),
                Shape::Enum(..) => Self::U32(slice(data, rows)),
                Shape::Text | Shape::Json | Shape::Blob | Shape::Bit | Shape::BigNum => {
                    Self::Text(slice(data, rows))
                }
                Shape::Interval => Self::Interval(slice(data, rows)),
                Shape::List(item) => Self::list(api, vector, slice(data, rows), |child, count| {
                    Column::new(api, child, item, count)
                }),
                Shape::Map(entry) => Self::list(api, vector, slice(data, rows), |child, count| {
                    let part = |at, shape| {
                        let field = (api.duckdb_struct_vector_get_child)(child, at);
                        Column::new(api, field, shape, count)
                    };
                    let view = View::Struct(vec![part(0, &entry.0), part(1, &entry.1)]);
                    Column { shape, view, validity: None }
                }),
                Shape::Array(item, count) => {
                    let child = (api.duckdb_array_vector_get_child)(vector);
                    Self::Array(*count, Column::new(api, child, item, rows * count).into())
                }
                Shape::Struct(fields) => Self::fields(api, vector, fields, 0, rows),
                Shape::Union(members) => {
                    let tag = (api.duckdb_struct_vector_get_child)(vector, 0);
                    let tag = Column::new(api, tag, &Shape::U8, rows);
                    match Self::fields(api, vector, members, 1, rows) {
                        Self::Struct(mut parts) => {
                            parts.insert(0, tag);
                            Self::Struct(parts)
                        }
                        other => other,
                    }
                }
                Shape::Unknown(_) => Self::Unknown,
            }
        }
    }

    /// # Safety
    /// The vector is one of lists, and `lend` lends its child.
    unsafe fn list(
        api: &'static Api,
        vector: ffi::Vector,
        entries: &'c [ListEntry],
        lend: impl FnOnce(ffi::Vector, usize) -> Column<'c>,
    ) -> Self {
        // SAFETY: by the contract above.
        let (child, count) = unsafe {
            let child = (api.duckdb_list_vector_get_child)(vector);
            (child, (api.duckdb_list_vector_get_size)(vector))
        };
        Self::List(entries, lend(child, usize::try_from(count).unwrap_or_default()).into())
    }

    /// # Safety
    /// The vector is one of structs whose children from `first` on have these shapes.
    unsafe fn fields(
        api: &'static Api,
        vector: ffi::Vector,
        fields: &'c [(Box<str>, Shape)],
        first: u64,
        rows: usize,
    ) -> Self {
        let fields = (first..).zip(fields).map(|(at, (_, shape))| {
            // SAFETY: by the contract above; a child has as many rows as its struct.
            unsafe {
                let field = (api.duckdb_struct_vector_get_child)(vector, at);
                Column::new(api, field, shape, rows)
            }
        });
        Self::Struct(fields.collect())
    }
}

/// # Safety
/// The data is null, or holds so many values of the type, aligned for it, throughout the lifetime.
unsafe fn slice<'a, T>(data: *mut c_void, rows: usize) -> &'a [T] {
    if data.is_null() || rows == 0 {
        return &[];
    }
    // SAFETY: by the contract above.
    unsafe { std::slice::from_raw_parts(data.cast::<T>(), rows) }
}
